"""Fits the tagger's score to labelled stories, and shows how far it can be believed.

    python -m bench.calibrate [--write] [FOLDER]

FOLDER, by default the shipped labelled stories, holds ``X.stories.jsonl`` with ``X.gold.jsonl``, or ``X.jsonl`` whose
lines hold story and label. Holdout sets are left out. The weights are a logistic regression's with a penalty on their
squares. Printed are the Brier score (mean squared difference of score and label; 0 is perfect), a table of reliability
and the decision at several thresholds, each story scored by weights that were fitted without it (ten parts).
``--write`` puts the weights of all stories into ``transforms/tag/data/score.csv``. With a FOLDER of its own the shipped
weights are measured, nothing is fitted.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.files import ROOT
from tests.gate import STORIES, read_rows
from transforms.tag import Tagger
from transforms.tag.score import probability

WEIGHTS = ROOT / "transforms" / "tag" / "data" / "score.csv"
PENALTY, PARTS = 1.0, 10
Evidence = dict[str, float]
Example = tuple[Evidence, bool]


def read_examples(folder: Path, tagger: Tagger) -> list[Example]:
    """Returns evidence and label of every story of a folder."""
    pairs: list[tuple[dict[str, str], bool]] = []
    for file in sorted(folder.glob("*.jsonl")):
        name = file.name.removesuffix(".jsonl")
        if name.endswith(".gold") or name.startswith("holdout"):
            continue
        rows = read_rows(file)
        gold = read_rows(folder / (name.removesuffix(".stories") + ".gold.jsonl")) if ".stories" in name else rows
        pairs += [(row, bool(gold[id_]["is_deal_story"])) for id_, row in rows.items()]
    return [(tagger.evidence(row.get("title"), row["text"], row.get("lang")), label) for row, label in pairs]


def fit(examples: Sequence[Example]) -> Evidence:
    """Returns the weights of a logistic regression by Newton's method; the bias is not penalised."""
    names = sorted({name for found, _ in examples for name in found})
    x = np.array([[found.get(name, 0.0) for name in names] for found, _ in examples])
    y = np.array([float(label) for _, label in examples])
    penalty = np.diag([0.0 if name == "bias" else PENALTY for name in names])
    w: NDArray[np.float64] = np.zeros(len(names))
    for _ in range(30):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (p - y) + penalty @ w
        curvature = (x * (p * (1 - p) + 1e-9)[:, None]).T @ x + penalty + 1e-9 * np.eye(len(names))
        w = w - np.linalg.solve(curvature, gradient)
    return {name: float(weight) for name, weight in zip(names, w)}


def cross_scores(examples: Sequence[Example]) -> list[float]:
    """Returns the score of every story by weights that were fitted without it."""
    scores = [0.0] * len(examples)
    for part in range(PARTS):
        weights = fit([example for i, example in enumerate(examples) if i % PARTS != part])
        for i in range(part, len(examples), PARTS):
            total = sum(weights.get(name, 0.0) * value for name, value in examples[i][0].items())
            scores[i] = 1.0 / (1.0 + math.exp(-total))
    return scores


def report(examples: Sequence[Example], scores: Sequence[float]) -> None:
    """Prints Brier score, reliability and the decision at thresholds."""
    labels = [label for _, label in examples]
    share = sum(labels) / len(labels)
    brier = sum((score - label) ** 2 for score, label in zip(scores, labels)) / len(labels)
    print(
        "%d stories, %.3f of them deals; Brier score %.4f (the share alone: %.4f)"
        % (len(labels), share, brier, share * (1 - share))
    )
    print("score        stories  mean score  deals among them")
    for low in (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95):
        high = {0.0: 0.05, 0.05: 0.2, 0.8: 0.95, 0.95: 1.01}.get(low, low + 0.2)
        inside = [(score, label) for score, label in zip(scores, labels) if low <= score < high]
        if inside:
            means = [sum(values) / len(inside) for values in zip(*inside)]
            print("%.2f to %.2f %8d %11.3f %17.3f" % (low, min(high, 1.0), len(inside), *means))
    rules = [bool(found.get("rules")) for found, _ in examples]
    _line("rules alone", rules, labels)
    for guess in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        _line("guess from %.1f" % guess, [r or s >= guess for r, s in zip(rules, scores)], labels)
    for keep in (0.05, 0.1, 0.2, 0.3, 0.4):
        _line("keep from %.2f" % keep, [s >= keep if r else s >= 0.6 for r, s in zip(rules, scores)], labels)


def _line(name: str, decided: Sequence[bool], labels: Sequence[bool]) -> None:
    right = sum(d and label for d, label in zip(decided, labels))
    precision, recall = right / max(1, sum(decided)), right / max(1, sum(labels))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print("%-15s precision %.3f  recall %.3f  f1 %.3f" % (name, precision, recall, f1))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help="labelled stories to measure the shipped weights on")
    parser.add_argument("--write", action="store_true", help="write the weights that all shipped stories give")
    args = parser.parse_args()
    score: Callable[[Sequence[Example]], list[float]] = cross_scores
    if args.folder is not None:
        score = _shipped_scores
    examples = read_examples(args.folder or STORIES, Tagger())
    report(examples, score(examples))
    if args.write and args.folder is None:
        rows = ["%s,%.3f" % (name, weight) for name, weight in sorted(fit(examples).items())]
        WEIGHTS.write_text("feature,weight\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return 0


def _shipped_scores(examples: Sequence[Example]) -> list[float]:
    return [probability(found) for found, _ in examples]


if __name__ == "__main__":
    sys.exit(main())
