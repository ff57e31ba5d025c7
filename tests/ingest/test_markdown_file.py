from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import provenance
from newsletter.errors import IngestError
from newsletter.ingest.front_matter import KNOWN
from newsletter.ingest.markdown import read_markdown
from newsletter.model.article import Article, ArticleKind, Briefing, Byline, Event, Image, OtherNews

ROUNDUP = """---
title: "Harbour Log: Fares rise as the old boats go"
series: Harbour Log
kicker: ferry fares
dek: The council says the increase pays for two boats.
byline: Reporting | Harbour
date: 2026-11-17T10:00:00+01:00
url: https://review.example/log-12
outlet: The Harbour Review
language: en
image:
  url: https://review.example/boat.jpg
  alt: A white ferry
  credit: "Photo: A. Example"
  width: 1200
  height: 675
---

The ferry company will [raise its fares](https://ferry.example) by *12 percent* in April,
the harbour council decided on Tuesday.

Ada Marsh, who runs the harbour, was plain about it:

> “We need two boats, and `soon`.”

## Other Harbour News This Week:

- The pilots **agreed** to a new contract. It runs for two years.
- The lighthouse reopened.

  It had been closed since May.

### From Harbour Office Briefing on Nov. 16

The harbour master spoke of the tides.

“They are high,” he said.

## From the Fish Market on Nov. 17, 2026

Herring is cheap.
"""


def read(text: str, url: str | None = None) -> Article:
    return read_markdown(text, provenance=provenance(), url=url)


def test_an_editor_writes_a_whole_round_up() -> None:
    article = read(ROUNDUP)
    assert article.kind is ArticleKind.ROUNDUP
    assert article.headline_without_series == "Fares rise as the old boats go"
    assert (article.kicker, article.dek) == ("ferry fares", "The council says the increase pays for two boats.")
    assert article.byline == Byline(raw="Reporting | Harbour", kind="Reporting", section="Harbour")
    assert article.published == datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
    assert (article.url, article.outlet, article.language) == (
        "https://review.example/log-12",
        "The Harbour Review",
        "en",
    )
    assert article.images == (
        Image(
            url="https://review.example/boat.jpg",
            alt="A white ferry",
            credit="Photo: A. Example",
            width=1200,
            height=675,
        ),
    )
    assert article.body == (
        "The ferry company will raise its fares by 12 percent in April, the harbour council decided on Tuesday.",
        "Ada Marsh, who runs the harbour, was plain about it:",
        "“We need two boats, and soon.”",
    )
    assert article.blockquotes == ("“We need two boats, and soon.”",)
    assert article.sections == (
        OtherNews(
            heading="Other Harbour News This Week:",
            items=(
                "The pilots agreed to a new contract. It runs for two years.",
                "The lighthouse reopened. It had been closed since May.",
            ),
        ),
        Briefing(
            heading="From Harbour Office Briefing on Nov. 16",
            source="Harbour Office Briefing",
            date_text="Nov. 16",
            paragraphs=("The harbour master spoke of the tides.", "“They are high,” he said."),
        ),
        Briefing(
            heading="From the Fish Market on Nov. 17, 2026",
            source="Fish Market",
            date_text="Nov. 17, 2026",
            paragraphs=("Herring is cheap.",),
            day=date(2026, 11, 17),
        ),
    )


def test_quotations_know_their_paragraph() -> None:
    quotes = read(ROUNDUP).quotes
    assert [(quote.text, quote.paragraph) for quote in quotes] == [
        ("We need two boats, and soon.", 2),
        ("They are high,", 8),
    ]


def test_without_front_matter_the_first_heading_is_the_headline() -> None:
    article = read("# Fares *rise* & more\n\nThey rise in April.\n")
    assert (article.headline, article.body, article.kind) == (
        "Fares rise & more",
        ("They rise in April.",),
        ArticleKind.ARTICLE,
    )
    assert (article.byline, article.published, article.dek, article.url) == (None, None, None, None)


