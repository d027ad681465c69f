"""The tagger: single stories of every kind of deal, statuses, names, hostile text, outcomes."""

import json
from decimal import Decimal

import pytest
from apache_beam.utils.timestamp import Timestamp
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import taxonomy
from schemas.rows import Article, Entry, Outcome, Reject, Tags
from transforms.tag import TAGGER_VERSION, Tagger, tags_to_json
from transforms.tag.lexicon import LexiconError
from transforms.tag.transform import with_tags, without_tags

TAGGER = Tagger()


def brief(title: str, text: str, language: str = "en") -> list[tuple[str, str, set[str], float | None]]:
    """The deals of a story: type, status, names, amount."""
    tags = TAGGER.tag(title, text, language)
    return [
        (d.deal_type, d.status, {p.name for p in d.parties}, None if d.value_amount is None else float(d.value_amount))
        for d in tags.deals
    ]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "Vodafone to buy Quillnet",
            "Vodafone has agreed to buy broadband company Quillnet for $410 million in cash, the mobile operator said.",
            ("acquisition", "agreed", {"Vodafone", "Quillnet"}, 410e6),
        ),
        (
            "Quillnet sold",
            "Broadband company Quillnet has been bought by Vodafone for 90 million euros.",
            ("acquisition", "completed", {"Vodafone", "Quillnet"}, 90e6),
        ),
        (
            "Two cable groups talk",
            "Cable operators Larkvision and Teleborea are in talks about a merger, both said.",
            ("merger", "in_talks", {"Larkvision", "Teleborea"}, None),
        ),
        (
            "Suitor for Teleborea",
            "Vodafone is considering a bid for cable operator Teleborea, a newspaper reported.",
            ("acquisition", "rumoured", {"Vodafone", "Teleborea"}, None),
        ),
        (
            "Board says no",
            "Teleborea, the cable operator, has rejected a takeover bid from Vodafone.",
            ("acquisition", "terminated", {"Vodafone", "Teleborea"}, None),
        ),
        (
            "Ericsson wins order",
            "Ericsson has won a $75 million contract from Vodafone to supply base stations for its mobile network.",
            ("supply_contract", "agreed", {"Ericsson", "Vodafone"}, 75e6),
        ),
        (
            "Airline goes online",
            "Lufthansa has signed a five-year contract with Viasat for in-flight connectivity on 80 aircraft.",
            ("service_contract", "agreed", {"Lufthansa", "Viasat"}, None),
        ),
        (
            "Ride to orbit",
            "Arianespace will launch two satellites for Eutelsat under a launch contract signed on Monday.",
            ("launch_contract", "agreed", {"Arianespace", "Eutelsat"}, None),
        ),
        (
            "Roaming made easy",
            "Telia and Elisa have signed a roaming agreement for their mobile networks.",
            ("capacity", "agreed", {"Telia", "Elisa"}, None),
        ),
        (
            "Fresh money for a satellite start-up",
            "Satellite start-up Orbilark has raised $35 million in a Series B round led by Northgate Ventures.",
            ("stake", "completed", {"Orbilark", "Northgate Ventures"}, 35e6),
        ),
    ],
)
def test_a_sentence_gives_its_deal(title: str, text: str, expected: tuple[str, str, set[str], float | None]) -> None:
    assert brief(title, text)[0] == expected


