"""What the sample magazine promises: its shape, its dates, its pictures, and that nothing in it leads anywhere."""

import csv
import re
import struct
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import yaml
from lxml import etree, html

from newsletter.cli.newsletter_file import read_newsletter
from newsletter.ingest.read import read_path
from newsletter.model.article import Article, ArticleKind, Briefing, OtherNews
from newsletter.model.issue import SectionKind
from newsletter.model.newsletter import USUAL_MOST, PlannedSection
from newsletter.model.slot import Slot
from newsletter.model.subscriber import OPTIONAL_SECTIONS, SubscriptionState

MAGAZINE = Path(__file__).parents[1] / "samples" / "magazine"
FILES = sorted((MAGAZINE / "articles").glob("*.md"))
NOW = datetime(2026, 11, 23, tzinfo=UTC)
ARTICLES = [read_path(file, now=NOW) for file in FILES]
ROUND_UPS = [article for article in ARTICLES if article.kind is ArticleKind.ROUNDUP]
STORIES = [article for article in ARTICLES if article.kind is ArticleKind.ARTICLE]
WEEKS = [Slot(key, "Europe/Copenhagen") for key in ("2026-W46", "2026-W47")]
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

by_headline = pytest.mark.parametrize("page", ARTICLES, ids=lambda page: page.headline)
by_round_up = pytest.mark.parametrize("page", ROUND_UPS, ids=lambda page: page.headline)


def _words(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)


def _text(page: Article) -> str:
    below = [line for section in page.sections for line in _lines(section)]
    return "\n".join([*page.body, *below])


def _lines(section: OtherNews | Briefing) -> tuple[str, ...]:
    return section.items if isinstance(section, OtherNews) else section.paragraphs


def _week(moment: datetime | None) -> str:
    assert moment is not None
    return next(week.key for week in WEEKS if week.holds(moment))


class _Told(NamedTuple):
    """One item of a feed."""

    guid: str
    published: datetime
    link: str
    text: str


def _courier() -> list[_Told]:
    root = etree.parse(MAGAZINE / "feeds/coast-courier.xml").getroot()
    return [
        _Told(
            str(item.findtext("guid")),
            parsedate_to_datetime(str(item.findtext("pubDate"))),
            str(item.findtext("link")),
            _plain(item.findtext(CONTENT)),
        )
        for item in root.iter("item")
    ]


def _wire() -> list[_Told]:
    root = etree.parse(MAGAZINE / "feeds/ministry-wire.atom").getroot()
    return [
        _Told(
            str(entry.findtext(f"{ATOM}id")),
            datetime.fromisoformat(str(entry.findtext(f"{ATOM}published"))),
            str(entry.xpath("string(a:link/@href)", namespaces={"a": ATOM.strip("{}")})),
            _plain(entry.findtext(f"{ATOM}content")),
        )
        for entry in root.iter(f"{ATOM}entry")
    ]


def _plain(markup: str | None) -> str:
    return str(html.fromstring(str(markup)).xpath("string()"))


FEEDS = [_courier(), _wire()]


@pytest.mark.parametrize(("week", "count", "number"), [("2026-W46", 5, 211), ("2026-W47", 8, 212)])
def test_each_week_has_its_articles_of_which_one_is_the_round_up(week: str, count: int, number: int) -> None:
    pages = [page for page in ARTICLES if _week(page.published) == week]
    assert len(pages) == count
    (round_up,) = (page for page in pages if page.kind is ArticleKind.ROUNDUP)
    assert (round_up.series, round_up.series_number) == ("Harbour Watch", number)


def test_a_second_series_runs_on_from_week_to_week() -> None:
    instalments = [(_week(page.published), page.series_number) for page in STORIES if page.series == "Working Lives"]
    assert instalments == [("2026-W46", 8), ("2026-W47", 9)]


@by_headline
def test_the_first_topic_is_the_section_that_the_byline_names(page: Article) -> None:
    assert page.byline
    assert page.topics[0] == page.byline.section


def test_three_events_follow_the_second_week_and_their_articles_name_the_day() -> None:
    announced = [(page, page.event) for page in ARTICLES if page.event]
    assert len(announced) == 3
    for page, event in announced:
        starts = event.starts.astimezone(ZoneInfo(WEEKS[1].timezone))
        assert date(2026, 11, 22) <= starts.date() <= date(2026, 12, 6)
        assert f"{starts:%A, %b}. {starts.day}" in _text(page)
        assert event.place


