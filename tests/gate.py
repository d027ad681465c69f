"""``make gate``: the tagger's figures on our own labelled stories against the floors pinned beside them.

    python -m tests.gate [--pin]

Tags ``tests/data/stories/{dev,holdout}.stories.jsonl``, scores the tags against the labels and fails (exit 1) when a
figure lies below its floor in ``floors.json``. It prints every figure, and the stories that were right when the floors
were pinned and are wrong now (of the holdout set only how many). ``--pin`` writes the floors anew.

Names match when one's words contain the other's, legal forms left out; a value matches within half a per cent in the
same currency; a predicted deal is paired with the labelled deal of its story with which it shares the most parties.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

from tests.files import ROOT
from transforms.tag import Tagger, tags_to_json

STORIES = ROOT / "tests" / "data" / "stories"
FLOORS = STORIES / "floors.json"
SETS = ("dev", "holdout")
FIGURES = (
    "story_p",
    "story_r",
    "story_f1",
    "deal_p",
    "deal_r",
    "deal_f1",
    "type",
    "status",
    "party_f1",
    "role_f1",
    "value_f1",
    "term",
    "main_exact",
)
_DROPPED = frozenset(
    "inc corp corporation co company ltd limited plc spa sa ag nv llc lp gmbh ab asa oyj se group holding "
    "holdings the of".split()
)
# A brand or older name and its company: either names the party.
_SAME = {
    "starlink": "spacex",
    "spacex starlink": "spacex",
    "tim": "telecom italia",
    "project kuiper": "amazon",
    "kuiper": "amazon",
    "amazon leo": "amazon",
    "mmo2": "o2",
    "oneweb": "eutelsat oneweb",
}
Row = dict[str, Any]
Rows = dict[str, Row]


def read_rows(path: Path) -> Rows:
    """The rows of a JSON lines file by their id."""
    with path.open(encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, lines)}


def tag_rows(stories: Rows, tagger: Tagger) -> Rows:
    """The stories' tags, as the command ``tag`` prints them."""
    return {
        id_: tags_to_json(
            id_, tagger.tag(row.get("title"), row["text"], row.get("lang")), row.get("title"), row["text"]
        )
        for id_, row in stories.items()
    }


