"""The bench's own yardsticks: what counts as stated on a page."""

import pytest

from bench.scores import states_author, states_date


@pytest.mark.parametrize(
    "source",
    [
        '<meta content="2026-03-04T10:00:00Z">',
        "/2026/03/04/a-story",
        "Posted March 4, 2026",
        "4th Mar 2026",
        "4. März 2026",
        "4 de marzo de 2026",
        "04.03.2026",
        "3/4/2026",
    ],
)
def test_a_day_is_found_as_pages_write_it(source: str) -> None:
    assert states_date(source, "2026-03-04T00:00:00")
    assert not states_date(source, "2026-03-05")
    assert not states_date(source, "2025-03-04")


def test_a_name_is_found_whatever_its_case_and_entities() -> None:
    assert states_author("<p>By J&ouml;rg MÜLLER</p>", ["Anna Berg", "Jörg Müller"])
    assert not states_author("<p>By Jörg Müllerson</p>", ["Jörg Müller"])
