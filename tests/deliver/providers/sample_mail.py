"""A mail as the press makes them, small."""

from typing import Any

from newsletter.model.delivery import Mail

MESSAGE_ID = "<k5uxg2lomr2gk3tumvzhsztjnztg6cq@news.example.org>"
TOKEN = "k5uxg2lomr2gk3tumvzhsztjnztg6cq"
#: Longer than a line that the standard library would fold.
UNSUBSCRIBE = "<https://news.example.org/unsubscribe/" + "t" * 90 + ">"

CONTENT = (
    "To: reader@example.com\r\n"
    f"Message-ID: {MESSAGE_ID}\r\n"
    "Date: Thu, 19 Nov 2026 12:00:00 +0000\r\n"
    f"List-Unsubscribe: {UNSUBSCRIBE}\r\n"
    'From: "Harbour, Weekly" <editor@news.example.org>\r\n'
    "Reply-To: desk@news.example.org\r\n"
    "Subject: =?utf-8?q?F=C3=A4hren_werden?=\r\n =?utf-8?q?_teurer?=\r\n"
    'List-Id: "Harbour Weekly" <harbour.news.example.org>\r\n'
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    "Feedback-ID: harbour:weekly:news:example\r\n"
    "Auto-Submitted: auto-generated\r\n"
    "Content-Language: de\r\n"
    "MIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="nl-1"\r\n'
    "\r\n--nl-1\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "Die F=C3=A4hren werden im =\r\nApril teurer.\r\n.\r\n"
    "\r\n--nl-1\r\n"
    "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "<p>Die F=C3=A4hren =E2=80=93 teurer</p>\r\n"
    "\r\n--nl-1--\r\n"
).encode("ascii")


def mail(**given: Any) -> Mail:
    plain: dict[str, Any] = {
        "sender": "editor@news.example.org",
        "recipient": "reader@example.com",
        "message_id": MESSAGE_ID,
        "content": CONTENT,
    }
    return Mail(**{**plain, **given})
