"""Which groups of events are deals, and deals of the field."""

from __future__ import annotations

import re

from transforms.tag.described import kind_of
from transforms.tag.figures import MIN_PRICE
from transforms.tag.groups import Group
from transforms.tag.items import Item
from transforms.tag.mentions import Mention
from transforms.tag.reading import Page

Parties = list[tuple[Mention, str]]
CORE = frozenset(
    "mobile_operator fixed_operator satellite_operator launch ground_segment tower fibre cable mvno "
    "manufacturer".split()
)
_STATE_ROLES = frozenset("customer lender first second seller acquirer investor".split())
_THINGS = frozenset(("asset", "company", "stake", "control", "spectrum"))
_PUBLIC_ROLES = frozenset("customer licensor lender investor seller first second partner acquirer supplier".split())


def may_be_party(mention: Mention, role: str) -> bool:
    """Whether a name can have a role: a place only as its government, an agency not as what is bought."""
    if mention.is_demonym:
        return False
    if _UNION.search(mention.name):
        return False
    if mention.kind == "fleet":
        return role == "supplier"
    if mention.kind == "person":
        return role in ("acquirer", "investor", "seller")
    if mention.kind == "unclear":
        return role == "target" or mention.company is not None
    if mention.kind == "place":
        return mention.country is not None and role in _STATE_ROLES and not mention.is_possessive
    if mention.company is not None and mention.company.kind == "agency":
        return role in _PUBLIC_ROLES
    return mention.kind in ("org", "state")


_UNION = re.compile(r"(?i)\b(workers|teamsters|brotherhood|(trade|labou?r|pilots?|telecommunication) union)\b")


def is_deal(group: Group, parties: Parties, items: list[Item], page: Page) -> bool:
    """Whether a group is a transaction between parties, and no plain doing of one company."""
    n = len(parties)
    if n == 0:
        return False
    family, lead = group.lead.family, group.lead
    objects = set(group.objects)
    roles = {role for _, role in parties}
    if family in ("deal", "contract", "partner", "award", "select") and page.is_negative(lead.sentence):
        return False
    if not lead.is_noun and family in _EVERYDAY and _is_ruled(items, lead.at):
        return False
    is_told = page.headline[lead.sentence] or page.amounts[lead.sentence] or len(group.events) > 1
    if family == "order" and lead.is_noun and not (lead.light or lead.has_predicate or is_told):
        return False  # "orders from operators such as X fell"
    if family == "partner" and items[lead.at].word in _SHARES and not objects & _SHARED:
        return False
    if lead.is_noun and items[lead.at].word in _SEEKERS and not _seeks(items, lead.at):
        return False
    if family in ("acquire", "sell"):
        if (
            not lead.is_noun
            and not page.headline[lead.sentence]
            and "target" not in roles
            and _is_habit(items, lead.at)
        ):
            has_price = any("amount" in item.roles for item in items)
            return has_price and (n >= 2 or bool(objects & _THINGS) or not objects & DEALT)
        if n < 2 and lead.is_noun and not (page.headline[lead.sentence] or lead.light or lead.has_predicate):
            return False
        if lead.is_noun and lead.light in _WEAK_OFFERS and n < 2:
            return False
        if _is_retail(group, parties, page) or _begins(items, lead.at):
            return False
        if (
            not lead.is_noun
            and objects & {"service", "equipment", "capacity"}
            and not objects & (_THINGS | {"thing"})
            and "target" not in roles
        ):
            is_bought = family == "acquire" and not _is_habit(items, lead.at)
            return n >= 2 and (group.has_noun or is_bought)  # handsets and plans are sold every day
        return (
            n >= 2
            or bool(objects & _THINGS)
            or (lead.is_noun and items[lead.at].word not in ("offer", "offers", "approach"))
        )
    if family == "invest":
        return n >= 2 or "stake" in objects or (bool(lead.light) and bool(page.amounts[lead.sentence]))
    if family in ("raise", "lend"):
        borrows = any(role == "borrower" and (kind_of(m) in CORE or says_field(m)) for m, role in parties)
        if family == "lend" and not lead.is_noun and page.amounts[lead.sentence] and borrows:
            return True  # the lenders may be unnamed
        has_sum = bool(page.amounts[lead.sentence]) or (
            lead.is_noun and bool(lead.light) and "initial" in items[lead.at].word
        )
        return has_sum and (
            group.has_noun or n >= 2 or bool(objects & {"stake", "capital"}) or _takes_in(items, lead.at)
        )
    if family == "merge":
        return n >= 2
    if n < 2:
        return False
    if family in _EVERYDAY and any(
        item.word in ("no", "not", "t", "never", "without") for item in items[max(0, lead.at - 5) : lead.at]
    ):
        return group.has_noun and any(item.nouns for item in items[lead.at :])
    if not lead.is_noun and family in _EVERYDAY and not group.has_noun:
        about = {value for item in items for value in item.objects} | (
            set(page.story_objects) if page.headline[lead.sentence] else set()
        )
        is_dealt = bool(about & DEALT) or len(group.families()) > 1 or family in ("partner", "jv")
        if not _are_known(parties) or not (is_dealt or (family == "select" and _is_vendor_chosen(parties))):
            return False
    if family == "obtain":
        is_dealt = bool(objects & DEALT) and not _is_habit(items, lead.at)
        return is_dealt and (group.has_noun or (lead.sentence <= 1 and len(lead.parties) >= 2))
    if family == "use":
        return (
            bool(group.families() & {"deal", "contract", "order", "capacity", "partner"})
            or page.headline[lead.sentence]
        )
    if family in ("launch", "serve"):
        return group.has_noun or _is_promised(items, lead.at)
    if family in ("order", "lease") and items[lead.at].form == "past":
        return True
    if family == "jv" and n >= 2 and objects & {"company", "ventures", "asset"}:
        return True
    if family in ("supply", "order", "lease", "jv"):
        return (
            group.has_noun
            or page.headline[lead.sentence]
            or _is_promised(items, lead.at)
            or (family == "order" and lead.is_noun)
        )
    return bool(roles)


