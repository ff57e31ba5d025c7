"""Single runs, each to a fresh server, and the rounds that are made of them."""

import random
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.delivery import folder, gate
from bench.delivery.contenders import LIMIT, OURS, START_UP, Contender, limit, ours
from bench.delivery.cost import Cost, FailedError, metered
from bench.delivery.sinks import SINKS, gate_sink

#: The least share of a run's cost that sending must have, or start-up hides it.
_LEAST = 0.05
#: smtp-source must send the size that we send but for this share.
_SAME_SIZE = 0.01
_SAMPLE = 1000


def passed(prepared: Path, room: Path, readers: int, keys: Mapping[str, str]) -> list[str]:
    """Send an issue to so many readers through a real server; what is wrong with what arrived, in sentences."""
    full = folder.peopled(prepared, room / "gate", readers)
    arrived, sent = room / "gate-arrived", room / "gate-sent"
    arrived.mkdir()
    people = [folder.reader(number) for number in range(1, readers + 1)]
    with gate_sink(arrived) as sink:
        job = folder.sending(full, sent, sink.port)
        metered(job, contender=OURS, sink="the gate", number=0, messages=readers)
    letters, wires = gate.kept(arrived)
    found = gate.complaints(folder.shown(prepared), people, letters, wires, base=folder.BASE, keys=keys)
    if (told := folder.ledger(sent).get("sent")) != readers:
        found.append(f"The ledger says that {told} of {readers} have it.")
    for used in (full, arrived, sent):
        shutil.rmtree(used)
    return found


def once(contender: Contender, sink: str, number: int, room: Path) -> Cost:
    """Run a contender against a fresh server; ``FailedError`` if the server did not take what it should have."""
    with TemporaryDirectory(dir=room) as made:
        took, works = Path(made) / "sink", Path(made) / "work"
        took.mkdir()
        works.mkdir()
        with SINKS[sink](took) as opened:
            job = contender.job(works, opened.port)
            cost = metered(job, contender=contender.name, sink=sink, number=number, messages=contender.messages)
    wanted = contender.messages
    if opened.accepted != wanted:
        raise FailedError(f"{contender.name}: {sink} accepted {opened.accepted} mails in place of {wanted}.")
    people = {folder.reader(n) for n in range(1, wanted + 1)} if contender.distinct else None
    if people and opened.recipients is not None and set(opened.recipients) != people:
        raise FailedError(f"{contender.name}: {sink} got mails for {len(set(opened.recipients))} of {wanted} readers.")
    return replace(cost, size=opened.octets / wanted if opened.octets is not None else None)


def rounds(contenders: Sequence[Contender], sinks: Sequence[str], count: int, seed: int, room: Path) -> list[Cost]:
    """Everybody once a round to each server, in an order that ``seed`` shuffles."""
    dice = random.Random(seed)  # noqa: S311 - an order that can be made again, not a secret
    pairs = [(contender, sink) for contender in contenders for sink in sinks]
    costs = []
    for number in range(1, count + 1):
        for contender, sink in dice.sample(pairs, len(pairs)):
            print(f"round {number}: {contender.messages} by {contender.name} to {sink}", file=sys.stderr)
            costs.append(once(contender, sink, number, room))
    _same_size(costs)
    return [cost for cost in without_start_up(costs) if cost.contender != START_UP]


def without_start_up(costs: Sequence[Cost]) -> list[Cost]:
    """The costs with ours less what the same command costs for one reader: its sending alone."""
    return [_less(cost, costs) if cost.contender == OURS else cost for cost in costs]


def _less(cost: Cost, costs: Iterable[Cost]) -> Cost:
    # To start takes the same whatever the server, so the runs to both tell it.
    alone = [one for one in costs if one.contender == START_UP]
    loop_cpu = cost.cpu - median(one.cpu for one in alone)
    loop_seconds = cost.seconds - median(one.seconds for one in alone)
    return replace(
        cost,
        loop_cpu=loop_cpu if loop_cpu > _LEAST * cost.cpu else None,
        loop_seconds=loop_seconds if loop_seconds > _LEAST * cost.seconds else None,
    )


def _same_size(costs: Iterable[Cost]) -> None:
    sizes = {cost.contender: cost.size for cost in costs if cost.size}
    mine, theirs = sizes.get(OURS), sizes.get(LIMIT)
    if mine and theirs and abs(theirs / mine - 1) > _SAME_SIZE:
        raise FailedError(f"{LIMIT} sent {theirs:.0f} octets a mail and we {mine:.0f}: they are not to be compared.")


def length_for(prepared: Path, room: Path) -> int:
    """The length to ask smtp-source for, so that its mail is on the wire as large as ours. ``prepared`` has one reader."""
    mine = once(ours(prepared, 1), "fast sink", 0, room).size or 0
    # Its length is that of the body; the headers come on top.
    theirs = once(limit(1, _SAMPLE), "fast sink", 0, room).size or 0
    return round(mine - (theirs - _SAMPLE))


def growth(sizes: Sequence[int], count: int, seed: int, prepared: Path, room: Path) -> list[Cost]:
    """What sending to so many readers costs, for each of ``sizes``, to the fast sink, in shuffled rounds."""
    dice = random.Random(seed)  # noqa: S311 - the same
    made = [ours(folder.peopled(prepared, room / f"growth-{size}", size), size) for size in sizes]
    made.append(ours(folder.peopled(prepared, room / "growth-1", 1), 1, START_UP))
    costs = []
    for number in range(1, count + 1):
        for contender in dice.sample(made, len(made)):
            print(f"growth, round {number}: {contender.messages} readers", file=sys.stderr)
            costs.append(once(contender, "fast sink", number, room))
    return [cost for cost in without_start_up(costs) if cost.contender == OURS]
