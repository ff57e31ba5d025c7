"""How large a mail is: below what Gmail cuts, with room for the longest weeks."""

import os
from pathlib import Path
from typing import Any

import pytest

from builders import NOW, issue, item
from newsletter.compose.digest import compose
from newsletter.i18n.phrases import LANGUAGES
from newsletter.ingest.read import read_path
from newsletter.model.issue import Issue, Paragraph, Section, SectionKind
from newsletter.model.slot import Slot
from newsletter.render.checks.clients import support_of
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.templates import SHIPPED
from render.sample_issue import ARCHIVE, letter
from render.sample_mails import NAMES, mail_named

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
#: As long as a summary of two sentences is.
TEXT = (
    "The council of the harbour voted on Tuesday to raise the fares of the ferry by twelve percent from April, and to "
    "order two new boats that should sail in the autumn. Commuters had asked for a cheaper monthly ticket instead."
)


def weekly(items: int) -> Issue:
    """A lead of six paragraphs, half of the other items as stories, half as bullets."""

    def told(number: int, **given: Any) -> Any:
        return item(text=TEXT, outlet="The Harbour Review", url=f"https://review.example/2026/{number}", **given)

    stories = tuple(
        told(n, headline=f"Fares of the island ferry rise in spring {n}", label="Energy") for n in range(items // 2)
    )
    bullets = tuple(told(n, headline=None) for n in range(items // 2, items - 1))
    lead = item("Fares rise", paragraphs=tuple(Paragraph(text=TEXT) for _ in range(6)), dek=TEXT[:120])
    return issue(
        Section(kind=SectionKind.LEAD, items=(lead,)),
        Section(kind=SectionKind.STORIES, heading="More stories", items=stories),
        Section(kind=SectionKind.OTHER_NEWS, heading="Other news", items=bullets),
    )


def size(mail: Compiled) -> int:
    return len(mail.html.encode())


@pytest.mark.parametrize("theme", SHIPPED.themes)
@pytest.mark.parametrize(("items", "most"), [(25, 40), (50, 66)])
def test_a_long_week_stays_far_below_what_gmail_cuts(items: int, most: int, theme: str) -> None:
    made = weekly(items)
    assert sum(len(section.items) for section in made.sections) == items
    assert size(compile_issue(made, letter(theme=theme), archive_url=ARCHIVE)) < most * 1024


@pytest.mark.real
@pytest.mark.skipif(not SEEDS.is_dir() and os.environ.get("CI") != "true", reason="the real pages are not here")
def test_a_real_week_is_small_and_stands_on_nothing_that_mail_programs_lack() -> None:
    pages = [read_path(path, now=NOW) for path in sorted(SEEDS.glob("*.txt"))]
    made = compose(letter(), Slot("2024-W43", "Europe/Berlin"), pages, number=1, now=NOW)
    mail = compile_issue(made, letter(), archive_url=ARCHIVE)
    support = support_of(mail.html)
    assert size(mail) < 21 * 1024
    assert len(support.load_bearing) <= 3
    assert support.pairs <= 12


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES[1:])
def test_a_mail_that_the_program_sends_by_itself_is_a_few_kilobytes(name: str, language: str) -> None:
    assert size(mail_named(name, letter(language=language))) < 12 * 1024