_SHARES = frozenset(("share", "shares", "sharing", "shared"))
_SHARED = frozenset(("asset", "equipment", "spectrum", "capacity", "ventures", "thing"))
_SEEKERS = frozenset(("buyer", "buyers", "suitor", "suitors", "bidder", "bidders"))


def _seeks(items: list[Item], at: int) -> bool:
    """Whether a buyer is one for something, or is looked for, and no customer of a shop."""
    if any({"for", "of"} & set(item.roles) for item in items[at + 1 : at + 3]):
        return True
    words = {item.word for item in items[max(0, at - 5) : at]}
    return bool(
        words & {"seek", "seeks", "seeking", "find", "finds", "found", "potential", "would-be", "preferred", "rival"}
    )


def _is_ruled(items: list[Item], at: int) -> bool:
    """Whether a law or an authority makes or lets somebody do it: "must lease", "was forced to", "leave to build"."""
    if not any("to" in item.roles for item in items[max(0, at - 2) : at]):
        return any(item.word == "must" for item in items[max(0, at - 2) : at])
    return any(item.word in _RULES for item in items[max(0, at - 8) : at])


_RULES = frozenset(
    "force forces forced forcing require requires required requiring oblige obliges obliged compel compelled leave "
    "permission allow allows allowed allowing let lets permit permits permitted right freedom free rules rule law "
    "ban bans banned able unable ordered instructed mandate mandates".split()
)


def _begins(items: list[Item], at: int) -> bool:
    """Whether a sale is a shop's from now on: "began selling the game"."""
    return (
        items[at].form == "ing"
        and at > 0
        and items[at - 1].word.startswith(("begin", "began", "start", "stop", "keep"))
    )


def _is_retail(group: Group, parties: Parties, page: Page) -> bool:
    """Whether something is only sold to the public: "the phone is sold by the carrier"."""
    is_listed = any(role == "target" and mention.company is not None for mention, role in parties)
    if group.lead.family != "sell" or group.lead.is_noun or is_listed or set(group.objects) & _THINGS:
        return False
    has_price = any(amount.amount >= MIN_PRICE for amount in page.amounts[group.lead.sentence])
    return {role for _, role in parties} == {"seller", "target"} and not has_price


def _takes_in(items: list[Item], at: int) -> bool:
    """Whether what is raised is a sum, and neither a price nor a forecast: "has raised $40 million"."""
    following = items[at + 1] if at + 1 < len(items) else None
    return items[at].form == "past" and following is not None and "amount" in following.roles


_WEAK_OFFERS = frozenset(
    ("launch", "launches", "launched", "announce", "announces", "announced", "unveils", "unveiled")
)


DEALT = frozenset(("equipment", "service", "launch", "capacity", "d2d", "spectrum", "asset", "ventures"))
_EVERYDAY = frozenset(("obtain", "use", "lease", "select", "supply", "serve", "order", "partner", "award", "jv"))


def _are_known(parties: Parties) -> bool:
    """Whether a company of the list, or one that says what it does, is among the parties."""
    return any(m.company is not None or says_field(m) for m, _ in parties)


