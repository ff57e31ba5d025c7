"""A rich issue to render: every kind of section and item, with the letters that break careless code."""

from builders import image, issue, item
from newsletter.model.issue import Also, Issue, Item, Paragraph, Section, SectionKind

HOSTILE = "Fares & <fees> “rise” by 5% {{ not a template }}"


def weekly() -> Issue:
    """Lead, stories, bullets, two briefings and cards."""
    return issue(
        Section(kind=SectionKind.LEAD, items=(_lead(),)),
        Section(
            kind=SectionKind.STORIES,
            heading="More stories",
            items=tuple(item(f"Story number {n}", f"Summary of story {n}.", image=image(), label="Coast", url=f"https://review.example/story-{n}?a=1&b=2") for n in (1, 2)),
        ),
        Section(
            kind=SectionKind.OTHER_NEWS,
            heading="Other Harbour News This Week",
            items=tuple(Item(paragraphs=(Paragraph(text=f"Bullet {n} says little."),), url=f"https://courier.example/{n}", outlet="Coast Courier") for n in (1, 2, 3)),
        ),
        Section(
            kind=SectionKind.BRIEFING,
            heading="From Port Authority Briefing on Nov. 18",
            items=(Item(paragraphs=(Paragraph(text="The port is open."), Paragraph(text="“It was never shut.”", quotation=True, speaker="Ines Vold"))),),
        ),
        Section(
            kind=SectionKind.MAGAZINE,
            heading="From the magazine",
            items=(item("A card without a link", "It has a text all the same.", url=None, label="Towns"),),
        ),
    )  # fmt: skip


def _lead() -> Item:
    return Item(
        headline=HOSTILE,
        label="Harbour Watch",
        dek="The council says “so”.",
        byline="Reporting | Coast",
        url="https://review.example/lead",
        outlet="The Harbour Review",
        image=image(),
        paragraphs=(
            Paragraph(text="The first paragraph, with a dot at its end."),
            Paragraph(text="“We sail in any weather.”", quotation=True, speaker="Magnus Pell"),
            Paragraph(text="שלום and a" + "very" * 40 + "longword in the middle of it."),
        ),
        also=(Also(headline="The other telling", outlet="Coast Post", url="https://post.example/other", line="It says the same."),),
    )  # fmt: skip
