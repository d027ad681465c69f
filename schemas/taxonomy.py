"""The enumerations: each value with its label and definition. The tables ``dim_*`` are made from these."""

from typing import NamedTuple


class Value(NamedTuple):
    """One value of an enumeration."""

    value: str
    label: str
    definition: str


def _values(*rows: tuple[str, str]) -> tuple[Value, ...]:
    return tuple(Value(value, value.replace("_", " ").capitalize(), definition) for value, definition in rows)


DEAL_TYPES = _values(
    ("acquisition", "Control of a company changes hands (51 % and more); bids for control included."),
    ("merger", "Companies combine as peers."),
    (
        "asset_sale",
        "A unit, network, towers, satellites, cable or other asset changes hands; not a whole company, not spectrum.",
    ),
    ("stake", "A minority stake, equity investment or venture round."),
    ("joint_venture", "A jointly owned company or consortium; network sharing."),
    ("spectrum", "Spectrum or a licence is bought, sold, leased, swapped or won at auction."),
    (
        "supply_contract",
        "Equipment, a network build, satellites, terminals, software or a managed network is ordered from a vendor.",
    ),
    ("launch_contract", "Launch services for satellites."),
    (
        "capacity",
        "Wholesale capacity; lease of transponders, fibre or towers; roaming, MVNO, interconnection, backhaul.",
    ),
    (
        "service_contract",
        "A customer (state, military, airline, ship line, enterprise) buys connectivity, communications or imagery.",
    ),
    (
        "partnership",
        "An alliance, distribution, reseller or direct-to-device partnership, memorandum or technology cooperation.",
    ),
    ("financing", "Debt, bond, loan, export credit, grant, IPO or restructuring."),
)

STATUSES = _values(
    ("rumoured", "Unconfirmed; a party considers or explores it; no talks are said to be under way."),
    ("in_talks", "Negotiations are under way."),
    ("proposed", "A formal offer, bid or plan was made by one side and is not accepted."),
    ("agreed", "Signed, announced, awarded, won or accepted; a running contract in force."),
    ("approved", "Cleared by a regulator or by shareholders, not yet closed."),
    ("completed", "A one-off transaction is closed, paid, delivered."),
    ("terminated", "Rejected, withdrawn, blocked, expired, cancelled or collapsed."),
)

ROLES = _values(
    ("acquirer", "Buys the company, asset or spectrum."),
    ("seller", "Sells, or receives the price."),
    ("target", "The company that is bought or invested in."),
    ("merging_party", "Combines with another as a peer."),
    ("investor", "Takes a stake, or puts up equity."),
    ("supplier", "Delivers the goods, capacity or service."),
    ("customer", "Orders and pays for them."),
    ("partner", "Takes part in an alliance or a joint venture."),
    ("lender", "Lends, or grants."),
    ("borrower", "Receives the loan, bond proceeds or grant."),
    ("licensor", "Grants the licence: the state or agency that auctions spectrum."),
)

FACT_LEVELS = _values(
    ("asserted", "Told as a fact."),
    ("planned", "Told as a plan or an expectation."),
    ("speculated", "Told as a rumour or possibility."),
    ("denied", "Told as denied by a party."),
    ("background", "An older deal, told to explain the news."),
)

QUALIFIERS = _values(
    ("exact", "The figure as given."),
    ("approximately", "About, around, nearly, some."),
    ("up_to", "A ceiling: up to, as much as, potentially."),
    ("at_least", "A floor: more than, at least, over."),
    ("range", "Between two figures; the amount is their middle, value_min and value_max the ends."),
)

SECTORS = _values(
    (
        "telecom",
        "Operators, networks, fibre, towers, spectrum, cables, network equipment, ISPs, cable broadband, VoIP.",
    ),
    (
        "satellite",
        "Operators, makers, launch, ground segment, satellite broadband, TV, radio, IoT, direct-to-device, Earth observation.",
    ),
)

TOPICS = _values(
    ("d2d", "Direct-to-device: satellites that serve ordinary phones."),
    ("leo", "Low Earth orbit."),
    ("geo", "Geostationary orbit."),
    ("meo", "Medium Earth orbit."),
    ("broadband", "Internet access."),
    ("fibre", "Fibre networks on land."),
    ("towers", "Masts, towers and sites."),
    ("submarine_cable", "Cables under the sea."),
    ("5g", "Fifth-generation mobile networks."),
    ("spectrum", "Radio frequencies and licences."),
    ("secure_comms", "Encrypted or protected communications."),
    ("military", "Armed forces and defence."),
    ("iot", "Internet of things, machine to machine."),
    ("maritime", "Ships and the sea."),
    ("aviation", "Aircraft and in-flight connectivity."),
    ("tv", "Television and video distribution."),
    ("earth_observation", "Imagery and data of the Earth from space."),
    ("launch", "Launch of satellites."),
    ("datacentre", "Data centres."),
    ("mvno", "Mobile virtual network operators."),
    ("equipment", "Network equipment and terminals."),
)

DISPOSITIONS = _values(
    ("deal", "An article was read, and it reports at least one deal."),
    ("non_deal", "An article was read, and it reports no deal."),
    ("duplicate_url", "Another entry or an earlier run brought the same address or the same article."),
    ("too_old", "Published longer ago than --max_age_days; not fetched."),
    ("headline_only", "There is no page to fetch (no address, or one that only leads on); the headline is kept."),
    ("deferred", "A later run tries again, at next_attempt_at."),
    ("robots_denied", "The site's robots.txt forbids the page."),
    ("paywalled", "The page holds only a teaser, and says that the rest is paid for."),
    ("bot_wall", "The site answered with a challenge for robots."),
    ("consent_wall", "The site answered with a consent page."),
    ("soft_404", "The site answered 200 with a page that says there is nothing."),
    ("not_article", "The page is a section front, tag page, video, live blog or no page of text at all."),
    ("fetch_failed", "The page could not be had, and no later try is made."),
    ("extract_failed", "The page was had, and no article could be read from it."),
    ("rejected", "The entry itself is unusable."),
)

OUTCOMES = _values(
    ("ok", "A feed with entries."),
    ("not_modified", "The server answered 304."),
    ("same_body", "The server answered 200 with the bytes of the last poll."),
    ("empty", "A feed without entries."),
    ("parse_error", "The answer is not a feed that can be read."),
    ("rate_limited", "The server answered 429, or 503 with Retry-After."),
    ("bot_wall", "The site answered with a challenge for robots."),
    ("gone", "The server answered 410."),
    ("robots", "The site's robots.txt forbids the feed."),
    ("network", "No answer: name, connection, TLS or time-out."),
    ("too_large", "The answer passes a size limit."),
    ("blocked_address", "The address is not a public one."),
    ("http_error", "Any other status of 400 and above."),
)

PUBLISHED_PRECISIONS = ("second", "minute", "day", "unknown")
PUBLISHED_SOURCES = ("feed", "json_ld", "meta", "page", "url")
METHODS = ("json_ld", "trafilatura", "feed_content", "baseline", "summary")
ACCESS = ("free", "paywalled", "unknown")
FEED_FORMATS = ("rss", "atom", "rdf", "json", "sitemap")
REJECT_STAGES = ("feeds", "resolve", "robots", "fetch", "decode", "parse", "extract", "tag", "write")
COMPANY_SOURCES = ("lexicon", "seen")
RUN_MODES = ("batch", "stream")