def test_other_headings_lists_code_and_html_stay_as_paragraphs() -> None:
    article = read(
        "# Fares\n\nOne.\n\n## What next\n\n1. Two.\n   - Three.\n2. Four.\n\n```\nFive\n```\n\n<p>Six <b>six</b></p>\n<p>Seven</p>\n"
    )
    assert article.body == ("One.", "What next", "Two. Three.", "Four.", "Five", "Six six", "Seven")


def test_a_heading_after_a_section_leads_back_to_the_body() -> None:
    article = read("# Fares\n\n## Other Harbour News This Week\n\n- One.\n\n## Corrections\n\nTwo.\n")
    assert article.body == ("Corrections", "Two.")
    assert article.sections == (OtherNews(heading="Other Harbour News This Week", items=("One.",)),)


def test_a_picture_in_the_text_is_an_image_and_no_text() -> None:
    article = read(
        "# Fares\n\n![A white ferry](boats/white.jpg)\n\nOne ![a ![b](c.png) d](https://a.example/e.png) two.\n"
    )
    assert article.images == (
        Image(url="boats/white.jpg", alt="A white ferry"),
        Image(url="https://a.example/e.png", alt="a b d"),
    )
    assert article.body == ("One  two.",)


@pytest.mark.parametrize(
    ("given", "from_file", "from_web"),
    [
        ("boat.jpg", "boat.jpg", "https://review.example/log/boat.jpg"),
        ("../boat.jpg", "../boat.jpg", "https://review.example/boat.jpg"),
        ("https://a.example/boat.jpg", "https://a.example/boat.jpg", "https://a.example/boat.jpg"),
        ("//a.example/boat.jpg", None, "https://a.example/boat.jpg"),
        ("javascript:alert(1)", None, None),
        ("file:///etc/passwd", None, None),
        ("C:/boat.jpg", None, None),
    ],
)
def test_a_picture_beside_a_file_keeps_its_path_and_on_the_web_gets_its_address(
    given: str, from_file: str | None, from_web: str | None
) -> None:
    text = f"---\ntitle: Fares\nimage: {given}\n---\nOne.\n"
    assert read(text).images[0].url == from_file
    assert read(text, "https://review.example/log/12.md").images[0].url == from_web


@pytest.mark.parametrize("headline", ["No", "2026", "2026-11-17", "1e3", "null", "~", "0x10"])
def test_a_headline_is_text_whatever_yaml_would_make_of_it(headline: str) -> None:
    assert read(f"---\nheadline: {headline}\n---\nOne.\n").headline == headline


