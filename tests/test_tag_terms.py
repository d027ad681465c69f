"""Contract terms and stakes: phrases in our own words, and properties that hold for every text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.tag._figures import parse_digits, parse_words
from transforms.tag.terms import MAX_FOUND, MAX_MONTHS, find_stakes, find_terms

YEAR = 2025


@pytest.mark.parametrize(
    ("marked", "months"),
    [
        ("a ⟦five-year⟧ deal", 60),
        ("signed a ⟦10-year⟧, $300 million contract", 120),
        ("a ⟦three year⟧ contract", 36),
        ("a ⟦five-year⟧, 1.5 billion euro (S$2.1 billion) deal", 60),
        ("a ⟦15-year⟧ capacity agreement", 180),
        ("a ⟦20-year⟧ licence for the band", 240),
        ("a ⟦seven-year⟧ loan from the bank", 84),
        ("a ⟦24-month⟧ contract", 24),
        ("a contract for ⟦24 months⟧", 24),
        ("a ⟦two-and-a-half-year⟧ agreement", 30),
        ("the agreement covers supply over the next ⟦seven years⟧", 84),
        ("the deal will last for ⟦three years⟧", 36),
        ("leased the transponders for ⟦12 years⟧", 144),
        ("extended the contract by ⟦three years⟧", 36),
        ("a multi-year agreement with an initial term of ⟦five years⟧", 60),
        ("a contract lasting ⟦18 months⟧", 18),
        ("a ⟦five-year⟧ managed services contract with two one-year options", 60),
        ("a ⟦thirty-year⟧ lease of the masts", 360),
        ("it signed with the port for up to ⟦six years⟧", 72),
        ("the contract runs ⟦through 2030⟧", 60),
        ("extended its lease ⟦until 2034⟧", 108),
        ("the agreement is valid ⟦until the end of 2029⟧", 48),
        ("the pact runs ⟦until March 2028⟧", 36),
        ("un contrat de ⟦cinq ans⟧", 60),
        ("le contrat, d'une durée de ⟦sept ans⟧", 84),
        ("un contrato por ⟦cinco años⟧", 60),
        ("un acuerdo a ⟦10 años⟧", 120),
        ("el contrato está vigente ⟦hasta 2031⟧", 72),
        ("un accordo di ⟦dieci anni⟧", 120),
        ("um contrato de ⟦15 anos⟧", 180),
        ("einen Vertrag über ⟦fünf Jahre⟧", 60),
        ("ein Vertrag mit einer Laufzeit von ⟦36 Monaten⟧", 36),
        ("ein ⟦fünfjähriger⟧ Vertrag", 60),
        ("ein ⟦24-monatiges⟧ Abkommen", 24),
    ],
)
def test_reads_a_term(marked: str, months: int) -> None:
    text = marked.replace("⟦", "").replace("⟧", "")
    found = find_terms(text, YEAR)
    assert [(text[t.start : t.end], t.months) for t in found] == [
        (marked[marked.index("⟦") + 1 : marked.index("⟧")], months)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a multi-year deal",
        "the satellite has a 15-year design life",
        "a 15-year satellite life",
        "built for a service life of 15 years",
        "shares hit a five-year low",
        "its first contract in ten years",
        "for the first time in ten years a deal was signed",
        "a 15-year-old company won the contract",
        "two one-year options",
        "an option to extend the contract by two years",
        "plus two one-year extensions",
        "the deal is expected to close within six months",
        "talks on the deal went on for six months",
        "over the past five years it signed ten contracts",
        "the contract was signed five years ago",
        "he got three years in prison over the contract",
        "a five-year growth plan",
        "a three-year investment in services",
        "the company was founded 12 years ago",
        "a 10-year bond",
        "revenue will reach $5bn by 2030",
        "appointed chief executive for a three-year term",
        "the satellite will work through 2030",
        "it will shrink its fleet over the next six months",
        "a contract in the three months to June",
        "three-month profit",
        "a contract for three to five years",
        "the 2025 contract",
        "a year contract",
        "",
    ],
)
def test_reads_no_term(text: str) -> None:
    assert find_terms(text, YEAR) == []


def test_an_end_needs_the_year_of_the_story() -> None:
    assert find_terms("the lease runs until 2034") == []
    assert [t.months for t in find_terms("the lease runs until 2034", 2030)] == [48]
    assert find_terms("the lease ran until 2014", 2030) == []


@pytest.mark.parametrize(
    ("text", "stakes"),
    [
        ("a 49% stake", ["49"]),
        ("a 49 % stake", ["49"]),
        ("25 percent plus one share", ["25"]),
        ("bought 49.9 per cent of the operator", ["49.9"]),
        ("a 50-50 joint venture", ["50"]),
        ("they own it fifty-fifty", ["50"]),
        ("raised its stake in Lumen Orbit to 30 percent", ["30"]),
        ("cut its holding from 20% to 12%", ["20", "12"]),
        ("will hold 60% of the venture and Arqel 40%", ["60", "40"]),
        ("Vastel, which owns 12.5 percent of Telkor", ["12.5"]),
        ("an 80% interest in the cable", ["80"]),
        ("the remaining 30% of the company", ["30"]),
        ("a 10 percent equity stake", ["10"]),
        ("takes a ten percent stake", ["10"]),
        ("sold 35% of its shares", ["35"]),
        ("acquire 100% of Borealis", ["100"]),
        ("the state's 31.8% shareholding", ["31.8"]),
        ("a 51 per cent controlling stake", ["51"]),
        ("the 49 percent-owned venture", ["49"]),
        ("is 70% owned by the state", ["70"]),
        ("acquired a further 9.9 pct stake", ["9.9"]),
        ("51 Prozent der Anteile", ["51"]),
        ("hält 25 Prozent an Telkor", ["25"]),
        ("compró el 51% de la empresa", ["51"]),
        ("una participación del 24,5 por ciento", ["24.5"]),
        ("détient 24,5 % du capital", ["24.5"]),
        ("ha comprato il 60% di Telkor", ["60"]),
        ("the fund has 20% of Telkor", ["20"]),
        ("adquiriu 20% da operadora", ["20"]),
    ],
)
def test_reads_a_stake(text: str, stakes: list[str]) -> None:
    assert [str(s.pct) for s in find_stakes(text)] == stakes


@pytest.mark.parametrize(
    "text",
    [
        "shares rose 5%",
        "revenue grew 12 percent",
        "sales increased by 30 per cent",
        "a majority stake",
        "a 25% share of the market",
        "it has 30 percent of the market",
        "a market share of 40%",
        "a 50-50 chance",
        "a loan at 5% interest",
        "a 5 percent interest rate",
        "at a 20% premium to the close",
        "shares of the company fell 3 percent to $12",
        "holds 40% of all subscribers",
        "covers 95% of the population",
        "cut 10% of its workforce",
        "the stake rose in value by 5%",
        "owns a network covering 60% of homes",
        "the stock gained 2.1 percent after the stake sale",
        "a 150% stake",
        "a margin of 30%",
        "have a score of at least 65 per cent in our survey",
        "up two percentage points",
        "0% financing",
        "",
    ],
)
def test_reads_no_stake(text: str) -> None:
    assert find_stakes(text) == []


def test_spans_of_stakes() -> None:
    text = "It bought 49.9 per cent of Telkor; two funds keep a ten percent stake."
    assert [text[s.start : s.end] for s in find_stakes(text)] == ["49.9 per cent", "ten percent"]


@pytest.mark.parametrize(
    ("raw", "grouping", "number"),
    [
        ("1", ",", "1"),
        ("1,200", ",", "1200"),
        ("1.200", ",", "1.200"),
        ("1.200", ".", "1200"),
        ("1,200", ".", "1.200"),
        ("1.234.567", ",", "1234567"),
        ("1,20,000", ",", "120000"),
        ("1.234,5", ",", "1234.5"),
        ("1,234.5", ".", "1234.5"),
        ("0.125", ".", "0.125"),
        ("1 200 000,50", ",", "1200000.50"),
        ("1.2.3", ",", None),
        ("12,34,5", ",", None),
        ("1" * 40, ",", None),
        ("١٢", ",", None),
        (".", ",", None),
    ],
)
def test_digits(raw: str, grouping: str, number: str | None) -> None:
    assert parse_digits(raw, grouping) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("two", "2"),
        ("twenty five", "25"),
        ("one hundred", "100"),
        ("one hundred and fifty", "150"),
        ("two thousand five hundred", "2500"),
        ("dos mil quinientos", "2500"),
        ("half a", "0.5"),
        ("two point five", "2.5"),
        ("five twenty", None),
        ("two one", None),
        ("and five", None),
        ("hundred and", None),
        ("point five", None),
        ("two point fifty", None),
    ],
)
def test_number_words(words: str, number: str | None) -> None:
    assert parse_words(words.split()) == (None if number is None else Decimal(number))


PIECES = st.sampled_from(
    "five 10 2.5 two-and-a-half 50-50 49 % percent per cent Prozent year years months -year ans años jährig Jahre "
    "contract deal lease for over of the next until through 2030 2034 stake in to from plus one share holding own "
    ", . ; İ - \u00a0 \n".split(" ")
)
TEXTS = st.one_of(
    st.text(max_size=120), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)
)


@given(TEXTS, st.one_of(st.none(), st.integers(1, 9999)))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_sound_terms_and_stakes(text: str, year: int | None) -> None:
    terms, stakes = find_terms(text, year), find_stakes(text)
    assert (terms, stakes) == (find_terms(text, year), find_stakes(text))
    assert terms == sorted(terms)
    assert stakes == sorted(stakes)
    for term in terms:
        assert 0 <= term.start < term.end <= len(text)
        assert 1 <= term.months <= MAX_MONTHS
        assert text[term.start : term.end] == text[term.start : term.end].strip()
    for stake in stakes:
        assert 0 <= stake.start < stake.end <= len(text)
        assert 0 < stake.pct <= 100
    assert len(terms) <= MAX_FOUND
    assert len({stake.start for stake in stakes}) == len(stakes)
