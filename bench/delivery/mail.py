"""A mail taken apart: its texts, and the links in them that are one reader's own."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Self

#: Any address under ``base`` whose last step is as long as a signed token is personal.
_LAST_STEP = r"/[A-Za-z0-9_/?=-]*?([A-Za-z0-9_.~-]{24,})"
_MARK = "{{personal}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What one reader got. ``text`` and ``html`` have a mark in place of each personal link; ``links`` are those, in order.

    ``one_click`` is what List-Unsubscribe names (RFC 8058, 3.1).
    """

    to: str
    message_id: str
    subject: str
    text: str
    html: str
    links: tuple[str, ...]
    one_click: str
    signatures: int

    @classmethod
    def of(cls, content: bytes, base: str) -> Self:
        """The parts of a mail whose links begin with ``base``; ``ValueError`` if it is not one text and one HTML part."""
        mail = message_from_bytes(content, policy=policy.default)
        bodies = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
        if list(bodies) != ["text/plain", "text/html"]:
            raise ValueError("not one text and one HTML part")
        text, html = (_said(part) for part in bodies.values())
        personal = re.compile(re.escape(base) + _LAST_STEP)
        return cls(
            to=parseaddr(str(mail["To"]))[1],
            message_id=str(mail["Message-ID"]),
            subject=str(mail["Subject"]),
            text=personal.sub(_MARK, text),
            html=personal.sub(_MARK, html),
            links=tuple(found[0] for body in (text, html) for found in personal.finditer(body)),
            one_click=str(mail["List-Unsubscribe"]).strip("<> "),
            signatures=len(mail.get_all("DKIM-Signature", [])),
        )

    def template(self, body: str) -> str:
        """A body as a Jinja template whose variable ``link`` is a reader's own."""
        return body.replace(_MARK, "{{ link }}")


def _said(part: EmailMessage) -> str:
    content = part.get_content()
    if not isinstance(content, str):
        raise ValueError("a part that is no text")  # noqa: TRY004 - it is the mail that is wrong, not its caller
    return content.replace("\r\n", "\n")
