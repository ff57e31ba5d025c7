"""Set a real week of a magazine beside the issue that is composed from it: `make seed-week`.

Reads two pages of the week and what a careful reader took from them (``../shared/seeds``), writes
``build/seed-week.html`` and puts the figures into ``docs/seed-week.md``. With ``--table`` it prints the figures alone.
The sentences of the pages stay out of the repository: they are in ``build/``, which git ignores.
"""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsletter.model.issue import Issue, Item, Section, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.quotation import fold, same_words, spans
from newsletter.model.sentences import sentences, word_count
from newsletter.model.slot import Slot
from newsletter.pipeline import Press
from newsletter.render.links import Links
from newsletter.render.templates import SHIPPED
from newsletter.render.words import label
from newsletter.store.store import Store

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
PAGE, TOLD = ROOT / "build" / "seed-week.html", ROOT / "docs" / "seed-week.md"
SLOT = Slot("2024-W43", "America/New_York")
#: The figures stand between these two lines of the page.
BEGINS, ENDS = "<!-- figures: made by `make seed-week` -->\n", "<!-- end of figures -->"
LEAD, CARDS = "Lead", "Cards"


class Block(NamedTuple):
    """A line of a column: what it is (``h1``, ``kicker``, ``li``) and its text."""

    kind: str
    text: str


class Figure(NamedTuple):
    """One line of the table."""

    what: str
    page: str
    issue: str


Parts = dict[str, list[Block]]


def main() -> None:
    """Compose the week, write the page and the figures."""
    if not SEEDS.is_dir():
        sys.exit(f"The real pages are not here ({SEEDS}), so there is nothing to compare.")
    gold = json.loads((SEEDS / "gold/diplomacy-watch.json").read_text(encoding="utf-8"))
    issue = composed()
    figures = list(measured(gold, issue, "\n".join(file.read_text(encoding="utf-8") for file in _pages())))
    if "--table" in sys.argv:
        sys.stdout.write(table(figures))
        return
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(page_parts(gold), issue_parts(issue), figures), encoding="utf-8")
    before, _, rest = TOLD.read_text(encoding="utf-8").partition(BEGINS)
    TOLD.write_text(f"{before}{BEGINS}\n{table(figures)}\n{ENDS}{rest.partition(ENDS)[2]}", encoding="utf-8")
    sys.stdout.write(f"{table(figures)}\nThe two side by side: {PAGE.relative_to(ROOT)}\n")


