"""A whole article with a live deal, two older ones told in passing, and much that is no deal: exactly three deals."""

from transforms.tag import Tagger

TITLE = "Rome in advanced talks with Musk's SpaceX over encrypted government links"
PARAGRAPHS = (
    (
        "ROME – Italy is in advanced talks with SpaceX on a five-year, 1.5 billion euro (S$2.1 billion) deal for "
        "encrypted communications of its government, people familiar with the matter said on Sunday."
    ),
    (
        "The package would cover telephone and internet services for ministries and the armed forces in the "
        "Mediterranean, as well as direct-to-cell satellite services for emergencies such as terror attacks or "
        "floods. It would be the largest contract of its kind in Europe. No final agreement has been reached and "
        "the terms could still change, the people said, asking not to be named because the matter is private."
    ),
    (
        "The plan has been under review since the middle of 2023. It got moving again after Prime Minister Giorgia "
        "Meloni visited Donald Trump in Florida at the weekend. The project has been approved by the intelligence "
        "services and by the defence ministry, according to the people. A spokesman for the government declined to "
        "comment, and SpaceX did not answer an email."
    ),
    (
        "Some military officers object because the service could take the place of local providers, the people "
        'added. The opposition asked the government to explain itself in parliament. "We cannot hand the keys of '
        'the house to one man," said Elena Conti, a senator from Bologna.'
    ),
    (
        "SpaceX has more than 6,700 Starlink satellites in low Earth orbit, twice as many as all others together. "
        "Amazon is building a network of its own but has launched only two test craft, and OneWeb sells mostly to "
        "companies and ships. In Italy the company has some 50,000 customers, and it has quarrelled with the "
        "incumbent over frequencies."
    ),
    (
        "Late last year Kyivstar signed a deal with Starlink for direct-to-cell service, which is to start in "
        "Ukraine with text messages. The mobile operator wants to keep its customers connected when masts lose "
        "their power."
    ),
    (
        "Last year Telecom Italia sold its landline network to KKR for 22 billion euros, the biggest transaction "
        "of the kind in Europe. Open Fiber, its competitor, was not part of it, although ministers have spoken of "
        "joining the two some day."
    ),
    (
        "Alternatives exist, at a price. The European Union's planned constellation, IRIS², and a national system "
        "were both looked at, and each would have cost more than 10 billion euros, an official said. Neither would "
        'have been ready before 2030. "You can wait for the perfect umbrella, or you can stay dry," he said.'
    ),
    (
        "Analysts in Milan were divided. One called the talks a sign of how far Europe has fallen behind; another "
        "pointed out that Rome had rented foreign satellites for decades without losing its sovereignty. Shares in "
        "satellite companies fell on Monday on fears that others might follow."
    ),
    (
        "The next meeting between the two sides is expected within weeks. If a contract is signed, the first "
        "terminals could be delivered by the summer."
    ),
)
TEXT = "\n".join(PARAGRAPHS)


def test_exactly_the_three_deals_with_every_field_right() -> None:
    tags = Tagger().tag(TITLE, TEXT, "en")
    assert tags.is_deal_story
    assert tags.sectors == ("telecom", "satellite")
    facts = [
        (
            deal.deal_type,
            deal.status,
            {(party.name, party.role) for party in deal.parties},
            None if deal.value_amount is None else (int(deal.value_amount), deal.value_currency),
            deal.term_months,
        )
        for deal in tags.deals
    ]
    italy, kyivstar, telecom_italia = facts
    assert italy == (
        "service_contract",
        "in_talks",
        {("SpaceX", "supplier"), ("Government of Italy", "customer")},
        (1_500_000_000, "EUR"),
        60,
    )
    assert kyivstar == ("partnership", "agreed", {("Kyivstar", "partner"), ("Starlink", "partner")}, None, None)
    assert telecom_italia == (
        "asset_sale",
        "completed",
        {("Telecom Italia", "seller"), ("KKR", "acquirer")},
        (22_000_000_000, "EUR"),
        None,
    )
    assert tags.deals[0].is_main
    assert "secure_comms" in tags.deals[0].topics
    assert "d2d" in tags.deals[1].topics


def test_a_brand_is_linked_to_its_company() -> None:
    tags = Tagger().tag(TITLE, TEXT, "en")
    starlink = next(party for deal in tags.deals for party in deal.parties if party.name == "Starlink")
    spacex = next(party for deal in tags.deals for party in deal.parties if party.name == "SpaceX")
    assert starlink.company_id == spacex.company_id