@pytest.mark.parametrize(
    ("language", "title", "text", "names", "amount"),
    [
        (
            "es",
            "Compra en la fibra",
            "Telefónica ha comprado la operadora de fibra Luzalta por 120 millones de euros.",
            {"Telefónica", "Luzalta"},
            120e6,
        ),
        (
            "fr",
            "Rachat dans les télécoms",
            "Orange a racheté l'opérateur de fibre Alpinet pour 80 millions d'euros.",
            {"Orange", "Alpinet"},
            80e6,
        ),
        (
            "it",
            "Acquisto nella fibra",
            "Fastweb ha acquistato l'operatore di fibra Retelpe per 60 milioni di euro.",
            {"Fastweb", "Retelpe"},
            60e6,
        ),
        (
            "de",
            "Übernahme im Mobilfunk",
            "Vodafone übernimmt den Glasfaseranbieter NordWestNet für 45 Millionen Euro.",
            {"Vodafone", "NordWestNet"},
            45e6,
        ),
        (
            "pt",
            "Compra na fibra",
            "A Vodafone comprou a operadora de fibra Beiranet por 30 milhões de euros.",
            {"Vodafone", "Beiranet"},
            30e6,
        ),
    ],
)
def test_other_languages_give_parties_and_value(
    language: str, title: str, text: str, names: set[str], amount: float
) -> None:
    deal = brief(title, text, language)[0]
    assert deal[2] == names
    assert deal[3] == amount


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Vodafone launches a tariff", "Vodafone on Monday launched a plan with unlimited data for 20 euros a month."),
        (
            "Telia's profit falls",
            "Telia said quarterly profit fell 12 percent to 80 million euros on weak mobile sales.",
        ),
        ("Bakers merge", "Bakery chains Crumbs and Oven & Sons have agreed to merge in a deal worth $40 million."),
        ("Network down", "A fault cut off 300,000 Orange mobile customers in Brittany for five hours on Tuesday."),
        ("Fine for a carrier", "A court fined mobile operator Telia 2 million euros for misleading advertising."),
        ("Peace at last", "The government and the rebels signed a peace agreement on Sunday, radio said."),
    ],
)
def test_what_is_no_deal_gives_none(title: str, text: str) -> None:
    tags = TAGGER.tag(title, text, "en")
    assert not tags.is_deal_story
    assert tags == Tags(False, tags.deal_score)


def test_a_conversion_debt_and_revenue_are_no_values() -> None:
    text = (
        "Teleborea, which owes 900 million euros and had revenue of 400 million, will be sold to Vodafone for "
        "1.2 billion euros ($1.3 billion), the cable operator said."
    )
    assert brief("Teleborea sold", text)[0][3] == 1.2e9


def test_two_deals_of_one_story_stay_apart() -> None:
    text = (
        "Vodafone has agreed to buy fibre company Quillnet for $410 million. "
        "Separately, Orange sold its Larkvision cable unit to Liberty Global for $95 million."
    )
    deals = brief("A busy day in cable", text)
    assert [deal[3] for deal in deals] == [410e6, 95e6]
    assert deals[1][2] >= {"Orange", "Liberty Global"}


def test_a_capital_that_negotiates_is_its_government() -> None:
    deals = brief(
        "Satellite talks", "Italy is in talks with SpaceX on a five-year deal for secure satellite communications."
    )
    assert deals[0][:3] == ("service_contract", "in_talks", {"Government of Italy", "SpaceX"})


@pytest.mark.parametrize(
    "text", ["Three satellites crossed the sky.", "She ate an orange and an apple under an open sky."]
)
def test_ambiguous_names_need_their_context(text: str) -> None:
    tags = TAGGER.tag("Notes", text + " A mobile operator signed a contract with Nokia.", "en")
    assert not {p.name for d in tags.deals for p in d.parties} & {"Three", "Three UK", "Orange", "Apple", "Sky"}


def test_the_json_line_has_the_documented_keys() -> None:
    title, text = (
        "Vodafone to buy Quillnet",
        "Vodafone agreed to buy 40 percent of fibre operator Quillnet for $5 million.",
    )
    line = tags_to_json("x", TAGGER.tag(title, text), title, text)
    assert json.loads(json.dumps(line)) == line
    assert list(line) == ["id", "is_deal_story", "deal_score", "sectors", "topics", "deals"]
    deal = line["deals"][0]
    assert deal["stake_pct"] == 40
    assert deal["value"]["amount"] == 5_000_000
    full = title + "\n\n" + text
    for party in deal["parties"]:
        assert full[slice(*party["span"])] == party["name_as_written"]
    assert full[slice(*deal["value"]["span"])] == "$5 million"
    assert full[slice(*deal["span"])] == deal["quote"]
    with pytest.raises(ValueError):
        tags_to_json("x", TAGGER.tag(title, text), title, "another text")


