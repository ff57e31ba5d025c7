"""The ``[terms]`` table of a newsletter's file: how people join, stay and are forgotten."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from newsletter.errors import NewsletterError
from newsletter.model.terms import Admission, Terms

_KEYS = tuple(field.name for field in fields(Terms))
#: The largest value of each number, and what it counts.
_MOST = {"proof_of_work": (24, "bits"), "forget_months": (120, "months"), "ask_again_months": (120, "months")}
_KINDS = ("role_accounts", "disposable")
_LONGEST_WORDING = 500


def terms_of(values: object) -> Terms:
    """The terms of such a table, or an error that names the key."""
    if not isinstance(values, Mapping):
        raise NewsletterError("terms is a table; write [terms] above it.")
    if strange := set(values) - set(_KEYS):
        raise NewsletterError(f"Terms have no key {min(strange)!r}; they have {', '.join(_KEYS)}.")
    for key, (most, unit) in _MOST.items():
        number = values.get(key, 0)
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
            raise NewsletterError(f"{key} is a whole number of {unit} from 0 to {most}.")
    if not all(isinstance(values.get(key, True), bool) for key in ("open", "double_opt_in")):
        raise NewsletterError("open and double_opt_in are true or false.")
    wording = values.get("wording", "")
    if not isinstance(wording, str) or len(wording) > _LONGEST_WORDING or any(ord(c) < ord(" ") for c in wording):
        raise NewsletterError(f"wording is one line of text, of {_LONGEST_WORDING} characters at most.")
    try:
        kinds = {key: Admission(str(values.get(key, Admission.ACCEPT))) for key in _KINDS}
    except ValueError:
        raise NewsletterError(f"{' and '.join(_KINDS)} are each one of {', '.join(Admission)}.") from None
    return Terms(**{**values, **kinds})


def terms_values(terms: Terms) -> dict[str, Any]:
    """What such a table has to say: nothing that goes without saying."""
    usual = Terms()
    return {key: getattr(terms, key) for key in _KEYS if getattr(terms, key) != getattr(usual, key)}