def name_words(name: str) -> frozenset[str]:
    """What of a name counts: its words without accents, marks and legal forms."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("&", " and ").replace("'s", "").replace(".", ""))
    key = " ".join(word for word in words if word not in _DROPPED)
    return frozenset(_SAME.get(key, key).split())


def is_same_name(a: str, b: str) -> bool:
    """Whether the words of one name contain those of the other."""
    x, y = name_words(a), name_words(b)
    return (x <= y or y <= x) if x and y else a.strip().lower() == b.strip().lower()


def match_parties(labelled: list[Row], tagged: list[Row], with_roles: bool = False) -> int:
    """How many parties of two deals are the same, one to one."""
    free = list(tagged)
    for party in labelled:
        for other in free:
            if is_same_name(party["name"], other["name"]) and (not with_roles or party["role"] == other["role"]):
                free.remove(other)
                break
    return len(tagged) - len(free)


def is_same_value(a: Row | None, b: Row | None) -> bool:
    """Whether two sums agree: currency equal, amounts within half a per cent."""
    if not a or not b:
        return False
    return bool(a["currency"] == b["currency"] and abs(a["amount"] - b["amount"]) <= 0.005 * abs(a["amount"]))


def pair_deals(labelled: list[Row], tagged: list[Row]) -> list[tuple[int, int]]:
    """Pairs the deals of a story that share a party, the most alike first."""
    rated = []
    for i, gold in enumerate(labelled):
        for j, deal in enumerate(tagged):
            common = match_parties(gold["parties"], deal["parties"])
            if common or not (gold["parties"] or deal["parties"]):
                alike = (gold["deal_type"] == deal["deal_type"]) + is_same_value(gold["value"], deal["value"])
                rated.append((-(2 * common + alike + 0.1 * (gold["status"] == deal["status"])), i, j))
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(rated):
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def check_deal(gold: Row, deal: Row, n: Counter[str]) -> list[str]:
    """Counts one pair of deals; returns what is wrong in it."""
    hits = match_parties(gold["parties"], deal["parties"])
    same = is_same_value(gold["value"], deal["value"])
    n["type"] += gold["deal_type"] == deal["deal_type"]
    n["status"] += gold["status"] == deal["status"]
    n["party_tp"] += hits
    n["party_g"] += len(gold["parties"])
    n["party_p"] += len(deal["parties"])
    n["role_tp"] += match_parties(gold["parties"], deal["parties"], with_roles=True)
    n["value_tp"] += same
    n["value_g"] += bool(gold["value"])
    n["value_p"] += bool(deal["value"])
    if gold.get("term_months"):
        n["term_g"] += 1
        n["term"] += gold["term_months"] == deal["term_months"]
    wrong = {
        "type": gold["deal_type"] != deal["deal_type"],
        "status": gold["status"] != deal["status"],
        "value": not same if gold["value"] else bool(deal["value"]),
        "parties": not hits == len(gold["parties"]) == len(deal["parties"]),
    }
    return [what for what, is_wrong in wrong.items() if is_wrong]


def check_story(gold: Row, story: Row, n: Counter[str]) -> list[str]:
    """Counts one story; returns what is wrong in it."""
    n["story_g"] += gold["is_deal_story"]
    n["story_p"] += story["is_deal_story"]
    n["story_tp"] += gold["is_deal_story"] and story["is_deal_story"]
    n["deal_g"] += len(gold["deals"])
    n["deal_p"] += len(story["deals"])
    pairs = pair_deals(gold["deals"], story["deals"])
    n["deal_tp"] += len(pairs)
    errors = [] if gold["is_deal_story"] == story["is_deal_story"] else ["story"]
    for i, j in pairs:
        wrong = check_deal(gold["deals"][i], story["deals"][j], n)
        n["main"] += i == 0 and not wrong
        errors += ["deal %d: %s" % (i, ", ".join(wrong))] if wrong else []
    errors += ["deal %d missing" % i for i in range(len(gold["deals"])) if i not in [pair[0] for pair in pairs]]
    return errors + ["deal too many"] * (len(story["deals"]) - len(pairs))


def _f1(n: Counter[str], what: str) -> tuple[float, float, float]:
    p = n[what + "_tp"] / n[what + "_p"] if n[what + "_p"] else 0.0
    r = n[what + "_tp"] / n[what + "_g"] if n[what + "_g"] else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def score(labels: Rows, tagged: Rows) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Returns the figures (FIGURES, each 0 to 1) and, for each story, what is wrong in it."""
    n: Counter[str] = Counter()
    errors = {id_: check_story(gold, tagged[id_], n) for id_, gold in labels.items()}
    n["role_g"], n["role_p"] = n["party_g"], n["party_p"]
    found: dict[str, float] = {}
    found["story_p"], found["story_r"], found["story_f1"] = _f1(n, "story")
    found["deal_p"], found["deal_r"], found["deal_f1"] = _f1(n, "deal")
    for what in ("party", "role", "value"):
        found[what + "_f1"] = _f1(n, what)[2]
    for what, of in (("type", "deal_tp"), ("status", "deal_tp"), ("term", "term_g"), ("main", "story_g")):
        found["main_exact" if what == "main" else what] = n[what] / n[of] if n[of] else 0.0
    return {name: round(found[name], 3) for name in FIGURES}, errors


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pin", action="store_true", help="write the floors anew")
    pin = parser.parse_args().pin
    tagger = Tagger()
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    pinned, failures = {}, []
    print("set      " + "".join("%11s" % name for name in FIGURES))
    for name in SETS:
        labels = read_rows(STORIES / ("%s.gold.jsonl" % name))
        figures, errors = score(labels, tag_rows(read_rows(STORIES / ("%s.stories.jsonl" % name)), tagger))
        print("%-9s" % name + "".join("%11.3f" % figures[figure] for figure in FIGURES))
        right = [id_ for id_ in labels if not errors[id_]]
        pinned[name] = {"floors": figures, "right": right}
        before = floors.get(name, {"floors": {}, "right": []})
        worse = [id_ for id_ in before["right"] if errors.get(id_, ["gone"])]
        better = [id_ for id_ in right if id_ not in before["right"]]
        print(
            "         %d stories right; since the floors were pinned %d better, %d worse"
            % (len(right), len(better), len(worse))
        )
        for id_ in worse if name == "dev" else ():
            print("         worse: %s (%s)" % (id_, "; ".join(errors.get(id_, ["gone"]))))
        failures += [
            "%s %s is %.3f, below its floor %.3f" % (name, figure, figures[figure], floor)
            for figure, floor in before["floors"].items()
            if figures[figure] < floor
        ]
    if pin:
        FLOORS.write_text(json.dumps(pinned, indent=1) + "\n", encoding="utf-8")
        return 0
    print("\n".join(failures) if failures else "every figure holds its floor")
    return 1 if failures or not floors else 0


if __name__ == "__main__":
    sys.exit(main())
