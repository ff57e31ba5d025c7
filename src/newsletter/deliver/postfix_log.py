"""What a Postfix relay says in its log became of our mails: the diary of the other party.

When the answer to a mail is lost, nobody on our side can know whether it arrived (RFC 1047). The relay knows, and has
written it down under our Message-ID.

Postfix writes a mail's life over several lines that share a queue id: ``cleanup`` names its Message-ID, ``qmgr`` tells
that it is on disk and queued, a delivery agent tells how it went for each recipient, ``qmgr`` removes it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from newsletter.deliver.reply import Reply

#: Mails that are named and not yet queued; there is one for each connection, and those that broke off are left over.
_MOST_NAMED = 10_000

#: Everything that a mail's author could have written stands behind the queue id.
_LINE = re.compile(
    r"(?P<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*) "
    r"\S+ \S+/(?P<daemon>\w+)\[\d+\]: (?P<queue_id>[0-9A-Za-z]{5,32}): (?P<said>.*)",
    re.ASCII,
)
_NAMED = re.compile(r"message-id=(<[^<>\s]+>)")
_QUEUED = re.compile(r"from=<.*>, size=\d+, nrcpt=\d+ \(queue active\)")
_EXPIRED = re.compile(r"from=<.*>, status=(?:force-)?expired, (.*)")
# The local part of an address may be a quoted string with whatever in it (RFC 5321, 4.1.2).
_PATH = r'<((?:"(?:[^"\\]|\\.)*"|[^">])*)>'
_TRIED = re.compile(
    rf"to={_PATH}, (?:orig_to={_PATH}, )?(?:[a-z_]+=[^,]*, )*?dsn=(\d\.\d{{1,3}}\.\d{{1,3}}), status=(\w+) \((.*)"
)


class LogStatus(StrEnum):
    """What a line of the log says of a mail. Each of them shows that the relay had taken it over."""

    #: The mail is queued: the relay owns it, whether or not its 250 was heard.
    ACCEPTED = "accepted"
    #: The next server, or the mailbox, has taken it.
    SENT = "sent"
    #: It could not be delivered yet; the relay tries again by itself.
    DEFERRED = "deferred"
    #: It will never be delivered, and a notification goes to the return path.
    BOUNCED = "bounced"
    #: The relay has given up on whoever it was still deferred for, and notifies the return path.
    EXPIRED = "expired"


_TRIES = {"sent": LogStatus.SENT, "bounced": LogStatus.BOUNCED, "deferred": LogStatus.DEFERRED}
# With soft_bounce = yes, which administrators use while they try out a configuration.
_TRIES["SOFTBOUNCE"] = LogStatus.DEFERRED


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One thing that the log says of one mail.

    ``message_id`` has its angle brackets. ``recipient`` is the address that the relay was given, before any alias; it is
    empty for ``accepted`` and ``expired``, which are about the mail. ``dsn`` is the enhanced status code (RFC 3463),
    empty for these too. ``text`` is at most 200 printable characters and may quote addresses. ``time`` is what stands in
    the log: in the traditional format it has no year and no zone.
    """

    message_id: str
    recipient: str
    status: LogStatus
    dsn: str
    text: str
    time: str


def handed_on(lines: Iterable[str]) -> Iterator[LogEntry]:
    """What a Postfix mail log says of the mails that were queued, in its order; the first of each is ``accepted``.

    ``lines`` come with traditional or RFC 3339 time stamps, from postlogd or any syslog, with short or long queue ids.
    Other lines, damaged ones and those of mails whose beginning is not in the log are passed over. Memory grows with
    the number of mails that are in the queue at one time.

    A name in the log is no proof: ``cleanup`` writes it when the header comes in, and a connection that is lost before
    the final dot leaves no mail behind. Mails are told of from when ``qmgr`` has them. That leaves out what the relay
    took and then put on hold or discarded by a rule of its own.
    """
    named: dict[str, str] = {}
    queued: dict[str, str] = {}
    for line in lines:
        if (parts := _LINE.match(line)) is None:
            continue
        time, daemon, queue_id, said = parts.groups()
        if daemon == "cleanup" and (name := _NAMED.match(said)):
            queued.pop(queue_id, None)  # a short id belongs to a file's number, and is used again
            _remember(named, queue_id, name[1])
        elif said.rstrip() == "removed" and daemon in ("qmgr", "postsuper"):
            queued.pop(queue_id, None)
            named.pop(queue_id, None)
        elif event := _event(daemon, said):
            if queue_id in named:
                queued[queue_id] = named.pop(queue_id)
                yield _entry(queued[queue_id], time, _Event(LogStatus.ACCEPTED))
            if queue_id in queued and event.status is not LogStatus.ACCEPTED:
                yield _entry(queued[queue_id], time, event)


@dataclass(frozen=True, slots=True)
class _Event:
    """What a single line says, of whichever mail."""

    status: LogStatus
    recipient: str = ""
    dsn: str = ""
    text: str = ""


def _event(daemon: str, said: str) -> _Event | None:
    if daemon == "qmgr" and _QUEUED.match(said):
        return _Event(LogStatus.ACCEPTED)
    if daemon == "qmgr" and (expired := _EXPIRED.match(said)):
        return _Event(LogStatus.EXPIRED, text=_shown(expired[1]))
    if (tried := _TRIED.match(said)) and (status := _TRIES.get(tried[4])):
        return _Event(status, tried[2] or tried[1], tried[3], _shown(tried[5].rstrip().removesuffix(")")))
    return None


def _entry(message_id: str, time: str, event: _Event) -> LogEntry:
    return LogEntry(
        message_id=message_id, recipient=event.recipient, status=event.status, dsn=event.dsn, text=event.text, time=time
    )


def _remember(named: dict[str, str], queue_id: str, message_id: str) -> None:
    named.pop(queue_id, None)
    named[queue_id] = message_id
    if len(named) > _MOST_NAMED:
        del named[next(iter(named))]


def _shown(text: str) -> str:
    """What a remote server said goes to terminals and screens, so it is tamed the same way as a reply to ourselves."""
    return Reply(0, (text.encode(errors="replace"),)).text
