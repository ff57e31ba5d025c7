"""Readers leave by a mail to the address that every issue names, whatever program writes it; nothing else in a mail does anything."""

import subprocess
from base64 import b64encode
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOW, article, newsletter, subscriber
from desk import Desk
from newsletter.deliver.memory import MemoryTransport
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press
from newsletter.render.links import Links, Purpose
from real_sender import command, secret_of

MAILBOX = "leave@news.example.org"


@pytest.fixture
def desk(press: Press) -> Press:
    letter = press.store.newsletters.save(newsletter())
    people = [
        Subscription(subscriber=subscriber(f"{name}@example.com"), newsletter="harbour") for name in ("ann", "bob")
    ]
    press.store.subscribers.add(letter.id or 0, people, now=NOW)
    return press


def written(subject: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "somebody@else.example", MAILBOX, subject
    mail.set_content("Please.")
    return mail.as_bytes()


def stands(desk: Press) -> list[str]:
    return [one.state for one in desk.store.subscribers.of(1)]


def token(desk: Press, reader: int = 1) -> str:
    return desk.links.token(Purpose.UNSUBSCRIBE, reader, 1).decode()


@pytest.mark.parametrize(
    "subject",
    ["unsubscribe {}", "Unsubscribe  {}", "Re: unsubscribe {}", "AW: unsubscribe\t{} ", "=?utf-8?b?{}?="],
)
def test_whoever_writes_the_subject_that_the_issue_names_has_left(desk: Press, subject: str) -> None:
    said = b64encode(f"unsubscribe {token(desk)}".encode()).decode() if "=?" in subject else token(desk)
    raw = written("x").replace(b"Subject: x", b"Subject: " + subject.format(said).encode())
    assert desk.reception.receive(raw)
    assert stands(desk) == ["unsubscribed", "active"]
    assert desk.reception.receive(raw), "twice is once"
    assert [entry.action for entry in desk.store.audit.of("subscriber 1")] == ["subscription.changed"]


@pytest.mark.parametrize("place", range(38))
def test_no_letter_of_the_token_can_be_another(desk: Press, place: int) -> None:
    right = token(desk)
    wrong = right[:place] + ("A" if right[place] != "A" else "B") + right[place + 1 :]
    assert not desk.reception.receive(written(f"unsubscribe {wrong}"))
    assert stands(desk) == ["active", "active"]


@pytest.mark.parametrize("purpose", [one for one in Purpose if one not in (Purpose.UNSUBSCRIBE, Purpose.DESK)])
def test_a_link_for_something_else_is_no_leaving(desk: Press, purpose: Purpose) -> None:
    assert not desk.reception.receive(written(f"unsubscribe {desk.links.token(purpose, 1, 1).decode()}"))


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00" * 1000, b"Subject: unsubscribe\n\n", b"Subject: =?utf-8?b?////?=\n\n", b"Subject: =?nonsense?q?x?=\n\n",
        b"To: =\xff;-:\nSubject: unsubscribe\n\n", b"Subject: " + b"x" * 1_000_000, b"\n" * 300_000,
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n" * 10_000,
    ],
)  # fmt: skip
def test_a_mail_that_asks_for_nothing_does_nothing(desk: Press, raw: bytes) -> None:
    assert not desk.reception.receive(raw)
    assert stands(desk) == ["active", "active"]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.integers(0, 300))
def test_no_mail_however_broken_is_a_failure(desk: Press, noise: bytes, place: int) -> None:
    raw = written(f"unsubscribe {token(desk, 2)[:-1]}x")
    desk.reception.receive(raw[:place] + noise + raw[place:])
    assert stands(desk) == ["active", "active"]


def test_an_issue_names_the_mailbox_beside_the_page_and_its_token_works(desk: Press) -> None:
    desk.store.articles.add(article(), now=NOW)
    desk.desk.compose(desk.store.newsletters.get("harbour"), Slot("2026-W47", "UTC"))
    desk.desk.approve(1)
    relay = MemoryTransport()
    replace(desk, links=replace(desk.links, mailbox=MAILBOX)).dispatch.send(1, relay)
    head = relay.mails[0].content.decode().partition("\r\n\r\n")[0]
    assert (
        f"List-Unsubscribe: <{desk.links.unsubscribe(1, 1)}>,\r\n <mailto:{MAILBOX}?subject=unsubscribe%20{token(desk)}>\r\n"
        in head
    )
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head


def test_the_command_reads_a_pipe_and_answers_as_mail_servers_expect(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.ok("init", "--postal-address", "1 Quay Street, Port Example")
    desk.ok("subscriber", "add", "ann@example.com")
    sent = Links("http://127.0.0.1:8000", secret_of(tmp_path)).token(Purpose.UNSUBSCRIBE, 1, 1).decode()
    assert piped(tmp_path, written("Out of office")) == (0, "It asks for nothing that is known here.\n")
    assert piped(tmp_path, written(f"unsubscribe {sent}") + b"x" * 1_000_000) == (0, "Somebody left.\n")
    assert desk.ok("subscriber", "list", "--json").json[0]["state"] == "unsubscribed"
    (tmp_path / "newsletter.db").unlink()
    (tmp_path / "newsletter.db").mkdir()
    assert piped(tmp_path, written(f"unsubscribe {sent}"))[0] == 75


def piped(folder: Path, message: bytes) -> tuple[int, str]:
    done = subprocess.run(command(folder, "receive"), input=message, capture_output=True, check=False)
    return done.returncode, done.stdout.decode()
