"""On which terms people join a newsletter, stay on it, and are forgotten."""

from dataclasses import dataclass
from enum import StrEnum


class Admission(StrEnum):
    """What becomes of a kind of addresses that are seldom a person's own for long."""

    ACCEPT = "accept"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of a newsletter.

    ``open`` says whether strangers can sign up at all, ``double_opt_in`` whether they have to confirm it from their
    mailbox. ``wording`` is the sentence beside the button that they agree to; empty for ours, in their language.
    ``proof_of_work`` is how many bits a browser has to find before a sign-up is taken, which costs a person nothing and a
    machine that signs up thousands a lot; 0 for none. ``role_accounts`` belong to an office and not to a person (info@,
    postmaster@: RFC 2142), ``disposable`` addresses to services that throw them away after an hour. Who left is forgotten after ``forget_months``; who has not been
    heard of for ``ask_again_months`` is asked whether they still want it, and taken off a month later. 0 is never.
    """

    open: bool = True
    double_opt_in: bool = True
    wording: str = ""
    role_accounts: Admission = Admission.ACCEPT
    disposable: Admission = Admission.ACCEPT
    proof_of_work: int = 0
    forget_months: int = 0
    ask_again_months: int = 0


#: Those of a newsletter that says nothing of them.
USUAL_TERMS = Terms()

#: The mailboxes of offices that RFC 2142 names, and those of the same kind.
_OFFICES = frozenset(
    (
        "abuse", "admin", "administrator", "all", "billing", "compliance", "contact", "devnull", "dns", "everyone", "ftp",
        "help", "hostmaster", "info", "ispfeedback", "list", "list-request", "mailer-daemon", "marketing", "news",
        "no-reply", "noc", "noreply", "office", "postmaster", "privacy", "registrar", "root", "sales", "security",
        "spam", "staff", "subscribe", "support", "sysadmin", "tech", "unsubscribe", "usenet", "uucp", "webmaster", "www",
    )
)  # fmt: skip


def is_role_account(email: str) -> bool:
    """Whether an address is an office's by its name."""
    return email.partition("@")[0].partition("+")[0].casefold() in _OFFICES
