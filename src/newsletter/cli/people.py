"""People on command lines and in the cells of a list: addresses made normal, spreadsheets kept harmless."""

from newsletter.errors import AddressError
from newsletter.model.subscriber import OPTIONAL_SECTIONS, Subscriber, Subscription

COLUMNS = ("email", "name", "state", "skips")
KNOWN_SKIPS = ", ".join(OPTIONAL_SECTIONS)


def person(email: str, name: str) -> Subscriber:
    """A subscriber with a normalised address (RFC 5321; IDNA 2008), or ``AddressError``."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise AddressError(f"{email.strip()!a:.80} is not an e-mail address: {error}") from None
    return Subscriber(email=found.normalized, name=one_line(name))


def one_line(name: str) -> str:
    """A name without the space around it; ``AddressError`` if it could break out of its line."""
    if not name.isprintable() and any(ord(letter) < ord(" ") or letter in "\x7f\u2028\u2029" for letter in name):
        raise AddressError("A name holds a line break or control character; take it out.")
    return name.strip()


def cells(subscription: Subscription) -> tuple[str, str, str, str]:
    """A subscription as the cells of ``COLUMNS``."""
    person = subscription.subscriber
    return person.email, person.name, str(subscription.state), "|".join(sorted(subscription.skips))


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; ``people_file`` undoes it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
