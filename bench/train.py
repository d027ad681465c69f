"""Fits the tagger's models to labelled stories, and shows how far they can be believed.

    python -m bench.train [--write] [--folder FOLDER]

FOLDER, by default the shipped labelled stories, holds ``X.stories.jsonl`` with ``X.gold.jsonl``, or ``X.jsonl`` whose
lines hold story and decision; holdout sets are left out. The models (of the story's decision, and of a deal's type,
status, parties, roles and value) are logistic regressions with a penalty on the squares of their weights; how usual a
cast of parties is, is counted. Printed is, with each story tagged by models that were fitted without it (five parts),
what the rules alone and what the models make of the stories, and of the decision the Brier score (mean squared
difference of score and label; 0 is perfect) and how many stories of a score are deals. ``--write`` puts the models of
all stories into ``transforms/tag/data/model_*.csv``.

Needs scikit-learn: ``pip install -e .[bench]``.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from tests.files import ROOT
from tests.gate import STORIES, Rows, is_same_name, is_same_value, pair_deals, read_rows, score
from transforms.tag import Tagger, linear, tags_to_json
from transforms.tag.deals import Draft
from transforms.tag.features import status_features, type_features
from transforms.tag.further import further_features
from transforms.tag.parties import cast_feature, role_features, rule_roles
from transforms.tag.party_features import candidates
from transforms.tag.roles import VALID
from transforms.tag.score import KEEP
from transforms.tag.sum_features import sums
from transforms.tag.tagger import Reading

DATA = ROOT / "transforms" / "tag" / "data"
PARTS = 5
RARE = 4  # a feature that fewer examples have is left out
LEAST = 0.02  # and so is one whose weights are all smaller
# The inverse of the penalty; of ten-fold steps the one that came out best on stories left out.
STRENGTH = {"story": 0.3, "further": 0.1, "type": 0.2, "status": 0.2, "party": 0.3, "role": 0.3, "value": 0.3}
FIGURES = ("story_f1", "deal_f1", "type", "status", "party_f1", "role_f1", "value_f1", "main_exact")


class Example(NamedTuple):
    """What a model is to say of something that has these features."""

    features: list[str]
    label: str


class Story(NamedTuple):
    """A labelled story. rules: its tags by the rules alone. examples: of every model."""

    id: str
    set: str
    row: dict[str, Any]
    gold: dict[str, Any]
    rules: dict[str, Any]
    examples: dict[str, list[Example]]


def read_stories(folder: Path, tagger: Tagger) -> list[Story]:
    """Reads and tags the stories of a folder by the rules alone."""
    stories = []
    for file in sorted(folder.glob("*.jsonl")):
        name = file.name.removesuffix(".jsonl")
        if name.endswith(".gold") or name.startswith("holdout"):
            continue
        rows, name = read_rows(file), name.removesuffix(".stories")
        golds = read_rows(folder / (name + ".gold.jsonl")) if file.name.endswith(".stories.jsonl") else rows
        for id_, row in rows.items():
            reading = tagger.read(row.get("title"), row["text"], row.get("lang"))
            rules = [_deal(draft) for draft in reading.deals if not reading.is_guess]
            examples = _examples(reading, tagger.further(reading), golds[id_])
            stories.append(Story(id_, name, row, golds[id_], {"is_deal_story": bool(rules), "deals": rules}, examples))
    return stories


def _deal(draft: Draft) -> dict[str, Any]:
    value = draft.value and {"amount": float(draft.value.amount), "currency": draft.value.currency}
    parties = [{"name": mention.name, "role": role} for mention, role in draft.parties]
    return {
        "deal_type": draft.deal_type,
        "status": draft.status.status,
        "parties": parties,
        "value": value,
        "term_months": None,
    }


def _examples(reading: Reading, further: list[Draft], gold: dict[str, Any]) -> dict[str, list[Example]]:
    page = reading.page
    found: dict[str, list[Example]] = {name: [] for name in STRENGTH}
    found["story"].append(Example(reading.evidence, _yes(gold["is_deal_story"])))
    if "deals" not in gold:
        return found
    if not reading.deals or not gold["deals"]:
        return found
    main = reading.deals[0]
    pairs = _pair(gold["deals"], main, further)
    if reading.is_guess and not any(j == 0 for _, j in pairs) and not any(i == 0 for i, _ in pairs):
        pairs.append((0, 0))  # the models are to find its parties
    paired = {j for _, j in pairs}
    for j, draft in enumerate(further, 1):
        found["further"].append(Example(further_features(page, draft, main, further), _yes(j in paired)))
    drafts = [draft for j, draft in enumerate((main, *further)) if j in paired or j == 0]
    for i, j in pairs:
        deal, draft = gold["deals"][i], (main, *further)[j]
        found["type"].append(Example(type_features(page, draft), deal["deal_type"]))
        found["status"].append(Example(status_features(page, draft), deal["status"]))
        rows = candidates(page, draft, drafts)
        roles = [_role_of(row.name, deal["parties"]) for row in rows]
        found["party"] += [Example(row.features, _yes(bool(role))) for row, role in zip(rows, roles)]
        ruled = rule_roles(deal["deal_type"], draft)
        for row, role in zip(rows, roles):
            if role in VALID[deal["deal_type"]]:
                features = role_features(deal["deal_type"], ruled.get(row.mention, ""), row)
                found["role"].append(Example(features, role))
        for amount, features in sums(page, draft, drafts):
            own = {"amount": float(amount.amount), "currency": amount.currency}
            found["value"].append(Example(features, _yes(is_same_value(deal["value"], own))))
    return found


def _pair(deals: list[dict[str, Any]], main: Draft, further: list[Draft]) -> list[tuple[int, int]]:
    """Pairs labelled deals with the drafts of a story, of which the main one has the first choice."""
    first = pair_deals(deals, [_deal(main)])
    free = [i for i in range(len(deals)) if (i, 0) not in first]
    others = pair_deals([deals[i] for i in free], [_deal(draft) for draft in further])
    return first + [(free[i], j + 1) for i, j in others]


def _role_of(name: str, parties: list[dict[str, str]]) -> str:
    return next((party["role"] for party in parties if is_same_name(party["name"], name)), "")


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def fit(stories: Iterable[Story]) -> dict[str, linear.Linear]:
    """The models that stories teach."""
    stories = list(stories)
    fitted = {name: _fit([e for story in stories for e in story.examples[name]], STRENGTH[name]) for name in STRENGTH}
    return {**fitted, "cast": _count_casts(deal for story in stories for deal in story.gold.get("deals", ()))}


def _count_casts(deals: Iterable[dict[str, Any]]) -> linear.Linear:
    """The logarithm of how often a deal of a type has such a cast, from 0 for one that was never seen."""
    counts = Counter(cast_feature(deal["deal_type"], (party["role"] for party in deal["parties"])) for deal in deals)
    return linear.Linear(("yes",), {name: (round(math.log(1 + 2 * count), 3),) for name, count in counts.items()})


def _fit(examples: Sequence[Example], strength: float) -> linear.Linear:
    counts = Counter(feature for example in examples for feature in example.features)
    rows = [{feature: 1.0 for feature in e.features if counts[feature] >= RARE} for e in examples]
    names = DictVectorizer(dtype=np.float64)
    matrix = names.fit_transform(rows)
    model = LogisticRegression(C=strength, max_iter=2000, fit_intercept=False, tol=1e-5)
    model.fit(matrix, [example.label for example in examples])
    classes = [str(label) for label in model.classes_] if len(model.classes_) > 2 else ["yes"]
    weights = {
        str(feature): tuple(round(float(weight), 3) for weight in column)
        for feature, column in zip(names.feature_names_, model.coef_.T)
        if max(map(abs, column)) >= LEAST
    }
    return linear.Linear(tuple(classes), weights)


def cross_tags(stories: Sequence[Story], tagger: Tagger) -> Rows:
    """The tags of every story by models that were fitted without it."""
    tagged: Rows = {}
    for part in range(PARTS):
        linear.LOADED.update(fit(story for i, story in enumerate(stories) if i % PARTS != part))
        tagged.update(tag_all(stories[part::PARTS], tagger))
    return tagged


def tag_all(stories: Sequence[Story], tagger: Tagger) -> Rows:
    """The tags of stories by the models that are loaded."""
    tagged = {}
    for story in stories:
        title, text = story.row.get("title"), story.row["text"]
        tagged[story.id] = tags_to_json(story.id, tagger.tag(title, text, story.row.get("lang")), title, text)
    return tagged


def report(stories: Sequence[Story], tagged: Rows) -> None:
    """Prints the figures set by set, then how far the score holds."""
    print("%-24s" % "" + "".join("%11s" % name for name in FIGURES))
    for name in sorted({story.set for story in stories}):
        inside = [story for story in stories if story.set == name and "deals" in story.gold]
        gold = {story.id: story.gold for story in inside}
        for what, rows in (("rules", {story.id: story.rules for story in inside}), ("models", tagged)):
            if inside:
                figures = score(gold, rows)[0]
                print("%-17s %-6s" % (name[:17], what) + "".join("%11.3f" % figures[figure] for figure in FIGURES))
    for name in sorted({story.set for story in stories}):
        _count(name, [story for story in stories if story.set == name])
    labels = [bool(story.gold["is_deal_story"]) for story in stories]
    scores = [float(tagged[story.id]["deal_score"]) for story in stories]
    brier = sum((s - label) ** 2 for s, label in zip(scores, labels)) / len(labels)
    print("\n%d stories, %d of them deals; Brier score %.4f" % (len(labels), sum(labels), brier))
    print("score        stories  mean score  deals among them")
    edges = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.01)
    for low, high in pairwise(edges):
        inside_ = [(s, label) for s, label in zip(scores, labels) if low <= s < high]
        if inside_:
            print("%.2f to %.2f %8d %11.3f %17.3f" % (low, min(high, 1), len(inside_), *map(np.mean, zip(*inside_))))
    for keep in (0.5, KEEP, 0.7, 0.8):
        said = [score >= keep for score in scores]
        right = sum(a and b for a, b in zip(said, labels))
        print("keep %.2f: f1 %.3f" % (keep, 2 * right / max(1, sum(said) + sum(labels))))


def _count(name: str, stories: Sequence[Story]) -> None:
    """Prints what a set consists of."""
    deals = [len(story.gold.get("deals", ())) for story in stories]
    words = [len(story.row["text"].split()) for story in stories]
    print(
        "%s: %d stories of %d to %d words, %d of them deal stories with %d deals, %d with several, %d not in English"
        % (
            name,
            len(stories),
            min(words),
            max(words),
            sum(story.gold["is_deal_story"] for story in stories),
            sum(deals),
            sum(count > 1 for count in deals),
            sum((story.row.get("lang") or "en") != "en" for story in stories),
        )
    )


def write(models: dict[str, linear.Linear]) -> None:
    """Puts the models where the tagger reads them."""
    for name, model in models.items():
        rows = [",".join([_cell(feature), *("%g" % w for w in ws)]) for feature, ws in sorted(model.weights.items())]
        text = "\n".join([",".join(["feature", *model.classes]), *rows]) + "\n"
        (DATA / ("model_%s.csv" % name)).write_text(text, encoding="utf-8")


def _cell(feature: str) -> str:
    return '"%s"' % feature.replace('"', '""') if set(feature) & set(',"') else feature


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--folder", type=Path, default=STORIES, help="labelled stories; by default the shipped ones")
    parser.add_argument("--write", action="store_true", help="write the models of all stories")
    args = parser.parse_args()
    tagger = Tagger()
    stories = read_stories(args.folder, tagger)
    if args.write:
        write(fit(stories))
    else:
        report(stories, cross_tags(stories, tagger))
    return 0


if __name__ == "__main__":
    sys.exit(main())
