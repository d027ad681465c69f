"""The models that settle a deal: sums of weights, features that know no company by name, and what may not be lost."""

from __future__ import annotations

import pytest

from tests.gate import STORIES, read_rows
from transforms.tag import Tagger
from transforms.tag.features import status_features, type_features
from transforms.tag.further import further_features
from transforms.tag.linear import MODELS, Linear, load_model
from transforms.tag.parties import cast_feature
from transforms.tag.party_features import MAX_NAMES, candidates
from transforms.tag.sum_features import MAX_SUMS, sums
from transforms.tag.tagger import Reading

SOME = 400  # stories in which every kind of feature occurs


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger()


def test_a_class_is_the_sum_of_its_weights() -> None:
    model = Linear(("a", "b"), {"x": (1.0, 0.0), "y": (0.0, 1.5), "z": (0.2, 0.0)})
    assert model.sums(["x", "y", "unknown"]) == [1.0, 1.5]
    assert model.best(["x", "y"]) == "b"
    assert model.best(["x", "y"], "a", 0.6) == "a"
    assert model.best(["x", "y"], "c", 9.0) == "b"  # a class that the model has not
    assert model.best([]) == "a"


def test_a_probability_stays_within_its_bounds() -> None:
    model = Linear(("yes",), {"x": (2.0,), "much": (1e9,)})
    assert model.probability([]) == 0.5
    assert 0.88 < model.probability(["x"]) < 0.89
    assert model.probability(["much"]) < 1.0


def test_a_cast_is_filed_by_type_and_roles_in_any_order() -> None:
    assert cast_feature("stake", ["target", "investor"]) == "stake investor target"
    assert cast_feature("stake", ["investor", "target"]) == "stake investor target"
    assert cast_feature("financing", ["lender"] * 9) == "financing lender lender lender lender"


def test_the_shipped_casts_are_those_of_the_stories() -> None:
    """Two buyers without anything bought were seen less often than a buyer and what it bought."""
    usual = load_model("cast")
    seen = [usual.sums(["acquisition " + roles])[0] for roles in ("acquirer target", "acquirer acquirer", "no role")]
    assert seen[0] > seen[1] >= seen[2] == 0.0


def deal_features(tagger: Tagger, reading: Reading) -> list[list[str]]:
    page, deals = reading.page, reading.deals
    further = tagger.further(reading)
    rows = [features for deal in deals for features in (type_features(page, deal), status_features(page, deal))]
    rows += [row.features for deal in deals for row in candidates(page, deal, deals)]
    rows += [further_features(page, draft, deals[0], further) for draft in further]
    return rows + [features for deal in deals for _, features in sums(page, deal, deals)]


def test_what_the_models_go_by_names_no_company(tagger: Tagger) -> None:
    """So they cannot know a deal by who makes it."""
    text = "%s has agreed to buy fibre network operator %s for 40 million euros, %s said on Monday. "
    text += "Separately, Nokia will supply Telia with radios under a contract worth 5 million euros."
    one = tagger.read("Fibre firm sold", text % ("Vodafone", "Zaplink", "Vodafone"), "en")
    other = tagger.read("Fibre firm sold", text % ("Orange", "Kvikfiber", "Orange"), "en")
    assert len(one.deals) == len(other.deals) == 2
    assert deal_features(tagger, one) == deal_features(tagger, other)
    found = " ".join(feature for features in deal_features(tagger, one) for feature in features)
    assert "vodafo" not in found and "zaplin" not in found


def test_no_feature_counts_twice(tagger: Tagger) -> None:
    reading = tagger.read("SES wins", "SES won a contract worth $5 million from NATO, and NATO praised SES.", "en")
    rows = deal_features(tagger, reading)
    assert rows and all(len(row) == len(set(row)) for row in [*rows, reading.evidence])


@pytest.mark.parametrize("name", MODELS)
def test_the_shipped_weights_are_of_the_features_that_the_code_makes(tagger: Tagger, name: str) -> None:
    """A feature that was renamed without fitting anew would be lost in silence."""
    seen: set[str] = set()
    rows = [row for file in ("dev", "train") for row in read_rows(STORIES / (file + ".stories.jsonl")).values()]
    for row in rows[:SOME]:
        reading = tagger.read(row["title"], row["text"], row["lang"])
        seen.update(reading.evidence)
        seen.update(feature for features in deal_features(tagger, reading) for feature in features)
        for deal in reading.deals:
            for candidate in candidates(reading.page, deal, reading.deals):
                seen.update("now=%s" % deal.deal_type for _ in candidate.features[:1])
    weights = load_model(name).weights
    marked = {feature for feature in weights if "=" in feature and not feature.startswith(("ruled=", "now="))}
    kinds = {feature.split("=")[0] for feature in marked}
    unknown = kinds - {feature.split("=")[0] for feature in seen if "=" in feature}
    assert not unknown, unknown


def test_a_page_of_names_or_sums_has_a_bounded_number_of_candidates(tagger: Tagger) -> None:
    names = ", ".join("Zaplink%s" % chr(97 + i % 26) * (1 + i // 26) for i in range(60))
    money = " ".join("and $%d million" % i for i in range(1, 60))
    reading = tagger.read("Vodafone buys Zaplink", "Vodafone buys %s. It pays %s." % (names, money), "en")
    deal = reading.deals[0]
    assert len(candidates(reading.page, deal, reading.deals)) <= MAX_NAMES + len(deal.parties)
    assert len(sums(reading.page, deal, reading.deals)) <= MAX_SUMS


def test_a_sum_is_no_name(tagger: Tagger) -> None:
    text = "State operator BSNL has placed an order worth INR150 billion with Tata Consultancy Services for NOK1.2bn."
    reading = tagger.read("Order", text, "en")
    names = {row.mention.name for row in candidates(reading.page, reading.deals[0], reading.deals)}
    assert names == {"BSNL", "Tata Consultancy Services"}


def test_two_deals_never_take_one_sum(tagger: Tagger) -> None:
    text = (
        "Vodafone agreed to buy fibre firm Zaplink for $40 million. SES won a contract from NATO. "
        "Telesat signed a launch contract with SpaceX."
    )
    deals = tagger.tag("Three deals in a day", text, "en").deals
    taken = [deal.value_span_start for deal in deals if deal.value_amount is not None]
    assert len(deals) == 3 and len(taken) == len(set(taken)) == 1
