"""What servers say at RCPT and after the message, written here in the manner of many, and what it should mean.

The kinds are those of the guide: by the enhanced code (RFC 3463) where it says something, then by the three digits, the
words and the stage. A 4xx is never about an address for good.
"""

from typing import Literal, NamedTuple

Kind = Literal["address", "mailbox", "sender", "transient"]


class Told(NamedTuple):
    """A reply, and the kind that a ledger should keep beside it."""

    reply: str
    kind: Kind
    after_the_message: bool = False

    @property
    def final(self) -> bool:
        """Whether no second try is wanted."""
        return self.reply.startswith("5")


TOLD = (
    Told("550 5.1.1 No such user here", "address"),
    Told("550 5.1.1 The account that you tried to reach does not exist", "address"),
    Told("550 5.1.1 User unknown in virtual mailbox table", "address"),
    Told("550 5.1.1 Recipient unknown", "address"),
    Told("550 5.1.2 Bad destination system address", "address"),
    Told("550 5.1.3 Bad destination mailbox address syntax", "address"),
    Told("550 5.1.6 Mailbox has moved, no forwarding address", "address"),
    Told("550 5.1.10 Recipient not found by address lookup", "address"),
    Told("556 5.1.10 Recipient domain has a null MX", "address"),
    Told("551 User not local", "address"),
    Told("550 No such user", "address"),
    Told("550 sorry, no mailbox here by that name. (#5.1.1)", "address"),
    Told("552 5.2.2 Mailbox full", "mailbox"),
    Told("552 5.2.2 The recipient's inbox is out of storage space", "mailbox"),
    Told("550 5.2.1 Mailbox disabled, not accepting messages", "mailbox"),
    Told("550 5.2.1 The account is inactive", "mailbox"),
    Told("554 5.2.2 Quota exceeded", "mailbox"),
    Told("552 Requested action aborted: exceeded storage allocation", "mailbox"),
    Told("550 5.7.1 Our domain is on a block list", "sender"),
    Told("554 5.7.1 Service unavailable; client host is listed at zen.example", "sender"),
    Told("550 5.7.26 Neither SPF nor DKIM passed", "sender"),
    Told("550 5.1.8 Sender address rejected: domain not found", "sender"),
    Told("550 5.1.7 Bad sender's mailbox address syntax", "sender"),
    Told("554 5.7.1 Message rejected as spam", "sender", after_the_message=True),
    Told("552 5.3.4 Message too big for the system", "sender", after_the_message=True),
    Told("550 5.6.0 Message content rejected", "sender", after_the_message=True),
    Told("550 5.7.509 Access denied, sending domain does not pass DMARC", "sender", after_the_message=True),
    Told("554 Transaction failed, policy restrictions", "sender", after_the_message=True),
    Told("450 4.2.0 Greylisted, please come back in 300 seconds", "transient"),
    Told("451 4.7.1 Greylisting in action, please try again later", "transient"),
    Told("451 4.3.0 Temporary lookup failure", "transient"),
    Told("451 4.3.2 System not accepting messages just now", "transient"),
    Told("452 4.3.1 Insufficient system storage", "transient"),
    Told("450 4.4.1 No answer from host", "transient"),
    Told("451 4.4.3 Directory server failure", "transient"),
    Told("451 Requested action aborted: local error in processing", "transient"),
    Told("450 4.1.1 Unverified address, try again later", "transient"),
    Told("452 4.5.3 Too many recipients", "transient"),
    Told("451 4.3.0 Please try again later", "transient", after_the_message=True),
    Told("452 4.2.2 Mailbox full", "mailbox"),
    Told("450 4.2.1 This mailbox gets too much mail just now", "mailbox"),
    Told("450 4.1.8 Sender address rejected: domain not found", "sender"),
)
