import json
import socket
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import provenance
from newsletter.errors import IngestError
from newsletter.ingest.html_page import read_html
from newsletter.model.article import Article, Byline, Event, Image

URL = "https://review.example/fares?utm_source=x"
PARAGRAPHS = [
    "The ferry company will raise its fares by 12 percent in April, the harbour council decided on Tuesday after a debate.",
    "Two new boats will be ordered this year, and the first of them should sail across the bay in the autumn of 2027.",
    "“We need two boats, and we need them soon,” said Ada Marsh, who has run the harbour for nine years without a break.",
]
STORY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
HEAD = """<title>Ferry fares rise | The Harbour Review</title>
    <meta property="og:title" content="Ferry fares rise in spring">
    <meta property="og:site_name" content="The Harbour Review">
    <meta property="og:description" content="The council says the increase pays for two boats.">
    <meta property="og:image" content="/boat.jpg"><meta property="og:image:width" content="1200">
    <meta property="og:image:height" content="675"><meta name="author" content="Ada Quill">
    <meta property="article:published_time" content="2026-11-17T10:00:00+01:00">
    <link rel="canonical" href="/fares">"""


def page(head: str = HEAD, body: str = f"<article><h1>Fares</h1>{STORY}</article>", lang: str = "en-GB") -> str:
    return f"<!doctype html><html lang={lang}><head>{head}</head><body>{body}</body></html>"


def read(text: str, url: str | None = URL) -> Article:
    return read_html(text, url=url, provenance=provenance())


