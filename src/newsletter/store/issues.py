"""The store's issues: content, state, and the frozen copy that is sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, RowMapping

from newsletter.errors import IssueStateError, NotFoundError, StoreError
from newsletter.model.delivery import DeliveryState
from newsletter.model.issue import Issue, IssueState, Item, LeftOut, Section
from newsletter.model.past import Past, PrintedIn
from newsletter.model.subscriber import SubscriptionState
from newsletter.store import readership
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.records import from_json, to_json
from newsletter.store.tables import delivery, issue_item, issue_section, issue_variant, newsletter, subscription
from newsletter.store.tables import issue as table


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenVariant:
    """What one set of readers gets, exactly as it was compiled when the issue was frozen."""

    subject: str
    html: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who gets what: compiled mails by the key of their variant, and the key for each reader.

    ``variant_of`` maps what readers skip (in its stored form) to their key; ``personal`` the readers who ``had`` items
    of the issue elsewhere to theirs. A key without a mail among ``variants`` means that nothing is left for them.
    """

    variants: Mapping[str, FrozenVariant]
    variant_of: Mapping[str, str]
    personal: Mapping[int, str] = field(default_factory=dict)
    had: Mapping[int, frozenset[str]] = field(default_factory=dict)


class Issues:
    """Issues, one for each slot of a newsletter."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save_draft(self, newsletter_id: int, issue: Issue, *, actor: str, now: datetime) -> Issue:
        """Store a composed issue as the draft of its slot, in place of an earlier draft; approval is voided.

        A draft that says the same as the stored one changes nothing. ``IssueStateError`` if the slot's issue is already being sent or was sent.
        """
        with writing(self._engine) as connection:
            known = connection.execute(
                sa.select(table.c.id, table.c.state, table.c.number).where(
                    table.c.newsletter_id == newsletter_id, table.c.slot == issue.slot
                )
            ).one_or_none()
            values = _draft_values(issue, now)
            if known is None:
                number = 1 + (
                    connection.scalar(
                        sa.select(sa.func.max(table.c.number)).where(table.c.newsletter_id == newsletter_id)
                    )
                    or 0
                )
                values |= {"newsletter_id": newsletter_id, "slot": issue.slot, "number": number}
                issue_id = int(connection.scalar(sa.insert(table).values(values).returning(table.c.id)) or 0)
            else:
                issue_id, number = known.id, known.number
                if known.state not in (IssueState.DRAFT, IssueState.APPROVED):
                    raise IssueStateError(f"Issue {issue_id} is {known.state}: what was sent is not composed again.")
                stored = _get(connection, issue_id)
                if stored.says_the_same_as(issue):
                    return stored
                connection.execute(sa.update(table).where(table.c.id == issue_id).values(values))
                connection.execute(sa.delete(issue_section).where(issue_section.c.issue_id == issue_id))
            _write_sections(connection, issue_id, issue.sections)
            record(connection, now, actor, "issue.composed", f"issue {issue_id}", slot=issue.slot)
        return replace(issue, id=issue_id, number=number, state=IssueState.DRAFT, sha256=None, composed_at=now)

    def number_for(self, newsletter_id: int, slot: str) -> int:
        """The number that the slot's issue has, or the next one if it has none yet."""
        mine = table.c.newsletter_id == newsletter_id
        with reading(self._engine) as connection:
            known = connection.scalar(sa.select(table.c.number).where(mine, table.c.slot == slot))
            return int(known or 1 + (connection.scalar(sa.select(sa.func.max(table.c.number)).where(mine)) or 0))

    def past(self, newsletter_id: int, before: str, *, issues: int) -> Past:
        """What the newsletter printed before the slot ``before``; the headlines are those of the last ``issues``."""
        mine = (table.c.newsletter_id == newsletter_id) & (table.c.slot < before)
        latest = sa.select(table.c.id).where(mine).order_by(table.c.slot.desc()).limit(issues)
        with reading(self._engine) as connection:
            lately = [_read_sections(connection, issue_id) for issue_id in connection.scalars(latest).all()]
            return Past(
                headlines=tuple(i.headline for sections in lately for s in sections for i in s.items if i.headline),
                articles=_printed(connection, mine),
                series=_instalments(connection, mine),
            )

    def find(self, newsletter_id: int, slot: str) -> Issue | None:
        """The issue of one slot, or ``None`` if it has none yet."""
        wanted = _SELECT.where(table.c.newsletter_id == newsletter_id, table.c.slot == slot)
        with reading(self._engine) as connection:
            row = connection.execute(wanted).mappings().one_or_none()
            return _issue(connection, row) if row else None

    def get(self, issue_id: int) -> Issue:
        """The issue of that number, or ``NotFoundError``."""
        return self._one(table.c.id == issue_id, f"There is no issue {issue_id}; see: newsletter issue list")

    def of_slot(self, slug: str, slot: str) -> Issue:
        """The issue of one newsletter's slot, or ``NotFoundError``."""
        return self._one(sa.and_(newsletter.c.slug == slug, table.c.slot == slot), "There is no such issue.")

    def all(self) -> list[Issue]:
        """Every issue with its content, newest slot first."""
        with reading(self._engine) as connection:
            rows = connection.execute(_SELECT.order_by(table.c.slot.desc(), table.c.id.desc())).mappings().all()
            return [_issue(connection, row) for row in rows]

    def approve(self, issue_id: int, sha256: str, *, accepted: Sequence[str] = (), actor: str, now: datetime) -> None:
        """Bind the approval of a draft to the digest of its compiled mail, with the doubts that were ``accepted``."""
        with writing(self._engine) as connection:
            _move(
                connection,
                issue_id,
                (IssueState.DRAFT, IssueState.APPROVED),
                IssueState.APPROVED,
                sha256=sha256,
                approved_at=now,
            )
            detail = {"sha256": sha256, "accepted": list(accepted)}
            record(connection, now, actor, "issue.approved", f"issue {issue_id}", **detail)

    def audience(self, newsletter_id: int) -> set[str]:
        """The variants (``skips`` in their stored form) that the newsletter's subscribers ask for."""
        wanted = sa.select(subscription.c.skips).distinct().where(_may_get(newsletter_id))
        with reading(self._engine) as connection:
            return set(connection.scalars(wanted))

    def freeze(self, issue_id: int, newsletter_id: int, audience: Audience, *, actor: str, now: datetime) -> None:
        """Fix content and audience in one transaction: after it the issue can be sent, before it nothing can.

        Everyone who has not unsubscribed gets a row in the ledger.
        """
        with writing(self._engine) as connection:
            _one_freeze_at_a_time(connection)
            _move(connection, issue_id, (IssueState.APPROVED,), IssueState.SENDING, frozen_at=now)
            for key, frozen in audience.variants.items():
                connection.execute(
                    sa.insert(issue_variant).values(
                        issue_id=issue_id, variant=key, subject=frozen.subject, html=frozen.html,
                        text=frozen.text, sha256=frozen.sha256,
                    )
                )  # fmt: skip
            for skips, key in audience.variant_of.items():
                connection.execute(_queue(issue_id, newsletter_id, skips, key))
            _refuse_moved_audience(connection, issue_id, newsletter_id)
            if readership.had(connection, issue_id) != dict(audience.had):
                raise StoreError(_MOVED)
            _personalise(connection, issue_id, audience)
            record(connection, now, actor, "issue.frozen", f"issue {issue_id}", variants=sorted(audience.variants))

    def variants(self, issue_id: int) -> dict[str, FrozenVariant]:
        """The frozen mails of an issue, by variant; empty if it was never frozen."""
        wanted = sa.select(issue_variant).where(issue_variant.c.issue_id == issue_id)
        with reading(self._engine) as connection:
            return {
                row.variant: FrozenVariant(subject=row.subject, html=row.html, text=row.text, sha256=row.sha256)
                for row in connection.execute(wanted)
            }

    def resume(self, issue_id: int, *, actor: str, now: datetime) -> None:
        """Set a paused issue going again."""
        self._step(
            issue_id,
            (IssueState.PAUSED, IssueState.SENDING),
            IssueState.SENDING,
            "resumed",
            actor,
            now,
            pause_reason="",
        )

    def pause(self, issue_id: int, reason: str, *, actor: str, now: datetime) -> None:
        """Stop sending, with the reason that the editor will read; a second sender may find it paused already."""
        going = (IssueState.SENDING, IssueState.PAUSED)
        self._step(issue_id, going, IssueState.PAUSED, "paused", actor, now, pause_reason=reason)

    def finish(self, issue_id: int, *, actor: str, now: datetime) -> None:
        """Mark an issue as sent to everyone who is to get it; of two senders both may find that out."""
        going = (IssueState.SENDING, IssueState.FINISHED)
        self._step(issue_id, going, IssueState.FINISHED, "finished", actor, now, finished_at=now)

    def _step(
        self, issue_id: int, allowed: tuple[IssueState, ...], to: IssueState, deed: str, actor: str, now: datetime, **values: object
    ) -> None:  # fmt: skip
        with writing(self._engine) as connection:
            _move(connection, issue_id, allowed, to, **values)
            record(connection, now, actor, f"issue.{deed}", f"issue {issue_id}", reason=values.get("pause_reason", ""))

    def _one(self, which: sa.ColumnElement[bool], missing: str) -> Issue:
        with reading(self._engine) as connection:
            row = connection.execute(_SELECT.where(which)).mappings().one_or_none()
            if row is None:
                raise NotFoundError(missing)
            return _issue(connection, row)


