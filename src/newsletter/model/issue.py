"""An issue: the composed round-up, from draft to sent."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from newsletter.model.article import Image


class IssueState(StrEnum):
    """Where an issue stands. Approval binds to the sha256 of the compiled issue; the first send freezes it."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"
    #: Stopped for good; who was not served by then never will be.
    CANCELLED = "cancelled"


class Edition(StrEnum):
    """To which readers an issue goes, and what it is made of."""

    #: The newsletter itself, at its cadence.
    REGULAR = "regular"
    #: A week or a month of regular issues in one, for readers who asked for no more.
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    #: At once, beside the cadence.
    BREAKING = "breaking"


#: Made of regular issues, and of nothing else.
REVIEWS = frozenset({Edition.WEEKLY, Edition.MONTHLY})


class SectionKind(StrEnum):
    """The kinds of section that an issue is made of."""

    LEAD = "lead"
    SPONSOR = "sponsor"
    STORIES = "stories"
    OTHER_NEWS = "other_news"
    BRIEFING = "briefing"
    SERIES = "series"
    NUMBERS = "numbers"
    EVENTS = "events"
    MAGAZINE = "magazine"


#: A mail with nothing but these is not sent.
_NO_REASON_TO_WRITE = frozenset({SectionKind.SPONSOR, SectionKind.MAGAZINE})


class DoubtKind(StrEnum):
    """What an editor should look at before an item is printed."""

    NUMBER = "number"
    QUOTATION = "quotation"
    NAME = "name"
    DATELINE = "dateline"
    UPDATED = "updated"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something about an item that a person should settle. ``span`` are the words of the item that it is about.

    ``blocks`` forbids approval until the item is changed or taken out.
    """

    kind: DoubtKind
    sentence: str
    span: str = ""
    blocks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of an item. ``quotation`` sets it as a block quotation, ``speaker`` is then named below it."""

    text: str
    quotation: bool = False
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """Another telling of the same story, credited under the main one ("also: Reuters, AP")."""

    headline: str
    outlet: str | None = None
    url: str | None = None
    line: str | None = None
    article_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a section: the lead, a summarised story, a bullet, a briefing or a card.

    A bullet has one paragraph and no headline. ``label`` is the small line above a card or story (its section, region
    or series; for an event its day and place). ``evidence`` are the source sentences that the text rests on, ``why`` the
    score line in words.

    ``key`` names the item in commands and edits and is the same in every recompose: ``a12`` for article 12, with a
    suffix for a part of it. ``version`` is the version of the article that the text was made from. ``locked`` are the
    fields that an editor wrote, which the machine does not touch; ``doubts`` what somebody should look at.
    """

    headline: str | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    label: str | None = None
    kicker: str | None = None
    dek: str | None = None
    byline: str | None = None
    outlet: str | None = None
    url: str | None = None
    image: Image | None = None
    also: tuple[Also, ...] = ()
    article_id: int | None = None
    evidence: tuple[str, ...] = ()
    why: str = ""
    key: str = ""
    version: int = 1
    series: str | None = None
    series_number: int | None = None
    locked: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its items, in order. The lead's section has no heading of its own.

    ``name`` is the name of the planned section that it fills.
    """

    kind: SectionKind
    items: tuple[Item, ...]
    heading: str | None = None
    name: str = ""

    def __post_init__(self) -> None:
        """Take the kind for the name if there is none."""
        if not self.name:
            object.__setattr__(self, "name", str(self.kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An article of the period that is not in the issue, and why."""

    article_id: int | None
    headline: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A composed issue. ``slot`` is the slot's key; ``number`` counts the newsletter's issues from 1.

    ``sha256`` is the digest of the compiled mail that was approved; ``None`` while a draft. ``frozen_at`` is when sending
    began, and with it the issue became public; no mail leaves before ``send_at``. ``corrects`` is the id of the issue
    that this one corrects, and to whose readers it goes. ``local_hours`` says that some of them get it at an hour of
    their own. ``segment`` is the rule of `model.segment` that says for which readers it is; ``None`` for all.
    """

    newsletter: str
    slot: str
    subject: str
    preheader: str
    sections: tuple[Section, ...]
    left_out: tuple[LeftOut, ...] = ()
    number: int = 1
    id: int | None = None
    state: IssueState = IssueState.DRAFT
    sha256: str | None = None
    composed_at: datetime | None = None
    frozen_at: datetime | None = None
    pause_reason: str = ""
    send_at: datetime | None = None
    corrects: int | None = None
    edition: Edition = Edition.REGULAR
    local_hours: bool = False
    segment: str | None = None

    def says_the_same_as(self, other: "Issue") -> bool:
        """Whether both hold the same content, whatever their state and number."""
        return _content(self) == _content(other)

    def without(self, kinds: frozenset[SectionKind], had: frozenset[str] = frozenset()) -> "Issue":
        """The issue for readers who want none of ``kinds`` and had the items whose keys are ``had``.

        The lead is never taken out for its kind. Where it was had, the next item with a headline leads and gives the
        issue its subject. An issue without sections holds nothing for these readers.
        """
        kept = [section for section in self.sections if section.kind not in kinds or section.kind is SectionKind.LEAD]
        if not had:
            return replace(self, sections=tuple(kept))
        fresh = [replace(s, items=tuple(item for item in s.items if item.key not in had)) for s in kept]
        left = [section for section in fresh if section.items]
        if all(section.kind in _NO_REASON_TO_WRITE for section in left):
            return replace(self, sections=())
        if left[0].kind is SectionKind.LEAD:
            return replace(self, sections=tuple(left))
        return self._led_anew(left)

    def _led_anew(self, sections: list[Section]) -> "Issue":
        """The issue of ``sections``, which have lost their lead, with their first headline in its place."""
        for place, section in enumerate(sections):
            if section.kind not in _NO_REASON_TO_WRITE and section.items[0].headline:
                lead, *others = section.items
                rest = [replace(section, items=tuple(others))] if others else []
                first = Section(kind=SectionKind.LEAD, items=(lead,))
                ordered = (first, *sections[:place], *rest, *sections[place + 1 :])
                text = lead.dek or next((paragraph.text for paragraph in lead.paragraphs), "")
                return replace(self, sections=ordered, subject=lead.headline or "", preheader=text or self.preheader)
        return replace(self, sections=tuple(sections), subject=sections[0].heading or self.subject)


def _content(issue: Issue) -> tuple[object, ...]:
    return issue.subject, issue.preheader, issue.sections, issue.left_out
