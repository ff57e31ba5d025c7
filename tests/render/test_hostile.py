"""What others write goes the way of every text, into mail, text part, subject and web copy, and does nothing there."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Any

import pytest

from builders import NOW, SLOT, article, image, issue, item, newsletter
from ingest.web_server import Answer, WebServer, web_server
from newsletter.compose.digest import compose
from newsletter.errors import IngestError, NewsletterError
from newsletter.ingest.feed import read_feed
from newsletter.ingest.read import read_page_bytes
from newsletter.model.article import Article
from newsletter.model.issue import Also, Section, SectionKind
from newsletter.model.slot import Slot
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.personal import fixed_headers
from newsletter.render.slots import PREFERENCES, UNSUBSCRIBE
from render.harmless import assert_harmless, assert_sent_safely, plain_documents, unclosed
from render.hostile_cases import ADDRESSES, MARKED, Case, armed, cases, encoded_pages, groups, large_cases
from render.hostile_ways import (
    FEED,
    URL,
    feed_of,
    issue_of,
    issue_with,
    newsletter_with,
    page_of,
    read,
    refused_in_a_sentence,
)
from render.sample_issue import ARCHIVE

GROUPS = groups()
PLAIN = Compiled(subject="Fares", html="<p>Fares</p>", text="Fares")


@pytest.fixture(scope="module")
def canary() -> Iterator[WebServer]:
    """A server that nobody has a reason to ask."""
    with web_server({"/": Answer(body=b"p{color:red}")}) as server:
        yield server
        assert server.asked == []


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group[0].name} to {group[-1].name}")
def test_what_a_page_or_feed_brings_is_mailed_as_text_alone(group: tuple[Case, ...], canary: WebServer) -> None:
    """Whatever comes in from outside never stops an issue: there is nobody there to mend it."""
    texts = [armed(case.text, canary.url().rstrip("/")) for case in group]
    made = issue_of([page for number, text in enumerate(texts) for page in read(text, number)])
    assert_sent_safely(made, newsletter())
    for section in made.sections:
        for one in section.items:
            for text in (one.headline, one.dek, one.label, *(paragraph.text for paragraph in one.paragraphs)):
                assert not unclosed(text or ""), text


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group[0].name} to {group[-1].name}")
def test_what_an_editor_types_is_mailed_as_text_or_refused_in_a_sentence(
    group: tuple[Case, ...], canary: WebServer
) -> None:
    texts = [armed(case.text, canary.url().rstrip("/")) for case in group]
    try:
        assert_sent_safely(issue_with(*texts), newsletter_with(texts[0]))
    except NewsletterError:  # which of them was it? The others must pass.
        for text in texts:
            with refused_in_a_sentence(NewsletterError):
                assert_sent_safely(issue_with(text), newsletter())
    for text in texts:
        with refused_in_a_sentence(NewsletterError):
            fixed_headers(PLAIN, newsletter_with(text), archive_url=ARCHIVE, slot="2026-W47")


@pytest.mark.parametrize("case", MARKED, ids=lambda case: case.name)
def test_the_mark_of_a_personal_link_is_text_wherever_it_comes_from(case: Case) -> None:
    for made in (issue_of(read(case.text)), issue_with(case.text)):
        mail = compile_issue(made, newsletter(), archive_url=ARCHIVE)
        assert [(part.count(UNSUBSCRIBE), part.count(PREFERENCES)) for part in (mail.html, mail.text)] == [(1, 1)] * 2
        assert "__NL_" not in mail.subject + mail.text.replace(UNSUBSCRIBE, "").replace(PREFERENCES, "")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_leads_to_the_web_or_is_refused_in_a_sentence(address: str, canary: WebServer) -> None:
    url = armed(address, canary.url().rstrip("/"))
    places: dict[str, Any] = {"url": url, "image": image(url=url), "also": (Also(headline="Also", url=url),)}
    for place, value in places.items():
        with refused_in_a_sentence(NewsletterError):
            assert_sent_safely(issue(Section(kind=SectionKind.LEAD, items=(item(**{place: value}),))), newsletter())


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_a_page_or_feed_names_never_stops_an_issue(address: str, canary: WebServer) -> None:
    url = armed(address, canary.url().rstrip("/"))
    named = f'<link rel="canonical" href="{escape(url)}"><meta property="og:image" content="{escape(url)}"></head>'
    page = (
        page_of("")
        .decode()
        .replace("</head>", named)
        .replace('<meta property="og:image" content="https://review.example/a.jpg">', "")
    )
    feed = feed_of("").decode().replace("https://courier.example/boats", escape(url))
    made = issue_of(
        [
            read_page_bytes(page.encode(), content_type="text/html", name="a", url=URL, now=NOW),
            *read_feed(feed.encode(), feed_url=FEED, content_type=None, now=NOW).articles,
        ]
    )
    assert_sent_safely(made, newsletter())


@pytest.mark.parametrize(
    ("name", "content", "content_type"), encoded_pages(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_no_encoding_makes_markup_of_text(
    name: str, content: bytes, content_type: str | None, canary: WebServer
) -> None:
    content = armed(content.decode("latin-1"), canary.url().rstrip("/")).encode("latin-1")
    pages: list[Article] = []
    with refused_in_a_sentence(IngestError):
        pages.append(read_page_bytes(content, content_type=content_type, name="a.html", url=URL, now=NOW))
    assert_sent_safely(issue_of([replace(page, published=NOW) for page in pages]), newsletter())


@pytest.mark.parametrize("case", large_cases(), ids=lambda case: case.name)
def test_what_is_too_large_or_too_deep_is_refused_in_a_sentence_or_bounded(case: Case, canary: WebServer) -> None:
    for page in read(case.text):
        composed = compose(newsletter(), Slot(SLOT, "Europe/Berlin"), [page, article()], number=1, now=NOW)
        assert_sent_safely(composed, newsletter())
    with refused_in_a_sentence(NewsletterError):
        compile_issue(
            issue(Section(kind=SectionKind.LEAD, items=(item(text=case.text),))), newsletter(), archive_url=ARCHIVE
        )


def test_there_are_hundreds_of_cases_each_with_a_name() -> None:
    every = [*cases(), *large_cases()]
    assert len({case.name for case in every}) == len(every) > 250
    assert len({case.text for case in every}) == len(every)


@pytest.mark.parametrize(
    "bad",
    ["<script>1</script>", "<p onclick=a>x</p>", '<a class="link" href="javascript:x">y</a>', "<iframe></iframe>", "<!-- c -->",
     "<base href=x>", '<meta http-equiv="refresh" content="0">', "<style>p{}</style>", '<p style="background:url(x)">y</p>'],
)  # fmt: skip
@pytest.mark.parametrize("which", [0, 1])
def test_the_search_for_what_is_active_finds_it(bad: str, which: int) -> None:
    html = plain_documents()[which]
    assert_harmless(html, which)
    with pytest.raises(AssertionError):
        assert_harmless(html.replace("</body>", f"{bad}</body>"), which)
