"""Two loops that a script would have: ``python loops.py {sensible,naive} EML BASE PORT MESSAGES``.

Each prints one JSON object: CPU and wall seconds of its loop, which begins when all is ready for the first reader.
"""

import json
import logging
import re
import resource
import smtplib
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from jinja2 import Template
from lxml import etree
from lxml import html as lxml_html
from premailer import transform

from bench.delivery.mail import Parts

_HOST = "127.0.0.1"
_SENDER = "editor@example.org"


def sensible(parts: Parts, port: int, messages: int) -> None:
    """Styles inlined once; for each reader Jinja, EmailMessage, and a connection that is kept."""
    page = Template(
        parts.template(transform(styled(parts.html), cssutils_logging_level=logging.CRITICAL)), autoescape=True
    )
    text = Template(parts.template(parts.text))

    def work() -> None:
        with smtplib.SMTP(_HOST, port) as relay:
            for number in range(1, messages + 1):
                link = _link(number)
                relay.send_message(_mail(parts, number, text.render(link=link), page.render(link=link)))

    measured(work)


def naive(parts: Parts, port: int, messages: int) -> None:
    """For each reader Jinja, premailer, EmailMessage, and a connection."""
    page = Template(parts.template(styled(parts.html)), autoescape=True)
    text = Template(parts.template(parts.text))

    def work() -> None:
        for number in range(1, messages + 1):
            link = _link(number)
            mail = _mail(
                parts,
                number,
                text.render(link=link),
                transform(page.render(link=link), cssutils_logging_level=logging.CRITICAL),
            )
            with smtplib.SMTP(_HOST, port) as relay:
                relay.send_message(mail)

    measured(work)


def measured(work: Callable[[], None]) -> None:
    """Do it and print what it cost."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    work()
    after, seconds = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"loop_cpu": cpu, "loop_seconds": seconds}))


def styled(page: str) -> str:
    """A page whose styles stand in a sheet, as a designer writes it, made from one whose styles are inlined."""
    document = lxml_html.document_fromstring(page, ensure_head_body=True)
    names: dict[str, str] = {}
    for element in document.iterfind(".//*[@style]"):
        name = names.setdefault(str(element.attrib.pop("style")), f"look{len(names)}")
        element.set("class", f"{element.get('class', '')} {name}".strip())
    sheet = etree.SubElement(next(document.iter("head")), "style")
    sheet.text = "\n".join(f".{name} {{ {style} }}" for style, name in names.items())
    # What is to be filled in may stand in an attribute, where it is written as an address.
    marked = lxml_html.tostring(document, encoding="unicode", doctype="<!DOCTYPE html>")
    return re.sub(r"%7B%7Bpersonal%7D%7D", "{{personal}}", marked)


def _mail(parts: Parts, number: int, text: str, page: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Weekly Round-up <{_SENDER}>"
    mail["To"] = f"reader{number}@example.com"
    mail["Subject"] = parts.subject
    mail["Message-ID"] = f"<{number}.{time.time_ns()}@example.org>"
    mail["List-Unsubscribe"] = f"<{_link(number)}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    return mail


def _link(number: int) -> str:
    return f"https://news.example.org/unsubscribe/{number:08}aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF"


if __name__ == "__main__":
    loop = {"sensible": sensible, "naive": naive}[sys.argv[1]]
    loop(Parts.of(Path(sys.argv[2]).read_bytes(), sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
