"""Amounts of money: phrases in our own words, and properties that hold for every text."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.tag.amounts import MAX_AMOUNTS, Amount, find_amounts, home_dollar
from transforms.tag.fx import to_usd

M, BN, TN = 10**6, 10**9, 10**12


def only(text: str) -> Amount:
    found = find_amounts(text)
    assert len(found) == 1, found
    return found[0]


# text with the figure's words in ⟦ ⟧ → amount, currency
READ = [
    # English: symbols, scales, spacing
    ("a ⟦US$1.2 billion⟧ order", 1.2 * BN, "USD"),
    ("paid ⟦$1.2bn⟧ for it", 1.2 * BN, "USD"),
    ("the ⟦$41 bn⟧ bid", 41 * BN, "USD"),
    ("a ⟦$1.4 bln⟧ loan", 1.4 * BN, "USD"),
    ("for ⟦$200M⟧,", 200 * M, "USD"),
    ("for ⟦$3.3B⟧.", 3.3 * BN, "USD"),
    ("the ⟦$250 mn⟧ bid", 250 * M, "USD"),
    ("sold for ⟦$1,250,000.50⟧", 1250000.50, "USD"),
    ("the ⟦$0.5 billion⟧ order", 500 * M, "USD"),
    ("about ⟦U.S.$75 million⟧", 75 * M, "USD"),
    ("some ⟦US $5 million⟧", 5 * M, "USD"),
    ("some ⟦5 million U.S. dollars⟧", 5 * M, "USD"),
    ("a ⟦$1.2-billion⟧ order", 1.2 * BN, "USD"),
    ("⟦£3m⟧ of masts", 3 * M, "GBP"),
    ("⟦20.5 million pounds⟧", 20.5 * M, "GBP"),
    ("⟦532 pence⟧ in cash", 5.32, "GBP"),
    ("⟦€22bn⟧", 22 * BN, "EUR"),
    ("⟦22 billion euros⟧", 22 * BN, "EUR"),
    ("⟦EUR 22 bln⟧", 22 * BN, "EUR"),
    ("a ⟦1.8-billion-euro⟧ network", 1.8 * BN, "EUR"),
    ("⟦1,200 million euros⟧", 1200 * M, "EUR"),
    ("a ⟦100,000-dollar⟧ grant", 100_000, "USD"),
    ("⟦150 million USD⟧", 150 * M, "USD"),
    ("⟦12 M€⟧", 12 * M, "EUR"),
    ("⟦150 MSEK⟧ order", 150 * M, "SEK"),
    ("order of ⟦MSEK 150⟧", 150 * M, "SEK"),
    # other dollars
    ("⟦C$400 million⟧", 400 * M, "CAD"),
    ("⟦A$93.3 million⟧", 93.3 * M, "AUD"),
    ("⟦NZ$5m⟧", 5 * M, "NZD"),
    ("⟦S$2.1 billion⟧", 2.1 * BN, "SGD"),
    ("⟦HK$7.8bn⟧", 7.8 * BN, "HKD"),
    ("⟦NT$300 million⟧", 300 * M, "TWD"),
    ("⟦40 million Canadian dollars⟧", 40 * M, "CAD"),
    ("⟦$30 million (Canadian)⟧ for masts", 30 * M, "CAD"),
    ("it paid ⟦$30 million Canadian⟧.", 30 * M, "CAD"),
    ("a ⟦$30 million⟧ Canadian company", 30 * M, "USD"),
    # codes and symbols of the world
    ("⟦AED 367m⟧", 367 * M, "AED"),
    ("⟦SAR1.5bn⟧", 1.5 * BN, "SAR"),
    ("⟦NGN 50bn⟧", 50 * BN, "NGN"),
    ("⟦N50bn⟧ of towers", 50 * BN, "NGN"),
    ("⟦R500 million⟧ in South Africa", 500 * M, "ZAR"),
    ("⟦Ksh 4.5 billion⟧", 4.5 * BN, "KES"),
    ("⟦THB 32.4 billion⟧", 32.4 * BN, "THB"),
    ("⟦RM1.2 billion⟧", 1.2 * BN, "MYR"),
    ("⟦Rp 3 triliun⟧", 3 * TN, "IDR"),
    ("⟦3 trillion rupiah⟧", 3 * TN, "IDR"),
    ("⟦₹1,200 crore⟧", 1200 * 10**7, "INR"),
    ("⟦Rs 500 crore⟧", 500 * 10**7, "INR"),
    ("⟦Rs. 1,200 crore⟧", 1200 * 10**7, "INR"),
    ("⟦Rs 1,20,000 crore⟧", 120_000 * 10**7, "INR"),
    ("⟦Rs 1.2 lakh crore⟧", 1.2 * 10**12, "INR"),
    ("⟦Rs 45 lakh⟧", 45 * 10**5, "INR"),
    ("⟦Tk 500 crore⟧", 500 * 10**7, "BDT"),
    ("Pakistan will get ⟦Rs 5 billion⟧", 5 * BN, "PKR"),
    ("⟦¥100 billion⟧", 100 * BN, "JPY"),
    ("⟦100 billion yen⟧", 100 * BN, "JPY"),
    ("China will pay ⟦¥30bn⟧", 30 * BN, "CNY"),
    ("⟦5 trillion won⟧", 5 * TN, "KRW"),
    ("⟦3.65 billion Swiss francs⟧", 3.65 * BN, "CHF"),
    ("⟦SFr3.65bn⟧", 3.65 * BN, "CHF"),
    ("⟦90 million dirhams⟧", 90 * M, "AED"),
    ("Morocco asks ⟦90 million dirhams⟧", 90 * M, "MAD"),
    ("⟦2 billion kronor⟧", 2 * BN, "SEK"),
    ("⟦2 billion Norwegian kroner⟧", 2 * BN, "NOK"),
    ("Copenhagen: ⟦2 billion kroner⟧", 2 * BN, "DKK"),
    ("in Chile, ⟦8 billion pesos⟧", 8 * BN, "CLP"),
    ("Manila: ⟦8 billion pesos⟧", 8 * BN, "PHP"),
    ("⟦P2.5 billion⟧", 2.5 * BN, "PHP"),
    ("⟦40 million Jordanian dinars⟧", 40 * M, "JOD"),
    # words
    ("⟦two billion dollars⟧", 2 * BN, "USD"),
    ("⟦half a billion dollars⟧", 500 * M, "USD"),
    ("⟦a quarter of a billion dollars⟧", 250 * M, "USD"),
    ("⟦two and a half billion dollars⟧", 2.5 * BN, "USD"),
    ("⟦one hundred and fifty million euros⟧", 150 * M, "EUR"),
    ("⟦one point five billion euros⟧", 1.5 * BN, "EUR"),
    ("for a symbolic ⟦one euro⟧", 1, "EUR"),
    ("for ⟦£1⟧", 1, "GBP"),
    # French
    ("⟦1,5 milliards d'euros⟧", 1.5 * BN, "EUR"),
    ("⟦17 milliards d’euros⟧", 17 * BN, "EUR"),
    ("⟦un milliard et demi d'euros⟧", 1.5 * BN, "EUR"),
    ("⟦1 200 000 euros⟧", 1_200_000, "EUR"),
    ("⟦3,5 Md€⟧", 3.5 * BN, "EUR"),
    # Spanish: the long scale
    ("⟦1.000 millones de euros⟧", 1000 * M, "EUR"),
    ("⟦mil millones de dólares⟧", 1000 * M, "USD"),
    ("⟦dos mil quinientos millones de euros⟧", 2500 * M, "EUR"),
    ("⟦1 billón de pesos⟧", TN, "MXN"),
    ("⟦US$ 12.500 millones⟧", 12_500 * M, "USD"),
    ("⟦USD 380 millones⟧", 380 * M, "USD"),
    # Portuguese
    ("⟦R$ 150 milhões⟧", 150 * M, "BRL"),
    ("⟦2,5 bilhões de reais⟧", 2.5 * BN, "BRL"),
    ("⟦3 mil milhões de euros⟧", 3 * BN, "EUR"),
    # German
    ("⟦1,2 Milliarden Euro⟧", 1.2 * BN, "EUR"),
    ("⟦1,2 Mrd. Euro⟧ zahlt", 1.2 * BN, "EUR"),
    ("⟦CHF 300 Mio⟧.", 300 * M, "CHF"),
    ("⟦2.400 Millionen Euro⟧", 2400 * M, "EUR"),
    # Italian
    ("⟦1,5 miliardi di euro⟧", 1.5 * BN, "EUR"),
    ("⟦€ 1.500 mln⟧", 1500 * M, "EUR"),
    ("⟦trecento milioni di euro⟧", 300 * M, "EUR"),
]


@pytest.mark.parametrize(("marked", "amount", "currency"), READ)
def test_reads_a_figure(marked: str, amount: float, currency: str) -> None:
    text = marked.replace("⟦", "").replace("⟧", "")
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    found = only(text)
    assert (found.amount, found.currency) == (Decimal(str(amount)), currency)
    assert text[found.start : found.end] == text[start:end]


@pytest.mark.parametrize(
    "text",
    [
        "12 million subscribers",
        "the network reaches 40 million homes in 2004",
        "call +44 20 7946 0958 or 555-0134",
        "a multi-million-dollar order",
        "a multi-billion-dollar network",
        "billions of dollars",
        "hundreds of millions of euros",
        "several million pounds",
        "prices in 2004 dollars",
        "the satellite weighs 12,000 pounds",
        "5,000 pounds of cargo",
        "won 5 contracts and 3 orders",
        "version 1.2.3.4 of ISO 9001",
        "20 MHz at 3.5 GHz for 5G",
        "$, €€€ and £",
        "article R20 and model K40",
        "1999-2004",
        "",
    ],
)
def test_reads_no_figure(text: str) -> None:
    assert find_amounts(text) == []


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("for $5m", "exact"),
        ("for about $5m", "approximately"),
        ("for nearly $5m", "approximately"),
        ("for $5m or so", "approximately"),
        ("rund 5 Millionen Euro", "approximately"),
        ("a billion-dollar order", "approximately"),
        ("for up to $5m", "up_to"),
        ("an order with a $950 million ceiling", "up_to"),
        ("approx. $40m", "approximately"),
        ("$5m plus debt", "exact"),
        ("as much as $5m", "up_to"),
        ("up to a total of $5m", "up_to"),
        ("jusqu'à 5 millions d'euros", "up_to"),
        ("hasta 5 millones de euros", "up_to"),
        ("for more than €3bn", "at_least"),
        ("at least €3bn", "at_least"),
        ("€3bn-plus", "at_least"),
        ("mehr als 2 Milliarden Euro", "at_least"),
        ("over $3bn", "at_least"),
        ("built under a $410 million contract", "exact"),
        ("the total went up to $600 million", "exact"),
        ("it rose about $5m", "approximately"),
    ],
)
def test_reads_the_qualifier(text: str, qualifier: str) -> None:
    assert only(text).qualifier == qualifier


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("$300 million-$350 million", 300 * M, 350 * M),
        ("$300-350 million", 300 * M, 350 * M),
        ("$300 million to $350 million", 300 * M, 350 * M),
        ("USD700 million–USD800 million", 700 * M, 800 * M),
        ("between 2 and 3 billion euros", 2 * BN, 3 * BN),
        ("between $900 million and $1.1 billion", 900 * M, 1.1 * BN),
        ("$5 to $6 million", 5 * M, 6 * M),
        ("ranging from $2 billion to $3 billion", 2 * BN, 3 * BN),
        ("entre 2 y 3 mil millones de euros", 2 * BN, 3 * BN),
        ("entre 500 et 600 millions d'euros", 500 * M, 600 * M),
        ("zwischen 2 und 3 Milliarden Euro", 2 * BN, 3 * BN),
        ("tra 2 e 3 miliardi di euro", 2 * BN, 3 * BN),
        ("de 2 a 3 bilhões de reais", 2 * BN, 3 * BN),
    ],
)
def test_reads_a_range(text: str, low: float, high: float) -> None:
    found = only(text)
    assert found.qualifier == "range"
    assert (found.min, found.max, found.amount) == (Decimal(str(low)), Decimal(str(high)), Decimal(str(high)))


def test_two_figures_that_are_no_range() -> None:
    assert [a.amount for a in find_amounts("pays $3 million to 5 million households")] == [3 * M]
    assert [a.qualifier for a in find_amounts("$5 million to €6 million")] == ["exact", "exact"]
    first, second = find_amounts("it lifted the bid from $2 billion to $3 billion")
    assert (first.role, second.role, second.qualifier) == ("superseded", None, "exact")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("35.6 million euros ($43.2 million)", ["value", "conversion"]),
        ("€1.5bn (about US$1.6 billion)", ["value", "conversion"]),
        ("40 billion yen ($370 million; 300 million euros)", ["value", "conversion", "conversion"]),
        ("US$500 million, or about 4.2 billion kronor,", ["value", "conversion"]),
        ("$500 million (of which $100 million in cash)", ["value", "value"]),
        ("$41 a share, or about $3 billion", ["per_share", "value"]),
        ("15 cents a share", ["per_share"]),
        ("$25.75 in cash for each ordinary share", ["per_share"]),
        ("450p a share", ["per_share"]),
        ("a 532-pence-a-share bid", ["per_share"]),
        ("shares rose 3 percent to $41.20", ["per_share"]),
        ("13,50 Euro je Aktie", ["per_share"]),
        ("$5 million a year", ["rate"]),
        ("$5 million a year ago", ["value"]),
        ("€1m-a-year lease", ["rate"]),
        ("£15 a month", ["rate"]),
        ("an annual rent of $5 million", ["rate"]),
        ("$60 million per launch", ["rate"]),
        ("$2 per user", ["rate"]),
        ("($1 = 10.57 Swedish crowns)", ["rate", "rate"]),
    ],
)
def test_tells_what_kind_of_figure(text: str, kinds: list[str]) -> None:
    assert [a.kind for a in find_amounts(text)] == kinds


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("buys the firm for $5bn", [None]),
        ("including debt of $1.2 billion", ["debt"]),
        ("takes on $2 billion in debt", ["debt"]),
        ("$11 billion including debt", [None]),
        ("a $3 billion debt facility", [None]),
        ("which had revenue of $2bn last year, for $5bn", ["revenue", None]),
        ("$20 million in annual sales", ["revenue"]),
        ("a net loss of $5 million", ["profit"]),
        ("its market value of €35 billion", ["market_value"]),
        ("was fined $20m", ["fine"]),
        ("a $20 million fine", ["fine"]),
        ("pays $5 million to settle the suit", ["fine"]),
        ("would have cost over 10 billion euros", ["cost"]),
        ("savings of $200 million a year", ["cost"]),
        ("a $300 million investment plan", ["investment_plan"]),
        ("to invest $300 million in the start-up", [None]),
        ("a dividend of $1 billion", ["dividend"]),
        ("a $15 billion market", ["market"]),
        ("raised its offer to $3.2 billion from $2.9 billion", [None, "superseded"]),
        ("an earlier offer of $2bn", ["superseded"]),
        ("a break-up fee of $200 million", ["fee"]),
        ("a deal that values the firm at $5bn", ["valuation"]),
        ("sells its loss-making debt collector for about $5bn", [None]),
        ("buys market leader Telkor for €5m", [None]),
        ("sells tower assets for $500 million", [None]),
        ("raised $70 million, bringing its total to $150 million", [None, "total"]),
        ("deuda de 500 millones de euros", ["debt"]),
        ("un chiffre d'affaires de 2 milliards d'euros", ["revenue"]),
        ("bei einem Umsatz von 2 Milliarden Euro", ["revenue"]),
        ("receita de R$ 2 bilhões", ["revenue"]),
        ("ricavi per 2 miliardi di euro", ["revenue"]),
    ],
)
def test_tells_what_is_no_price(text: str, roles: list[str | None]) -> None:
    assert [a.role for a in find_amounts(text)] == roles


def test_a_figure_without_currency_counts_after_words_of_worth() -> None:
    found = only("a deal worth 2.1 billion, it said")
    assert (found.amount, found.currency) == (Decimal("2.1") * BN, None)
    assert find_amounts("a network of 2.1 billion, it said") == []


def test_the_dollar_of_the_page() -> None:
    assert find_amounts("$5m", dollar="CAD")[0].currency == "CAD"
    assert find_amounts("US$5m", dollar="CAD")[0].currency == "USD"
    assert home_dollar("Ottawa lends $2 billion (US$1.5 billion) to a Canadian operator") == "CAD"
    assert home_dollar("Ottawa lends $2 billion to a Canadian operator") == "USD"
    assert home_dollar("US$5m for a Sydney firm") == "USD"


def test_offsets_survive_letters_whose_lower_case_is_longer() -> None:
    text = "İİİ İstanbul: Türk operatörü pays $5 million"
    assert [text[a.start : a.end] for a in find_amounts(text)] == ["$5 million"]


def test_a_page_of_figures_is_cut_off() -> None:
    assert 0 < len(find_amounts("$5m, " * 20_000)) <= MAX_AMOUNTS


PIECES = st.sampled_from(
    "$ € £ US$ R$ Rs Rs. kr EUR USD 1 12 1.5 1,200 1.000 20% 2004 bn m k million billion milliards Mrd. millones mil "
    "crore lakh euros dollars pounds pesos won a an one two half and of de d'euros to - – ( ) , . ; between from up "
    "about per share a year debt revenue İ ß ١٢ 𝟓 \u00a0 \n".split(" ")
)
TEXTS = st.one_of(
    st.text(max_size=120), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)
)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_text_gives_sound_amounts(text: str) -> None:
    found = find_amounts(text)
    assert found == find_amounts(text)
    last = 0
    for a in found:
        assert last <= a.start < a.end <= len(text)
        last = a.end
        assert 0 <= a.amount <= 10**16
        words = text[a.start : a.end]
        assert words == words.strip()
        assert re.search(r"\d|[a-z]", words.lower())
        assert a.qualifier in ("exact", "approximately", "up_to", "at_least", "range")
        assert (a.min is not None and a.max == a.amount and a.min <= a.max) == (a.qualifier == "range")
        assert a.kind in ("value", "conversion", "per_share", "rate")
        assert a.currency is None or re.fullmatch("[A-Z]{3}", a.currency)


@given(
    st.integers(1, 9999),
    st.integers(0, 99),
    st.sampled_from([("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("R$", "BRL"), ("SEK ", "SEK"), ("US$ ", "USD")]),
    st.sampled_from([("bn", BN), (" billion", BN), ("m", M), (" million", M), (" trillion", TN), ("-million", M)]),
    st.sampled_from(["for %s in cash", "%s", "(%s)", "a %s order", "paid %s."]),
)
@settings(deadline=None)
def test_a_written_figure_is_read_back(
    whole: int, cents: int, sign: tuple[str, str], scale: tuple[str, int], frame: str
) -> None:
    figure = "%s%s.%02d%s" % (sign[0], f"{whole:,}", cents, scale[0])
    text = frame % figure
    found = only(text)
    assert found.amount == Decimal("%d.%02d" % (whole, cents)) * scale[1]
    assert found.currency == sign[1]
    assert text[found.start : found.end] == figure


DAY = datetime.date(2025, 1, 3)  # a Friday


def test_dollars_at_the_rate_of_the_day() -> None:
    usd, day = to_usd(Decimal(1_500_000_000), "EUR", DAY) or (None, None)
    assert day == DAY
    assert usd is not None and 1_400_000_000 < usd < 1_700_000_000
    assert usd == usd.quantize(Decimal("0.01"))
    assert to_usd(Decimal(5), "USD", None) == (Decimal("5.00"), None)
    assert to_usd(Decimal(5), "USD", DAY) == (Decimal("5.00"), DAY)


def test_a_weekend_takes_the_rate_before_it() -> None:
    friday, sunday = to_usd(Decimal(100), "GBP", DAY), to_usd(Decimal(100), "GBP", DAY + datetime.timedelta(days=2))
    assert friday is not None
    assert sunday == friday


def test_pegs() -> None:
    assert to_usd(Decimal("36.725"), "AED", DAY) == (Decimal("10.00"), DAY)
    assert to_usd(Decimal("3.75"), "SAR", DAY) == (Decimal("1.00"), DAY)
    assert to_usd(Decimal("655.957"), "XOF", DAY) == to_usd(Decimal(1), "EUR", DAY)
    assert to_usd(Decimal(160), "NPR", DAY) == to_usd(Decimal(100), "INR", DAY)
    assert to_usd(Decimal(1), "AED", datetime.date(1990, 1, 1)) is None


@pytest.mark.parametrize(
    ("currency", "day"),
    [
        (None, DAY),
        ("EUR", None),
        ("EUR", datetime.date(1998, 12, 31)),
        ("EUR", datetime.date.min),
        ("EUR", datetime.date.max),
        ("TWD", DAY),
        ("RUB", datetime.date(2023, 1, 1)),
        ("nonsense", DAY),
    ],
)
def test_no_rate_is_none(currency: str | None, day: datetime.date | None) -> None:
    assert to_usd(Decimal(1), currency, day) is None
