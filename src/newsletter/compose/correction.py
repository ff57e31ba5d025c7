"""A correction: what was printed once more, for an editor to put right."""

from collections.abc import Collection
from dataclasses import replace

from newsletter.i18n.phrases import phrases
from newsletter.model.issue import Issue, IssueState
from newsletter.model.slot import Slot


def correction(faulty: Issue, taken: Collection[str], language: str) -> Issue:
    """A draft that says what ``faulty`` says under a subject that owns up to it, in the first slot not yet ``taken``."""
    week = Slot(faulty.slot, "UTC").base
    slot = next(key for n in range(1, 100) if (key := f"{week}.{n}") not in taken)
    subject = phrases(language).gettext("Correction: %(subject)s") % {"subject": faulty.subject}
    return replace(
        faulty, id=None, slot=slot, subject=subject, corrects=faulty.id,
        state=IssueState.DRAFT, sha256=None, composed_at=None, frozen_at=None, send_at=None, pause_reason="",
    )  # fmt: skip


def known_to(issue: Issue) -> frozenset[int]:
    """The articles that an issue prints, credits or leaves out: of these a correction of it is made."""
    items = [item for section in issue.sections for item in section.items]
    printed = (known for item in items for known in (item.article_id, *(also.article_id for also in item.also)))
    return frozenset(known for known in (*printed, *(left.article_id for left in issue.left_out)) if known is not None)