def _is_vendor_chosen(parties: Parties) -> bool:
    """Whether the one that is chosen makes or serves networks, and so is chosen for that."""
    vendors = [m for m, role in parties if role == "supplier" and m.company is not None and m.company.sectors]
    if any(kind_of(mention) in _VENDORS for mention in vendors):
        return True
    return bool(vendors) and not any(role == "customer" and kind_of(m) in CORE for m, role in parties)


_VENDORS = frozenset("launch manufacturer equipment ground_segment integrator satellite_operator tower".split())


def _is_habit(items: list[Item], at: int) -> bool:
    """Whether a verb stands in the plain present: what a company does every day."""
    form = items[at].form
    if form == "s":
        return True
    return form == "base" and not any({"aux", "to"} & set(item.roles) for item in items[max(0, at - 3) : at])


def _is_promised(items: list[Item], at: int) -> bool:
    """Whether will, would or "to" stands before the verb: what is promised, not what is done every day."""
    if items[at].form in ("past", "s"):
        return "be" in items[at - 1].roles if at else False
    return any(
        item.word in ("will", "would", "to", "ll", "shall") or "be" in item.roles for item in items[max(0, at - 4) : at]
    ) or (items[at].form == "")


def says_field(mention: Mention) -> bool:
    """Whether a name that no list has says what the company does: Okefenokee Telephone, Celesta Mobile Satellite."""
    if mention.company is not None or mention.kind != "org":
        return False
    words = mention.name.lower().split()
    return any(
        word in _FIELD_WORDS or word.startswith("teleco") or (len(word) > 4 and word.endswith(_FIELD_ENDS))
        for word in words
    )


_FIELD_ENDS = ("telecom", "sat", "tel", "net", "mobile", "cell")
_FIELD_WORDS = frozenset(
    "telecom telecommunications telephone telefon telefonica mobile cellular wireless broadband fiber fibre cable "
    "cablevision satellite satellites orbital towers spacecom satcom telekom telecoms fibra glasfaser telco "
    "communications comunicaciones télécom telecomunicações telkom kabel".split()
)


def is_of_the_field(group: Group, parties: Parties, page: Page, known: set[str]) -> bool:
    """Whether a telecom or satellite company, asset or service is dealt in.

    An operator, a satellite maker or a launcher among the parties says so; of other companies (equipment makers and
    software houses do much else) the words of the sentence or the headline must. known: the parties of the deals told
    before, whose further purchases and sales are of the field, too.
    """
    index = group.lead.sentence
    here = sum(kind == "sector" for kind, _ in page.topics[index])
    title = sum(kind == "sector" for kind, _ in page.topics[0]) if page.headline[0] else 0
    total = sum(kind == "sector" for hits in page.topics[:6] for kind, _ in hits)
    if known and group.is_definite and index <= 3 and group.lead.family in ("acquire", "sell", "merge"):
        return True
    if group.lead.family in ("acquire", "sell", "invest", "merge") and any(m.key in known for m, _ in parties):
        return True
    is_later = index > 3 and any(m.key in known for m, _ in parties)
    if is_later and set(group.objects) & DEALT and (here or group.has_noun):
        return True
    listed = [m for m, _ in parties if (m.company is not None and m.company.sectors) or says_field(m)]
    core = [mention for mention in listed if kind_of(mention) in CORE or says_field(mention)]
    outside = [m for m, _ in parties if m.company is not None and not m.company.sectors and kind_of(m) in _OTHER_TRADES]
    if core and not (here or title or total) and all(kind_of(mention) == "manufacturer" for mention in core):
        return False  # who builds satellites builds aircraft, too
    if len(core) >= 2:
        return True
    bought = {role for m, role in parties if m in core} & {"target", "seller"}
    if core and group.lead.family in ("acquire", "sell") and not bought and not total:
        return False
    if core and len(listed) >= 2:
        return True
    if core and (set(group.objects) & DEALT or group.families() & _NAMED):
        return True
    owned = [m for m, role in parties if role in ("target", "seller") and m in listed]
    if owned and group.lead.family in ("acquire", "sell", "invest") and kind_of(owned[0]) not in _OTHER_TRADES:
        return bool(kind_of(owned[0]) in CORE or here or title or total)  # makers of equipment make much else
    if core and not outside:
        return bool(here or title or total) or group.lead.family not in ("partner", "supply", "serve", "deal", "order")
    if listed:
        return here + title >= 1 or total >= 2 or (total >= 1 and index <= 1 and not outside)
    return (here >= 1 and total >= 1) or (title >= 1 and (index <= 3 or group.has_noun)) or (total >= 2 and index <= 2)


_NAMED = frozenset(("capacity", "spectrum", "launch", "service"))
_OTHER_TRADES = frozenset(("media", "tech", "other"))
