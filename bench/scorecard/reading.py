"""An arrived mail as the standard library's parser reads it, and the bare fields as they stood on the wire."""

import email
import email.policy
import re
from email.message import EmailMessage
from functools import cached_property

from lxml import html as lxml_html

from bench.scorecard.receiver import Arrived

_ADDRESS_IN_TEXT = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


class Reading:
    """One mail, read."""

    def __init__(self, mail: Arrived) -> None:
        self.mail = mail
        self.message: EmailMessage = email.message_from_bytes(mail.content, policy=email.policy.default)

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """Name in small letters and unfolded value of each header field, undecoded (RFC 5322, 2.2.3; RFC 6532)."""
        head = self.mail.content.partition(b"\r\n\r\n")[0].decode("utf-8", "surrogateescape")
        lines = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
        return [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    def all(self, name: str) -> list[str]:
        """Every value of fields of that name."""
        return [value for known, value in self.fields if known == name.lower()]

    def one(self, name: str) -> str:
        """The value of the field of which there is one; empty where there are none or several."""
        found = self.all(name)
        return found[0] if len(found) == 1 else ""

    @cached_property
    def text(self) -> str:
        """The text/plain part, decoded; empty where there is none."""
        return self._body("plain")

    @cached_property
    def html(self) -> str:
        """The text/html part, decoded; empty where there is none."""
        return self._body("html")

    @cached_property
    def tree(self) -> lxml_html.HtmlElement:
        """The HTML as a tree."""
        return lxml_html.fromstring(self.html or "<html></html>")

    @cached_property
    def html_links(self) -> set[str]:
        """Where the HTML leads, without anchors inside it."""
        return {str(link) for link in self.tree.xpath("//a/@href") if not str(link).startswith("#")}

    @cached_property
    def text_links(self) -> set[str]:
        """Where the text leads."""
        return set(_ADDRESS_IN_TEXT.findall(self.text))

    @cached_property
    def images(self) -> list[dict[str, str]]:
        """The attributes of each picture."""
        return [dict(image.attrib) for image in self.tree.iter("img")]

    @property
    def sender_domain(self) -> str:
        """The domain of From."""
        return self.one("from").rpartition("@")[2].rstrip(">").strip().lower()

    @property
    def unsubscribe(self) -> str:
        """The https address in List-Unsubscribe; empty where there is none."""
        found = re.findall(r"<(https://[^<>]+)>", self.one("list-unsubscribe"))
        return found[0] if found else ""

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""
