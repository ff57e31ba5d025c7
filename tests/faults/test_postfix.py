"""A whole issue through a real relay: who got it, to the letter; who was refused; who came back, and as whom."""

import json
import os
import re
import socket
import subprocess
from collections import Counter
from contextlib import suppress
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

import pytest

from newsletter.deliver.postfix_log import LogStatus, handed_on
from postfix_relay import Postfix, alive_in, postfix
from real_sender import approved_issue, command, newsletter, relay_at

READERS = 1000
SEEDS = Path(__file__).resolve().parents[3] / "shared/seeds"

#: Refused at RCPT, and taken but sent back: every hundredth reader each.
REFUSED = {f"reader{n}@example.com": "550 5.1.1 No such user" for n in range(7, READERS, 100)}
FULL = {f"reader{n}@example.com": "5.2.2 Mailbox full" for n in range(23, READERS, 200)}
GONE = {f"reader{n}@example.com": "5.1.1 No such user" for n in range(123, READERS, 200)}
RETURNED = FULL | GONE
SERVED = {f"reader{n}@example.com" for n in range(READERS)} - REFUSED.keys() - RETURNED.keys()

_PERSONAL = re.compile(r"http://127\.0\.0\.1:8000/(preferences|unsubscribe)/([\w-]{38})(?![\w-])")

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("pages", ["small", pytest.param("seeds", marks=pytest.mark.real)])
def test_everybody_is_served_or_accounted_for_by_a_real_relay(tmp_path: Path, pages: str) -> None:
    folder = tmp_path / "desk"
    _approved_seeds(folder) if pages == "seeds" else approved_issue(folder, READERS)
    newsletter(folder, "issue", "preview", "1", "--out", "look")
    with postfix(tmp_path, refused=REFUSED, returned=RETURNED) as relay:
        relay_at(folder, relay.port)
        _bounces_to(folder, "bounces.example.org")
        sender = subprocess.run(
            command(folder, "issue", "send", "1"), capture_output=True, text=True, timeout=300, check=False
        )
        relay.wait_until_empty()
        received, returned = relay.received(), relay.returned()
        taken = _taken(relay)
    assert sender.returncode == 1, "somebody was refused, and it says so"
    assert f"refused {len(REFUSED)} of {READERS} people" in sender.stderr

    status = json.loads(newsletter(folder, "issue", "status", "1", "--rows", "--json").stdout)
    rows = {row["email"]: row for row in status["rows"]}
    assert {who for who, row in rows.items() if row["state"] == "bounced"} == REFUSED.keys()
    assert {rows[who]["reply_code"] for who in REFUSED} == {550}
    assert (status["total"], status["sent"], status["bounced"]) == (READERS, READERS - len(REFUSED), len(REFUSED))

    assert {who: len(mails) for who, mails in received.items()} == dict.fromkeys(SERVED, 1)
    mails = {who: mail for who, (mail,) in received.items()}
    _all_read_as_previewed(mails, folder / "look")
    _all_returned_ones_say_whose_they_are(returned, rows)
    assert len(taken) == len(SERVED) + len(RETURNED)
    assert set(taken.values()) == {1}, "the relay was handed nothing twice"
    assert {mail["Message-ID"] for mail in mails.values()} <= taken.keys()


def test_nothing_is_left_of_a_relay_whose_test_failed(tmp_path: Path) -> None:
    with suppress(ZeroDivisionError), postfix(tmp_path) as relay:
        home = relay.queue.parent
        group = int((home / "queue/pid/master.pid").read_text())
        assert group in alive_in(group)
        raise ZeroDivisionError
    assert alive_in(group) == []
    assert not home.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", relay.port))


