"""People in files and on command lines: addresses made normal, CSV read and written."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from newsletter.errors import AddressError, NewsletterError
from newsletter.model.issue import SectionKind
from newsletter.model.subscriber import OPTIONAL_SECTIONS, Subscriber, Subscription, SubscriptionState

COLUMNS = ("email", "name", "state", "skips")
KNOWN_SKIPS = ", ".join(OPTIONAL_SECTIONS)


def person(email: str, name: str) -> Subscriber:
    """A subscriber with a normalised address (RFC 5321; IDNA 2008), or ``AddressError``."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise AddressError(f"{email.strip()!a:.80} is not an e-mail address: {error}") from None
    if any(ord(letter) < ord(" ") or letter in "\x7f\u2028\u2029" for letter in name):
        raise AddressError("A name holds a line break or control character; take it out.")
    return Subscriber(email=found.normalized, name=name.strip())


def read_csv(file: Path) -> Iterator[Subscription]:
    """The subscriptions of a CSV file, or an error that names the line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NewsletterError(f"There is no file {file}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise NewsletterError(f"{file} cannot be read ({type(error).__name__}); save it as CSV in UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    headings = tuple(reader.fieldnames or ())
    if "email" not in headings or (strange := set(headings) - set(COLUMNS)):
        wrong = f"does not know the column {min(strange)!r}" if "email" in headings else "needs a column named email"
        raise NewsletterError(f"{file}: the import {wrong}; the columns are {', '.join(COLUMNS)}.")
    for row in reader:
        try:
            yield _from_row(row)
        except (NewsletterError, ValueError) as error:
            raise NewsletterError(f"{file}, line {reader.line_num}: {error} Nobody was imported.") from None


def _from_row(row: dict[str, str]) -> Subscription:
    state = (row.get("state") or SubscriptionState.ACTIVE).strip()
    skips = [word for word in (row.get("skips") or "").replace("+", "|").split("|") if word]
    if state not in set(SubscriptionState):
        raise NewsletterError(f"{state!r} is no state; use {', '.join(SubscriptionState)}.")
    if strange := set(skips) - set(OPTIONAL_SECTIONS):
        raise NewsletterError(f"{min(strange)!r} cannot be skipped; use {KNOWN_SKIPS}.")
    subscriber = person(_plain(row.get("email") or ""), _plain(row.get("name") or ""))
    return Subscription(
        subscriber=subscriber,
        newsletter="",
        state=SubscriptionState(state),
        skips=frozenset(SectionKind(word) for word in skips),
    )


def cells(subscription: Subscription) -> tuple[str, str, str, str]:
    """A subscription as the cells of ``COLUMNS``."""
    person = subscription.subscriber
    return person.email, person.name, str(subscription.state), "|".join(sorted(subscription.skips))


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; ``_plain`` undoes it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell
