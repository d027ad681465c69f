"""The subject of a verb: the nearest name to its left that hangs on no preposition.

Relative clauses, appositions and brackets are stepped over; a pronoun is reported as such.
"""

from __future__ import annotations

from transforms.tag.items import MAX_REACH, PREPOSITIONS, Item, is_adverb, is_party, is_verb
from transforms.tag.members import members_before
from transforms.tag.mentions import Mention


def read_subject(items: list[Item], i: int, is_headline: bool, depth: int = 0) -> tuple[list[Mention], bool]:
    """The names of the subject of the verb at i; and whether it is a pronoun instead."""
    members = members_before(items, i)
    if members:
        return members, False
    j = i - 1
    group: list[Mention] = []
    fallback: list[Mention] = []
    while j >= 0 and i - j < MAX_REACH:
        item = items[j]
        roles = item.roles
        if roles and roles[0] in (")", "]"):
            j = _opening(items, j) - 1
            continue
        if roles and roles[0] == ",":
            if group:
                jump = _before_apposition(items, j) if items[j + 1].word in _ANDS else -1
                if jump >= 0 and items[jump].mention is not None and items[jump + 2].mention is None:
                    j = jump  # "A, B, the owner of D, and C"
                    continue
                if (
                    j < 1
                    or items[j - 1].mention is None
                    or (items[j + 1].mention is None and items[j + 1].word not in _ANDS)
                ):
                    break
            else:
                jump = _before_apposition(items, j)
                if jump >= 0:
                    j = jump
                    continue
            j -= 1
            continue
        if roles and (roles[0] in (";", ":", "–", "—") or (item.word in ("as", "than") and group)):
            break
        if (
            is_party(item)
            and items[j + 1].mention is not None
            and (
                item.mention.is_possessive or item.mention.is_demonym  # type: ignore[union-attr]
            )
        ):
            j -= 1
            continue  # "China's TCL"
        if is_party(item):
            if is_governed(items, j) and not (not group and _offers_to(items, j, i)):
                if not group and any("of" in other.roles for other in items[max(0, j - 4) : j]):
                    fallback.insert(0, item.mention)  # type: ignore[arg-type]
                elif not _coordinated(items, j):
                    break
            elif not group or _coordinated(items, j):
                mention = item.mention
                is_whole = mention is not None and not (mention.is_possessive or mention.is_demonym)
                if mention is not None and (is_whole or (not group and items[j + 1].mention is None)):
                    group.insert(0, mention)
            else:
                break
        elif group and not (
            "time" in roles or item.word in ("and", "und", "y", "e", "et", "&") or "det" in roles or not roles
        ):
            break
        elif "pronoun" in roles and not group and i - j <= 12 and not (j + 1 < i and "of" in items[j + 1].roles):
            return [], True
        elif "relative" in roles and not group:
            antecedent = _antecedent(items, j)
            return ([antecedent], False) if antecedent is not None else (fallback, False)
        elif ("subord" in roles or "report" in roles) and not group:
            if item.word == "but" and depth < 3:
                verb = _verb_before(items, j, is_headline)
                if verb >= 0:
                    return read_subject(items, verb, is_headline, depth + 1)
            break
        elif (
            item.word in ("and", "or")
            and not group
            and (items[j + 1].form or "aux" in items[j + 1].roles)
            and depth < 3
        ):
            verb = _verb_before(items, j, is_headline)
            if verb >= 0:
                return read_subject(items, verb, is_headline, depth + 1)
        j -= 1
    return (group or fallback[-1:]), False


def person_before(items: list[Item], i: int) -> list[Mention]:
    """The person who is the subject of the verb at i: who buys, sells or invests can be one."""
    j = i - 1
    while j >= 0 and i - j < MAX_REACH:
        item = items[j]
        if item.mention is not None:
            return [item.mention] if item.mention.kind == "person" and not item.mention.is_possessive else []
        if item.roles and item.roles[0] == ",":
            j = _before_apposition(items, j)
            continue
        if not (is_adverb(item) or "aux" in item.roles):
            break
        j -= 1
    return []


_ANDS = frozenset(("and", "et", "y", "e", "und"))
_PROPOSALS = frozenset("offer offers proposal proposals bid bids approach interest plan plans request".split())


def _offers_to(items: list[Item], j: int, i: int) -> bool:
    """Whether the name at j is whose offer it is: "a proposal from X to buy"."""
    if "to" not in items[i - 1].roles or i - j > 3:
        return False
    for k in range(j - 1, max(-1, j - 6), -1):
        if set(items[k].roles) & PREPOSITIONS:
            return "from" in items[k].roles and k > 0 and items[k - 1].word in _PROPOSALS
    return False


def _opening(items: list[Item], j: int) -> int:
    k = j - 1
    while k >= 0 and not (items[k].roles and items[k].roles[0] in ("(", "[")):
        k -= 1
    return max(k, 0)


def _before_apposition(items: list[Item], j: int) -> int:
    """Before the comma that opens the insertion which ends at comma j; -1 where there is none."""
    for k in range(j - 1, max(-1, j - 26), -1):
        item = items[k]
        if item.roles and item.roles[0] == ",":
            opening = items[k + 1] if k + 1 < j else None
            if opening is None:
                return -1
            if (
                {"relative", "pronoun"} & set(opening.roles)
                or "det" in opening.roles
                or "of" in opening.roles
                or "other" in opening.roles
                or not opening.roles
            ):
                return k - 1
            return -1
        if item.roles and item.roles[0] in (";", ":"):
            return -1
    return -1


def is_governed(items: list[Item], j: int) -> bool:
    """Whether the name at j hangs on a preposition: "of Vodafone", "with the German operator Telefónica"."""
    for k in range(j - 1, max(-1, j - 6), -1):
        item = items[k]
        if item.word in ("as", "than", "since", "until") or "relative" in item.roles:
            return False
        if item.word in ("a", "o") and "to" in item.roles and (k == 0 or items[k - 1].word in (",", "e", "que")):
            return False  # the Portuguese article
        if not PREPOSITIONS.isdisjoint(item.roles):
            return True
        if item.mention is not None and (item.mention.is_possessive or item.mention.is_demonym):
            continue
        if (
            item.word in ("and", "or", "&")
            or item.mention is not None
            or item.form in ("past", "s")
            or (item.roles and "det" not in item.roles)
        ):
            return False
    return False


def _coordinated(items: list[Item], j: int) -> bool:
    """Whether "and", "&" or a comma joins the name at j to the name after it."""
    k = j + 1
    while k < len(items) and items[k].mention is None and k - j < 6:
        if items[k].word in ("and", "&", ",", "y", "e", "et", "und"):
            return True
        if items[k].roles and "det" not in items[k].roles:
            return False
        k += 1
    return False


def _antecedent(items: list[Item], j: int) -> Mention | None:
    for k in range(j - 1, max(-1, j - 14), -1):
        if is_party(items[k]):
            return items[k].mention
    return None


def _verb_before(items: list[Item], j: int, is_headline: bool) -> int:
    for k in range(j - 1, max(-1, j - 30), -1):
        if (items[k].form in ("past", "s", "base") or "aux" in items[k].roles or "be" in items[k].roles) and (
            "aux" in items[k].roles or "be" in items[k].roles or is_verb(items, k, is_headline)
        ):
            return k
    return -1
