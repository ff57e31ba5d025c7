"""A sender with one connection that dies at each step of its work: what exactly is lost, repeated, and owned up to."""

import json
import signal
from collections import Counter
from pathlib import Path
from shutil import copytree

import pytest

from real_sender import approved_issue, newsletter, received, relay_at, sink
from staged import POINTS, Stage, Staged

READERS = 60
#: Points at which one mail is neither surely sent nor surely not; and those of them at which the relay has it for certain.
IN_DOUBT = {"dot marked", "dot written", "dot answered"}
ARRIVED = {"dot answered"}
NEVER_LEFT = {"dot marked"}
#: While outcomes are written down the next mail may be on its way.
MEANWHILE = {"settling", "settled"}
#: The point at which only a successor comes by.
SUCCESSION = "judged"
#: Points that come by once for a list or a batch, not for a mail.
ONCE, A_BATCH = (
    {"freezing", "frozen"},
    {"taken", "judged", "claiming", "claimed", "giving back", "given back", *MEANWHILE},
)

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return approved_issue(tmp_path_factory.mktemp("points") / "desk", READERS)


@pytest.mark.parametrize("point", [point for point in POINTS if point != SUCCESSION])
def test_a_sender_may_die_at_any_step(approved: Path, tmp_path: Path, point: str) -> None:
    folder = copytree(approved, tmp_path / "desk")
    time = 1 if point in ONCE else 2 if point in A_BATCH else 23
    with sink(folder) as port:
        relay_at(folder, port, connections=1)
        with Staged(folder, stage=Stage(batch=40, point=point, time=time)) as sender:
            assert sender.wait() == -signal.SIGKILL, sender.said
        with Staged(folder) as sender:
            assert sender.wait() == 0, sender.said
    copies = Counter(received(folder))
    status = json.loads(newsletter(folder, "issue", "status", "1", "--rows", "--json").stdout)
    assert set(copies) == {f"reader{n}@example.com" for n in range(READERS)}
    assert (status["state"], status["sent"], status["total"]) == ("finished", READERS, READERS)
    twice = [reader for reader, count in copies.items() if count > 1]
    doubtful = [row["email"] for row in status["rows"] if row["maybe_sent"]]
    assert len(doubtful) <= 1
    assert point in MEANWHILE or len(doubtful) == (point in IN_DOUBT)
    assert set(twice) <= set(doubtful)
    if point in ARRIVED:
        assert twice == doubtful
    if point in NEVER_LEFT:
        assert twice == []
    assert copies.total() == READERS + len(twice)


def test_so_may_its_successor_while_it_judges_what_was_left(approved: Path, tmp_path: Path) -> None:
    folder = copytree(approved, tmp_path / "desk")
    with sink(folder) as port:
        relay_at(folder, port, connections=1)
        for stage in (Stage(point="dot answered", time=23), Stage(point=SUCCESSION)):
            with Staged(folder, stage=stage) as sender:
                assert sender.wait() == -signal.SIGKILL, sender.said
        with Staged(folder) as sender:
            assert sender.wait() == 0, sender.said
    copies = Counter(received(folder))
    status = json.loads(newsletter(folder, "issue", "status", "1", "--rows", "--json").stdout)
    assert set(copies) == {f"reader{n}@example.com" for n in range(READERS)}
    assert [row["email"] for row in status["rows"] if row["maybe_sent"]] == [
        reader for reader, count in copies.items() if count > 1
    ]
    assert copies.total() == READERS + 1
