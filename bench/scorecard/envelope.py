"""Rows D1 to D4: the return path, delivery reports, refusals and the second try."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bench.scorecard.reading import Reading
from bench.scorecard.receiver import Arrived, receiver
from bench.scorecard.replies import TOLD
from bench.scorecard.row import Point, Row, check, left_open, remark
from bench.scorecard.trial import Trial, trial
from bench.scorecard.world import BOUNCES, World
from newsletter.model.delivery import DeliveryState
from postfix_relay import postfix

#: RFC 5321, 4.5.3.1.1.
_LONGEST_LOCAL = 64
_VERP = re.compile(r"b\+\d+-\d+-[0-9a-f]{16}")
_RETURNED = {"full@example.com": "5.2.2 Mailbox full", "gone@example.com": "5.1.1 No such user"}
#: RFC 5321, 4.5.4.1: four or five days at the longest; ever more rarely, so some tries and not dozens.
_LONGEST, _TRIES = timedelta(days=5), range(5, 40)
#: RFC 6647, 2.2: a greylist wants some minutes; the ladder of waits grows from there.
_FIRST_WAIT = timedelta(minutes=5)


def return_path(world: World) -> Iterator[Point]:
    """D1."""
    senders = {mail.sender for mail in world.mails}
    odd = [sender for sender in senders if not _VERP.fullmatch(sender.rpartition("@")[0]) or len(sender.rpartition("@")[0]) > _LONGEST_LOCAL
           or not sender.endswith(f"@{BOUNCES}")]  # fmt: skip
    yield check(len(senders) == len(world.mails) and not odd, f"a return path for each reader, as {min(senders)}",
                f"{len(world.mails)} mails have {len(senders)} return paths, {len(odd)} of them odd")  # fmt: skip
    if (reports := _reports(world)) is None:
        yield left_open("Postfix is not installed, or may not be started by this user")
        return
    by_reader, sent = reports
    right = [reader for reader, report in by_reader.items() if report["Delivered-To"] == sent[reader].sender]
    yield check(len(right) == len(_RETURNED) == len(by_reader), f"Postfix: {len(right)} of {len(by_reader)} reports come to the path of their reader",
                f"of {len(by_reader)} reports of Postfix {len(right)} come to the path of their reader")  # fmt: skip
    yield remark("nothing reads yet what comes back, so no forged one can act")


def reports_asked_for(world: World) -> Iterator[Point]:
    """D2."""
    wrong = [fault for mail in world.mails for fault in _wrongly_asked(mail)]
    yield check(
        not wrong,
        f"RET=HDRS ENVID=..., NOTIFY=FAILURE,DELAY ORCPT=... in {len(world.mails)} envelopes",
        wrong[0] if wrong else "",
    )
    with receiver(dsn=False) as book, trial(["reader@example.com"]) as one:
        one.send(book.port)
    said = f"{book.arrived[0].mail_said} {book.arrived[0].rcpt_said}"
    yield check(
        "ENVID" not in said and "NOTIFY" not in said,
        "not where DSN is not offered",
        f"where DSN is not offered it says {said}",
    )
    if (reports := _reports(world)) is None:
        yield left_open("Postfix is not installed, or may not be started by this user")
        return
    by_reader, sent = reports
    named = [reader for reader, report in by_reader.items() if _names(report, reader, sent[reader])]
    yield check(len(named) == len(_RETURNED), "Postfix's reports carry Original-Envelope-Id and Original-Recipient",
                f"{len(named)} of {len(by_reader)} reports of Postfix carry our envelope id and recipient")  # fmt: skip


def _wrongly_asked(mail: Arrived) -> Iterator[str]:
    identity = Reading(mail).one("message-id").strip("<>")
    kind = "rfc822" if mail.recipients[0].isascii() else "utf-8"
    recipient = mail.recipients[0].replace("+", "+2B").replace("=", "+3D")
    if f"RET=HDRS ENVID={identity}" not in mail.mail_said:
        yield f"MAIL says {mail.mail_said.partition('>')[2] or 'nothing'}"
    if f"NOTIFY=FAILURE,DELAY ORCPT={kind};{recipient}" not in mail.rcpt_said:
        yield f"RCPT says {mail.rcpt_said.partition('>')[2] or 'nothing'}"


def _names(report: EmailMessage, reader: str, sent: Arrived) -> bool:
    status = next(part for part in report.walk() if part.get_content_type() == "message/delivery-status")
    about, recipient = (group for group in status.walk() if group is not status)
    identity = Reading(sent).one("message-id").strip("<>")
    return (about["Original-Envelope-Id"], recipient["Original-Recipient"]) == (identity, f"rfc822;{reader}")


def _reports(world: World) -> tuple[dict[str, EmailMessage], dict[str, Arrived]] | None:
    """What Postfix sent back, by reader, and what they had been sent; ``None`` where there is no Postfix."""
    if "reports" not in world.opened:
        try:
            world.opened["reports"] = _returned_by_postfix()
        except pytest.skip.Exception:
            world.opened["reports"] = None
    found: tuple[dict[str, EmailMessage], dict[str, Arrived]] | None = world.opened["reports"]
    return found


def _returned_by_postfix() -> tuple[dict[str, EmailMessage], dict[str, Arrived]]:
    readers, letter = list(_RETURNED), {"sender": "editor@example.org"}
    with TemporaryDirectory() as made, postfix(Path(made), returned=_RETURNED) as relay:
        with trial(readers, letter=letter, bounces="bounces.example.org") as one, receiver() as book:
            one.send(relay.port)
            relay.wait_until_empty()
        returned = [report for reports in relay.returned().values() for report in reports]
        # The same issue to a server that keeps it shows what Postfix was given.
        with trial(readers, letter=letter, bounces="bounces.example.org") as again, receiver() as book:
            again.send(book.port)
    by_reader = {reader: report for reader in readers for report in returned if reader in report.as_string()}
    return by_reader, {reader: book.of(reader) for reader in readers}


def refusals(_: World) -> Iterator[Point]:
    """D3."""
    readers = {f"reader@provider{number}.example": told for number, told in enumerate(TOLD, 1)}
    early = {reader: [told.reply] for reader, told in readers.items() if not told.after_the_message}
    late = {reader: [told.reply] for reader, told in readers.items() if told.after_the_message}
    with receiver(at_rcpt=early, at_dot=late) as book, trial([*readers, "well@example.com"]) as one:
        one.send(book.port)
        rows = {row.email: row for row in one.press.store.accounts.rows(1)}
        wrong = [f"{told.reply!r} is {rows[reader].state}, {rows[reader].reason}" for reader, told in readers.items()
                 if (rows[reader].state, rows[reader].reason)
                 != (DeliveryState.BOUNCED if told.final else DeliveryState.DEFERRED, told.kind)]  # fmt: skip
        yield check(not wrong, f"{len(TOLD)} of {len(TOLD)} replies put their row into the right state, with the right kind",
                    f"{len(wrong)} of {len(TOLD)} replies are taken otherwise: {'; '.join(wrong[:2])}")  # fmt: skip
        states = _followed(one, book.port)
    asked = [reader for reader, _ in book.asked]
    final = [reader for reader, told in readers.items() if told.final]
    again = [reader for reader in final if asked.count(reader) > 1]
    others = {states[reader] for reader, told in readers.items() if not told.final}
    most = max(map(asked.count, readers))
    yield check(not again and others == {DeliveryState.EXPIRED} and most in _TRIES,
                f"4xx tried {most} times in {one.newsletter.manners.give_up_hours} hours and then given up; 5xx never again",
                f"{len(again)} refused for good were asked again; the others were tried {most} times and are {sorted(others)}")  # fmt: skip


def _followed(one: Trial, port: int) -> dict[str, DeliveryState]:
    """Go on until everybody should have been given up; the states then."""
    until = one.clock.now + min(one.newsletter.manners.max_age, _LONGEST) + timedelta(hours=6)
    while one.clock.now < until:
        one.clock.forward(hours=1)
        one.send(port)
    return one.states()


def greylisted(_: World) -> Iterator[Point]:
    """D4."""
    reader = "reader@example.com"
    refused = {reader: ["451 4.7.1 Greylisted, please try again later", ""]}
    with receiver(at_rcpt=refused) as book, trial([reader], bounces="bounces.example.org") as one:
        one.send(book.port)
        first = one.row(reader)
        one.clock.now += _FIRST_WAIT - timedelta(seconds=1)
        one.send(book.port)
        early = len(book.asked)
        one.clock.forward(minutes=5)
        one.send(book.port)
        state = one.row(reader).state
    wait = (first.due_at - first.settled_at) if first.due_at and first.settled_at else timedelta()
    yield check(early == 1 and wait >= _FIRST_WAIT, f"first retry after {wait.total_seconds() / 60:.1f} minutes",
                f"a greylist was asked {early} times within five minutes")  # fmt: skip
    yield check(state is DeliveryState.SENT and len(book.asked) == 2 and len(set(book.asked)) == 1,  # noqa: PLR2004 - tries
                "delivered at the second try with the same envelope", f"then {state}; the envelopes were {book.asked}")  # fmt: skip


ROWS = (
    Row(number="D1", requirement="A return path for each reader that tells whose mail came back and cannot be made up",
        source="RFC 5321, 4.4 (VERP)", tool="aiosmtpd; reports of Postfix", judge=return_path),
    Row(number="D2", requirement="Delivery reports are asked for with our own identity, where they can be had",
        source="RFC 3461, 4", tool="aiosmtpd with and without DSN; reports of Postfix", judge=reports_asked_for),
    Row(number="D3", requirement="4xx is tried again ever more rarely, 5xx never; whose fault it is, is kept",
        source="RFC 5321, 4.5.4.1; RFC 3463", tool=f"aiosmtpd with {len(TOLD)} replies, a clock put forward by hand", judge=refusals),
    Row(number="D4", requirement="A greylist is asked again after five minutes or more, with the same envelope",
        source="RFC 6647", tool="aiosmtpd that refuses once", judge=greylisted),
)  # fmt: skip
