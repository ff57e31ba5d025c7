import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import NOW
from ingest.web_server import Answer, WebServer, web_server
from newsletter.errors import FetchError, IngestError
from newsletter.ingest.fetch import Fetcher
from newsletter.ingest.read import read_page_bytes, read_path, read_url
from newsletter.model.article import Article

TEXT = "Ferry fares rise\n\nThe council says the increase pays for two boats.\n\n“We need boats,” said Ada Marsh.\nThey rise in April.\n"
HTML = "<!doctype html><html><head><title>Ferry fares rise</title></head><body><p>They rise in April.</p></body></html>"
RSS = '<?xml version="1.0"?>\n<!-- made by hand -->\n<rss version="2.0"><channel></channel></rss>'


def read(folder: Path, name: str, content: bytes | str) -> Article:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_path(path, now=NOW)


def test_a_text_file_has_headline_dek_and_body(tmp_path: Path) -> None:
    article = read(tmp_path, "fares.txt", TEXT)
    assert (article.headline, article.dek) == ("Ferry fares rise", "The council says the increase pays for two boats.")
    assert article.body == ("“We need boats,” said Ada Marsh.", "They rise in April.")
    assert [(quote.text, quote.speaker, quote.paragraph) for quote in article.quotes] == [
        ("We need boats,", "Ada Marsh", 2)
    ]
    assert (article.provenance.parser, article.provenance.source_file) == ("text", "fares.txt")
    assert article.provenance.fetched_at == NOW


@pytest.mark.parametrize("rest", ["They rise in April.", "word " * 41 + "\nThey rise in April."])
def test_a_text_without_a_short_second_line_has_no_dek(tmp_path: Path, rest: str) -> None:
    article = read(tmp_path, "fares.txt", f"Ferry fares rise\n{rest}")
    assert article.dek is None
    assert article.body == tuple(line.strip() for line in rest.split("\n"))


@pytest.mark.parametrize(
    ("name", "content", "parser"),
    [
        ("a.md", "# Ferry fares rise\n\nThey rise in April.", "markdown"),
        ("a.MARKDOWN", "# Ferry fares rise\n\nThey rise in April.", "markdown"),
        ("a.html", HTML, "html"),
        ("a.htm", "<title>Ferry fares rise</title><p>They rise in April.", "html"),
        ("a.txt", "\n" + HTML, "html"),
        ("a", "<!-- saved --><HTML><title>Ferry fares rise</title><p>They rise in April.", "html"),
        ("a", "Ferry fares rise\nThey rise in April.", "text"),
    ],
)
def test_a_file_is_read_by_its_name_or_by_how_it_begins(tmp_path: Path, name: str, content: str, parser: str) -> None:
    article = read(tmp_path, name, content)
    assert (article.headline, article.body) == ("Ferry fares rise", ("They rise in April.",))
    assert article.provenance.parser == parser


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md"])
def test_a_file_is_read_in_whatever_encoding(tmp_path: Path, encoding: str, name: str) -> None:
    lines = {"a.txt": "Fähren – „günstig“\nEs regnet.", "a.md": "# Fähren – „günstig“\n\nEs regnet."}
    text = lines.get(name, "<title>Fähren – „günstig“</title><p>Es regnet.")
    article = read(tmp_path, name, text.encode(encoding))
    assert (article.headline, article.body) == ("Fähren – „günstig“", ("Es regnet.",))


