"""Sentences that name a side of the deal told before: "The sellers are X and Y", "X led the round"."""

from __future__ import annotations

from transforms.tag.items import Item
from transforms.tag.mentions import Mention
from transforms.tag.subjects import is_governed

Sides = list[tuple[Mention, str]]
_NOUNS = {
    "seller": "seller sellers vendors verkäufer vendeur vendeurs vendedor vendedores venditore venditori",
    "acquirer": "buyer buyers purchaser purchasers acquirer käufer acheteur acheteurs acquéreur comprador acquirente",
    "investor": "investor investors backer backers investoren investisseurs inversores investitori investidores",
    "lender": "lender lenders creditor prêteurs prestamistas finanziatori",
    "borrower": "borrower",
    "customer": "client customer auftraggeber cliente kunde",
    "supplier": "supplier contractor builder manufacturer vendor winner auftragnehmer fournisseur proveedor fornitore",
}
_ROLES = {word: role for role, words in _NOUNS.items() for word in words.split()}
_STATES = frozenset(
    "is are was were be been include includes included including comprise comprises ist sind est sont es "
    "son è sono são".split()
)
_ROUNDS = frozenset("round financing funding raise investment fundraising injection rights".split())
_JOINS = frozenset(
    "led leads lead co-led joined joins joining participated participates participating participation part backed "
    "contributed contributing subscribed came chipped alongside include includes included".split()
)
_OWNED = frozenset(("they", "which", "both", "these", "those", "all"))
_FITS = {
    "seller": frozenset(("acquisition", "asset_sale", "stake")),
    "acquirer": frozenset(("acquisition", "asset_sale", "spectrum")),
    "investor": frozenset(("stake",)),
    "lender": frozenset(("financing",)),
    "borrower": frozenset(("financing",)),
    "customer": frozenset(("supply_contract", "service_contract", "launch_contract", "capacity")),
    "supplier": frozenset(("supply_contract", "service_contract", "launch_contract", "capacity")),
}
MAX_SIDES = 8


def fits(deal_type: str, role: str) -> bool:
    """Whether a deal of this type has such a side."""
    return deal_type in _FITS[role]


def read_sides(items: list[Item], low: list[str]) -> Sides:
    """The names that a sentence gives a side, with the role. low: the document's words in lower case."""
    found: Sides = []
    for k, item in enumerate(items):
        role = _ROLES.get(low[item.last - 1]) if item.mention is None else None
        if role is not None:
            found += [(mention, role) for mention in _named_after(items, k) or _named_before(items, k)]
        elif _says_owner(items, k, low):
            found += [(mention, "seller") for mention in _list(items, k + 1)]
    return (found or _joiners(items))[:MAX_SIDES]


def _named_after(items: list[Item], k: int) -> list[Mention]:
    """The names of "the sellers are X and Y", "the buyer, X, …"."""
    following = items[k + 1] if k + 1 < len(items) else None
    if following is None or not (following.word in _STATES or following.word == ","):
        return []
    return _list(items, k + 2)


def _named_before(items: list[Item], k: int) -> list[Mention]:
    """The names of "X and Y are the sellers"."""
    j = k - 1
    while j >= 0 and ("det" in items[j].roles or items[j].word in ("among", "sole", "main", "largest", "between")):
        j -= 1
    if j < 1 or items[j].word not in _STATES:
        return []
    found: list[Mention] = []
    for at in range(j - 1, -1, -1):
        mention = items[at].mention
        if mention is not None and _may_be_side(mention):
            found.insert(0, mention)
        elif mention is None and items[at].word not in ("and", ",") and "aux" not in items[at].roles:
            break
    return found


def _says_owner(items: list[Item], k: int, low: list[str]) -> bool:
    """Whether "they belong to", "which are owned by" ends at item k."""
    words = low[items[max(0, k - 3)].first : items[k].last]
    if words[-2:] not in (["belong", "to"], ["belonged", "to"], ["owned", "by"]):
        return False
    return bool(_OWNED & set(words[:-2]))


def _list(items: list[Item], k: int) -> list[Mention]:
    """The names from item k on that "and" and commas join; descriptions before them are passed over."""
    found: list[Mention] = []
    for at in range(k, len(items)):
        item, mention = items[at], items[at].mention
        if mention is not None:
            if _may_be_side(mention):
                found.append(mention)
        elif (
            item.verbs
            or item.lights
            or set(item.roles) - {"det", ","}
            or (item.word == "," and not _goes_on(items, at))
        ):
            break
    return found


def _goes_on(items: list[Item], at: int) -> bool:
    """Whether another name follows a comma, or "and" and a name."""
    return any(item.mention is not None for item in items[at + 1 : at + 3])


def _joiners(items: list[Item]) -> Sides:
    """Who takes part in a round: "X led the round", "the round was led by X, with Y and Z taking part"."""
    words = {item.word for item in items}
    if not (words & _ROUNDS and words & _JOINS):
        return []
    return [
        (item.mention, "investor")
        for k, item in enumerate(items)
        if item.mention is not None and _may_be_side(item.mention) and not _is_described(items, k)
    ]


def _is_described(items: list[Item], k: int) -> bool:
    """Whether the name hangs on "of" or "in": the company that is invested in, a place."""
    near = {role for item in items[max(0, k - 2) : k] for role in item.roles}
    return is_governed(items, k) and bool(near & {"of", "in", "for"})


def _may_be_side(mention: Mention) -> bool:
    is_named = mention.kind in ("org", "state", "person", "unclear")
    return is_named and not (mention.is_possessive or mention.is_demonym)