def composed() -> Issue:
    """The issue of the week, by a press of its own in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/newsletter.db") as store:
        store.upgrade()
        links, now = Links("https://news.example.org", "x" * 40), datetime(2024, 10, 25, 18, tzinfo=UTC)
        press = Press(
            store=store, links=links, media=Path(folder), actor="seed-week", journals=Path(folder), clock=lambda: now
        )
        for file in _pages():
            press.intake.add_file(file)
        newsletter = store.newsletters.save(
            Newsletter(
                slug="week", title="The week", sender="editor@news.example.org", sender_name="The week",
                organisation="The week", postal_address="1 Quay Street", timezone=SLOT.timezone,
            )
        )  # fmt: skip
        return press.desk.compose(newsletter, SLOT)


def _pages() -> list[Path]:
    return sorted(SEEDS.glob("*.txt"))


def page_parts(gold: dict[str, Any]) -> Parts:
    """The page as a careful reader took it apart, section by section."""
    head = [("kicker", gold["series"]), ("h1", gold["title_without_series"]), ("dek", gold["dek"])]
    quoted = set(gold["lead_blockquotes"])
    body = [("quote" if text in quoted else "p", text) for text in gold["lead"]]
    parts = {LEAD: [Block(*pair) for pair in (*head, ("byline", gold["byline"]["raw"]), *body)]}
    for section in gold["sections"]:
        kind, texts = ("li", section["items"]) if "items" in section else ("p", section["paragraphs"])
        name = section.get("heading_normalized", section["heading"])
        parts[name] = [Block("h2", section["heading"]), *(Block(kind, text) for text in texts)]
    parts[CARDS] = [
        Block(kind, text)
        for card in gold["related"]
        for kind, text in (
            ("kicker", card["section"]),
            ("h3", card["title"]),
            *(("p", text) for text in card["excerpt"]),
        )
    ]
    return parts


def issue_parts(issue: Issue) -> Parts:
    """The issue in the same parts; the cards are its magazine section, whatever that is headed."""
    return {_part(section): list(_blocks(section)) for section in issue.sections}


def _part(section: Section) -> str:
    fixed = {SectionKind.LEAD: LEAD, SectionKind.MAGAZINE: CARDS}
    return fixed.get(section.kind) or section.heading or section.name


def _blocks(section: Section) -> Iterator[Block]:
    if section.heading:
        yield Block("h2", section.heading)
    for item in section.items:
        yield from (Block(kind, text) for kind, text in _item(item, section.kind) if text)


def _item(item: Item, kind: SectionKind) -> Iterator[tuple[str, str | None]]:
    is_lead, is_line = kind is SectionKind.LEAD, kind is SectionKind.OTHER_NEWS
    yield "kicker", None if is_line else label(item, "en")
    yield ("h1" if is_lead else "h3"), item.headline
    if is_lead:
        yield from (("dek", item.dek), ("byline", item.byline))
    for paragraph in item.paragraphs:
        yield ("quote" if paragraph.quotation else "li" if is_line else "p"), paragraph.text
        yield "byline", paragraph.speaker
    for also in item.also:
        yield from (("also", f"Also on this story: {also.headline}"), ("sub", also.line))


def measured(gold: dict[str, Any], issue: Issue, text: str) -> Iterator[Figure]:
    """The figures of the page, as its reader counted them, and those of the issue. ``text`` is all that was to be read."""
    counted, quotes = gold["word_counts"], gold["quotes"]
    ours = {kind: [section for section in issue.sections if section.kind is kind] for kind in SectionKind}
    (lead,) = ours[SectionKind.LEAD]
    yield Figure("sections", str(len(gold["sections"]) + 2), str(len(issue.sections)))
    yield Figure("headings", str(len(gold["sections"])), str(sum(bool(section.heading) for section in issue.sections)))
    paragraphs = [word_count(paragraph.text) for paragraph in lead.items[0].paragraphs]
    yield Figure(
        "lead, words in paragraphs",
        f"{counted['lead']} in {len(gold['lead'])}",
        f"{sum(paragraphs)} in {len(paragraphs)}",
    )
    bullets = [_words([item]) for section in ours[SectionKind.OTHER_NEWS] for item in section.items]
    yield Figure("bullets, words each", _each(counted["other_news_items"]), _each(bullets))
    briefings = [_words(section.items) for section in ours[SectionKind.BRIEFING]]
    yield Figure("briefings, words each", _each(counted["briefings"]), _each(briefings))
    yield from _quotations(quotes, issue, text)
    cards = [item for section in ours[SectionKind.MAGAZINE] for item in section.items]
    excerpts = [sum(map(word_count, card["excerpt"])) for card in gold["related"]]
    yield Figure("cards, words each", _each(excerpts), _each([_words([item]) for item in cards]))
    yield Figure("sentences that stand on neither page", "-", str(len(list(_strange(issue, text)))))
    printed = {paragraph.text for item in _items(issue) for paragraph in item.paragraphs}
    noise = gold["boilerplate"]
    yield Figure("lines of menus and footers", str(len(noise)), str(sum(line in printed for line in noise)))


def _quotations(quotes: Sequence[dict[str, Any]], issue: Issue, text: str) -> Iterator[Figure]:
    texts = [_text(item) for item in _items(issue)]
    held = [(quote, told) for quote in quotes if (told := next((t for t in texts if quote["text"] in t), None))]
    named = sum(quote["speaker"].split()[-1].casefold() in told.casefold() for quote, told in held)
    yield Figure("quotations of the page, to the letter", str(len(quotes)), str(len(held)))
    yield Figure("of these with their speaker", str(sum(bool(quote["speaker"]) for quote in quotes)), str(named))
    every = [span for told in texts for span in spans(told)]
    yield Figure("quotations that stand on neither page", "-", str(sum(span not in text for span in every)))
    folded = [fold(span) for span in every]
    twice = sum(same_words(one, other) for place, one in enumerate(folded) for other in folded[:place])
    yield Figure("quotations printed twice", "0", str(twice))


def _strange(issue: Issue, text: str) -> Iterator[str]:
    for item in _items(issue):
        for paragraph in item.paragraphs:
            yield from (sentence for sentence in sentences(paragraph.text) if sentence not in text)


def _items(issue: Issue) -> Iterator[Item]:
    return (item for section in issue.sections for item in section.items)


def _text(item: Item) -> str:
    parts = [p for paragraph in item.paragraphs for p in (paragraph.text, paragraph.speaker or "")]
    return "\n".join([*parts, *(also.line or "" for also in item.also)])


def _words(items: Iterable[Item]) -> int:
    return sum(word_count(paragraph.text) for item in items for paragraph in item.paragraphs)


def _each(words: Sequence[int]) -> str:
    return f"{len(words)}: {', '.join(map(str, words))}" if words else "0"


def table(figures: Iterable[Figure]) -> str:
    """The figures as a table in Markdown."""
    rows = (f"| {figure.what} | {figure.page} | {figure.issue} |\n" for figure in figures)
    return "".join(["| | the page | our issue |\n|---|---|---|\n", *rows])


def page(left: Parts, right: Parts, figures: Sequence[Figure]) -> str:
    """The page that shows both side by side; what the other side does not have is marked."""
    names = list(dict.fromkeys((*left, *right)))
    flat_left, flat_right = _flat(left), _flat(right)
    rows = [(name, _marked(left.get(name, []), flat_right), _marked(right.get(name, []), flat_left)) for name in names]
    templates = Environment(loader=FileSystemLoader(ROOT / "docs"), autoescape=True, undefined=StrictUndefined)
    template = templates.get_template("seed_week.html")
    return template.render(rows=rows, figures=figures, slot=SLOT.key, theme=SHIPPED.theme("broadsheet"))


def _flat(parts: Parts) -> str:
    return fold(" ".join(block.text for blocks in parts.values() for block in blocks))


def _marked(blocks: Iterable[Block], other: str) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Each block as its sentences, and whether the other side lacks them."""
    return [(b.kind, [(s, f" {fold(s)} " not in f" {other} ") for s in sentences(b.text)]) for b in blocks]


if __name__ == "__main__":
    main()
