"""Everybody's letter: what is costly is done once for each variant, what is personal at the cost of a join."""

from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import cache, lru_cache

from newsletter.model.delivery import Claimed, Mail, identity
from newsletter.render import headers
from newsletter.render.compiled import Compiled
from newsletter.render.links import Links, Purpose
from newsletter.render.personal import Skeleton
from newsletter.render.slots import PREFERENCES, UNSUBSCRIBE

#: Where the token will stand; no address of ours holds a space.
_TOKEN = b"THE TOKEN"
_PURPOSES = {UNSUBSCRIBE: Purpose.UNSUBSCRIBE, PREFERENCES: Purpose.PREFERENCES}


def letters(
    issue_id: int,
    newsletter_id: int,
    variants: Mapping[str, tuple[Compiled, bytes]],
    links: Links,
    *,
    bounces: str | None = None,
    sign: Callable[[bytes, bytes], bytes] | None = None,
) -> Callable[[Claimed], Mail]:
    """How a claimed row of the ledger becomes its mail.

    ``variants`` holds the compiled issue and its shared headers for each kind of reader. ``bounces`` is the domain whose
    addresses tell whose mail came back (VERP); without it bounces go to the From address. ``sign`` makes the
    DKIM-Signature fields for headers and body.
    """
    addresses = {slot: links.before_token(purpose) for slot, purpose in _PURPOSES.items()}
    skeletons = {key: Skeleton.build(mail, shared, addresses) for key, (mail, shared) in variants.items()}
    texts = cache(lambda key: Skeleton.build(*variants[key], addresses, plain=True))
    leaving = _leaving(links)

    def letter(row: Claimed) -> Mail:
        skeleton = texts(row.variant) if row.plain else skeletons[row.variant]
        tokens = {
            UNSUBSCRIBE: links.token(Purpose.UNSUBSCRIBE, row.subscriber_id, newsletter_id),
            PREFERENCES: links.token(Purpose.PREFERENCES, row.subscriber_id, newsletter_id, row.link_serial),
        }
        name = identity(links.secret, issue_id, row.subscriber_id, row.generation)
        message_id = f"<{name}@{skeleton.sender.rpartition('@')[2]}>"
        own = b"".join(
            (
                headers.mailbox("To", row.name, row.email),
                b"Message-ID: %s\r\nDate: %s\r\n" % (message_id.encode("ascii"), _date(row.claimed_at)),
                leaving.replace(_TOKEN, tokens[UNSUBSCRIBE]),
            )
        )
        sender = return_path(issue_id, row.subscriber_id, name, bounces) if bounces else skeleton.sender
        mail = skeleton.mail(sender=sender, recipient=row.email, message_id=message_id, own_headers=own, tokens=tokens)
        return signed(mail, sign) if sign else mail

    return letter


def _leaving(links: Links) -> bytes:
    """The field that says how to leave (RFC 2369, 3.2; RFC 8058), with a mark for the token; proved once, for all readers.

    By mail the token stands in the subject, which every mailbox keeps as it is.
    """
    token = _TOKEN.decode()
    page = headers.field("List-Unsubscribe", f"<{links.before_token(Purpose.UNSUBSCRIBE)}{token}>")
    if not links.mailbox:
        return page
    mail = headers.field("", f"<mailto:{links.mailbox}?subject=unsubscribe%20{token}>").removeprefix(b":")
    return page.removesuffix(b"\r\n") + b",\r\n" + mail


def return_path(issue_id: int, subscriber_id: int, name: str, domain: str) -> str:
    """Where a bounce of this mail goes: ``b+<issue>-<subscriber>-<proof>@<domain>``, which nobody else can make up.

    The proof is the beginning of the identity that also makes the Message-ID.
    """
    return f"b+{issue_id}-{subscriber_id}-{name[:16]}@{domain}"


def signed(mail: Mail, sign: Callable[[bytes, bytes], bytes]) -> Mail:
    """``mail`` with its signatures on top (RFC 6376)."""
    head, _, body = mail.content.partition(b"\r\n\r\n")
    head += b"\r\n"
    return Mail(
        sender=mail.sender, recipient=mail.recipient, message_id=mail.message_id, proved=mail.proved, digest=mail.digest,
        content=b"".join((sign(head, body), mail.content)),
    )  # fmt: skip


@lru_cache(4)
def _date(moment: datetime) -> bytes:
    return format_datetime(moment).encode("ascii")