def test_one_article_of_the_second_week_may_not_be_printed_in_it() -> None:
    (page,) = (page for page in ARTICLES if page.embargo)
    assert page.embargo
    assert (_week(page.published), WEEKS[1].ends <= page.embargo) == ("2026-W47", True)
    assert "Fisheries" in page.topics


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_front_matter_says_what_an_article_needs_and_nothing_else(file: Path) -> None:
    front = yaml.safe_load(file.read_text(encoding="utf-8").split("---\n")[1])
    needed = {"title", "dek", "kicker", "byline", "author", "section", "date", "url", "outlet", "language", "topics"}
    assert needed <= front.keys() <= needed | {"series", "series_number", "event", "embargo", "image", "related"}
    assert front.get("image", {}).keys() in (set(), {"url", "alt", "credit", "width", "height"})
    assert file.name.startswith(front["date"].date().isoformat())


@by_headline
def test_headline_and_dek_are_short_and_every_number_in_them_stands_in_the_text(page: Article) -> None:
    assert page.dek
    assert _words(page.headline) <= 12
    assert _words(page.dek) <= 22
    assert set(re.findall(r"\d[\d.,]*\d|\d", f"{page.headline} {page.dek}")) <= set(
        re.findall(r"\d[\d.,]*\d|\d", _text(page))
    )


@pytest.mark.parametrize("page", STORIES, ids=lambda page: page.headline)
def test_a_story_is_long_enough_to_summarise_and_lets_several_people_speak(page: Article) -> None:
    assert 350 <= _words(*page.body) <= 650
    assert len({quote.speaker for quote in page.quotes if quote.speaker}) >= 3


@by_round_up
def test_the_lead_of_a_round_up_has_one_block_quotation_that_is_announced(page: Article) -> None:
    assert 250 <= _words(*page.body) <= 320
    assert 6 <= len(page.body) <= 8
    (quotation,) = page.blockquotes
    before = {below: above for above, below in pairwise(page.body)}[quotation]
    assert quotation.startswith("“")
    assert quotation.endswith("”")
    assert before.endswith(":")


@by_round_up
def test_other_news_are_four_bullets_of_two_sentences_that_name_their_outlet(page: Article) -> None:
    (news,) = (section for section in page.sections if isinstance(section, OtherNews))
    assert news.heading == "Other Harbour News This Week"
    assert len(news.items) == 4
    for bullet in news.items:
        assert 40 <= _words(bullet) <= 75
        assert len(re.findall(r"[.!?](?= [A-Z“]|$)", bullet)) == 2
        assert re.search(
            r"(according to the|The|the|,) (Brennock Bell|Oldquay Packet|Coast Courier|Radio Skarrow)", bullet
        )


@by_round_up
def test_a_round_up_ends_with_two_briefings_of_its_week_and_both_quote(page: Article) -> None:
    briefings = [section for section in page.sections if isinstance(section, Briefing)]
    assert [briefing.source for briefing in briefings] == ["Port Authority Briefing", "Fisheries Ministry Briefing"]
    for briefing in briefings:
        assert 2 <= len(briefing.paragraphs) <= 3
        assert "“" in " ".join(briefing.paragraphs)
        day = datetime.strptime(f"{briefing.date_text} 2026", "%b. %d %Y").replace(tzinfo=UTC)
        assert _week(day) == _week(page.published)


@by_round_up
def test_the_block_quotation_stands_word_for_word_in_one_other_article_of_the_week(page: Article) -> None:
    (quotation,) = page.blockquotes
    others = [other for other in ARTICLES if other is not page and quotation in _text(other)]
    assert [_week(other.published) for other in others] == [_week(page.published)]


def test_a_weekday_that_is_tied_to_a_date_is_true() -> None:
    everything = "\n".join([_text(page) for page in ARTICLES] + [item.text for feed in FEEDS for item in feed])
    tied = re.findall(r"(\w+day), (Nov|Dec)\. (\d+)", everything)
    assert tied
    for weekday, month, day in tied:
        assert f"{date(2026, {'Nov': 11, 'Dec': 12}[month], int(day)):%A}" == weekday


