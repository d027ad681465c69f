"""Names in a text: offices of a state, names with "and", short forms of listed names."""

from __future__ import annotations

import pytest

from transforms.tag import Tagger

TAGGER = Tagger()

OFFICES = [
    ("Colombia's defence ministry leases a beam from Hispasat.", "Colombia's defence ministry", "CO"),
    ("Hispasat serves the Colombian air force.", "Colombian air force", "CO"),
    ("Indonesia's Ministry of Defence owes Avanti money.", "Ministry of Defence", "ID"),
    ("Zambia's ministry of health has satellite links from Paratus.", "Zambia's ministry of health", "ZM"),
    ("Satellite links were ordered by the transport ministry.", "transport ministry", None),
    ("The navy has ordered satellite terminals.", "navy", None),
]


def names(text: str) -> list[tuple[str, str, str | None]]:
    """The names of a text that can be parties, as (name, kind, country)."""
    found = [mention for row in TAGGER.read(None, text, "en").page.mentions for mention in row]
    return [(m.name, m.kind, m.country) for m in found if m.kind in ("org", "state")]


@pytest.mark.parametrize(("text", "name", "country"), OFFICES)
def test_an_office_of_a_state_keeps_its_name(text: str, name: str, country: str | None) -> None:
    assert [found for found in names(text) if found[1] == "state"] == [(name, "state", country)]


def test_an_office_is_named_once() -> None:
    text = (
        "The Peruvian Navy has bought two radar satellites from ICEYE. Peru's navy runs them from "
        "Callao. Delivery to the navy was in May."
    )
    assert [name for name, kind, _ in names(text) if kind == "state"] == ["Peruvian Navy"] * 2


def test_an_office_that_stands_before_a_name_describes_it() -> None:
    found = names("Italy's space agency ASI has signed a satellite launch contract with Antrix.")
    assert [name for name, _, _ in found] == ["ASI", "Antrix"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("MacDonald Dettwiler and Associates builds satellites.", "MacDonald Dettwiler and Associates"),
        (
            "The NATO Communications and Information Agency leases satellites.",
            "NATO Communications and Information Agency",
        ),
    ],
)
def test_a_name_may_hold_an_and(text: str, name: str) -> None:
    assert [found for found, _, _ in names(text)] == [name]


def test_and_between_two_companies_stays() -> None:
    assert [name for name, _, _ in names("SES and Intelsat lease satellites.")] == ["SES", "Intelsat"]


def test_the_first_word_of_a_listed_name_is_its_short_form() -> None:
    text = "Liberty Latin America has taken over a mobile network. Liberty owns cable in Puerto Rico, too."
    assert {name for name, kind, _ in names(text) if kind == "org"} == {"Liberty Latin America"}
