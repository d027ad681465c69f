"""Whether a story reports a deal and how far the deal has come: families of sentences, and the score."""

import pytest

from tests.gate import STORIES, read_rows
from transforms.tag import Tagger

TAGGER = Tagger()


STATUSES = [
    ("Orange scrapped the sale of its Swiss mobile unit to Telia.", "terminated"),
    ("Orange called off its takeover of mobile operator Telia.", "terminated"),
    ("Orange will not pursue its takeover of mobile operator Telia.", "terminated"),
    ("The merger of mobile operators Orange and Telia was blocked.", "terminated"),
    ("Orange said its negotiations to take over mobile operator Telia had failed.", "terminated"),
    ("The regulator cleared the takeover of mobile operator Telia by Orange.", "approved"),
    ("The regulator would not oppose the takeover of mobile operator Telia by Orange.", "approved"),
    ("Shareholders voted for the takeover of mobile operator Telia by Orange.", "approved"),
    ("The watchdog has no objections to the takeover of mobile operator Telia by Orange.", "approved"),
    ("Orange concluded the purchase of Telia's Danish mobile business.", "completed"),
    ("Orange wrapped up its takeover of mobile operator Telia.", "completed"),
    ("Orange tabled a takeover bid for mobile operator Telia.", "proposed"),
    ("Orange has submitted a takeover offer for mobile operator Telia.", "proposed"),
    ("Orange is weighing a takeover of mobile operator Telia.", "rumoured"),
    ("Orange is looking to sell its stake in mobile operator Telia.", "rumoured"),
    ("Orange may raise its stake in mobile operator Telia.", "rumoured"),
    ("Orange is haggling over the purchase of mobile operator Telia.", "in_talks"),
    ("Orange is poised to buy mobile operator Telia.", "in_talks"),
]
# Under a headline that says nothing of it the models take this for news of a deal that is agreed.
BID = ("Orange bids for mobile operator Telia.", "proposed")


@pytest.mark.parametrize(("text", "status"), STATUSES)
def test_the_governing_verb_gives_the_status(text: str, status: str) -> None:
    assert TAGGER.tag("Mobile news", text, "en").deals[0].status == status


@pytest.mark.parametrize(("text", "status"), [*STATUSES, BID])
def test_the_rules_read_the_status_of_the_governing_verb(text: str, status: str) -> None:
    assert TAGGER.read("Mobile news", text, "en").deals[0].status.status == status


@pytest.mark.parametrize(("text", "status"), [*STATUSES, BID])
def test_the_governing_verb_gives_the_status_in_the_headline_too(text: str, status: str) -> None:
    assert TAGGER.tag(text.rstrip("."), text, "en").deals[0].status == status


@pytest.mark.parametrize(
    "text",
    [
        "Title to 6,500 towers of Sprint passed to American Tower against $1.2 billion in cash.",
        "Spectrum in ten markets is leaving Leap Wireless for Verizon Wireless under terms put at $87 million in cash.",
        "Ownership of 400 towers has gone from Telia to Tele2, which laid out 40 million euros, papers say.",
        "With a cheque for $90 million under an arrangement signed on Monday Orange is new owner of all Telia towers.",
    ],
)
def test_a_deal_is_found_by_evidence_where_no_verb_tells_it(text: str) -> None:
    assert TAGGER.tag("A change of owner in telecoms", text, "en").is_deal_story


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Vodafone names a chairman", "Vodafone has appointed a former Orange executive as chairman of its board."),
        (
            "Data theft at Optus",
            "Optus said intruders had stolen the personal data of users, as at T-Mobile last year.",
        ),
        (
            "Council says no to a mast",
            "Planners have refused Vodafone and O2 leave to build a phone mast near a school.",
        ),
        ("Telia earns more", "Telia said quarterly profit rose as Tele2 and Telenor lost subscribers to it."),
        ("Falcon 9 flies again", "A Falcon 9 lifted two satellites of SES into orbit from Cape Canaveral on Friday."),
        ("Judge rules for Nokia", "A court found that Apple had infringed patents of Nokia and Ericsson."),
    ],
)
def test_two_companies_alone_make_no_deal(title: str, text: str) -> None:
    assert not TAGGER.tag(title, text, "en").is_deal_story


def test_the_score_is_a_probability() -> None:
    """On labelled stories the mean score is near the share of deals, and the squared difference small."""
    rows = read_rows(STORIES / "decisions.jsonl")
    pairs = [
        (TAGGER.tag(row["title"], row["text"], row["lang"]).deal_score, float(row["is_deal_story"]))
        for row in rows.values()
    ]
    assert all(0.0 < score < 1.0 for score, _ in pairs)
    assert sum((score - label) ** 2 for score, label in pairs) / len(pairs) < 0.1
    assert abs(sum(score - label for score, label in pairs)) / len(pairs) < 0.1