def _approved_seeds(folder: Path) -> None:
    """The issue of the two real pages, approved for everybody."""
    if not SEEDS.is_dir():
        assert os.environ.get("CI") != "true", f"{SEEDS} must be there under CI"
        pytest.skip(f"{SEEDS} is not here")
    folder.mkdir()
    (folder / "people.csv").write_text("email\n" + "".join(f"reader{n}@example.com\n" for n in range(READERS)))
    newsletter(folder, "init", "--postal-address", "1 Quay Street, Port Example")
    newsletter(folder, "subscriber", "import", "people.csv", "--as", "active")
    newsletter(folder, "article", "add", str(SEEDS / "diplomacy-watch.txt"), str(SEEDS / "article.txt"))
    newsletter(folder, "issue", "compose", "weekly", "--slot", "2024-W43")
    newsletter(folder, "issue", "waive", "1", "--all", "--reason", "Links lead to this machine, where the test reads.")
    newsletter(folder, "issue", "approve", "1")


def _bounces_to(folder: Path, domain: str) -> None:
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("[delivery]\n", f'[delivery]\nbounces = "{domain}"\n'))


def _all_read_as_previewed(mails: dict[str, EmailMessage], look: Path) -> None:
    """Text and HTML are the preview's but for the tokens; those are each reader's own, and the same in both parts."""
    shown = {kind: (look / name).read_text(encoding="utf-8") for kind, name in _PARTS.items()}
    tokens: Counter[str] = Counter()
    for who, mail in mails.items():
        assert [str(defect) for part in mail.walk() for defect in part.defects] == [], who
        assert mail["To"] == who
        own = dict(_PERSONAL.findall(mail["List-Unsubscribe"]))
        for kind, previewed in shown.items():
            part = mail.get_body((kind,))
            assert part is not None, who
            text = part.get_content()
            found = dict(_PERSONAL.findall(text))
            assert found.keys() == {"preferences", "unsubscribe"}, who
            assert len(set(_PERSONAL.findall(text))) == 2, who
            assert own.items() <= found.items(), who
            own |= found
            assert _PERSONAL.sub(lambda link: f"__NL_{link[1].upper()}__", text).strip() == previewed.strip(), who
        tokens.update(own.values())
    assert len(tokens) == 2 * len(mails)
    assert set(tokens.values()) == {1}, "nobody holds another reader's link"


_PARTS = {"plain": "issue.txt", "html": "issue.html"}


def _all_returned_ones_say_whose_they_are(returned: dict[str, list[EmailMessage]], rows: dict[str, Any]) -> None:
    """Each notification comes alone to a return path of its own, which names issue and subscriber, and names the reader."""
    told: dict[str, str] = {}
    for path, notifications in returned.items():
        (notification,) = notifications
        about, recipient = _delivery_status(notification)
        who = recipient["Original-Recipient"].removeprefix("rfc822;").strip()
        (original,) = (part for part in notification.walk() if part.get_content_type() == "text/rfc822-headers")
        message_id = re.search(r"^Message-ID: <(\w+)@", original.get_content(), re.MULTILINE)
        assert message_id
        assert path == f"b+1-{rows[who]['subscriber_id']}-{message_id[1][:16]}@bounces.example.org"
        assert about["Original-Envelope-Id"].partition("@")[0] == message_id[1]
        assert recipient["Action"] == "failed"
        assert rows[who]["state"] == "sent", "the relay had taken it; what came back later is another matter"
        told[who] = recipient["Status"]
    assert told == {who: reason.partition(" ")[0] for who, reason in RETURNED.items()}


def _delivery_status(notification: EmailMessage) -> tuple[Message, Message]:
    """The fields about the mail and those about its one recipient (RFC 3464, 2.1)."""
    (report,) = (part for part in notification.walk() if part.get_content_type() == "message/delivery-status")
    about, recipient = report.iter_parts()
    return about, recipient


def _taken(relay: Postfix) -> Counter[str]:
    """How often the relay's log says that it took each mail; notifications, which it wrote itself, left out."""
    with relay.log.open(encoding="utf-8", errors="replace") as lines:
        names = [entry.message_id for entry in handed_on(lines) if entry.status is LogStatus.ACCEPTED]
    return Counter(name for name in names if not name.endswith("@mx.example.net>"))