_SELECT = sa.select(table, newsletter.c.slug).join(newsletter, newsletter.c.id == table.c.newsletter_id)


def _get(connection: Connection, issue_id: int) -> Issue:
    return _issue(connection, connection.execute(_SELECT.where(table.c.id == issue_id)).mappings().one())


def _printed(connection: Connection, mine: sa.ColumnElement[bool]) -> dict[int, PrintedIn]:
    """The articles that went out in issues ``mine``, each with the last one that it was in."""
    version = issue_item.c.content["version"].as_integer()
    wanted = (
        sa.select(issue_item.c.article_id, table.c.number, version)
        .join(issue_section, issue_section.c.id == issue_item.c.section_id)
        .join(table, table.c.id == issue_section.c.issue_id)
        .where(mine, table.c.frozen_at.is_not(None), issue_item.c.article_id.is_not(None))
        .order_by(table.c.number)
    )
    return {known: PrintedIn(number, seen or 1) for known, number, seen in connection.execute(wanted)}


def _instalments(connection: Connection, mine: sa.ColumnElement[bool]) -> dict[str, int]:
    """The highest number that each running series had in issues ``mine``."""
    name = issue_item.c.content["series"].as_string()
    number = issue_item.c.content["series_number"].as_integer()
    wanted = (
        sa.select(name, sa.func.max(number))
        .join(issue_section, issue_section.c.id == issue_item.c.section_id)
        .join(table, table.c.id == issue_section.c.issue_id)
        .where(mine, name.is_not(None), number.is_not(None))
        .group_by(name)
    )
    return {series: highest for series, highest in connection.execute(wanted) if series}


