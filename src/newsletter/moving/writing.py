"""Lists in the form that other products read, each with what it cannot say."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.moving.cells import harmless

_OURS = "frequency, topics, hour, time zone, evidence of consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One product's import. ``loses`` is what it has no place for; ``who`` are those that its file is about."""

    heading: Sequence[str]
    row: Callable[[Subscription], Sequence[str]]
    loses: str
    who: frozenset[SubscriptionState] = frozenset({SubscriptionState.ACTIVE, SubscriptionState.PAUSED})


def _names(found: Subscription) -> tuple[str, str]:
    first, _, last = found.subscriber.name.partition(" ")
    return first, last


def _attributes(found: Subscription) -> str:
    return json.dumps(dict(found.subscriber.attributes), ensure_ascii=False)


def _tags(found: Subscription) -> str:
    return found.subscriber.attributes.get("tags", "")


_GONE = frozenset({SubscriptionState.UNSUBSCRIBED})
TARGETS: Mapping[str, Target] = {
    "listmonk": Target(
        heading=("email", "name", "attributes"), row=lambda one: (one.subscriber.email, one.subscriber.name, _attributes(one)),
        loses=f"pauses, {_OURS}",
    ),
    "ghost": Target(
        heading=("email", "name", "note", "subscribed_to_emails", "created_at", "labels"),
        row=lambda one: (
            one.subscriber.email, one.subscriber.name, one.subscriber.attributes.get("note", ""),
            str(one.state is not SubscriptionState.UNSUBSCRIBED).lower(), one.since.isoformat() if one.since else "", _tags(one),
        ),
        loses=f"pauses, {_OURS}, attributes other than tags and note", who=frozenset(SubscriptionState) - {SubscriptionState.UNCONFIRMED},
    ),
    "mailchimp": Target(
        heading=("Email Address", "First Name", "Last Name", "TAGS"),
        row=lambda one: (one.subscriber.email, *_names(one), _tags(one)), loses=f"pauses, {_OURS}",
    ),
    "mailchimp-unsubscribed": Target(
        heading=("Email Address", "First Name", "Last Name", "UNSUB_TIME", "UNSUB_REASON"),
        row=lambda one: (one.subscriber.email, *_names(one), one.left_at.isoformat() if one.left_at else "", one.left_reason),
        loses=_OURS, who=_GONE,
    ),
    "mailman": Target(heading=(), row=lambda one: (one.subscriber.email,), loses=f"names, pauses, attributes, {_OURS}"),
}  # fmt: skip


def write_for(target: Target, out: TextIO, people: Iterable[Subscription]) -> int:
    """Write those people whom the file is about; return how many."""
    writer = csv.writer(out)
    if target.heading:
        writer.writerow(target.heading)
    count = 0
    for one in people:
        if one.state in target.who and not one.subscriber.suppressed:
            writer.writerow([harmless(cell) for cell in target.row(one)])
            count += 1
    return count
