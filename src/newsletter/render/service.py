"""The mails that the program writes by itself, to one person at a time: each a kind with what it needs to know."""

from dataclasses import dataclass, fields
from datetime import datetime
from email.utils import format_datetime
from gettext import NullTranslations
from typing import ClassVar

from newsletter.errors import RenderError
from newsletter.i18n.dates import days_of, moment
from newsletter.i18n.phrases import phrases
from newsletter.model.delivery import Mail
from newsletter.model.issue import Issue, Section, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.slot import Slot
from newsletter.render import headers
from newsletter.render.addresses import web_address
from newsletter.render.compiled import Compiled, compile_mail
from newsletter.render.personal import bodies, boundary_of
from newsletter.render.templates import SHIPPED, Templates
from newsletter.render.words import edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """To an address that was entered: the question whether it is its owner who wants the newsletter."""

    name: ClassVar = "confirm"
    link: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """To a new subscriber. ``latest_url`` and ``latest_subject`` are of the last issue, empty while there is none."""

    name: ClassVar = "welcome"
    home_url: str
    preferences_url: str
    unsubscribe_url: str
    latest_url: str = ""
    latest_subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """To somebody who has left; ``subscribe_url`` undoes it."""

    name: ClassVar = "goodbye"
    subscribe_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesLink:
    """To a subscriber who asked for the way to the preferences."""

    name: ClassVar = "preferences_link"
    home_url: str
    preferences_url: str
    unsubscribe_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """To the old and to the new address of a subscriber who wants it changed: the question whether that is right."""

    name: ClassVar = "address_change"
    link: str
    days: int
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StillWanted:
    """To a subscriber who has not been heard of for long: the question whether they still want it."""

    name: ClassVar = "still_wanted"
    link: str
    days: int
    home_url: str
    preferences_url: str
    unsubscribe_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """To an editor: a link that opens the desk once and for some ``minutes``."""

    name: ClassVar = "signin"
    link: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReady:
    """To an editor: a draft waits, with so many errors and warnings. ``due`` is when it should go, in its own zone.

    ``by_itself`` says that it goes then whether or not somebody has looked at it, if every check passes.
    """

    name: ClassVar = "issue_ready"
    link: str
    issue: Issue
    errors: int
    warnings: int
    due: datetime | None = None
    by_itself: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotNotice:
    """To an editor: what became of a ``slot``, in a sentence. ``kind`` is held, skipped, paused or sent.

    ``due`` is when it should go, or should have gone, in the newsletter's own zone.
    """

    name: ClassVar = "slot_notice"
    link: str
    kind: str
    slot: str
    text: str
    due: datetime | None = None


ServiceMail = (
    Confirm | Welcome | Goodbye | PreferencesLink | AddressChange | StillWanted | SignIn | IssueReady | SlotNotice
)


def compile_service(mail: ServiceMail, newsletter: Newsletter, *, templates: Templates = SHIPPED) -> Compiled:
    """Render and inline one of these mails. ``RenderError`` if one of its links is not a web address."""
    given = {one.name: getattr(mail, one.name) for one in fields(mail)}
    for key, value in given.items():
        if (key == "link" or key.endswith("_url")) and value and web_address(value) is None:
            raise RenderError(f"The {key} of the mail {mail.name} is not a whole web address (https://…).")
    more: dict[str, object] = {}
    if isinstance(mail, IssueReady):
        more = _about_issue(mail, newsletter)
    elif isinstance(mail, SlotNotice):
        more = _about_slot(mail, newsletter)
    values: dict[str, object] = {"home_url": "", **given, **more}
    return compile_mail(mail.name, newsletter, templates, **values)


def service_message(
    compiled: Compiled, newsletter: Newsletter, *, recipient: str, message_id: str, date: datetime
) -> Mail:
    """The mail as it is sent to ``recipient``. Nobody subscribed to it, so it carries no List fields (RFC 2369)."""
    replies = (headers.mailbox("Reply-To", "", newsletter.reply_to),) if newsletter.reply_to else ()
    lines = (
        headers.mailbox("To", "", recipient),
        headers.field("Message-ID", message_id),
        headers.field("Date", format_datetime(date)),
        headers.mailbox("From", newsletter.sender_name, newsletter.sender),
        *replies,
        headers.free_text("Subject", compiled.subject),
        headers.field("Auto-Submitted", "auto-generated"),
        headers.field("X-Auto-Response-Suppress", "OOF, AutoReply"),
        headers.field("Content-Language", newsletter.language),
        headers.field("MIME-Version", "1.0"),
        headers.field("Content-Type", f'multipart/alternative; boundary="{boundary_of(compiled)}"'),
    )
    parts = [part for part in bodies(compiled, {}) if isinstance(part, bytes)]
    content = b"".join((*lines, *parts))
    return Mail(
        sender=headers.wire_address(newsletter.sender), recipient=recipient, message_id=message_id, content=content
    )


def _about_issue(mail: IssueReady, newsletter: Newsletter) -> dict[str, object]:
    words = phrases(newsletter.language)
    errors = words.ngettext("%(num)s error", "%(num)s errors", mail.errors) % {"num": mail.errors}
    warnings = words.ngettext("%(num)s warning", "%(num)s warnings", mail.warnings) % {"num": mail.warnings}
    sections = [(section.heading or _unheaded(section, words), len(section.items)) for section in mail.issue.sections]
    return {
        "edition": edition(mail.issue, newsletter.language),
        "contents": [f"{heading}: {count}" for heading, count in sections],
        "checked": words.gettext("Checks: %(errors)s, %(warnings)s") % {"errors": errors, "warnings": warnings},
        "due": moment(mail.due, newsletter.language) if mail.due else "",
    }


def _about_slot(mail: SlotNotice, newsletter: Newsletter) -> dict[str, object]:
    words = phrases(newsletter.language)
    headings = {
        "held": words.gettext("Held, and not sent: %(title)s"),
        "skipped": words.gettext("Left out: %(title)s"),
        "paused": words.gettext("Paused while it was sent: %(title)s"),
        "sent": words.gettext("Sent: %(title)s"),
    }
    slot = Slot(mail.slot, newsletter.timezone)
    return {
        "heading": headings.get(mail.kind, "%(title)s") % {"title": newsletter.title},
        "days": days_of(slot.first_day, slot.last_day, newsletter.language),
        "due": moment(mail.due, newsletter.language) if mail.due else "",
    }


def _unheaded(section: Section, words: NullTranslations) -> str:
    return words.gettext("Sponsored") if section.kind is SectionKind.SPONSOR else words.gettext("Lead")
