"""An issue compiled: subject, HTML and text as they will be sent, but for what is personal."""

import hashlib
import re
from dataclasses import dataclass

from newsletter.errors import RenderError
from newsletter.model.issue import Issue
from newsletter.model.newsletter import Newsletter
from newsletter.render.addresses import with_web_addresses
from newsletter.render.inline import inline
from newsletter.render.plain import Notes
from newsletter.render.templates import fill, style_sheet
from newsletter.render.theme import load_theme
from newsletter.render.words import direction

#: What is filled in for each reader; URL-safe ASCII, so that it survives inlining and encoding unchanged.
UNSUBSCRIBE = "__NL_UNSUBSCRIBE__"
PREFERENCES = "__NL_PREFERENCES__"
SLOTS = (UNSUBSCRIBE, PREFERENCES)

# Keeps the body's first words out of the inbox line: a combining mark, a figure space and a zero-width space.
_PADDING = "\u034f\u2007\ufeff" * 60
_BLANK_LINES = re.compile(r"\n\s*\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What one set of readers gets. ``html`` and ``text`` hold the tokens of ``SLOTS`` where something is personal."""

    subject: str
    html: str
    text: str

    @property
    def sha256(self) -> str:
        """The digest (hex) that an approval binds to."""
        return hashlib.sha256(f"{self.subject}\0{self.html}\0{self.text}".encode()).hexdigest()


def compile_issue(issue: Issue, newsletter: Newsletter, *, archive_url: str) -> Compiled:
    """Render and inline an issue, once for all its readers.

    ``archive_url`` is the address of the public copy; the newsletter's home is the folder above it. ``RenderError`` if
    the issue would make a wrong mail.
    """
    _refuse_slots_in_content(issue, newsletter)
    values: dict[str, object] = {
        "issue": with_web_addresses(issue),
        "newsletter": newsletter,
        "direction": direction(newsletter.language),
        "archive_url": archive_url,
        "home_url": archive_url.rpartition("/")[0],
    }
    return Compiled(subject=_subject(values), html=_html(values, newsletter.theme), text=_text(values))


def _subject(values: dict[str, object]) -> str:
    """One line: whatever white space an author put in, a header has none of it."""
    subject = " ".join(fill("issue/subject.txt", **values).split())
    if not subject:
        raise RenderError("The issue has no subject; give its lead a headline.")
    return subject


def _html(values: dict[str, object], theme_name: str) -> str:
    theme = load_theme(theme_name)
    css = {"inline_css": style_sheet("inline.css", theme), "keep_css": style_sheet("keep.css", theme)}
    page = fill("issue/body.html", **values, padding=_PADDING, **css)
    return inline(_BLANK_LINES.sub("\n", page))


def _text(values: dict[str, object]) -> str:
    notes = Notes()
    text = fill("issue/body.txt", **values, note=notes.note, notes=notes.take)
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"


def _refuse_slots_in_content(issue: Issue, newsletter: Newsletter) -> None:
    """An author who writes a slot's token would have readers' links printed into the text."""
    if "__NL_" in repr(issue) or "__NL_" in repr(newsletter):
        raise RenderError("The issue's text holds the mark __NL_, which is kept for personal links; take it out.")
