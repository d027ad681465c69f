"""Verbs with more than one sense: which of them, if any, tells of a deal, and who plays which role.

``roles_of`` gives the argument structure of a plain family; ``interpret`` reads what stands around the verb.
"""

from __future__ import annotations

from typing import NamedTuple

from transforms.tag.arguments import Arguments, read_right
from transforms.tag.items import Item, before, is_passive
from transforms.tag.mentions import Mention

# family: (subject, object, {preposition: role}), active voice
VERB_ROLES: dict[str, tuple[str, str, dict[str, str]]] = {
    "acquire": ("acquirer", "target", {"from": "seller"}),
    "sell": ("seller", "target", {"to": "acquirer", "by": "acquirer"}),
    "merge": (
        "merging_party",
        "merging_party",
        {"with": "merging_party", "in": "merging_party", "to": "merging_party"},
    ),
    "invest": ("investor", "target", {"in": "target", "with": "investor"}),
    "raise": ("borrower", "", {"from": "lender", "by": "lender", "with": "lender"}),
    "lend": ("lender", "borrower", {"to": "borrower", "for": "borrower"}),
    "supply": ("supplier", "customer", {"to": "customer", "for": "customer", "from": "supplier"}),
    "serve": ("supplier", "customer", {"for": "customer", "to": "customer", "with": "supplier", "on": "supplier"}),
    "select": ("customer", "supplier", {"to": "supplier", "with": "supplier", "from": "supplier"}),
    "award": ("customer", "supplier", {"to": "supplier"}),
    "order": ("customer", "", {"from": "supplier", "with": "supplier", "to": "customer"}),
    "lease": ("customer", "supplier", {"from": "supplier", "with": "supplier", "to": "customer", "on": "supplier"}),
    "use": ("customer", "supplier", {}),
    "launch": ("supplier", "customer", {"for": "customer", "on": "supplier", "with": "supplier"}),
    "partner": ("partner", "partner", {"with": "partner", "on": "partner"}),
    "jv": ("partner", "", {"with": "partner"}),
    "swap": ("partner", "partner", {"with": "partner", "for": "partner"}),
    "deal": ("first", "second", {"with": "second", "to": "second", "for": "second", "from": "second"}),
    "sign": ("customer", "supplier", {}),
    "commit": ("customer", "supplier", {"to": "supplier"}),
    "obtain": ("customer", "supplier", {"from": "supplier", "with": "supplier", "on": "supplier", "in": "supplier"}),
    "move": ("customer", "", {"to": "supplier"}),
    "talks": ("first", "second", {"with": "second", "between": "first"}),
    "agree": ("first", "", {}),
    "go": ("target", "", {"to": "acquirer", "with": "acquirer"}),
    "transfer": ("seller", "target", {"from": "seller", "to": "acquirer"}),
    "take": ("acquirer", "target", {}),
    "pay": ("acquirer", "seller", {"for": "target"}),
    "put": ("investor", "", {"in": "target"}),
    "bid": ("acquirer", "", {"for": "target"}),
    "win": ("acquirer", "", {"from": "seller"}),
}
_MEANS = {
    "put": "invest",
    "pay": "acquire",
    "bid": "acquire",
    "win": "acquire",
    "go": "acquire",
    "transfer": "sell",
    "talks": "deal",
    "move": "deal",
    "agree": "deal",
    "sign": "deal",
    "commit": "deal",
}
_GOODS = frozenset(("service", "equipment", "capacity", "launch"))
_WORKS = frozenset(("supply", "serve", "launch"))
_NOT_GOODS = frozenset(("asset", "thing", "stake", "control", "company", "spectrum"))
_GIVEN = frozenset(("asset", "thing"))
_SUPPLIES_WHOM = ("suppl", "provi", "equip", "furnish", "outfit", "deliver")
_FITS = ("equip", "outfit", "fit", "furnish")
_TAKES_IN = ("install", "deploy", "roll", "fit")


class Sense(NamedTuple):
    """A verb as a deal: the family it counts as, its roles, and its subject and objects in active voice."""

    family: str
    roles: tuple[str, str, dict[str, str]]
    subject: list[Mention]
    objects: list[Mention]


def interpret(
    items: list[Item], i: int, family: str, right: Arguments, subject: list[Mention], is_headline: bool
) -> Sense | None:
    """Returns the sense of the verb at item i, or None where it tells of no deal."""
    objects = right.get("object")
    has_sum = any("amount" in item.roles for item in items[i : right.end])
    seen = set(right.objects)
    if not _holds(items, i, family, right, subject, is_headline):
        return None
    if family == "take":
        family = "acquire" if {"control", "spectrum"} & seen else "invest" if "stake" in seen else "acquire"
    elif family == "talks" and not right.get("with", "object"):
        family = "jv"
    elif family == "award" and (objects or seen & _GIVEN) and right.get("to") and has_sum:
        family = "sell"  # "handed X to Y for $5 million"
    roles = VERB_ROLES[family]
    if family == "go":
        return Sense("acquire", ("target", "acquirer", {}), subject, objects + right.get("to", "with"))
    if family == "pay" and not _pays_for_something(items, i, is_headline):
        return Sense("order", ("customer", "supplier", {}), subject, objects)
    if family == "lease" and right.get("to") and not right.get("from", "on"):
        return Sense("lease", ("supplier", "customer", {"to": "customer"}), subject, objects)
    is_ware = bool(seen & {"capacity"}) and not seen & _NOT_GOODS
    if family == "acquire" and is_ware and right.get("on", "from"):
        return Sense("order", ("customer", "supplier", {"on": "supplier", "from": "supplier"}), subject, [])
    if family == "transfer" and right.get("from"):
        subject = []  # who asks for it is not who sells
    if family == "supply" and not items[i].word.startswith(_SUPPLIES_WHOM):
        brands = [mention for mention in objects if mention.company is not None and mention.company.sectors]
        objects, roles = [], (roles[0], roles[1], {"for": "customer"})  # what is built or rolled out is a thing
        if brands and items[i].word.startswith(_TAKES_IN):
            objects, roles = brands, ("customer", "supplier", {})  # "will install Starlink"
    return Sense(_MEANS.get(family, family), roles, subject, objects)


