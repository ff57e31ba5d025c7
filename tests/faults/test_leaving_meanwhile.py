"""Readers leave by the button of their mail program, a hundred a second, while one process sends the issue and answers them."""

import asyncio
import random
import signal
import subprocess
import time
from pathlib import Path

import httpx2
import pytest

from newsletter.deliver.batch import FLUSH
from newsletter.model.delivery import DeliveryState
from newsletter.render.links import Links
from newsletter.store.store import Store
from real_sender import CONNECTIONS, approved_issue, command, newsletter, received, relay_at, secret_of, sink, site_of

READERS, LEAVERS, A_SECOND = 1200, 500, 100
ONE_CLICK = {"List-Unsubscribe": "One-Click"}

pytestmark = pytest.mark.faults


def test_nobody_is_claimed_who_has_left_in_a_storm_of_one_click_posts(tmp_path: Path, database_url: str) -> None:
    folder = approved_issue(tmp_path / "desk", READERS, "--database", database_url)
    with sink(folder) as port, Store(database_url) as store:
        relay_at(folder, port)
        with (folder / "config.toml").open("a") as config:
            config.write('rate = "100/second"\n')  # of the relay: the storm shall be over before the issue is
        newsletter(folder, "issue", "send", "1", "--by-workers")
        people = {one.subscriber.email: int(one.subscriber.id or 0) for one in store.subscribers.of(1)}
        leavers = random.Random(20261123).sample(sorted(people), LEAVERS)  # noqa: S311 - dice, not secrets
        process = subprocess.Popen(
            command(folder, "serve", "--port", "0"),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            site = site_of(process)
            _wait_for(folder, 60)
            links = Links(site, secret_of(folder))
            before = asyncio.run(_storm(folder, {email: links.unsubscribe(people[email], 1) for email in leavers}))
            at_the_end = len(received(folder))
            _wait_until_finished(store)
        finally:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=30)
        rows = {row.email: row for row in store.accounts.rows(1)}
    assert process.returncode == 0, err
    assert at_the_end < READERS - LEAVERS, "the issue was over before the storm was"
    got = received(folder)
    place = {reader: n for n, reader in enumerate(got)}
    assert len(got) == len(place), "nobody got it twice"
    behind = {reader: place[reader] - seen for reader, seen in before.items() if place.get(reader, -1) >= seen}
    spared = set(leavers) - set(place)
    print(
        f"{len(before)} left, {len(spared)} were spared, {len(behind)} had theirs on its way: at most {max(behind.values(), default=0)} mails later"
    )
    assert len(spared) > 100
    assert all(lag <= FLUSH + 3 * CONNECTIONS for lag in behind.values()), "somebody was claimed after leaving"
    assert {(rows[one].state, rows[one].reason) for one in spared} == {(DeliveryState.SUPPRESSED, "unsubscribed")}
    assert set(place) | spared == set(people)
    assert "example.com" not in out + err, "who reads us stands in no log"


async def _storm(folder: Path, links: dict[str, str]) -> dict[str, int]:
    """Press every button in its time; return how many mails had come when each was answered."""
    answered: dict[str, int] = {}
    began = time.monotonic()
    async with httpx2.AsyncClient(timeout=60) as client:

        async def press(number: int, email: str, link: str) -> None:
            await asyncio.sleep(max(began + number / A_SECOND - time.monotonic(), 0))
            answer = await client.post(link, data=ONE_CLICK)
            assert answer.status_code == 200, answer.text
            assert not answer.cookies
            answered[email] = len(received(folder))

        await asyncio.gather(*(press(number, email, link) for number, (email, link) in enumerate(links.items())))
    print(f"{len(links)} posts in {time.monotonic() - began:.1f} s")
    return answered


def _wait_for(folder: Path, count: int) -> None:
    until = time.monotonic() + 120
    while len(received(folder)) < count:
        assert time.monotonic() < until, "nothing is sent"
        time.sleep(0.02)


def _wait_until_finished(store: Store) -> None:
    until = time.monotonic() + 120
    while store.issues.get(1).state != "finished":
        assert time.monotonic() < until, "it does not end"
        time.sleep(0.1)
