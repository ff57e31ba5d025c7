"""Rows D5 to D8: how fast mail leaves, when it stops, and what is done about complaints."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from importlib.util import find_spec

from bench.scorecard.receiver import Book, receiver
from bench.scorecard.row import Point, Row, check, left_open
from bench.scorecard.trial import Trial, next_issue, trial
from bench.scorecard.world import World
from newsletter.deliver.pace.limits import Limits, Rate
from newsletter.model.delivery import DeliveryState
from newsletter.model.issue import IssueState
from newsletter.model.manners import Manners
from newsletter.model.status import Status

#: Mails a minute to one provider, in the trial.
_LIMIT = 6
_SLOW, _FREE = "slow.example", "free.example"
_NEW_TODAY = 50
_STRIKES = 5


def paced(_: World) -> Iterator[Point]:
    """D5."""
    readers = [f"r{number}@{domain}" for domain in (_SLOW, _FREE) for number in range(1, 21)]
    limits = Limits(groups={_SLOW: Rate.parse(f"{_LIMIT}/minute")})
    with receiver() as book, trial(readers, limits=limits) as one:
        by_minute, at_first = _by_minute(one, book)
    most = max(by_minute[_SLOW])
    # Who begins may have one in hand; over any longer time the rate is kept.
    yield check(most <= _LIMIT + 1 and sum(by_minute[_SLOW]) == len(readers) // 2, f"at {_LIMIT} a minute for one provider never more than {most} in a minute, all in {len(by_minute[_SLOW])} minutes",
                f"where {_LIMIT} a minute are allowed {most} went in one minute, {sum(by_minute[_SLOW])} in all")  # fmt: skip
    yield check(
        at_first == len(readers) // 2,
        "others are not held up",
        f"of {len(readers) // 2} to another provider {at_first} went at once",
    )
    yield from _warmed_up()
    yield from _slowed_down()


def _by_minute(one: Trial, book: Book) -> tuple[dict[str, list[int]], int]:
    """How many mails each provider got minute by minute, and how many the second one got at once."""
    found: dict[str, list[int]] = {_SLOW: [], _FREE: []}
    at_first, seen = -1, 0
    for _minute in range(10):
        for _turn in range(6):
            one.send(book.port)
            if at_first < 0:
                at_first = sum(mail.recipients[0].endswith(_FREE) for mail in book.arrived)
            one.clock.forward(seconds=10)
        new = Counter(mail.recipients[0].rpartition("@")[2] for mail in book.arrived[seen:])
        seen = len(book.arrived)
        for domain, counts in found.items():
            counts.append(new[domain])
        if not one.row_count(DeliveryState.DEFERRED):
            break
    return found, at_first


def _warmed_up() -> Iterator[Point]:
    readers = [f"r{number}@example.com" for number in range(1, 71)]
    with receiver() as book, trial(readers) as one:
        fresh = replace(one, press=replace(one.press, warm_up_since=one.clock.now.date()))
        fresh.send(book.port, stopping=lambda: one.press.store.issues.get(1).send_at > one.clock.now)  # type: ignore[operator]  # set when it was frozen
        first_day = len(book.arrived)
        one.clock.forward(days=1)
        fresh.send(book.port)
    yield check(first_day == _NEW_TODAY and len(book.arrived) == len(readers), f"a new domain sends {first_day} on its first day, the rest on the next",
                f"a new domain sent {first_day} on its first day, {len(book.arrived)} of {len(readers)} by the second")  # fmt: skip


def _slowed_down() -> Iterator[Point]:
    """A provider that finds us too fast gets less from then on."""
    readers = [f"r{number}@slow.example" for number in range(1, 31)]
    hasty = {reader: ["450 4.7.28 Too much mail from your address, slow down", ""] for reader in readers[5:10]}
    with receiver(at_rcpt=hasty) as book, trial(readers) as one:
        one.send(book.port)
        known = one.press.store.rates.load(f"group:{_SLOW}") or {}
        waiting = one.row_count(DeliveryState.DEFERRED)
    yield check(
        known and waiting, "after 4.7.28 a provider gets less", f"after 4.7.28 nothing is learnt, {waiting} wait"
    )


def thresholds(_: World) -> Iterator[Point]:
    """D6."""
    readers = [f"r{number}@p{number}.example" for number in range(1, 201)]
    bad = {reader: [f"550 5.1.1 No such user {number}"] for number, reader in enumerate(readers) if number % 5 == 0}
    with receiver(at_rcpt=bad) as book, trial(readers, letter={"manners": Manners(canary=10)}) as one:
        one.send(book.port)
        state, asked = one.press.store.issues.get(1).state, len(book.asked)
    yield check(state is IssueState.PAUSED and asked < len(readers) // 2, f"a fifth refused: the issue halts after {asked} of {len(readers)}",
                f"with a fifth refused the issue is {state} after {asked} of {len(readers)} readers")  # fmt: skip
    gone, full, well = "gone@a.example", "full@b.example", "well@c.example"
    refused = {gone: ["550 5.1.1 No such user"], full: ["552 5.2.2 Mailbox full"]}
    with receiver(at_rcpt=refused) as book, trial([gone, full, well]) as one:
        for week in range(_STRIKES + 2):
            (next_issue(one, week) if week else one).send(book.port)
    times = Counter(reader for reader, _ in book.asked)
    yield check(
        times[gone] == 1,
        "an address that does not exist is mailed once",
        f"an address that does not exist (5.1.1) is mailed {times[gone]} times in {times[well]} issues",
    )
    yield check(
        times[full] == _STRIKES,
        f"a full mailbox is given up after {_STRIKES} issues",
        f"a full mailbox is mailed {times[full]} times in {times[well]} issues",
    )


def complaints(_: World) -> Iterator[Point]:
    """D7."""
    if find_spec("newsletter.outcome"):
        yield left_open("there is something that reads what comes back, and this row does not know it yet")
    else:
        yield check(
            0, "", "nothing reads complaints (RFC 5965): there is no mailbox to poll, no parser and no provider's hook"
        )


def spam_rate(_: World) -> Iterator[Point]:
    """D8."""
    told = [one.name for one in fields(Status)]
    if any("complain" in name for name in told):
        yield left_open("the status of an issue counts complaints, and this row does not know it yet")
    else:
        yield check(
            0,
            "",
            f"the status of an issue tells {', '.join(told)}: complaints are neither counted nor set against what was sent",
        )


ROWS = (
    Row(number="D5", requirement="Each provider gets mail no faster than it bears; a new domain begins slowly",
        source="Gmail 4.7.28", tool="aiosmtpd counting by the minute, a clock put forward by hand", judge=paced),
    Row(number="D6", requirement="Bad addresses are dropped at once, full mailboxes after five issues; an issue that goes wrong halts",
        source="thresholds of large senders", tool="aiosmtpd that refuses, seven issues", judge=thresholds),
    Row(number="D7", requirement="A complaint ends the subscription, whoever's address was blacked out in it",
        source="RFC 5965, 6650", tool="none yet", judge=complaints),
    Row(number="D8", requirement="The share of complaints is told for each issue and provider (below 0.1 per cent)",
        source="Gmail, Yahoo", tool="none yet", judge=spam_rate),
)  # fmt: skip