def _holds(items: list[Item], i: int, family: str, right: Arguments, subject: list[Mention], is_headline: bool) -> bool:
    """Whether what stands around a verb lets it tell of a deal."""
    item, objects, seen = items[i], right.get("object"), set(right.objects)
    has_sum = any("amount" in other.roles for other in items[i : right.end])
    if item.form == "ing" and _is_idle_gerund(items, i):
        return False
    if family == "lend":  # ", financed with a loan" says how something else is paid
        return not (item.form == "past" and i > 0 and items[i - 1].word == ",")
    if family == "pay":
        return _pays_for_something(items, i, is_headline) or _pays_for_goods(items, right, has_sum)
    if family == "supply" and item.word.startswith(_FITS) and not objects and right.get("with"):
        return False  # who equips its own ships with X's terminals buys
    if family == "select":
        return bool(objects or right.get("to", "with", "from")) or "thing" not in seen  # "signed up 300,000 customers"
    if family == "bid":
        return bool(right.get("for")) or "control" in seen or bool(right.owners and "asset" in seen)
    if family == "put":
        return bool(right.get("in")) and has_sum
    if family == "win":
        return "spectrum" in seen
    if family == "talks":
        return bool(right.get("with", "object")) or (len(subject) >= 2 and bool({"company", "ventures"} & seen))
    if family == "acquire":  # not "takes over from", "took over"
        return bool(right.objects or right.of or right.owners or objects) or is_passive(items, i)
    if family == "go":
        return bool(subject and (objects or right.get("to", "with"))) and (is_headline or has_sum)
    if family == "sign":
        return bool(objects)
    if family == "take":
        has_sum = any("amount" in other.roles for other in items[i : right.end])
        if right.owners and has_sum and "thing" in seen:
            return True  # "is taking X's lines for $5 million"
        return bool({"control", "stake"} & seen) or ("spectrum" in seen and has_sum) or _takes_company(items, i)
    if family == "transfer":
        things = {"licence", "spectrum", "asset", "stake", "control"} & seen
        return bool(right.get("to")) and bool(right.get("from") or objects or right.of or things)
    return family != "agree" or len(subject) >= 2


def _pays_for_something(items: list[Item], i: int, is_headline: bool) -> bool:
    """Whether a sum is paid for a company or an asset, and no fine: "pay $5 million for 20 percent of X"."""
    right = read_right(items, i, "object", is_headline)
    has_for = any("for" in item.roles for item in items[i : right.end])
    things = {"stake", "control", "asset", "company", "spectrum"} & set(right.objects)
    if any(
        "for" in items[k].roles and items[k + 1].word.endswith("ing") for k in range(i, min(right.end, len(items) - 1))
    ):
        return False
    has_names = bool(right.get("for", "object") or right.of or right.owners)
    has_sum = any("amount" in item.roles for item in items[i : right.end])
    return has_for and (has_names or bool(things and has_sum))


def _pays_for_goods(items: list[Item], right: Arguments, has_sum: bool) -> bool:
    """Whether somebody named is paid a sum for a service or equipment: "will pay X $5 million for pictures"."""
    if not (has_sum and right.get("object")):
        return False
    after = items[right.end : right.end + 2]  # "to connect 40 schools"
    works = len(after) == 2 and after[0].word == "to" and any(cue.value in _WORKS for cue in after[1].verbs)
    return works or bool(_GOODS & set(right.objects))


def _takes_company(items: list[Item], i: int) -> bool:
    """Whether what is taken is a company, and nothing more is said of it than its price: "X took Y for $5 million"."""
    mention = items[i + 1].mention if i + 1 < len(items) else None
    if mention is None or mention.kind != "org" or mention.is_possessive or mention.is_demonym:
        return False
    following = items[i + 2] if i + 2 < len(items) else None
    if following is None or following.word in (".", ";"):
        return True
    return "for" in following.roles and i + 3 < len(items) and "amount" in items[i + 3].roles


def _is_idle_gerund(items: list[Item], i: int) -> bool:
    """Whether an -ing form names a doing in general: "the cost of acquiring customers"."""
    previous = before(items, i)
    if previous is None or not set(previous.roles) & {"of", "in", "for", "by", "other", "from", "on"}:
        return False
    near = items[max(0, i - 9) : i]
    return not any(item.nouns or item.lights or item.word in _LEADING for item in near)


_LEADING = frozenset(
    "talks discussions interest interested considering plans idea close agreed verge possibility intention aim "
    "negotiations terms consent approval permission about exploring thinking".split()
)
