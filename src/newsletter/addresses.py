"""Addresses and names as people type them, made normal; and which of them a newsletter takes."""

from newsletter.errors import AddressError
from newsletter.model.terms import Admission, Terms, is_role_account


def normalised(email: str) -> str:
    """An e-mail address in its one form (RFC 5321; IDNA 2008; Unicode NFC), or ``AddressError``.

    The local part stays as it is: dots, plus tags and letter case are its owner's. Quoted local parts, address literals,
    domains that nobody has mail at (RFC 6761) and anything longer than SMTP allows are refused. No name server is asked.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - 0.1 s to import, and most addresses need no second look

    try:
        return validate_email(email.strip(), check_deliverability=False, test_environment=True, strict=True).normalized
    except EmailNotValidError as error:
        raise AddressError(f"{email.strip()!a:.80} is not an e-mail address: {error}") from None


def one_line(name: str) -> str:
    """A name without the space around it; ``AddressError`` if it could break out of its line."""
    if not name.isprintable() and any(ord(letter) < ord(" ") or letter in "\x7f\u2028\u2029" for letter in name):
        raise AddressError("A name holds a line break or control character; take it out.")
    return name.strip()


def is_disposable(email: str) -> bool:
    """Whether an address is of a service, or below the domain of one, that gives them away for an hour."""
    from disposable_email_domains import blocklist  # noqa: PLC0415 - 5,000 names, wanted only where a newsletter asks

    labels = email.rpartition("@")[2].casefold().split(".")
    return any(".".join(labels[place:]) in blocklist for place in range(len(labels) - 1))


def refuses(terms: Terms, email: str) -> str:
    """Why a newsletter of such terms takes no such address, in words; empty if it does."""
    if terms.role_accounts is Admission.REFUSE and is_role_account(email):
        return "it belongs to an office, and this newsletter goes to people alone"
    if terms.disposable is Admission.REFUSE and is_disposable(email):
        return "it is thrown away after an hour"
    return ""
