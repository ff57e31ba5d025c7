"""A mail compiled: subject, HTML and text as they will be sent, but for what is personal."""

import hashlib
import re
from dataclasses import dataclass

from newsletter.errors import RenderError
from newsletter.model.issue import Issue
from newsletter.model.newsletter import Newsletter
from newsletter.render.addresses import with_web_addresses
from newsletter.render.plain import Notes
from newsletter.render.slots import without_slots
from newsletter.render.templates import SHIPPED, Templates
from newsletter.render.theme import Theme
from newsletter.render.words import as_spoken, direction, edition

# Keeps the body's first words out of the inbox line: a combining mark, a figure space and a zero-width space.
_PADDING = "\u034f\u2007\ufeff" * 60
_BLANK_LINES = re.compile(r"\n\s*\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What one set of readers gets. ``html`` and ``text`` hold the tokens of ``slots.SLOTS`` where something is personal."""

    subject: str
    html: str
    text: str

    @property
    def sha256(self) -> str:
        """The digest (hex) that an approval binds to."""
        return hashlib.sha256(f"{self.subject}\0{self.html}\0{self.text}".encode()).hexdigest()


def compile_issue(
    issue: Issue, newsletter: Newsletter, *, archive_url: str, templates: Templates = SHIPPED
) -> Compiled:
    """Render and inline an issue, once for all its readers.

    ``archive_url`` is the address of the public copy; the newsletter's home is the folder above it. ``RenderError`` if
    the issue would make a wrong mail.
    """
    return compile_mail(
        "issue",
        newsletter,
        templates,
        issue=with_web_addresses(issue),
        archive_url=archive_url,
        home_url=archive_url.rpartition("/")[0],
        edition=edition(issue, newsletter.language),
    )


def compile_mail(name: str, newsletter: Newsletter, templates: Templates, **values: object) -> Compiled:
    """Render and inline the mail whose templates are in ``email/<name>``: ``subject.txt``, ``body.html``, ``body.txt``."""
    from newsletter.render.inline import inline  # premailer's memory is for those who compile

    language, newsletter = newsletter.language, without_slots(newsletter)
    common: dict[str, object] = {
        "newsletter": newsletter,
        "direction": direction(language),
        "as_spoken": as_spoken(language),
        "edition": "",
        **{name: without_slots(value) for name, value in values.items()},
    }
    subject = _subject(templates.fill(f"email/{name}/subject.txt", language, **common))
    theme = templates.theme(newsletter.theme)
    common |= {"theme": theme, "subject": subject, "padding": _PADDING, **_style_sheets(templates, theme)}
    notes = Notes()
    html = templates.fill(f"email/{name}/body.html", language, **common)
    text = templates.fill(f"email/{name}/body.txt", language, **common, note=notes.note, notes=notes.take)
    return Compiled(
        subject=subject,
        html=inline(_BLANK_LINES.sub("\n", html)),
        text=_BLANK_LINES.sub("\n\n", text).strip() + "\n",
    )


def _subject(filled: str) -> str:
    """One line: whatever white space an author put in, a header has none of it."""
    subject = " ".join(filled.split())
    if not subject:
        raise RenderError("The issue has no subject; give its lead a headline.")
    return subject


def _style_sheets(templates: Templates, theme: Theme) -> dict[str, str]:
    names = {"inline_css": "inline.css", "keep_css": "keep.css"}
    return {key: templates.style_sheet(name, theme) for key, name in names.items()}