def test_a_value_over_several_lines_becomes_one() -> None:
    article = read("---\ntitle: Fares\ndek: >-\n  The council\n  has met.\nkicker: |\n  ferry\n  fares\n---\nOne.\n")
    assert (article.dek, article.kicker) == ("The council has met.", "ferry fares")


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2026-11-17", datetime(2026, 11, 17, tzinfo=UTC)),
        ("2026-11-17 09:30", datetime(2026, 11, 17, 9, 30, tzinfo=UTC)),
        ("2026-11-17T09:30:00Z", datetime(2026, 11, 17, 9, 30, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_date_is_a_moment_with_a_time_zone(given: str, moment: datetime | None) -> None:
    assert read(f"---\ntitle: Fares\ndate: {given}\n---\nOne.\n").published == moment


@pytest.mark.parametrize(
    ("lines", "byline"),
    [
        ("author: Ada Quill", Byline(raw="Ada Quill", author="Ada Quill")),
        ("section: Harbour", Byline(raw="Harbour", section="Harbour")),
        (
            "byline: Analysis | Europe\nauthor: Ada Quill",
            Byline(raw="Analysis | Europe", kind="Analysis", section="Europe", author="Ada Quill"),
        ),
        ("byline: By Ada Quill", Byline(raw="By Ada Quill")),
        ("byline:", None),
    ],
)
def test_a_byline_holds_what_is_given_and_nothing_more(lines: str, byline: Byline | None) -> None:
    assert read(f"---\ntitle: Fares\n{lines}\n---\nOne.\n").byline == byline


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("---\ntitel: Fares\n---\nOne.", 'unknown key "titel". Known are: title, headline, dek, .*image'),
        ("---\ntitle: Fares\nimage:\n  src: a.jpg\n---\nOne.", 'unknown image key "src". Known are: url, alt'),
        ("---\ntitle: Fares\nimage:\n  width: wide\n---\nOne.", 'width "wide" is not a number of pixels'),
        ("---\ntitle: Fares\nimage: [a.jpg]\n---\nOne.", "image is not plain text"),
        ("---\ntitle: [a, b]\n---\nOne.", "title is not plain text"),
        ("---\ntitle: Fares\ndate: next week\n---\nOne.", 'date "next week" is not understood. Write 2026-11-17'),
        ("---\ntitle: Fares\ndate: 2026-13-45\n---\nOne.", 'date "2026-13-45" is not understood'),
        ("---\ntitle: Fares\nurl: review.example\n---\nOne.", 'url "review.example" is not a web address'),
        ("---\ntitle: Log: fares\n---\nOne.", "not YAML in line 2.*quotation marks"),
        ("---\n" + "[" * 100_000 + "\n---\nOne.", "not YAML"),
        ("---\n- a\n---\nOne.", "not a list of keys and values"),
        ("---\ntitle: Fares\n\nOne.", "never closed"),
        ("---\na: &a [1]\nb: *a\n---\nOne.", 'unknown key "a"'),
        *(
            (f"---\ntitle: Fares\n{line}\n---\nOne.", sentence)
            for line, sentence in (
                ("topics: {a: b}", "topics is not a list of words. Write `topics: .Coast, Fisheries.`"),
                ("topics: [[a]]", "topics is not a list of words"),
                ("series_number: 12", "a series_number and no series. Write `series: Harbour Watch`"),
                ("series: Log\nseries_number: twelve", 'series_number "twelve" is not a whole number. Write one'),
                ("series: Log\nseries_number: -1", 'series_number "-1" is not a whole number'),
                ("series: Log\nseries_number: 123456", 'series_number "123456" is not a whole number'),
                ("event: Saturday", "event is not a time and a place. Write `event: {starts: 2026"),
                ("event: [a]", "event is not a time and a place"),
                ("event: {place: Pier}", "event has no start. Write `event: {starts: 2026"),
                (
                    "event: {start: 2026-11-28T19:00Z}",
                    'unknown key of an event "start". Known are: starts, ends, place',
                ),
                ("event: {starts: 2026-11-28}", 'event\'s starts "2026-11-28" is not a time with its zone. Write one'),
                ("event: {starts: 2026-11-28T19:00}", "not a time with its zone"),
                ("event: {starts: 2026-11-28T19:00Z, ends: late}", 'event\'s ends "late" is not a time with its zone'),
                ("event: {starts: 2026-11-28T19:00Z, ends: 2026-11-28T18:00Z}", "ends .*T18:00Z.* before it starts"),
                ("embargo: 2026-11-20", 'embargo "2026-11-20" is not a time with its zone. Write one such as 2026'),
            )
        ),
        ("One.", "has no headline"),
        ("# Fares", "no text below its headline"),
        ("", "has no headline"),
    ],
)
def test_what_is_not_understood_is_told_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(IngestError, match=sentence):
        read(text)


def test_every_key_that_is_known_is_read() -> None:
    plain = {
        "date": "2026-11-17",
        "url": "https://a.example/",
        "image": "a.jpg",
        "related": "[{title: x}]",
        "series_number": "12\nseries: Words",
        "event": "{starts: 2026-11-28T19:00Z}",
        "embargo": "2026-11-20T06:00Z",
    }
    without = read("---\n---\n# Fares\n\nOne.\n")
    for key in KNOWN:
        assert read(f"---\n{key}: {plain.get(key, 'Words')}\n---\n# Fares\n\nOne.\n") != without


