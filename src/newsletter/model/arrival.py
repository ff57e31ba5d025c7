"""A mail that came to the mailbox for leaving: whose token its subject holds."""

import re
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.parser import BytesParser

#: So much of a mail is looked at; its headers are never longer.
HEAD = 256 * 1024
#: A token is 38 letters, digits, hyphens and underscores (`render.links.Links.token`); programs write "Re:" before it.
_WANTED = re.compile(r"\bunsubscribe\s+([\w-]{38})(?![\w-])", re.IGNORECASE | re.ASCII)


def token_of(message: bytes) -> str | None:
    """The token in the subject ``unsubscribe TOKEN`` (RFC 2369, 3.2); ``None`` if it says something else.

    What comes from the outside may be broken in any way; nothing of it raises.
    """
    # The forgiving policy: the strict one fails on some hostile headers.
    head = BytesParser(policy=policy.compat32).parsebytes(message[:HEAD], headersonly=True)
    try:
        subject = str(make_header(decode_header(str(head.get("Subject", "")))))
    except (MessageError, UnicodeError, LookupError, ValueError):
        return None
    found = _WANTED.search(" ".join(subject.split()))
    return found[1] if found else None