def _may_get(newsletter_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        subscription.c.newsletter_id == newsletter_id, subscription.c.state != SubscriptionState.UNSUBSCRIBED
    )


def _queue(issue_id: int, newsletter_id: int, skips: str, variant: str) -> sa.Insert:
    """One statement that puts all readers of a variant into the ledger, however many they are."""
    columns = ("issue_id", "subscriber_id", "variant", "state", "reason", "attempt", "maybe_sent", "reply_text")
    state = sa.literal(DeliveryState.QUEUED, delivery.c.state.type)
    readers = sa.select(
        sa.literal(issue_id), subscription.c.subscriber_id, sa.literal(variant), state, sa.literal(""), sa.literal(0),
        sa.false(), sa.literal(""),
    ).where(_may_get(newsletter_id), subscription.c.skips == skips)  # fmt: skip
    return sa.insert(delivery).from_select(columns, readers)


def _refuse_moved_audience(connection: Connection, issue_id: int, newsletter_id: int) -> None:
    """Roll the freeze back if somebody changed what they skip after ``variant_of`` was made: they would be lost."""
    listed = sa.select(delivery.c.subscriber_id).where(delivery.c.issue_id == issue_id)
    missing = sa.select(subscription.c.subscriber_id).where(
        _may_get(newsletter_id), subscription.c.subscriber_id.not_in(listed)
    )
    if connection.scalar(missing.limit(1)) is not None:
        raise StoreError(_MOVED)


