"""Whether a stranger can tell by the clock if an address is on the list: `make bench-signup`.

The form is sent again and again in shuffled order with addresses of four kinds: unknown, a reader's, one that waits to be
confirmed, and one that nothing may be sent to. For each kind the times are compared with those of unknown addresses: how
often one of them is the longer one (0.5 is no difference at all), and how often chance alone would give as much (a
permutation test). A round counts only if all of them got the very same page.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from fastapi.testclient import TestClient

from newsletter.model.newsletter import Newsletter
from newsletter.model.signup import Signup
from newsletter.model.subscriber import Subscriber, Subscription
from newsletter.model.suppression import SuppressionReason
from newsletter.pipeline import Press, now
from newsletter.render.links import Links
from newsletter.store.store import Store
from newsletter.web.app import create
from newsletter.web.throttle import SignupLimits

KINDS = ("unknown", "reader", "waiting", "suppressed")
_PERMUTATIONS = 2_000
_UNLIMITED = SignupLimits(per_network="1000000/hour", per_newsletter="1000000/hour", per_address="1000000/day")


def longer(times: Sequence[float], others: Sequence[float]) -> float:
    """How often a value of ``times`` is above one of ``others`` (the area under the ROC curve; ties count half)."""
    ranked = sorted([(value, True) for value in times] + [(value, False) for value in others])
    above = behind = 0.0
    place = 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        mine = sum(1 for _, is_mine in ranked[place:end] if is_mine)
        above += mine * (behind + (end - place - mine) / 2)
        behind += end - place - mine
        place = end
    return above / (len(times) * len(others))


def chance(times: Sequence[float], others: Sequence[float], dice: random.Random) -> float:
    """How often shuffled values differ in that measure by as much as these do (two-sided)."""
    found, pool, as_much = abs(longer(times, others) - 0.5), [*times, *others], 0
    for _ in range(_PERMUTATIONS):
        dice.shuffle(pool)
        as_much += abs(longer(pool[: len(times)], pool[len(times) :]) - 0.5) >= found
    return (as_much + 1) / (_PERMUTATIONS + 1)


def measured(folder: Path, rounds: int, readers: int, dice: random.Random) -> dict[str, list[float]]:
    """Seconds for each kind. ``SystemExit`` if the pages differ."""
    with Store(f"sqlite:///{folder / 'newsletter.db'}") as store:
        store.upgrade()
        addresses = _people(store, rounds, readers)
        press = Press(
            store=store, links=Links("https://news.example.org", "s" * 40), media=folder, actor="bench",
            journals=folder, clock=now,
        )  # fmt: skip
        times: dict[str, list[float]] = {kind: [] for kind in KINDS}
        pages = set()
        with TestClient(create(press, limits=_UNLIMITED)) as web:
            for n in range(-20, rounds):  # the first ones warm up
                for kind in dice.sample(KINDS, len(KINDS)):
                    email = addresses[kind][n]
                    began = time.perf_counter()
                    answer = web.post("/weekly/subscribe", data={"email": email})
                    spent = time.perf_counter() - began
                    pages.add((answer.status_code, answer.text.replace(email, "")))
                    if n >= 0:
                        times[kind].append(spent)
        if len(pages) != 1:
            sys.exit("The pages differ, so the times do not matter.")
    return times


def _people(store: Store, rounds: int, readers: int) -> dict[str, list[str]]:
    letter = store.newsletters.save(
        Newsletter(slug="weekly", title="Weekly", sender="e@news.example.org", sender_name="E", organisation="E", postal_address="1 Quay Street")
    )  # fmt: skip
    number, moment = int(letter.id or 0), now()
    addresses = {kind: [f"{kind}{n}@example.com" for n in range(rounds + 20)] for kind in KINDS}
    known = addresses["reader"] + [f"other{n}@example.com" for n in range(readers)]
    store.subscribers.add(
        number, (Subscription(subscriber=Subscriber(email=email), newsletter="weekly") for email in known), now=moment
    )
    for email in addresses["waiting"]:
        store.signups.ask(Signup(newsletter_id=number, email=email, asked_at=moment))
    for email in addresses["suppressed"]:
        store.suppressions.add(email, SuppressionReason.COMPLAINT, actor="bench", now=moment)
    return addresses


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=400)
    options.add_argument("--readers", type=int, default=20_000)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    dice = random.Random(20261123)  # noqa: S311 - dice, not secrets
    with tempfile.TemporaryDirectory() as folder:
        times = measured(Path(folder), given.rounds, given.readers, dice)
    found = [
        {
            "kind": kind, "median_ms": round(statistics.median(times[kind]) * 1000, 3),
            "longer_than_unknown": round(longer(times[kind], times["unknown"]), 3),
            "chance": round(chance(times[kind], times["unknown"], dice), 3),
        }
        for kind in KINDS[1:]
    ]  # fmt: skip
    unknown = round(statistics.median(times["unknown"]) * 1000, 3)
    if given.json:
        print(json.dumps({"rounds": given.rounds, "readers": given.readers, "unknown_ms": unknown, "kinds": found}))
        return
    print(f"{given.rounds} rounds, {given.readers} readers; an unknown address takes {unknown} ms (median).\n")
    print("| address | median ms | longer than unknown | chance gives as much |\n| --- | --- | --- | --- |")
    for one in found:
        print(f"| {one['kind']} | {one['median_ms']} | {one['longer_than_unknown']} | {one['chance']} |")


if __name__ == "__main__":
    main()
