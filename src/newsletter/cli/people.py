"""People on command lines and in the cells of a list: addresses made normal, spreadsheets kept harmless."""

from newsletter.addresses import normalised, one_line
from newsletter.model.subscriber import OPTIONAL_SECTIONS, Subscriber, Subscription

COLUMNS = ("email", "name", "state", "skips")
KNOWN_SKIPS = ", ".join(OPTIONAL_SECTIONS)


def person(email: str, name: str) -> Subscriber:
    """A subscriber with a normalised address, or ``AddressError``; see `newsletter.addresses`."""
    return Subscriber(email=normalised(email), name=one_line(name))


def cells(subscription: Subscription) -> tuple[str, str, str, str]:
    """A subscription as the cells of ``COLUMNS``."""
    person = subscription.subscriber
    return person.email, person.name, str(subscription.state), "|".join(sorted(subscription.skips))