def test_stray_nul_bytes_are_dropped(tmp_path: Path) -> None:
    assert read(tmp_path, "a.txt", TEXT.replace("April", "Ap\x00ril")).body[-1] == "They rise in April."


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", "", "a.txt is empty"),
        ("a.md", " \n\n", "a.md is empty"),
        ("a.txt", "Only a headline\n", "only one line"),
        ("a.txt", "<?a ?>" * 50_000, "only one line"),
        ("a.txt", "<!-- -->" * 50_000, "only one line"),
        ("a.txt", b"%PDF-1.7\n%\xe2\xe3", "a.txt is not text. Save the story as text"),
        ("a.txt", bytes(range(256)) * 99, "a.txt is not text"),
        ("a.txt", bytes(1000), "a.txt is not text"),
        ("a.html", b"x" * 10_000_000, "a.html is larger than 5 MB"),
        ("a.txt", "word " * 200_001, "more than a million characters"),
        ("a.md", "# A\n\n" + "word " * 200_001, "more than a million characters"),
        ("a.html", HTML.replace("They", "They " * 200_001), "more than a million characters"),
        ("a.xml", RSS, "a.xml is a feed, not a page. Add it as a source: newsletter source add URL"),
        ("a.html", "<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "is a feed"),
        ("a.json", '{"version": "https://jsonfeed.org/version/1.1"}', "is a feed"),
    ],
)
def test_a_file_that_is_no_page_says_why_and_what_to_do(
    tmp_path: Path, name: str, content: bytes | str, sentence: str
) -> None:
    with pytest.raises(IngestError, match=sentence):
        read(tmp_path, name, content)


def test_a_path_that_holds_no_file_says_so(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, sentence in [
        (tmp_path / "missing.txt", "There is no file"),
        (tmp_path, "is a folder"),
        (pipe, "is not a file that can be read"),
        (tmp_path / "a\x00b", "cannot be read"),
        (tmp_path / ("a" * 300), "cannot be read"),
    ]:
        with pytest.raises(IngestError, match=sentence):
            read_path(path, now=NOW)


def test_a_page_larger_than_the_limit_is_refused_whoever_brings_it() -> None:
    with pytest.raises(IngestError, match="larger than 5 MB"):
        read_page_bytes(b"x" * 5_000_001, content_type=None, name="a.txt", url=None, now=NOW)


@pytest.fixture
def server() -> Iterator[WebServer]:
    html = {"Content-Type": "text/html; charset=utf-8"}
    pages = {
        "/fares": Answer(body=HTML.encode(), headers=html),
        "/moved": Answer(status=302, headers={"Location": "/fares"}),
        "/fares.md": Answer(
            body=b"# Ferry fares rise\n\nThey rise.\n\n![](b.jpg)", headers={"Content-Type": "text/plain"}
        ),
        "/shown.md": Answer(body=HTML.encode(), headers=html),
        "/fares.txt": Answer(body=TEXT.encode("utf-16"), headers={"Content-Type": "text/plain"}),
        "/feed": Answer(body=RSS.encode(), headers={"Content-Type": "application/rss+xml"}),
        "/photo": Answer(body=b"\xff\xd8\xff\xe0" + bytes(99), headers={"Content-Type": "image/jpeg"}),
        "/": Answer(body=b"", headers=html),
    }
    with web_server(pages) as running:
        yield running


def fetched(server: WebServer, path: str) -> Article:
    with Fetcher({"127.0.0.1"}) as fetcher:
        return read_url(server.url(path), fetcher, now=NOW)


@pytest.mark.parametrize(
    ("path", "parser"), [("/fares", "html"), ("/moved", "html"), ("/fares.txt", "text"), ("/shown.md", "html")]
)
def test_an_address_becomes_an_article(server: WebServer, path: str, parser: str) -> None:
    article = fetched(server, path)
    assert (article.headline, article.body[-1]) == ("Ferry fares rise", "They rise in April.")
    assert article.url == server.url(path.replace("moved", "fares"))
    assert (article.provenance.parser, article.provenance.source_file) == (parser, None)


def test_markdown_on_the_web_knows_where_its_pictures_are(server: WebServer) -> None:
    article = fetched(server, "/fares.md")
    assert (article.url, article.images[0].url) == (server.url("/fares.md"), server.url("/b.jpg"))


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/feed", "is a feed, not a page. Add it as a source: newsletter source add http://127"),
        ("/photo", "photo is not text"),
        ("/", "The page is empty"),
    ],
)
def test_an_address_that_holds_no_page_says_why(server: WebServer, path: str, sentence: str) -> None:
    with pytest.raises(IngestError, match=sentence):
        fetched(server, path)


def test_an_address_that_is_not_there_is_a_failed_fetch(server: WebServer) -> None:
    with pytest.raises(FetchError, match="404 Not Found"):
        fetched(server, "/missing")
