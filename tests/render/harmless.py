"""Whether a mail or a web copy holds nothing but our own templates and text."""

import email.policy
import json
import re
from email import message_from_bytes
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import lxml.html

from builders import newsletter
from newsletter.model.delivery import Claimed
from newsletter.model.issue import Issue
from newsletter.model.newsletter import Newsletter
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.letters import letters
from newsletter.render.links import Links
from newsletter.render.personal import fixed_headers
from newsletter.render.slots import SLOTS
from newsletter.render.web import render_web
from render.sample_issue import ARCHIVE, rich_issue

HOME = ARCHIVE.rpartition("/")[0]
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@cache
def plain_documents() -> tuple[str, str]:
    """Mail and web copy of an issue that has everything and nothing hostile: what our own templates are made of."""
    mail = compile_issue(rich_issue(), newsletter(), archive_url=ARCHIVE).html
    return mail, render_web(rich_issue(), newsletter(), canonical_url=ARCHIVE, home_url=HOME)


@cache
def _vocabulary(which: int) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """Element and attribute pairs that our templates use, and their comments for Word."""
    tree = lxml.html.document_fromstring(plain_documents()[which])
    elements = list(tree.iter(lxml.etree.Element))
    pairs = {(element.tag, name) for element in elements for name in ("", *element.attrib)}
    return frozenset(pairs), frozenset(comment.text or "" for comment in tree.iter(lxml.etree.Comment))


def assert_harmless(html: str, which: int) -> None:
    """Nothing but elements, attributes, comments and styles of our own; every address leads to the web."""
    tree = lxml.html.document_fromstring(html, parser=lxml.html.HTMLParser(huge_tree=True))
    pairs, comments = _vocabulary(which)
    loose = {("p", "dir"), ("h1", "dir"), ("h2", "dir"), ("h3", "dir"), ("li", "dir"), ("img", "dir"), ("img", "style")}
    for element in tree.iter():
        if not isinstance(element.tag, str):
            assert element.text in comments or element.text == "[if mso]><br><![endif]", element.text
            continue
        found = {(element.tag, name) for name in ("", *element.attrib)}
        assert found <= pairs | loose | {("a", "rel"), ("footer", ""), ("img", "width"), ("img", "height")}, found
        for name in ("href", "src"):
            address = element.get(name, "https://x.example")
            assert address in SLOTS or urlsplit(address).scheme in ("http", "https"), address
        assert not re.search(r"url\(|expression|@import|javascript", element.get("style", ""), re.IGNORECASE)
    plain = lxml.html.document_fromstring(plain_documents()[which])
    for tag in ("style", "script", "link", "meta", "base", "title"):
        assert len(tree.findall(f".//{tag}")) == len(plain.findall(f".//{tag}")) - (tag == "meta") * _missing_image(
            tree, plain
        )
    assert [style.text for style in tree.iter("style")] == [style.text for style in plain.iter("style")]
    for script in tree.iter("script"):
        assert json.loads(script.text or "")["@type"] == "NewsArticle"


def _missing_image(tree: Any, plain: Any) -> int:
    """A page without pictures announces none in its head."""
    path = ".//meta[@property='og:image']"
    return len(plain.findall(path)) - len(tree.findall(path))


def assert_whole(html: str) -> None:
    """The template's last words are still there: nothing above them has swallowed the rest."""
    assert html.rstrip().endswith("</html>")
    tree = lxml.html.document_fromstring(html, parser=lxml.html.HTMLParser(huge_tree=True))
    assert tree.xpath("//a[contains(., 'View in browser') or contains(., 'All issues')]")


def assert_plain(compiled: Compiled, letter: Newsletter) -> None:
    """Subject and text are text: no controls, one line for the subject, and a message that a parser reads back."""
    assert len(compiled.subject.splitlines()) == 1
    assert not _CONTROLS.search(compiled.subject)
    assert not _CONTROLS.search(compiled.text), _CONTROLS.findall(compiled.text)
    assert not _CONTROLS.search(compiled.html), _CONTROLS.findall(compiled.html)
    shared = fixed_headers(compiled, letter, archive_url=ARCHIVE, slot="2026-W47")
    reader = Claimed(subscriber_id=7, email="reader@example.com", name="", variant="", attempt=1)
    mail = letters(1, 1, {"": (compiled, shared)}, Links("https://n.example", "s" * 40))(reader)
    assert max(map(len, mail.content.split(b"\r\n"))) <= 998
    parsed = message_from_bytes(mail.content, policy=email.policy.default)
    assert " ".join(str(parsed["Subject"]).split()) == compiled.subject
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert parsed["Bcc"] is None


def unclosed(text: str) -> int:
    """How many controls of writing direction nothing closes."""
    depth = 0
    for control in re.findall("[\u202a-\u202e\u2066-\u2069]", text):
        depth += -1 if control in "\u202c\u2069" else 1
        assert depth >= 0, "one that closes nothing"
    return depth


def assert_sent_safely(made: Issue, letter: Newsletter) -> None:
    compiled = compile_issue(made, letter, archive_url=ARCHIVE)
    web = render_web(made, letter, canonical_url=ARCHIVE, home_url=HOME)
    for which, html in enumerate((compiled.html, web)):
        assert_harmless(html, which)
        assert_whole(html)
    assert_plain(compiled, letter)
