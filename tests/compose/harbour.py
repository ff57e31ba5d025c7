"""A week of news from a harbour town, written for these tests: tellings of the same story and of different ones."""

from dataclasses import replace
from datetime import UTC, date, datetime

from builders import article, image, newsletter, provenance
from newsletter.model.article import Article, ArticleKind, Briefing, Byline, OtherNews, Quote, RelatedCard
from newsletter.model.slot import Slot

NEWSLETTER = newsletter()
SLOT = Slot("2026-W47", "Europe/Berlin")

BOATS = "We are not asking commuters to pay for our mistakes, we are asking them to help us buy boats that stay afloat"

FARES = article(
    "Ferry fares rise by 12 percent in April",
    url="https://review.example/fares",
    byline=Byline(raw="Reporting | Transport", kind="Reporting", section="Transport"),
    images=(image(),),
    dek="The council says that the increase pays for two new boats.",
    body=(
        "The ferry company will raise its fares by 12 percent in April, the harbour council decided on Tuesday evening.",
        "The money is meant for two new boats, which the company will order from a yard in Gdansk before the summer.",
        f"“{BOATS},” said Ines Okafor, who has chaired the council since 2024.",
        "Commuters had collected 4,300 signatures for a cheaper monthly ticket, and the council put that off to January.",
        "The old boats were built in 1987 and broke down on 31 days of last winter.",
    ),
    quotes=(Quote(text=BOATS + ",", speaker="Ines Okafor", paragraph=5),),
    published=datetime(2026, 11, 17, 20, 0, tzinfo=UTC),
)
FARES_ELSEWHERE = article(
    "Dearer ferry tickets to pay for new boats",
    outlet="Coast Post",
    url="https://post.example/tickets",
    dek="Harbour council votes for higher fares from April.",
    body=(
        "Commuters will pay 12 percent more for the ferry from April after a vote of the harbour council late on Tuesday.",
        "With the extra income the ferry company wants to replace its two oldest boats, built in 1987.",
        "A petition for a cheaper monthly ticket was not put to the vote, to the anger of the commuters in the hall.",
    ),
    published=datetime(2026, 11, 18, 7, 30, tzinfo=UTC),
)
STRIKE = article(
    "Deckhands vote to stop work over Christmas rota",
    url="https://review.example/strike",
    byline=Byline(raw="Reporting | Work", kind="Reporting", section="Work"),
    dek=None,
    body=(
        "Deckhands on the ferry voted by 61 to 8 on Thursday to stop work for three days if the Christmas rota stands.",
        "Their union says that the rota gives crews nine hours between a late shift and an early one.",
        "The company offered to talk on Monday and said that it would run a shorter timetable with office staff.",
    ),
    published=datetime(2026, 11, 19, 16, 0, tzinfo=UTC),
)
LIBRARY = article(
    "Library to open on Sundays from the new year",
    url="https://review.example/library",
    byline=Byline(raw="Culture", section="Culture"),
    dek="Volunteers and a card at the door make it possible.",
    body=(
        "The town library will open on Sundays from January, without librarians but with a card that unlocks the door.",
        "Twenty volunteers have been trained to help readers find books and to lend out laptops.",
        "In the spring the library wants to count how many families came who had never held a card before.",
    ),
    published=datetime(2026, 11, 16, 9, 0, tzinfo=UTC),
)
SEALS = article(
    "Grey seals counted on the sandbank for the first time in forty years",
    url="https://review.example/seals",
    byline=Byline(raw="Nature", section="Nature"),
    dek="Rangers saw 17 animals, six of them pups.",
    body=(
        "Rangers counted 17 grey seals on the sandbank off the lighthouse on Wednesday, six of them pups of this autumn.",
        "The animals had last been seen there in 1986, before the wastewater of the cannery drove the herring away.",
        "Visitors are asked to keep 300 metres away and to leave their dogs at home until March.",
    ),
    published=datetime(2026, 11, 18, 12, 0, tzinfo=UTC),
)
SEA_WALL = article(
    "Storm tears a hole in the old sea wall",
    url="https://review.example/wall",
    byline=Byline(raw="Reporting | Weather", kind="Reporting", section="Weather"),
    dek="Cellars flooded in Mill Street, nobody hurt.",
    body=(
        "A storm tore a hole of nine metres into the old sea wall on Saturday night and flooded cellars in Mill Street.",
        "Firefighters pumped until noon; nobody was hurt, and the 40 people who had been taken to the school went home.",
        "Engineers will close the gap with sandbags this week and decide in December whether the wall can be mended at all.",
    ),
    published=datetime(2026, 11, 22, 14, 0, tzinfo=UTC),
)
SEA_WALL_ELSEWHERE = article(
    "Sea wall breached: 40 people spend the night in the school",
    outlet="Coast Post",
    url="https://post.example/breach",
    dek=None,
    body=(
        "Forty people spent Saturday night in the school after the storm had breached the sea wall near Mill Street.",
        "The hole is nine metres wide, and water stood in the cellars until firefighters had pumped them dry on Sunday.",
    ),
    published=datetime(2026, 11, 22, 18, 0, tzinfo=UTC),
)
MEALS = article(
    "Three schools try out free breakfast",
    url="https://review.example/breakfast",
    byline=Byline(raw="Schools", section="Schools"),
    dek="A bakery and the parents' association share the cost.",
    body=(
        "Three primary schools have served a free breakfast since Monday, and 210 children came on the first morning.",
        "A bakery gives the bread and the parents' association pays for milk and fruit until the end of May.",
    ),
    published=datetime(2026, 11, 17, 6, 0, tzinfo=UTC),
)
WEEK = (FARES, FARES_ELSEWHERE, STRIKE, LIBRARY, SEALS, SEA_WALL, SEA_WALL_ELSEWHERE, MEALS)

