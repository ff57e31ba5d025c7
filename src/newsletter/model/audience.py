"""Who gets which items of an issue: pure rules over what readers chose.

An item's frequency for a reader is the most frequent that they chose among those of the newsletter's topics that its article
has; a topic without a choice, and an item without a topic, count as the subscription itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from newsletter.model.cadence import Every
from newsletter.model.issue import REVIEWS, Edition
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import Frequency

#: The most frequent first.
_ORDER = tuple(Frequency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a reader chose. ``left`` says that they gave up the frequency of this review in its period, or since."""

    frequency: Frequency = Frequency.EVERY
    topics: Mapping[str, Frequency] = field(default_factory=dict)
    left: bool = False


def goes_to(newsletter: Newsletter, edition: Edition) -> frozenset[Frequency]:
    """For which frequencies an edition is made."""
    if edition in REVIEWS:
        return frozenset({Frequency(edition.value)})
    if edition is Edition.BREAKING:
        return frozenset({Frequency.EVERY, Frequency.BREAKING})
    seldom = {Frequency.WEEKLY} if newsletter.appears_at_most(Every.WEEK) else set()
    if newsletter.appears_at_most(Every.MONTH):
        seldom.add(Frequency.MONTHLY)
    return frozenset({Frequency.EVERY, *seldom})


def wanted(
    newsletter: Newsletter, edition: Edition, items: Mapping[str, Collection[str]], wishes: Wishes
) -> frozenset[str] | None:
    """The keys of the items that such a reader wants of an issue; ``None`` if the issue is not for them at all.

    ``items`` are its items by their keys, each with the topics of its article.
    """
    takes = goes_to(newsletter, edition)
    if wishes.left:
        # They are owed what they have not had, as far as it does not come in another review anyway.
        takes |= set(_ORDER[: _ORDER.index(Frequency(edition.value))])
    chosen = {topic.casefold(): often for topic, often in wishes.topics.items()}
    offered = {topic.casefold() for topic in newsletter.topics}
    keys = frozenset(
        key for key, topics in items.items() if _frequency(topics, offered, chosen, wishes.frequency) in takes
    )
    return keys if keys or wishes.left or wishes.frequency in takes else None


def _frequency(
    topics: Collection[str], offered: Collection[str], chosen: Mapping[str, Frequency], usual: Frequency
) -> Frequency:
    mine = [chosen.get(name, usual) for topic in topics if (name := topic.casefold()) in offered]
    return min(mine, key=_ORDER.index, default=usual)
