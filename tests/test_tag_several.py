"""The tagger's rules: consortia, several deals of one story, whose sum is whose. The models come after them."""

import pytest

from transforms.tag import Tagger
from transforms.tag.select import MAX_DEALS

TAGGER = Tagger()
Told = set[tuple[frozenset[str], float | None]]


def told(title: str, text: str) -> Told:
    """The deals that the rules read in an English story: their parties as name:role, and their amounts."""
    return {
        (
            frozenset(mention.name + ":" + role for mention, role in deal.parties),
            None if deal.value is None else float(deal.value.amount),
        )
        for deal in TAGGER.read(title, text, "en").deals
    }


def deal(parties: str, amount: float | None = None) -> tuple[frozenset[str], float | None]:
    return frozenset(parties.split(", ")), amount


CONSORTIA = [
    (
        "Consortium agrees to take fibre firm",
        "A consortium of KKR, Bluepeak Capital and Macquarie has agreed to buy the fibre network operator Zaplink for "
        "2.2 billion euros.",
        deal("KKR:acquirer, Bluepeak Capital:acquirer, Macquarie:acquirer, Zaplink:target", 2.2e9),
    ),
    (
        "Zaplink changes hands",
        "A consortium led by KKR and including Abu Dhabi's Falcon Reserve and Canada's Maple Pensions has agreed to "
        "buy Zaplink, a broadband network company.",
        deal("KKR:acquirer, Falcon Reserve:acquirer, Maple Pensions:acquirer, Zaplink:target"),
    ),
    (
        "Towers go to funds",
        "Telxius has sold 9,000 mobile towers to a group of investors led by DigitalBridge and including Bluepeak "
        "Capital and Arctos Partners for 1.1 billion euros, Telxius said.",
        deal("Telxius:seller, DigitalBridge:acquirer, Bluepeak Capital:acquirer, Arctos Partners:acquirer", 1.1e9),
    ),
    (
        "Broadband firm in new hands",
        "Fibre network operator Zaplink has been bought by a consortium comprising Bluepeak Capital, Arctos Partners "
        "and Sweden's Fjordkapital.",
        deal("Bluepeak Capital:acquirer, Arctos Partners:acquirer, Fjordkapital:acquirer, Zaplink:target"),
    ),
    (
        "Fresh money for orbit",
        "Satellite logistics firm D-Orbit has raised 100 million euros from investors including Marubeni, Seraphim and "
        "Arctos Partners.",
        deal("D-Orbit:target, Marubeni:investor, Seraphim:investor, Arctos Partners:investor", 100e6),
    ),
    (
        "Team wins radar job",
        "A team made up of Thales Alenia Space and OHB has won a 300 million euro contract from the European Space "
        "Agency to build two radar satellites.",
        deal("Thales Alenia Space:supplier, OHB:supplier, European Space Agency:customer", 300e6),
    ),
    (
        "Banks lend to satellite operator",
        "Lenders including Bluepeak Bank and Arctos Bank have agreed to lend the satellite operator Yahsat 200 million "
        "dollars.",
        deal("Bluepeak Bank:lender, Arctos Bank:lender, Yahsat:borrower", 200e6),
    ),
]


@pytest.mark.parametrize(("title", "text", "expected"), CONSORTIA)
def test_the_members_of_a_group_are_the_parties(
    title: str, text: str, expected: tuple[frozenset[str], float | None]
) -> None:
    assert told(title, text) == {expected}


SHARES = [
    (
        "Pentagon splits satellite order",
        "The US Space Force awarded Intelsat $80 million and Viasat $45 million for satellite bandwidth in Asia.",
        [
            deal("US Space Force:customer, Intelsat:supplier", 80e6),
            deal("US Space Force:customer, Viasat:supplier", 45e6),
        ],
    ),
    (
        "Radios from two vendors",
        "Telia has signed contracts with Nokia and Ericsson for 5G radio equipment. Nokia's is worth 300 million euros "
        "and Ericsson's 200 million euros.",
        [deal("Telia:customer, Nokia:supplier", 300e6), deal("Telia:customer, Ericsson:supplier", 200e6)],
    ),
    (
        "Billions for airwaves",
        "Telecom Italia and Vodafone each won 80 MHz of 3.7 GHz spectrum in Italy's 5G auction. Telecom Italia will "
        "pay 1.69 billion euros and Vodafone 1.68 billion euros.",
        [deal("Telecom Italia:acquirer", 1.69e9), deal("Vodafone:acquirer", 1.68e9)],
    ),
    (
        "Pacific and Panama",
        "Digicel sold its Fiji unit to Telstra for $150 million and its Panama unit to Liberty Latin America for $200 "
        "million.",
        [
            deal("Digicel:seller, Telstra:acquirer", 150e6),
            deal("Digicel:seller, Liberty Latin America:acquirer", 200e6),
        ],
    ),
    (
        "Masts from two sellers",
        "American Tower agreed to buy 1,200 towers from Telxius for $300 million and 900 masts from Phoenix Tower for "
        "$210 million.",
        [
            deal("American Tower:acquirer, Telxius:seller", 300e6),
            deal("American Tower:acquirer, Phoenix Tower:seller", 210e6),
        ],
    ),
    (
        "Two fibre firms bought",
        "Vodafone has bought fibre company Zaplink for 40 million euros and Luzalta for 25 million euros.",
        [deal("Vodafone:acquirer, Zaplink:target", 40e6), deal("Vodafone:acquirer, Luzalta:target", 25e6)],
    ),
    (
        "One network, one sum",
        "Telia has signed a contract worth 300 million euros with Nokia and Ericsson for 5G radio equipment.",
        [deal("Telia:customer, Nokia:supplier, Ericsson:supplier", 300e6)],
    ),
    (
        "Bought together",
        "Orange and Telia agreed to buy the fibre company Zaplink. Orange pays 30 million euros and Telia 20 million "
        "euros.",
        [deal("Orange:acquirer, Telia:acquirer, Zaplink:target", 30e6)],
    ),
]