def test_every_field_is_of_its_enumeration() -> None:
    text = (
        "Nokia won an order from Telia. SES leased capacity to the US Army. Eutelsat sold bonds of 300 million euros."
    )
    for deal in TAGGER.tag("Round-up of satellite and telecom deals", text).deals:
        assert deal.deal_type in {v.value for v in taxonomy.DEAL_TYPES}
        assert deal.status in {v.value for v in taxonomy.STATUSES}
        assert deal.fact_level in {v.value for v in taxonomy.FACT_LEVELS}
        assert {p.role for p in deal.parties} <= {v.value for v in taxonomy.ROLES}
        assert set(deal.topics) <= {v.value for v in taxonomy.TOPICS}
        assert deal.tagger_version == TAGGER_VERSION


def test_the_day_of_the_story_gives_dollars() -> None:
    text = "Vodafone agreed to buy fibre operator Quillnet for 100 million euros."
    deal = TAGGER.tag("Fibre deal", text, "en", Timestamp.from_rfc3339("2019-06-03T12:00:00Z")).deals[0]
    assert deal.value_usd is not None
    assert Decimal(100_000_000) < deal.value_usd < Decimal(125_000_000)
    assert str(deal.fx_date) == "2019-06-03"
    assert TAGGER.tag("Fibre deal", text).deals[0].value_usd is None


def test_a_lexicon_file_adds_a_company_and_a_bad_one_says_why(tmp_path) -> None:
    added = tmp_path / "own.csv"
    added.write_text(
        "name,aliases,kind,country,sectors\nzyxtel one,zyxtel,mobile_operator,FI,telecom\n", encoding="utf-8"
    )
    party = Tagger([str(added)]).tag("Takeover", "Vodafone agreed to buy zyxtel for $5 million.").deals[0].parties[-1]
    assert (party.country, party.source) == ("FI", "lexicon")
    bad = tmp_path / "bad.csv"
    bad.write_text("company\nx\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="name"):
        Tagger([str(bad)])
    with pytest.raises(LexiconError):
        Tagger([str(tmp_path / "missing.csv")])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.text(max_size=400))
def test_any_text_is_tagged_and_its_spans_verify(title: str, text: str) -> None:
    text = "Vodafone agreed to buy " + text + " for $5 million, the mobile operator said."
    full = title + "\n\n" + text
    tags = TAGGER.tag(title, text)
    assert tags == TAGGER.tag(title, text)
    for deal in tags.deals:
        assert full[deal.span_start : deal.span_end] == deal.quote
        for party in deal.parties:
            assert full[party.span_start : party.span_end] == party.name_as_written


@pytest.mark.parametrize(
    "text", ["", "\ud800", "İİİ " * 50, "(" * 5000, "Vodafone, " * 5000, "a" * 100_000, "\n" * 5000]
)
def test_hostile_texts_are_no_trouble(text: str) -> None:
    assert isinstance(TAGGER.tag(None, text), Tags)


def _outcome(**changes: object) -> Outcome:
    article = Article(
        "a1",
        "f1",
        "e1",
        "http://x/",
        "http://x/",
        title="Vodafone to buy Quillnet",
        language="en",
        text="Vodafone has agreed to buy broadband company Quillnet for $410 million.",
    )
    return Outcome(Entry("e1", "f1"), article)._replace(**changes)


def test_tags_settle_an_open_entry_and_leave_a_settled_one() -> None:
    tags = TAGGER.tag("Vodafone to buy Quillnet", _outcome().article.text)
    tagged = with_tags(_outcome(), tags)
    assert (tagged.entry.disposition, tagged.article.is_deal_story, list(tagged.deals)) == (
        "deal",
        True,
        list(tags.deals),
    )
    paywalled = with_tags(_outcome(entry=Entry("e1", "f1", disposition="paywalled")), tags)
    assert paywalled.entry.disposition == "paywalled"


def test_an_article_that_fails_is_kept_untagged() -> None:
    reject = Reject("tag", "tag_crash", "e1", Timestamp(0))
    kept = without_tags(_outcome(), reject)
    assert (kept.article.is_deal_story, kept.entry.disposition, kept.rejects) == (None, "non_deal", [reject])
