"""Who makes up a group: "a consortium of A, B and C", "a group led by A and including B", "investors including A"."""

from __future__ import annotations

from transforms.tag.items import MAX_REACH, PARTY_KINDS, Item, is_adverb
from transforms.tag.mentions import Mention

MAX_MEMBERS = 12
_COLLECTIVES = frozenset(
    "consortium consortia group team alliance syndicate partnership club pool coalition trio quartet pair duo bloc "
    "venture vehicle consorcio consórcio consorzio groupement konsortium grupo groupe gruppo".split()
)
_KINDS = frozenset(
    "investors backers lenders banks funds shareholders operators carriers companies firms partners bidders buyers "
    "sellers customers suppliers vendors airlines agencies inversores investisseurs investitori investidores".split()
)
_GROUPS = _COLLECTIVES | _KINDS
_OPENERS = frozenset(
    "by including comprising includes include comprises comprise with formed backed led headed such made consisting "
    "aus formado integrado liderado mené composé guidato guidata".split()
)
_OF = frozenset("of de di da von entre".split())
_INSIDE = _OPENERS | _OF | frozenset("and & , as up also which that well alongside plus y e et und por par".split())


def read_members(items: list[Item], j: int, is_subject: bool = False) -> tuple[list[Mention], int]:
    """The names of the group that the noun at item j stands for, and the item after them; no names where it is none.

    A group "of" one name is that company's, not made of it. is_subject: a verb follows the last member.
    """
    word = items[j].word
    if word not in _GROUPS or items[j].mention is not None or j + 1 >= len(items):
        return [], j
    first = j + 2 if items[j + 1].word == "," and j + 2 < len(items) else j + 1
    opening = items[first]
    is_of = opening.word in _OF
    if opening.mention is not None or not (opening.word in _OPENERS or (is_of and word in _COLLECTIVES)):
        return [], j
    found: list[Mention] = []
    k = end = first
    while k < len(items) and len(found) < MAX_MEMBERS:
        mention = items[k].mention
        if mention is not None:
            if found and not is_subject and k + 1 < len(items) and _begins_clause(items[k + 1]):
                break  # "… led by X, and Y said"
            if mention.kind in PARTY_KINDS and not (mention.is_possessive or mention.is_demonym):
                found.append(mention)
                end = k + 1
        elif not _is_inside(items, k):
            break
        k += 1
    return (found, end) if len(found) >= 2 or (found and not is_of) else ([], j)


def members_before(items: list[Item], i: int) -> list[Mention]:
    """The members of the group that is the subject of the verb at item i."""
    for k in range(i - 1, max(-1, i - MAX_REACH), -1):
        if items[k].word in _GROUPS:
            found, end = read_members(items, k, True)
            if found:
                return found if all(_is_auxiliary(item) for item in items[end:i]) else []
        elif items[k].roles and items[k].roles[0] in (";", ":"):
            break
    return []


def _is_auxiliary(item: Item) -> bool:
    return bool({"aux", "be", ",", "to"} & set(item.roles) or item.lights or item.verbs) or is_adverb(item)


def _is_inside(items: list[Item], k: int) -> bool:
    """Whether a word can stand between the members: "and", "fund manager", "led by"; no verb of its own."""
    item = items[k]
    if item.word in _INSIDE or {"det", "by", "with", "of"} & set(item.roles):
        return not (item.word == "," and k + 1 < len(items) and _begins_clause(items[k + 1]))
    return not (item.roles or item.verbs or item.lights or item.nouns or is_adverb(item)) and item.word.isalpha()


def _begins_clause(item: Item) -> bool:
    return bool({"be", "aux", "relative", "pronoun", "subord", "report"} & set(item.roles)) or (
        item.form in ("past", "s") and not item.nouns
    )