def _one_freeze_at_a_time(connection: Connection) -> None:
    """Two issues that share an item and freeze together must see each other; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE issue_variant IN SHARE ROW EXCLUSIVE MODE"))


def _personalise(connection: Connection, issue_id: int, audience: Audience) -> None:
    """Give those who had an item elsewhere the variant without it, or the reason why they get no mail."""
    for key in sorted(set(audience.personal.values())):
        readers = [subscriber_id for subscriber_id, variant in audience.personal.items() if variant == key]
        values: dict[str, object] = {"variant": key}
        if key not in audience.variants:
            values = {"state": DeliveryState.SUPPRESSED, "reason": "had_everything"}
        for start in range(0, len(readers), _CHUNK):
            mine = delivery.c.subscriber_id.in_(readers[start : start + _CHUNK])
            connection.execute(sa.update(delivery).where(delivery.c.issue_id == issue_id, mine).values(values))


_MOVED = "A reader's preferences or mails changed at this very moment; run the command again."
#: So many numbers at a time: a statement takes only so many parameters.
_CHUNK = 5000


def _move(
    connection: Connection, issue_id: int, allowed: tuple[IssueState, ...], to: IssueState, **values: object
) -> None:
    """Change the state if it is one of ``allowed``; otherwise say in what state the issue is."""
    where = (table.c.id == issue_id) & table.c.state.in_(allowed)
    moved = connection.scalar(sa.update(table).where(where).values(state=to, **values).returning(table.c.id))
    if moved is None:
        found = connection.scalar(sa.select(table.c.state).where(table.c.id == issue_id))
        raise IssueStateError(
            f"Issue {issue_id} is {found}, so it cannot become {to}; see: newsletter issue status {issue_id}"
        )


def _draft_values(issue: Issue, now: datetime) -> dict[str, Any]:
    return {
        "state": IssueState.DRAFT,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "left_out": to_json(tuple[LeftOut, ...], issue.left_out),
        "sha256": None,
        "composed_at": now,
        "approved_at": None,
        "pause_reason": "",
    }


def _write_sections(connection: Connection, issue_id: int, sections: Iterable[Section]) -> None:
    for position, section in enumerate(sections):
        values = {"issue_id": issue_id, "position": position, "kind": section.kind}
        values |= {"name": section.name, "heading": section.heading}
        section_id = connection.scalar(sa.insert(issue_section).values(values).returning(issue_section.c.id))
        for place, item in enumerate(section.items):
            content = {"section_id": section_id, "position": place, "article_id": item.article_id}
            connection.execute(sa.insert(issue_item).values(**content, content=to_json(Item, item)))


def _read_sections(connection: Connection, issue_id: int) -> tuple[Section, ...]:
    sections = connection.execute(
        sa.select(issue_section).where(issue_section.c.issue_id == issue_id).order_by(issue_section.c.position)
    ).all()
    items: dict[int, list[Item]] = {section.id: [] for section in sections}
    wanted = sa.select(issue_item).where(issue_item.c.section_id.in_(items)).order_by(issue_item.c.position)
    for row in connection.execute(wanted):
        items[row.section_id].append(from_json(Item, row.content))
    return tuple(Section(kind=s.kind, name=s.name, heading=s.heading, items=tuple(items[s.id])) for s in sections)


def _issue(connection: Connection, row: RowMapping) -> Issue:
    return Issue(
        id=row["id"],
        newsletter=row["slug"],
        slot=row["slot"],
        number=row["number"],
        state=row["state"],
        subject=row["subject"],
        preheader=row["preheader"],
        sections=_read_sections(connection, row["id"]),
        left_out=from_json(tuple[LeftOut, ...], row["left_out"]),
        sha256=row["sha256"],
        composed_at=row["composed_at"],
        frozen_at=row["frozen_at"],
        pause_reason=row["pause_reason"],
    )