PUMPS = "Nobody in this town should have to buy a pump before they can buy a winter coat for a child"

ROUND_UP = replace(
    article(
        "Tide Table: Higher fares, older boats",
        kind=ArticleKind.ROUNDUP,
        series="Tide Table",
        url="https://review.example/tide-table-47",
        byline=Byline(raw="Reporting | Harbour", kind="Reporting", section="Harbour"),
        kicker="harbour at dawn",
        dek="The council votes for dearer ferry tickets and puts off the petition.",
        body=(
            "Commuters will pay 12 percent more for the ferry from April, the harbour council decided on Tuesday.",
            "The company will order two boats from a yard in Gdansk. The present ones were built in 1987.",
            "The chair of the council turned to the commuters in the hall:",
            f"“{BOATS}.”",
        ),
        blockquotes=(f"“{BOATS}.”",),
        quotes=(
            Quote(text=BOATS + ".", speaker="Ines Okafor", paragraph=6),
            Quote(text=PUMPS + ",", speaker="Tom Adair", paragraph=9),
        ),
        sections=(
            OtherNews(
                heading="Other Harbour News This Week:",
                items=(
                    "The fish market sold 90 tonnes of herring, the most since 2011. Prices fell by a tenth.",
                    "The lighthouse got its lens back on Friday. It had been away for cleaning for a year.",
                ),
            ),
            Briefing(
                heading="From Town Hall Briefing on Nov. 18",
                source="Town Hall Briefing",
                date_text="Nov. 18",
                paragraphs=(
                    "Spokesman Tom Adair was asked about the cellars in Mill Street. He said that grants would follow.",
                    f"“{PUMPS},” Adair said.",
                ),
            ),
        ),
        related=(
            RelatedCard(
                title="The last sailmaker of Mill Street",
                section="People",
                excerpt=("She learned the trade from her aunt. She still sews by hand.", "A second paragraph."),
                image=image(),
            ),
        ),
        provenance=provenance(fetched_at=datetime(2027, 1, 5, tzinfo=UTC)),
        published=None,
    ),
)


def with_evidence(page: Article, monday: date, friday: date) -> Article:
    """``page`` with a text that speaks of the week from ``monday`` to ``friday``."""
    return replace(page, dates=replace(page.dates, week=(monday, friday)))
