"""The store's issues: content, state, and the frozen copy that is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, RowMapping

from newsletter.errors import IssueStateError, NotFoundError
from newsletter.model.delivery import BatchState
from newsletter.model.issue import Edition, Issue, IssueState, Item, LeftOut, Section
from newsletter.model.past import Past, PrintedIn
from newsletter.model.slot import Slot
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.records import from_json, to_json
from newsletter.store.tables import approval, delivery_batch, issue_item, issue_section, newsletter
from newsletter.store.tables import issue as table
from newsletter.store.upsert import upsert


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

    def past(self, newsletter_id: int, before: Slot, *, issues: int) -> Past:
        """What the newsletter printed before the slot ``before``; the headlines are those of the last ``issues``.

        Breaking issues do not count: whoever does not get them has still to read what they told.
        """
        regular = (table.c.newsletter_id == newsletter_id) & (table.c.edition == Edition.REGULAR)
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(table.c.id, table.c.slot).where(regular)).all()
            begins = {row.id: Slot(row.slot, before.timezone).begins for row in rows}
            earlier = sorted((i for i in begins if begins[i] < before.begins), key=lambda i: (begins[i], i))
            mine = table.c.id.in_(earlier)
            lately = [_read_sections(connection, issue_id) for issue_id in reversed(earlier[-issues:])]
            return Past(
                headlines=tuple(i.headline for sections in lately for s in sections for i in s.items if i.headline),
                articles=_printed(connection, mine),
                series=_instalments(connection, mine),
            )

    def went_out(self, newsletter_id: int, starts: datetime, ends: datetime) -> list[Issue]:
        """The regular and breaking issues that began to be sent from ``starts`` until before ``ends``, oldest first.

        In the place of one that was corrected since stands its last correction; one that was stopped for good and not
        corrected is left out.
        """
        wanted = _SELECT.where(
            table.c.newsletter_id == newsletter_id,
            table.c.edition.in_((Edition.REGULAR, Edition.BREAKING)),
            table.c.corrects.is_(None),
            table.c.frozen_at >= starts,
            table.c.frozen_at < ends,
        ).order_by(table.c.frozen_at, table.c.id)
        with reading(self._engine) as connection:
            found = [_issue(connection, row) for row in connection.execute(wanted).mappings().all()]
        stand = [self.correction_of(int(issue.id or 0)) or issue for issue in found]
        return [issue for issue in stand if issue.state is not IssueState.CANCELLED]

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

    def correction_of(self, issue_id: int) -> Issue | None:
        """The last correction of an issue that went out, or of its corrections; ``None`` if there is none."""
        with reading(self._engine) as connection:
            last = issue_id
            while later := connection.scalar(
                sa.select(sa.func.max(table.c.id)).where(table.c.corrects == last, table.c.frozen_at.is_not(None))
            ):
                last = later
            return None if last == issue_id else _get(connection, last)

    def all(self) -> list[Issue]:
        """Every issue with its content, newest slot first."""
        with reading(self._engine) as connection:
            rows = connection.execute(_SELECT.order_by(table.c.slot.desc(), table.c.id.desc())).mappings().all()
            return [_issue(connection, row) for row in rows]

    def under_way(self) -> list[tuple[int, int, str]]:
        """The issues that are being sent: number, newsletter and slot."""
        wanted = sa.select(table.c.id, table.c.newsletter_id, table.c.slot).where(table.c.state == IssueState.SENDING)
        with reading(self._engine) as connection:
            return [(row.id, row.newsletter_id, row.slot) for row in connection.execute(wanted.order_by(table.c.id))]

    def approve(
        self, issue_id: int, sha256: str, *, accepted: Sequence[str] = (), needed: int = 1, actor: str, now: datetime
    ) -> int:
        """Bind somebody's approval of a draft to the digest of its compiled mail, with the doubts that were ``accepted``.

        Return how many have approved exactly this; with the last of ``needed`` people the issue is approved, and its
        content is kept as what was approved last.
        """
        open_states = (IssueState.DRAFT, IssueState.APPROVED)
        with writing(self._engine) as connection:
            state = connection.scalar(sa.select(table.c.state).where(table.c.id == issue_id).with_for_update())
            if state not in open_states:
                move_to(connection, issue_id, open_states, IssueState.APPROVED)  # which says why not
            key = {"issue_id": issue_id, "sha256": sha256, "actor": actor}
            connection.execute(upsert(connection, approval, key, {"at": now}))
            there = list(connection.scalars(_approvers(issue_id, sha256)))
            if len(there) >= needed:
                content = to_json(Issue, _get(connection, issue_id))
                values = {"sha256": sha256, "approved_at": now, "approved": {"sha256": sha256, "content": content}}
                move_to(connection, issue_id, open_states, IssueState.APPROVED, **values)
            detail = {"sha256": sha256, "accepted": list(accepted), "approved_by": there, "needed": needed}
            record(connection, now, actor, "issue.approved", f"issue {issue_id}", **detail)
        return len(there)

    def approved_by(self, issue_id: int, sha256: str) -> list[str]:
        """Who has approved exactly that, in the order in which they did."""
        with reading(self._engine) as connection:
            return list(connection.scalars(_approvers(issue_id, sha256)))

    def approved_last(self, issue_id: int) -> tuple[str, Issue] | None:
        """What was approved last, with its digest, whatever was changed since; ``None`` if nothing was."""
        with reading(self._engine) as connection:
            kept = connection.scalar(sa.select(table.c.approved).where(table.c.id == issue_id))
        return (kept["sha256"], from_json(Issue, kept["content"])) if kept else None

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

    def wait_until(self, issue_id: int, moment: datetime, reason: str, *, actor: str, now: datetime) -> None:
        """Let nothing of an issue leave before a moment: its quiet hours, or what warming up allows for today."""
        waiting = (table.c.id == issue_id) & (table.c.state == IssueState.SENDING)
        with writing(self._engine) as connection:
            connection.execute(sa.update(table).where(waiting).values(send_at=moment))
            record(connection, now, actor, "issue.waits", f"issue {issue_id}", reason=reason, until=moment.isoformat())

    def finished_since(self, moment: datetime) -> list[int]:
        """The issues that came to their end at that moment or later."""
        with reading(self._engine) as connection:
            return list(connection.scalars(sa.select(table.c.id).where(table.c.finished_at >= moment)))

    def finish(self, issue_id: int, *, actor: str, now: datetime) -> bool:
        """Mark an issue as sent if none of its batches has anything left to do; return whether it is.

        Of two senders both may find that out. A paused issue stays paused: somebody wanted to look at it.
        """
        left = (delivery_batch.c.issue_id == issue_id) & (delivery_batch.c.state != BatchState.DONE)
        with writing(self._engine) as connection:
            state = connection.scalar(sa.select(table.c.state).where(table.c.id == issue_id).with_for_update())
            if (
                state == IssueState.SENDING
                and connection.scalar(sa.select(delivery_batch.c.id).where(left).limit(1)) is None
            ):
                move_to(connection, issue_id, (IssueState.SENDING,), IssueState.FINISHED, finished_at=now)
                record(connection, now, actor, "issue.finished", f"issue {issue_id}")
                return True
        return bool(state == IssueState.FINISHED)

    def cancel(self, issue_id: int, *, actor: str, now: datetime) -> None:
        """Stop an issue for good. Workers that are at it notice within a second; see ``Endings.close_cancelled``."""
        open_states = (IssueState.SENDING, IssueState.PAUSED, IssueState.CANCELLED)
        self._step(
            issue_id, open_states, IssueState.CANCELLED, "cancelled", actor, now, finished_at=now, pause_reason=""
        )

    def _step(
        self, issue_id: int, allowed: tuple[IssueState, ...], to: IssueState, deed: str, actor: str, now: datetime, **values: object
    ) -> None:  # fmt: skip
        with writing(self._engine) as connection:
            move_to(connection, issue_id, allowed, to, **values)
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


def _approvers(issue_id: int, sha256: str) -> sa.Select[tuple[str]]:
    mine = (approval.c.issue_id == issue_id) & (approval.c.sha256 == sha256)
    return sa.select(approval.c.actor).where(mine).order_by(approval.c.at, approval.c.actor)


def move_to(
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
        "corrects": issue.corrects,
        "edition": issue.edition,
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
        send_at=row["send_at"],
        corrects=row["corrects"],
        edition=Edition(row["edition"]),
        local_hours=row["local_hours"],
        segment=row["segment"],
    )