@pytest.mark.parametrize(("title", "text", "expected"), SHARES)
def test_each_winner_with_a_sum_of_its_own_is_a_deal(
    title: str, text: str, expected: list[tuple[frozenset[str], float | None]]
) -> None:
    assert told(title, text) == set(expected)


SIDES = [
    (
        "Cornish firm buys dishes",
        "Goonhilly Earth Station has agreed to buy two satellite teleports in Chile. They belong to Entel, which will "
        "remain a customer.",
        deal("Goonhilly Earth Station:acquirer, Entel:seller"),
    ),
    (
        "Masts in Scotland",
        "Bluepeak Capital bought 300 mobile masts in Scotland. The seller is Lochnet, a broadband company in Perth.",
        deal("Bluepeak Capital:acquirer, Lochnet:seller"),
    ),
    (
        "Fibre firm sold",
        "Fibre network operator Zaplink has been sold for 40 million euros. The buyer, Arctos Partners, owns two other "
        "networks.",
        deal("Zaplink:target, Arctos Partners:acquirer", 40e6),
    ),
    (
        "Broadband chain changes hands",
        "Broadband operator Zaplink was bought by Vodafone for 90 million pounds. Bluepeak Capital and Arctos Partners "
        "were the sellers.",
        deal("Zaplink:target, Vodafone:acquirer, Bluepeak Capital:seller, Arctos Partners:seller", 90e6),
    ),
    (
        "Round for satellite firm",
        "Satellite start-up Orbilark has closed a 12 million euro round. Bluepeak Capital led the round, joined by "
        "Arctos Partners.",
        deal("Orbilark:target, Bluepeak Capital:investor, Arctos Partners:investor", 12e6),
    ),
    (
        "Sensors in orbit",
        "Kineis, a French satellite start-up, has raised 100 million euros. The round was led by Bpifrance, with "
        "participation from CNES.",
        deal("Kineis:target, Bpifrance:investor, CNES:investor", 100e6),
    ),
    (
        "A rich friend",
        "Peter Hargreaves, the billionaire co-founder of a Bristol investment firm, put 24 million pounds into the "
        "satellite company Goonhilly Earth Station in return for a minority stake.",
        deal("Peter Hargreaves:investor, Goonhilly Earth Station:target", 24e6),
    ),
    (
        "Masts with a brand",
        "Bluepeak Capital has agreed to buy the Comsat teleports in Chile. They belong to Entel.",
        deal("Bluepeak Capital:acquirer, Entel:seller"),
    ),
    (
        "Founder sells",
        "Michael Jones, who founded the internet provider Lagosnet in 1998, has sold Lagosnet to MTN for $12 million.",
        deal("Michael Jones:seller, Lagosnet:target, MTN:acquirer", 12e6),
    ),
]


@pytest.mark.parametrize(("title", "text", "expected"), SIDES)
def test_a_later_sentence_and_a_person_can_be_a_side(
    title: str, text: str, expected: tuple[frozenset[str], float | None]
) -> None:
    assert told(title, text) == {expected}


PRICES = [
    ("Stonepeak buys 49 percent of Telxius", "The 730 million euros are in the bank, the tower company said.", 730e6),
    ("Vodafone buys Zaplink", "The broadband company is profitable. The purchase price is 45 million euros.", 45e6),
    ("Vodafone to buy fibre firm Zaplink", "It will pay 45 million euros for it, against debts of 90 million.", 45e6),
    ("Vodafone buys fibre firm Zaplink", "Zaplink has 20 staff. It has debts of 12 million euros.", None),
    ("Vodafone buys fibre firm Zaplink", "Nokia, a supplier, got an order for 12 million euros last year.", None),
    (
        "Zaplink sold",
        "Vodafone paid 2 million euros for advice and bought fibre firm Zaplink for 45 million euros.",
        45e6,
    ),
]


