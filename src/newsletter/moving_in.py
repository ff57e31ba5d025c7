"""A list of another product comes in: people, who left and why, who must not be written to, how they agreed."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from newsletter.addresses import refuses
from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.past_issue import PastIssue
from newsletter.model.seal import key_of
from newsletter.model.subscriber import Subscription
from newsletter.model.suppression import SuppressionReason
from newsletter.model.terms import Terms
from newsletter.moving.history import History
from newsletter.moving.newcomer import Newcomer, Problem, Reason, Standing
from newsletter.moving.reading import Reading
from newsletter.store.bulk import Added, Row, moment_text
from newsletter.store.store import Store
from newsletter.store.suppressions import EVERYWHERE, Ban

#: People in one transaction: what is in is in, whatever happens after it.
CHUNK = 20_000
#: Posts in one transaction.
POSTS = 50
_REASONS = {
    Reason.BOUNCE: SuppressionReason.BOUNCE, Reason.COMPLAINT: SuppressionReason.COMPLAINT,
    Reason.BLOCKLIST: SuppressionReason.MANUAL, Reason.OPT_OUT: SuppressionReason.MANUAL,
}  # fmt: skip


@dataclass(slots=True)
class Report:
    """What became of a list. ``standings`` counts its lines, the rest what changed here; ``losses`` what was not carried."""

    standings: Counter[Standing] = field(default_factory=Counter)
    new: int = 0
    known: int = 0
    left: int = 0
    suppressed: int = 0
    kept_out: int = 0
    problems: int = 0
    losses: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingIn:
    """Carries lists into a newsletter. The same list twice changes nothing, and one broken off can be carried again."""

    store: Store
    actor: str
    clock: Callable[[], datetime]

    def carry(
        self, reading: Reading, newsletter: Newsletter, *, usual: Standing, dry_run: bool = False,
        troubled: Callable[[Problem], object] = lambda _: None, progress: Callable[[int], None] = lambda _: None,
    ) -> Report:  # fmt: skip
        """Carry everybody in ``reading``; ``usual`` is how those stand of whom it does not say.

        Nobody who left or is suppressed here comes back by it. ``troubled`` gets each line that could not be taken. With
        ``dry_run`` the list is read and counted, and nothing changes.
        """
        report = Report(losses=reading.losses)
        people = self._taken(_admitted(reading.people(progress), newsletter.terms), report, usual, troubled)
        number = int(newsletter.id or 0)
        while chunk := list(islice(people, CHUNK)):
            if not dry_run:
                self._carry(chunk, number, reading.name, usual, report)
        if not dry_run:
            told = {"file": reading.name, "new": report.new, "left": report.left, "suppressed": report.suppressed}
            self.store.audit.note(self.clock(), self.actor, "subscribers.imported", f"newsletter {number}", **told)
        return report

    def add(self, wanted: Subscription, newsletter: Newsletter) -> Added:
        """Subscribe one person whom an editor enters; that it was an editor who did is the evidence."""
        now, number = self.clock(), int(newsletter.id or 0)
        added = self.store.subscribers.add(number, [wanted], now=now)
        if added.new:
            email = wanted.subscriber.email
            entered = Consent(kind=ConsentKind.ADDED, at=now, detail={"by": self.actor})
            self.store.consents.carry(number, {key_of(email): [entered]})
            person = self.store.subscribers.find(email, number).subscriber.id
            self.store.audit.note(
                now, self.actor, "subscriber.added", f"subscriber {person}", newsletter=newsletter.slug
            )
        return added

    def carry_past(
        self, history: History, newsletter: Newsletter, *, dry_run: bool = False,
        troubled: Callable[[Problem], object] = lambda _: None, progress: Callable[[int], None] = lambda _: None,
    ) -> tuple[int, int]:  # fmt: skip
        """Put what another program sent into the archive; return how many issues are new there and how many were known."""
        new = known = done = 0
        number, issues = int(newsletter.id or 0), history.issues()
        while chunk := list(islice(issues, POSTS)):
            found = [one for one in chunk if isinstance(one, PastIssue)]
            for problem in (one for one in chunk if isinstance(one, Problem)):
                troubled(problem)
            fresh = 0 if dry_run else self.store.past_issues.add(number, found, now=self.clock())
            new, known, done = new + fresh, known + len(found) - fresh, done + len(chunk)
            progress(done)
        if not dry_run:
            told = {"from": history.product, "new": new}
            self.store.audit.note(self.clock(), self.actor, "past_issues.imported", f"newsletter {number}", **told)
        return new, known

    def _taken(
        self,
        found: Iterator[Newcomer | Problem],
        report: Report,
        usual: Standing,
        troubled: Callable[[Problem], object],
    ) -> Iterator[Newcomer]:
        for one in found:
            if isinstance(one, Problem):
                report.problems += 1
                troubled(one)
            else:
                report.standings[one.standing or usual] += 1
                yield one

    def _carry(self, chunk: list[Newcomer], newsletter_id: int, source: str, usual: Standing, report: Report) -> None:
        now = self.clock()
        rows = (_row(one, source, usual) for one in chunk if one.standing is not Standing.SUPPRESSED)
        added = self.store.subscribers.add_rows(newsletter_id, rows, now=now)
        self.store.consents.carry(newsletter_id, {key_of(one.email): one.consents for one in chunk if one.consents})
        bans = [ban for one in chunk if (ban := _ban(one, newsletter_id)) is not None]
        report.suppressed += self.store.suppressions.add_all(bans, now=now)
        report.new += added.new
        report.known += added.known
        report.left += added.left
        report.kept_out += added.suppressed


def _admitted(found: Iterator[Newcomer | Problem], terms: Terms) -> Iterator[Newcomer | Problem]:
    """The same, with a problem in the place of whom the newsletter does not take; that somebody left is taken of all."""
    gone = (Standing.UNSUBSCRIBED, Standing.SUPPRESSED)
    for one in found:
        if isinstance(one, Newcomer) and one.standing not in gone and (why := refuses(terms, one.email)):
            yield Problem(line=one.line, column="email", sentence=why, row=(one.email,))
        else:
            yield one


def _row(one: Newcomer, source: str, usual: Standing) -> Row:
    known = one.agreement
    evidence = {
        "asked_at": _text(known.asked_at), "asked_from": known.asked_from, "confirmed_at": _text(known.confirmed_at),
        "confirmed_from": known.confirmed_from, "source": known.source, "zone": "assumed" if known.zone_assumed else "",
    }  # fmt: skip
    told = {key: value for key, value in evidence.items() if value}
    attributes = dict(one.attributes)
    if one.tags:
        attributes["tags"] = ", ".join(one.tags)
    since = known.confirmed_at or known.asked_at or one.created_at
    return Row(
        email=one.email, email_key=key_of(one.email), name=one.name, state=str(one.standing or usual),
        skips=one.skips, frequency=str(one.frequency or "every"), language=one.language, timezone=one.timezone,
        topics=one.topics, plain="1" if one.plain else "0", attributes=_json(attributes), source=one.source or source, left_reason=one.why[:200],
        evidence=_json(told) if set(told) - {"zone"} else "{}", since=moment_text(since) if since else None,
        left_at=moment_text(one.left_at) if one.left_at else None, hour=None if one.hour is None else str(one.hour),
        paused_until=moment_text(one.paused_until) if one.paused_until else None,
    )  # fmt: skip


def _ban(one: Newcomer, newsletter_id: int) -> Ban | None:
    """What an import puts onto the suppression list: who left, of this newsletter; whom nobody may write to, of all."""
    if one.standing is Standing.UNSUBSCRIBED:
        return Ban(one.email, SuppressionReason.UNSUBSCRIBED, newsletter_id, one.left_at)
    if one.standing is Standing.SUPPRESSED:
        reason = _REASONS[one.reason or Reason.BLOCKLIST]
        where = newsletter_id if one.reason is Reason.OPT_OUT else EVERYWHERE
        return Ban(one.email, reason, where, one.left_at, str(one.reason or ""))
    return None


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _json(values: dict[str, str]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else "{}"