@pytest.fixture(params=["trafilatura", "own extraction"])
def extractor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra ``extract`` installed, and as if it were not."""
    if request.param != "trafilatura":
        monkeypatch.setitem(sys.modules, "trafilatura", None)


@pytest.mark.usefixtures("extractor")
def test_a_page_gives_its_story_and_what_its_head_states() -> None:
    article = read(page())
    assert article.headline == "Ferry fares rise in spring"
    assert article.dek == "The council says the increase pays for two boats."
    assert article.body == tuple(PARAGRAPHS)
    assert (article.outlet, article.url, article.language) == (
        "The Harbour Review",
        "https://review.example/fares",
        "en-GB",
    )
    assert article.byline == Byline(raw="Ada Quill", author="Ada Quill")
    assert article.published == datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
    assert article.images == (Image(url="https://review.example/boat.jpg", width=1200, height=675),)
    assert [(quote.speaker, quote.paragraph) for quote in article.quotes] == [("Ada Marsh", 2)]


@pytest.mark.usefixtures("extractor")
def test_navigation_scripts_and_footer_are_no_story() -> None:
    article = read(
        page(
            body=f"""<nav><ul><li><a href="/">Home</a><li><a href="/b">Boats</a></ul></nav><script>var x = "y";</script>
            <main><article><h1>Fares</h1>{STORY}<aside><p>Subscribe to our weekly letter today.</p></aside></article></main>
            <footer><p>All rights reserved by the Review.</p></footer>"""
        )
    )
    assert article.body == tuple(PARAGRAPHS)


@pytest.mark.usefixtures("extractor")
def test_a_page_that_never_closes_anything_is_read() -> None:
    text = f"<html><head><title>Fares</title><body><article><h1>Fares<p>{'<p>'.join(PARAGRAPHS)}<div><b>"
    assert read(text).body == tuple(PARAGRAPHS)


@pytest.mark.usefixtures("extractor")
def test_a_block_quotation_is_body_and_block_quotation() -> None:
    quotation = "“Nobody else will pay for the boats, so the passengers have to, as they did in my father’s time.”"
    article = read(page(body=f"<article><h1>Fares</h1>{STORY}<blockquote><p>{quotation}</p></blockquote></article>"))
    assert article.body == (*PARAGRAPHS, quotation)
    assert article.blockquotes == (quotation,)


@pytest.mark.usefixtures("extractor")
def test_lists_and_line_breaks_keep_their_words_apart() -> None:
    lists = "<ul><li>One thing<ul><li>and <b>another</b>, too</li></ul></li><li><p>Two</p><p>three</p></li></ul>"
    article = read(page(body=f"<article><h1>Fares</h1>{STORY}<p>Four<br>five</p>{lists}</article>"))
    assert article.body == (*PARAGRAPHS, "Four five", "One thing and another, too", "Two three")


def test_a_short_page_is_read_though_the_extractor_finds_next_to_nothing() -> None:
    assert read(page(body="<main><h1>Fares</h1><p>They rise in April.</p></main>")).body == ("They rise in April.",)


def test_a_page_without_paragraphs_gives_its_lines() -> None:
    body = "<div>They rise in April.<br><br>The council met on Tuesday.<div>So it goes.</div></div>"
    assert read(page(body=body)).body == ("They rise in April.", "The council met on Tuesday.", "So it goes.")


def test_no_break_spaces_stay_and_other_space_collapses() -> None:
    assert read(page(body="<p>It\n  costs <b>12\u00a0€</b>\t now.</p>")).body == ("It costs 12\u00a0€ now.",)


@pytest.mark.parametrize(
    ("head", "body", "headline"),
    [
        ("<title>Fares | Review</title>", "<h1>The <i>fares</i> rise</h1>", "The fares rise"),
        ("<title>Fares rise</title>", "", "Fares rise"),
        ("<title>Fares rise – Review</title><meta property=og:site_name content=Review>", "", "Fares rise"),
        ('<meta property="og:title" content=" Q&amp;A:\n fares "><title>x</title>', "<h1>y</h1>", "Q&A: fares"),
    ],
)
def test_the_headline_is_what_the_page_calls_itself(head: str, body: str, headline: str) -> None:
    assert read(page(head, body + STORY)).headline == headline


@pytest.mark.parametrize("description", [PARAGRAPHS[0], PARAGRAPHS[0][:70] + "…", PARAGRAPHS[0][:70] + " [...]", " "])
def test_a_description_that_repeats_the_beginning_is_no_dek(description: str) -> None:
    assert read(page(f"<title>Fares</title><meta name=description content='{description}'>")).dek is None


def linked(text: str) -> str:
    return f'<title>Fares</title><script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    ("head", "author", "published"),
    [
        (linked('{"@type": "NewsArticle", "author": {"name": "Ada"}, "datePublished": "2026-11-17"}'), "Ada", 17),
        (
            linked('{"@graph": [{"@type": "WebSite"}, {"@type": ["Article"], "author": ["A", {"name": "B"}]}]}'),
            "A, B",
            0,
        ),
        (
            linked('[{"@type": "BlogPosting", "author": "Ada", "datePublished": "2026-11-16T23:00:00-05:00"}]'),
            "Ada",
            17,
        ),
        (linked('{"@type": "Organization", "author": "Ada", "datePublished": "2026-11-17"}'), None, 0),
        (linked('{"@type": "Article", "author": "https://social.example/ada", "datePublished": "soon"}'), None, 0),
        (linked("{not json"), None, 0),
        (linked("[" * 100_000), None, 0),
        ("<title>Fares</title><meta property=article:author content=https://social.example/ada>", None, 0),
    ],
)
def test_author_and_date_come_from_explicit_statements(head: str, author: str | None, published: int) -> None:
    article = read(page(head))
    assert (article.byline.author if article.byline else None) == author
    assert (article.published.day if article.published else 0) == published


@pytest.mark.parametrize(
    ("head", "topics"),
    [
        (linked('{"@type": "NewsArticle", "articleSection": "Ports, harbours", "keywords": "a,b"}'), ("Ports, harbours", "a", "b")),
        (linked('{"@type": "Article", "articleSection": ["Ports", 7], "keywords": ["a, b", {}]}'), ("Ports", "a, b")),
        (linked('{"@type": "WebPage", "articleSection": "Ports", "keywords": "a"}'), ()),
        (
            """<title>Fares</title><meta name=keywords content='ferry, Ports ,, ferry'><meta name=news_keywords content=sea>
            <meta property=article:tag content='Ferries'><meta property=article:tag content=' Grey\n Sound'>
            <meta property=article:section content=Ports>""",
            ("Ports", "Ferries", "Grey Sound", "ferry", "sea"),
        ),
        (f"<title>Fares</title><meta name=keywords content='{'long ' * 20},a'>", ("a",)),
        (f"<title>Fares</title><meta name=keywords content='{','.join(map(str, range(30)))}'>", tuple(map(str, range(20)))),
        ("<title>Fares</title><meta property=article:tag>", ()),
    ],
)  # fmt: skip
def test_topics_are_the_section_then_the_tags_then_at_most_twenty_keywords(head: str, topics: tuple[str, ...]) -> None:
    assert read(page(head)).topics == topics


def event(**given: str) -> str:
    return linked(json.dumps({"@type": "MusicEvent", "startDate": "2026-11-28T19:00+01:00", **given}))


STARTS = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (event(), Event(starts=STARTS)),
        (event(location="Engine  house"), Event(starts=STARTS, place="Engine house")),
        (
            linked(
                '{"@type": "Article", "about": {"@type": ["Event"], "startDate": "2026-11-28T18:00:00Z",'
                '"endDate": "2026-11-28T20:00:00Z", "location": [{"@type": "Place", "name": "Pier"}]}}'
            ),
            Event(starts=STARTS, ends=datetime(2026, 11, 28, 20, tzinfo=UTC), place="Pier"),
        ),
        (event(endDate="2026-11-27T19:00Z"), Event(starts=STARTS)),
        (event(location=7), Event(starts=STARTS)),  # type: ignore[arg-type]  # whatever a page writes
        (event(startDate="2026-11-28"), None),
        (event(startDate="2026-11-28T19:00"), None),
        (event(startDate="soon"), None),
        (event(**{"@type": "BroadcastEvent"}), None),
        (event() + event(), None),
    ],
)
def test_an_event_is_the_only_one_that_the_page_announces_with_day_time_and_zone(
    head: str, found: Event | None
) -> None:
    assert read(page(head)).event == found


@pytest.mark.parametrize(
    ("body", "day"),
    [
        (f"<article><time datetime='2026-11-17T09:00'>Tuesday</time>{STORY}</article>", 17),
        (f"<article>{STORY}<aside><time datetime='2026-11-01'>1 Nov</time></aside></article>", None),
        (f"<article>{STORY}</article><article><time datetime='2026-11-01'>1 Nov</time></article>", None),
        (f"<time datetime='2026-11-01'>Today</time><article>{STORY}</article>", None),
        (f"<article>By Ada, November 1, 2026{STORY}Photo: Nov 1, 2023</article>", None),
    ],
)
def test_no_date_but_the_articles_own_is_its_date(body: str, day: int | None) -> None:
    published = read(page("<title>Fares</title>", body)).published
    assert (published.day if published else None) == day
    assert published is None or published.tzinfo is UTC


def test_the_alternative_text_of_the_top_picture_is_found_in_the_page() -> None:
    article = read(page(body=f'<article><img src="boat.jpg" alt="A white ferry">{STORY}</article>'))
    assert article.images[0].alt == "A white ferry"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:image/png;base64,AA", "http://[broken", ""])
def test_what_is_no_web_address_is_no_picture(address: str) -> None:
    assert read(page(f"<title>Fares</title><meta property=og:image content='{address}'>")).images == ()


def test_a_file_has_no_address_unless_it_states_one() -> None:
    assert read(page("<title>Fares</title>"), url=None).url is None
    assert (
        read(page("<title>Fares</title><link rel=canonical href=https://a.example/x>"), None).url
        == "https://a.example/x"
    )


def test_a_page_of_a_known_site_is_read_by_its_profile() -> None:
    body = f"""<header><a>Follow us on social</a></header><img src="/troops.jpg" alt="Harbour guard">
        <h1>Fares rise on the ferry</h1><h2>The council says that the increase pays for two boats</h2>
        <div>Reporting | QiOSK</div>{STORY}<p>Top photo credit: A. Example</p><div>LATEST</div><div>QIOSK</div>
        <div>Newsletter</div>"""
    head = "<meta property=og:image content=/troops.jpg><link rel=canonical href=https://statecraft.example/fares>"
    article = read(page(head, body))
    assert article.provenance.parser == "responsible_statecraft"
    assert (article.headline, article.kicker) == ("Fares rise on the ferry", "Harbour guard")
    assert article.body == tuple(PARAGRAPHS)
    assert (article.url, article.language) == ("https://statecraft.example/fares", "en-GB")
    assert (article.images[0].url, article.images[0].alt) == ("https://review.example/troops.jpg", "Harbour guard")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (page("", STORY), "has no headline"),
        (page(body="<script>render()</script>"), "shows no text"),
        (page(body="<h1>Ferry fares rise in spring</h1>"), "shows no text"),
        ("<!-- nothing -->", "The page is empty"),
        ("<html>" + "<div>" * 300 + STORY, "nested too deeply"),
        ("<html>" + "<div>" * 300_000, "nested too deeply"),
    ],
)
def test_a_page_that_cannot_be_read_says_why(text: str, sentence: str) -> None:
    with pytest.raises(IngestError, match=sentence):
        read(text)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0)
        base = f"http://127.0.0.1:{canary.getsockname()[1]}"
        head = f'<base href="{base}/"><link rel=stylesheet href="{base}/a.css"><meta property=og:image content="{base}/b.jpg">'
        text = f'<!DOCTYPE html SYSTEM "{base}/x.dtd">' + page(
            head + "<title>Fares</title>", f"<img src='{base}/c'><iframe src='{base}/d'></iframe>{STORY}"
        )
        read(text, f"{base}/fares")
        with pytest.raises(BlockingIOError):
            canary.accept()


@given(st.text(alphabet=st.sampled_from('<>/="abp div!-&;')), st.text())
def test_whatever_the_markup_there_is_an_article_or_a_sentence(markup: str, text: str) -> None:
    try:
        article = read(f"<h1>Fares</h1>{markup}{text}")
    except IngestError:
        return
    assert article.body