@pytest.mark.parametrize(
    ("line", "topics"),
    [
        ("topics: [Coast, Fisheries]", ("Coast", "Fisheries")),
        ("topics: Coast,  sea\n  walls , ,coast", ("Coast", "sea walls")),
        ("topics:\n  - Coast\n  - 2026", ("Coast", "2026")),
        ("topics: []", ()),
        ("topics:", ()),
    ],
)
def test_topics_are_a_list_or_a_line_with_commas(line: str, topics: tuple[str, ...]) -> None:
    assert read(f"---\ntitle: Fares\n{line}\n---\nOne.\n").topics == topics


@pytest.mark.parametrize(
    ("lines", "number", "without"),
    [
        ("title: 'Harbour Log #12: Fares'\nseries: Harbour Log", 12, "Fares"),
        ("title: 'Harbour Log No. 7: Fares: a tale'\nseries: Harbour Log", 7, "Fares: a tale"),
        ("title: 'Harbour Log, no 7: Fares'\nseries: Harbour Log", 7, "Fares"),
        ("title: 'Harbour Log № 7: Fares'\nseries: Harbour Log\nseries_number: 8", 8, "Fares"),
        ("title: 'Harbour Log: Fares'\nseries: Harbour Log\nseries_number: 8", 8, "Fares"),
        ("title: 'Harbour Log: Fares'\nseries: Harbour Log", None, "Fares"),
        ("title: 'Harbour Log North: Fares'\nseries: Harbour Log", None, "Harbour Log North: Fares"),
        ("title: 'Harbour Log 12: Fares'\nseries: Harbour Log", None, "Harbour Log 12: Fares"),
        ("title: 'Harbour Log #12: Fares'", None, "Harbour Log #12: Fares"),
    ],
)
def test_an_instalment_has_its_number_from_the_front_matter_or_its_headline(
    lines: str, number: int | None, without: str
) -> None:
    article = read(f"---\n{lines}\n---\nOne.\n")
    assert (article.series_number, article.headline_without_series) == (number, without)


def test_an_event_has_a_start_and_if_it_is_given_an_end_and_a_place() -> None:
    starts = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)
    full = "event: {starts: 2026-11-28T19:00+01:00, ends: 2026-11-28T20:30+01:00, place: 'Engine house, Cape Anvil'}"
    assert read(f"---\ntitle: Choir\n{full}\n---\nOne.\n").event == Event(
        starts=starts, ends=datetime(2026, 11, 28, 19, 30, tzinfo=UTC), place="Engine house, Cape Anvil"
    )
    bare = "event:\n  starts: 2026-11-28T19:00:00+01:00\n  place:"
    assert read(f"---\ntitle: Choir\n{bare}\n---\nOne.\n").event == Event(starts=starts)
    assert read("---\ntitle: Choir\nevent:\n---\nOne.\n").event is None


def test_an_embargo_is_a_moment() -> None:
    assert read("---\ntitle: A\nembargo: 2026-11-20T06:00+01:00\n---\nOne.\n").embargo == datetime(
        2026, 11, 20, 5, 0, tzinfo=UTC
    )


@given(st.text(alphabet=st.sampled_from("#->*_`[]()!<p> \n:a1")))
def test_whatever_is_typed_there_is_an_article_or_a_sentence(text: str) -> None:
    try:
        article = read(text)
    except IngestError:
        return
    assert article.headline


def test_related_stories_become_cards() -> None:
    text = (
        "---\ntitle: Ferry\nrelated:\n  - title: The wall\n    url: https://review.example/wall\n    section: Towns\n"
        "    excerpt: It leaks.\n  - {title: The herring}\n---\nText.\n"
    )
    cards = read_markdown(text, provenance=provenance()).related
    assert [(card.title, card.url, card.section, card.excerpt) for card in cards] == [
        ("The wall", "https://review.example/wall", "Towns", ("It leaks.",)),
        ("The herring", None, None, ()),
    ]


@pytest.mark.parametrize(
    "related",
    [
        "related: The wall",
        "related: [The wall]",
        "related:\n  - url: https://a.example",
        "related:\n  - {title: x, mood: y}",
    ],
)
def test_a_related_story_that_is_not_understood_is_refused(related: str) -> None:
    with pytest.raises(IngestError):
        read_markdown(f"---\ntitle: Ferry\n{related}\n---\nText.\n", provenance=provenance())
