"""The tagger: which type of deal a sentence tells of, and who plays which role in it; one row a way of saying it.

Row by row this asks the rules; of the models, which come after them, that they spoil next to nothing.
"""

import re

import pytest

from tests.files import ROOT
from transforms.tag import Tagger

TAGGER = Tagger()
ROLES = {
    "s": "supplier",
    "c": "customer",
    "p": "partner",
    "q": "acquirer",
    "v": "seller",
    "t": "target",
    "i": "investor",
    "l": "lender",
    "b": "borrower",
    "m": "merging_party",
    "r": "licensor",
}
LINES = (ROOT / "tests" / "data" / "roles.txt").read_text(encoding="utf-8").splitlines()[1:]
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in LINES]


@pytest.mark.parametrize(("deal_type", "parties", "title", "text"), ROWS, ids=[row[3][:40] for row in ROWS])
def test_the_type_and_the_roles_of_a_deal(deal_type: str, parties: str, title: str, text: str) -> None:
    deals = TAGGER.read(title, text, "en").deals
    assert [deal.deal_type for deal in deals] == [deal_type]
    assert {(mention.name, role) for mention, role in deals[0].parties} == expected(parties)


def expected(parties: str) -> set[tuple[str, str]]:
    return {(name, ROLES[letter]) for letter, name in re.findall(r"(\w)=(.+?)(?= \w=|$)", parties)}


def test_the_models_spoil_next_to_nothing_of_it() -> None:
    spoilt = []
    for deal_type, parties, title, text in ROWS:
        deals = TAGGER.tag(title, text, "en").deals
        found = {(deal.deal_type, party.name, party.role) for deal in deals for party in deal.parties}
        if found != {(deal_type, *party) for party in expected(parties)}:
            spoilt.append(text)
    assert len(spoilt) <= 0.04 * len(ROWS), spoilt


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Launcher Quillfire won a contract from satellite operator Larkvision to launch two satellites.", "launch"),
        ("Quillfire, a Dutch cruise line, has chosen satellite operator SES for connectivity.", "shipping"),
        ("The antenna maker Quillfire won an order from satellite operator SES for 400 terminals.", "equipment"),
        ("The Danish satellite start-up Quillfire has ordered eight satellites from Airbus.", "satellite_operator"),
        ("The regional airline Quillfire has chosen satellite operator SES for connectivity.", "airline"),
        ("Quillfire (a mining company) signed a contract with satellite operator SES for connectivity.", "other"),
    ],
)
def test_the_text_says_what_an_unlisted_company_is(text: str, kind: str) -> None:
    parties = [party for deal in TAGGER.tag("News", text, "en").deals for party in deal.parties]
    assert [party.kind for party in parties if party.name == "Quillfire"] == [kind]