@pytest.mark.parametrize(("title", "text", "amount"), PRICES)
def test_the_price_that_a_later_sentence_tells(title: str, text: str, amount: float | None) -> None:
    assert [amount for _, amount in told(title, text)] == [amount]


MEANT = [
    (
        "Telespazio has plans",
        "Telespazio wants more teleports. Last month the Italian company bought two teleports in Belgium from Bois "
        "d'Ardenne, an investor.",
        deal("Telespazio:acquirer, Bois d'Ardenne:seller"),
    ),
    (
        "A talk at OneWeb",
        "Then the war came. The contract with Arianespace to launch our satellites was suspended, and we don't miss "
        "the rain of Kourou.",
        deal("OneWeb:customer, Arianespace:supplier"),
    ),
    (
        "A mast for three",
        "Free Mobile, Orange, the owner of Sosh, and Telia have signed the creation of a joint company, called Green "
        "Waves, for 310 mobile masts.",
        deal("Free Mobile:partner, Orange:partner, Telia:partner"),
    ),
    (
        "Aid for an island",
        "Tonga Cable was awarded a grant of 16 million dollars by the Asian Development Bank for a fibre branch.",
        deal("Tonga Cable:borrower, Asian Development Bank:lender", 16e6),
    ),
    (
        "Cable builder busy",
        "SubCom said that its contract to supply Havsil, a cable owned by Aqua Comms, Telia and Elisa, is in force.",
        deal("SubCom:supplier, Aqua Comms:customer, Telia:customer, Elisa:customer"),
    ),
    (
        "Ministry buys bandwidth",
        "The Ministry of Transport and Communications has signed a contract with SES for satellite bandwidth.",
        deal("Ministry of Transport and Communications:customer, SES:supplier"),
    ),
]


@pytest.mark.parametrize(("title", "text", "expected"), MEANT)
def test_who_is_meant(title: str, text: str, expected: tuple[frozenset[str], float | None]) -> None:
    assert told(title, text) == {expected}


def test_a_deal_far_down_a_long_text_is_read() -> None:
    filler = "The weather was fine and people walked along the river with their dogs. " * 200
    text = (
        "Vodafone has agreed to buy fibre company Zaplink for 45 million euros.\n\n" + filler + "\n\n"
        "Last year SES bought the teleport firm Luzalta for 12 million euros. Nobody was surprised.\n" + filler
    )
    tags = TAGGER.tag("Vodafone buys fibre company", text, "en")
    assert [(deal.deal_type, int(deal.value_amount or 0)) for deal in tags.deals] == [
        ("acquisition", 45_000_000),
        ("acquisition", 12_000_000),
    ]
    full = "Vodafone buys fibre company\n\n" + text
    for found in tags.deals:
        assert full[found.span_start : found.span_end] == found.quote
        assert all(full[party.span_start : party.span_end] == party.name_as_written for party in found.parties)


def test_the_worth_at_market_prices_is_no_price() -> None:
    text = "Vodafone is in talks to buy a stake in Vodacom. At market prices the holding is worth 16 billion rand."
    assert [amount for _, amount in told("Vodafone eyes Vodacom stake", text)] == [None]


def test_a_deal_told_twice_is_one() -> None:
    text = (
        "Vodafone has agreed to buy fibre operator Zaplink for 45 million euros. The British company will pay in cash "
        "for Zaplink, and the deal should close in June. Zaplink had been owned by Kvik Capital since 2015."
    )
    deals = TAGGER.tag("Zaplink changes hands", text, "en").deals
    assert [(deal.deal_type, deal.value_amount) for deal in deals] == [("acquisition", 45_000_000)]


def test_further_deals_have_the_side_that_their_sentences_leave_to_the_main_one() -> None:
    text = (
        "Entel has picked Ericsson to build its 5G network in Chile. Nokia was chosen for the core in a separate "
        "award. The operator will lease the masts from American Tower for ten years."
    )
    deals = TAGGER.tag("Ericsson wins in Chile", text, "en").deals
    assert [{(party.name, party.role) for party in deal.parties} for deal in deals] == [
        {("Entel", "customer"), ("Ericsson", "supplier")},
        {("Entel", "customer"), ("Nokia", "supplier")},
        {("Entel", "customer"), ("American Tower", "supplier")},
    ]


def test_a_long_list_of_deals_is_bounded() -> None:
    items = ["Vodafone bought fibre operator Zaplink%s for %d million euros." % (chr(97 + i), i + 5) for i in range(26)]
    assert len(TAGGER.tag("Deals of the year", " ".join(items), "en").deals) <= MAX_DEALS
