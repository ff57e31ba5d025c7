"""An issue that has everything: each kind of section, pictures, other tellings, a word without end, a Hebrew paragraph."""

from typing import Any

from builders import image, issue, item, newsletter
from newsletter.model.article import Image
from newsletter.model.issue import Also, Issue, Paragraph, Section, SectionKind
from newsletter.model.newsletter import Newsletter

ARCHIVE = "https://news.example.org/harbour/2026-W47"
LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochandsomewhatlongerforthesakeofit"
HEBREW = "המעבורת חוזרת אל האי ביום שני, וכל תושבי הנמל מוזמנים."


def picture(name: str) -> Image:
    return image(
        url=f"https://pictures.example/{name}.jpg", alt=f"A drawing of the {name}", credit="Drawing: A. Example"
    )


def letter(**given: Any) -> Newsletter:
    return newsletter(**{"tagline": "Ferries, sea walls and what the tide leaves behind", **given})


def rich_issue(**given: Any) -> Issue:
    plain: dict[str, Any] = {"number": 12, "preheader": "She was built for a lake. Also: tide mills pay a bill."}
    middle = (_series(), _numbers(), _events())
    return issue(
        _lead(), _sponsor(), _stories(), _other_news(), *_briefings(), *middle, _magazine(), **{**plain, **given}
    )


def _lead() -> Section:
    lead = item(
        "The lake ferry learns to swim in salt water",
        label="Harbour Watch",
        dek="She was built for a lake. The Sound has not been told.",
        byline="Reporting | Coast",
        outlet="The Harbour Review",
        url="https://review.example/lake-ferry?a=1&b=2",
        image=picture("ferry"),
        paragraphs=(
            Paragraph(text="The island has a ferry again, on loan from a lake two hundred kilometres inland."),
            Paragraph(text="“A lake forgives you. This water writes it down.”", quotation=True, speaker="Ines Vold"),
            Paragraph(text="The council votes on a lasting answer in December."),
        ),
        also=(
            Also(
                headline="Borrowed boat", outlet="Coast Courier", url="https://courier.example/boat", line="It rocks."
            ),
            Also(headline="Second hull ordered"),
        ),
    )
    return Section(kind=SectionKind.LEAD, items=(lead,))


def _sponsor() -> Section:
    paid = item(
        "Oilskins that outlive their owners",
        "Ketch & Daughters have sewn them on the north quay since 1912 and mend every one that comes back.",
        outlet="Ketch & Daughters",
        url="https://ketch.example/oilskins",
    )
    return Section(kind=SectionKind.SPONSOR, items=(paid,))


def _stories() -> Section:
    stories = (
        item(
            "Tide mills pay their first bill", label="Energy", url="https://review.example/tide", image=picture("mill")
        ),
        item(
            "Two thousand books go to sea for the winter", outlet="Coast Courier", url="https://courier.example/books"
        ),
    )
    return Section(kind=SectionKind.STORIES, heading="More stories", items=stories)


def _other_news() -> Section:
    bullets = (
        item(
            None, "The pilot boat is in the yard until Friday.", outlet="Coast Courier", url="https://courier.example/1"
        ),
        item(None, "The auction tries a silent hour.", url="https://www.auction.example/2"),
        item(None, f"{LONG_WORD} has a pier again.", url=None),
    )
    return Section(kind=SectionKind.OTHER_NEWS, heading="Other Harbour News This Week", items=bullets)


def _briefings() -> tuple[Section, Section]:
    asked = (
        Paragraph(text="Asked which herring, the spokesman said the next."),
        Paragraph(text="“I have a calendar and a tide table.”", quotation=True, speaker="Ruben Adoyer"),
    )
    return (
        Section(
            kind=SectionKind.BRIEFING, heading="From Port Briefing on Nov. 18", items=(item(None, paragraphs=asked),)
        ),
        Section(kind=SectionKind.BRIEFING, heading="From Ministry Briefing on Nov. 17", items=(item(None, HEBREW),)),
    )


def _series() -> Section:
    parts = (
        item(
            "The wall warden counts to sixty-three",
            "Two stones are still in the surf, and one is a doorstep in Nettle Street. He has asked for it back twice.",
            series="Stone by Stone",
            series_number=4,
            outlet="The Harbour Review",
            url="https://review.example/stones-4",
        ),
        item(
            "A cook for the night boat",
            "She starts at two and is finished when the herring is.",
            label="People of the Port",
            series="People of the Port",
            url="https://courier.example/cook",
        ),
    )
    return Section(kind=SectionKind.SERIES, heading="Running series", items=parts)


def _numbers() -> Section:
    figures = (
        item(
            "417,380 crowns",
            "The grid company paid as much for what three turbines in the Narrows made in October.",
            outlet="The Harbour Review",
            url="https://review.example/turbines",
        ),
        item(
            "12%",
            "So much dearer will the crossing be from April.",
            outlet="Coast Courier",
            url="https://courier.example/fares",
        ),
        item("2.4 million crowns", "That is the price of five hundred bags of rock.", url=None),
    )
    return Section(kind=SectionKind.NUMBERS, heading="The week in numbers", items=figures)


def _events() -> Section:
    dates = (
        item(
            "Carols under the crane",
            paragraphs=(),
            label="Saturday 28 November, 16:00, Engine house, Cape Anvil",
            url="https://review.example/carols",
        ),
        item("The council hears the islanders", paragraphs=(), label="Tuesday 1 December, 19:30, Town hall", url=None),
    )
    return Section(kind=SectionKind.EVENTS, heading="What is on", items=dates)


def _magazine() -> Section:
    cards = (
        item(
            "The man who numbers the boats",
            label="Portrait",
            url="https://review.example/sevens",
            image=picture("boats"),
        ),
        item("What a wall from 1931 can do", label="Coast", url="https://review.example/wall", image=picture("wall")),
        item("A village buys its chandlery", url=None),
    )
    return Section(kind=SectionKind.MAGAZINE, heading="From the magazine", items=cards)
