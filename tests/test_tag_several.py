"""The tagger: consortia, several deals of one story, whose sum is whose."""

import pytest

from transforms.tag import Tagger

TAGGER = Tagger()
Told = set[tuple[frozenset[str], float | None]]


def told(title: str, text: str) -> Told:
    """The deals of an English story: their parties as name:role, and their amounts."""
    deals = TAGGER.tag(title, text, "en").deals
    return {
        (
            frozenset(party.name + ":" + party.role for party in deal.parties),
            None if deal.value_amount is None else float(deal.value_amount),
        )
        for deal in deals
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
