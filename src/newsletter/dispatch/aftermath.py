"""What an editor can still do about an issue that has been sent, or is being sent: stop it, repeat it, prove it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from newsletter.deliver.postfix_log import LogEntry, LogStatus
from newsletter.dispatch.freezing import Freezing
from newsletter.errors import AddressError, HeaderRefused, IssueStateError
from newsletter.model.delivery import Claimed, DeliveryState, Mail, identity
from newsletter.model.issue import IssueState
from newsletter.model.manifest import Entry
from newsletter.render.letters import letters
from newsletter.render.links import Links
from newsletter.store.accounts import Row
from newsletter.store.store import Store

#: States of rows whose mail was handed over, or may have been.
_LEFT_HERE = (DeliveryState.SENT, DeliveryState.UNKNOWN)
_PROVES = {
    LogStatus.ACCEPTED: DeliveryState.SENT,
    LogStatus.SENT: DeliveryState.SENT,
    LogStatus.DEFERRED: DeliveryState.SENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """Steps that begin where sending leaves off."""

    store: Store
    links: Links
    freezing: Freezing
    actor: str
    clock: Callable[[], datetime]
    bounces: str | None = None

    def pause(self, issue_id: int, reason: str) -> None:
        """Stop for now. Workers notice within a second; what is on its way then is answered first."""
        self.store.issues.pause(issue_id, reason, actor=self.actor, now=self.clock())

    def resume(self, issue_id: int) -> None:
        """Let a paused issue go on, wherever senders are at work."""
        self.store.issues.resume(issue_id, actor=self.actor, now=self.clock())

    def cancel(self, issue_id: int) -> int:
        """Stop for good; return how many readers will not get it who are not with a sender this moment."""
        self.store.issues.cancel(issue_id, actor=self.actor, now=self.clock())
        return self.store.endings.close_cancelled(issue_id, now=self.clock())

    def recall(self, issue_id: int) -> None:
        """Take the order to send back while nothing has left; the issue is approved again, and can be edited."""
        self.store.frozen.recall(issue_id, actor=self.actor, now=self.clock())

    def send_again(self, issue_id: int, states: Iterable[DeliveryState]) -> int:
        """Queue those again who were not served; return how many those are. Nobody else gets a second copy."""
        issue = self.store.issues.get(issue_id)
        if issue.state not in (IssueState.SENDING, IssueState.PAUSED, IssueState.FINISHED):
            raise IssueStateError(f"Issue {issue_id} is {issue.state}: there is nothing to send again.")
        return self.store.endings.send_again(issue_id, set(states), actor=self.actor, now=self.clock())

    def reconcile(self, entries: Iterable[LogEntry]) -> Counter[DeliveryState]:
        """Close what is unknown by what the relay's log says; return how many rows became what.

        A relay that queued a mail owns it, whatever came of it later (RFC 5321, 4.2.5); a bounce of its own is settled
        as one. Only rows of which nobody knew are touched.
        """
        open_rows = dict(self._in_doubt())
        closed: Counter[DeliveryState] = Counter()
        for entry in entries:
            place = open_rows.get(entry.message_id.strip("<>").partition("@")[0])
            if place is None:
                continue
            state = _PROVES.get(entry.status, DeliveryState.BOUNCED)
            reply = f"relay's log: {entry.dsn} {entry.text}".strip()
            if self.store.endings.prove(*place, state=state, reply=reply, now=self.clock()):
                closed[state] += 1
        for issue_id in {issue_id for issue_id, _ in open_rows.values()}:
            self.store.issues.finish(issue_id, actor=self.actor, now=self.clock())
        return closed

    def manifest(self, issue_id: int) -> Iterator[Entry]:
        """What was sent to whom, mail by mail: its digest, what the relay answered, when.

        Each mail is made anew from the frozen copy and proved to be the one that was sent; where the reader's address or
        name has changed since, only what was noted then can be told, and the digest is empty. Signatures (DKIM) are put
        on top of these bytes and are not in the digest.
        """
        issue = self.store.issues.get(issue_id)
        newsletter = self.store.newsletters.get(issue.newsletter)
        variants = self.freezing.read(issue_id, newsletter)
        mail_for = letters(issue_id, int(newsletter.id or 0), variants, self.links, bounces=self.bounces)
        for row in self.store.accounts.walk(issue_id):
            yield _entry(row, _mail(row, mail_for))

    def _in_doubt(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """What names the mails that may have been sent: those of rows that are unknown, or queued after they were."""
        for issue_id, subscriber_id, generation in self.store.accounts.in_doubt():
            yield identity(self.links.secret, issue_id, subscriber_id, generation), (issue_id, subscriber_id)


def _entry(row: Row, mail: Mail | None) -> Entry:
    """The line for a row of the ledger and the mail made from it anew, proved by what was noted when it left."""
    proved = mail is not None and row.digest is not None and mail.digest == row.digest
    return Entry(
        recipient=row.subscriber_id,
        state=str(row.state),
        message_id=mail.message_id if mail else "",
        sha256=sha256(mail.content).hexdigest() if mail and proved else "",
        composed=row.claimed_at.isoformat() if row.claimed_at and mail else "",
        settled=row.settled_at.isoformat() if row.settled_at else "",
        reply_code=row.reply_code,
        reply_text=row.reply_text,
        maybe_sent=row.maybe_sent,
    )


def _mail(row: Row, mail_for: Callable[[Claimed], Mail]) -> Mail | None:
    if (row.state not in _LEFT_HERE and not row.maybe_sent) or row.claimed_at is None:
        return None
    claimed = Claimed(
        subscriber_id=row.subscriber_id, email=row.email, name=row.name, variant=row.variant, attempt=row.attempt,
        generation=row.generation, claimed_at=row.claimed_at, plain=row.plain, link_serial=row.link_serial,
    )  # fmt: skip
    try:
        return mail_for(claimed)
    except (AddressError, HeaderRefused, KeyError):
        return None


def differences(before: Mapping[int, Entry], now: Iterable[Entry]) -> Iterator[str]:
    """Where a manifest that was exported does not agree with what the ledger says now, a sentence each."""
    seen = set()
    for entry in now:
        seen.add(entry.recipient)
        old = before.get(entry.recipient)
        if old is None:
            yield f"Recipient {entry.recipient} is in the ledger and not in the manifest."
        elif (changed := old.contradicted_by(entry)) is not None:
            yield f"Recipient {entry.recipient}: {changed}."
    for recipient in sorted(set(before) - seen):
        yield f"Recipient {recipient} is in the manifest and not in the ledger."