@pytest.mark.parametrize("feed", FEEDS, ids=["rss", "atom"])
def test_a_feed_carries_six_items_of_the_two_weeks_in_full(feed: list[_Told]) -> None:
    assert len(feed) == len({item.guid for item in feed}) == len({item.link for item in feed}) == 6
    assert {_week(item.published) for item in feed} == {week.key for week in WEEKS}
    assert all(120 <= _words(item.text) <= 250 for item in feed)


@pytest.mark.parametrize(
    "facts",
    [("Skarrow", "4.31", "140"), ("Petrel", "31", "Lapwing"), ("Tideworks", "1,018", "417,380")],
    ids=["the flood", "the ferry", "the tide"],
)
def test_a_story_is_told_by_the_magazine_and_by_both_feeds_with_the_same_facts(facts: tuple[str, ...]) -> None:
    for texts in [[_text(page) for page in STORIES], *([item.text for item in feed] for feed in FEEDS)]:
        assert sum(all(fact in text for fact in facts) for text in texts) == 1


@by_headline
def test_every_picture_is_there_at_the_size_stated_and_light_enough_for_a_mail(page: Article) -> None:
    for image in page.images:
        assert image.alt
        assert image.credit
        file = MAGAZINE / "images" / Path(urlsplit(str(image.url)).path).name
        assert _jpeg_size(file.read_bytes()) == (image.width, image.height)
        assert file.stat().st_size <= 120 * 1024


def test_no_picture_lies_about_unused() -> None:
    used = {Path(urlsplit(str(image.url)).path).name for page in ARTICLES for image in page.images}
    assert used == {file.name for file in (MAGAZINE / "images").iterdir()}


def test_subscribers_are_twenty_five_people_in_every_state_and_of_many_wishes() -> None:
    with (MAGAZINE / "subscribers.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        people = list(table)
    assert table.fieldnames == ["email", "name", "state", "skips"]
    assert len(people) == len({person["email"].lower() for person in people}) == 25
    states = [SubscriptionState(person["state"]) for person in people]
    assert {state: states.count(state) for state in SubscriptionState} == {
        SubscriptionState.ACTIVE: 20,
        SubscriptionState.PAUSED: 2,
        SubscriptionState.UNSUBSCRIBED: 2,
        SubscriptionState.UNCONFIRMED: 1,
    }
    skips = {
        person["email"]: frozenset(map(SectionKind, filter(None, person["skips"].split("|")))) for person in people
    }
    assert all(wish <= set(OPTIONAL_SECTIONS) for wish in skips.values())
    assert len({skips[person["email"]] for person in people if person["state"] == "active"}) >= 4


def test_the_newsletters_settings_are_those_of_a_newsletter_with_a_section_of_its_own() -> None:
    found = read_newsletter(MAGAZINE / "newsletter.toml")
    assert (found.list_id, found.topic, found.timezone) == ("tidewater.tidewater.example", "Harbour", WEEKS[0].timezone)
    fisheries = PlannedSection(
        kind=SectionKind.STORIES, most=2, name="fisheries", heading="Fisheries", topics=("Fisheries",)
    )
    usual = tuple(PlannedSection(kind=kind, most=most) for kind, most in USUAL_MOST.items())
    assert tuple(section for section in found.plan if section != fisheries) == usual
    assert fisheries in found.plan
    assert any(set(fisheries.topics) & set(page.topics) for page in ARTICLES if not page.embargo)


def test_no_address_leads_out_of_the_domains_reserved_for_examples() -> None:
    namespaces = {"www.w3.org", "purl.org"}
    for file in [path for path in MAGAZINE.rglob("*") if path.suffix in {".md", ".xml", ".atom", ".toml", ".csv"}]:
        text = file.read_text(encoding="utf-8")
        hosts = set(re.findall(r"https?://([^/\"<\s]+)", text)) | set(re.findall(r"@([\w.-]+)", text))
        for host in hosts - namespaces:
            assert host.endswith(".example") or host in {"example.com", "example.net", "example.org"}, file.name


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height of a JPEG, from its first frame header (ITU-T T.81, B.2.2)."""
    assert content[:2] == b"\xff\xd8"
    at = 2
    while True:
        marker, length = struct.unpack(">HH", content[at : at + 4])
        if 0xFFC0 <= marker <= 0xFFC2:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
