"""``bench/delivery``: what its gate catches, what its sinks count, what its figures mean, and a tiny run from end to end."""

import json
import socket
import subprocess
import sys
import tomllib
from dataclasses import replace
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.delivery import report, runs
from bench.delivery.contenders import LIMIT, NAIVE, OURS, SENSIBLE, START_UP, script
from bench.delivery.cost import Cost, FailedError
from bench.delivery.folder import reader, with_settings
from bench.delivery.gate import Letter, bare_dots, complaints
from bench.delivery.mail import Parts
from bench.delivery.sinks import fast_sink

ROOT = Path(__file__).parents[1]
#: Not typed.
dkim: Any = import_module("dkim")
BASE = "https://news.example.org"
READERS = [reader(number) for number in (1, 2, 3)]


def mail(
    number: int, *, text: str = "Names on sale:\n.coast and .quay", to: str = "", owner: int | None = None
) -> bytes:
    """A mail as reader ``number`` should have it; ``owner`` is whose personal link stands in it."""
    link = f"{BASE}/unsubscribe/{number if owner is None else owner:040}"
    message = EmailMessage()
    message["From"] = "editor@example.org"
    message["To"] = to or reader(number)
    message["Subject"] = "Names on sale"
    message["Message-ID"] = f"<{number}@example.org>"
    message["List-Unsubscribe"] = f"<{link}>"
    message.set_content(f"{text}\n{link}\n", cte="quoted-printable")
    message.add_alternative(f'<p>{text}</p><a href="{link}">Leave</a>', subtype="html", cte="quoted-printable")
    return message.as_bytes().replace(b"\n", b"\r\n")


def letter(number: int, content: bytes | None = None) -> Letter:
    return Letter(recipients=(reader(number),), content=content or mail(number))


def found(*letters: Letter, wires: tuple[bytes, ...] = (), keys: dict[str, str] | None = None) -> list[str]:
    return complaints(mail(0), READERS, letters, wires, base=BASE, keys=keys)


def right() -> list[Letter]:
    return [letter(1), letter(2), letter(3)]


def test_the_gate_lets_pass_what_each_reader_should_have() -> None:
    wire = b"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nTo: c\r\n\r\n..coast\r\n.\r\nQUIT\r\n"
    assert found(*right(), wires=(wire,)) == []


def test_the_gate_catches_a_lost_mail() -> None:
    assert found(letter(1), letter(3)) == ["1 of 3 readers got nothing."]


def test_the_gate_catches_a_doubled_mail() -> None:
    assert "1 readers got more than one mail." in found(*right(), letter(2))


def test_the_gate_catches_a_mail_for_a_stranger_and_one_for_two() -> None:
    stranger = Letter(recipients=("other@example.net",), content=mail(4, to="other@example.net"))
    assert found(*right(), stranger) == ["1 mails went to people who are no readers."]
    shared = Letter(recipients=(reader(2), reader(3)), content=mail(2))
    assert "1 mails had not exactly one recipient." in found(letter(1), shared)


def test_the_gate_catches_a_dot_that_was_not_doubled() -> None:
    # the server takes the dot off that should have been doubled: what arrives is ".coast" without its dot
    altered = mail(2).replace(b"\r\n.coast", b"\r\ncoast").replace(b"\r\n=2Ecoast", b"\r\ncoast")
    assert altered != mail(2)
    assert found(letter(1), letter(2, altered), letter(3)) == [
        "1 of 3 mails have another text than the preview.",
        "1 of 3 mails have another html than the preview.",
    ]
    wire = b"DATA\r\nSubject: .a\r\n\r\n.coast\r\n..quay\r\n.\r\n.NOOP\r\nDATA\r\n.ferry\r\n.\r\n"
    assert bare_dots(wire) == 2
    assert found(*right(), wires=(wire,)) == [
        "2 lines began with a dot that was not doubled on the wire (RFC 5321, 4.5.2)."
    ]


def test_the_gate_catches_another_readers_link_and_another_readers_name() -> None:
    assert found(letter(1), letter(2, mail(2, owner=1)), letter(3)) == [
        "Some readers got a personal link that is not theirs alone."
    ]
    assert found(letter(1), letter(2, mail(2, to=reader(3))), letter(3)) == [
        "1 of 3 mails say another recipient in To than in the envelope."
    ]


def test_the_gate_catches_the_previews_own_link_in_a_mail() -> None:
    assert found(letter(1), letter(2, mail(2, owner=0)), letter(3)) == [
        "Some readers got a personal link that is not theirs alone."
    ]


def test_the_gate_catches_a_line_that_is_too_long() -> None:
    long = mail(1).replace(b"\r\nSubject:", b"\r\nX-Long: " + b"x" * 1000 + b"\r\nSubject:")
    assert found(letter(1, long), letter(2), letter(3)) == ["1 of 3 mails have a line of more than 998 octets."]


def test_the_gate_catches_a_mail_that_has_no_two_parts() -> None:
    torn = b"To: " + reader(1).encode() + b"\r\n\r\nThe rest is lost."
    assert "A mail arrived that is not one text and one HTML part." in found(letter(1, torn), letter(2), letter(3))


def test_the_gate_wants_an_issue_that_can_prove_something() -> None:
    dull = mail(0, text="No dots here")
    assert complaints(dull, READERS, right(), (), base=BASE) == [
        "The issue has no line that begins with a dot, so it proves nothing about dots."
    ]


def test_the_gate_verifies_signatures_where_there_are_any() -> None:
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = "".join(
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
        .splitlines()[1:-1]
    )
    keys = {"s1._domainkey.example.org": f"v=DKIM1; k=rsa; p={public}"}

    def signed(number: int) -> bytes:
        content = mail(number)
        return bytes(dkim.sign(content, b"s1", b"example.org", private)) + content

    assert found(letter(1, signed(1)), letter(2, signed(2)), letter(3), keys=keys) == []
    bad = "1 of 3 mails have a DKIM signature that does not verify (by the records of its folder)."
    forged = signed(2).replace(b"Subject: Names", b"Subject: NAMES")
    assert bad in found(letter(1), letter(2, forged), letter(3), keys=keys)
    assert found(letter(1), letter(2, signed(2)), letter(3)) == [bad]


def test_personal_links_are_known_by_their_tokens() -> None:
    parts = Parts.of(mail(7), BASE)
    assert parts.links == (f"{BASE}/unsubscribe/{7:040}",) * 2
    assert parts.template(parts.text).splitlines()[-1] == "{{ link }}"
    assert Parts.of(mail(8), BASE).html == parts.html


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 10_000])
def test_the_fast_sink_counts_the_same_however_the_stream_is_cut(tmp_path: Path, step: int) -> None:
    bodies = [b"", b"one\r\n", b"..stuffed\r\nnot the end: .\r\n.. \r\n", b"\r\n\r\n"]
    stream = b"EHLO a\r\n"
    for number, body in enumerate(bodies, start=1):
        stream += b"MAIL FROM:<a@b> SIZE=1\r\nRCPT TO:<" + reader(number).encode() + b">\r\nDATA\r\n" + body + b".\r\n"
    stream += b"MAIL FROM:<a@b>\r\nRCPT TO:<never@example.com>\r\nRSET\r\nDATA\r\nQUIT\r\n"
    with fast_sink(tmp_path) as sink, socket.create_connection(("127.0.0.1", sink.port), timeout=10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(stream), step):
            client.sendall(stream[at : at + step])
        answers = b"".join(iter(lambda: client.recv(4096), b""))
    assert answers.count(b"250 2.0.0 Counted\r\n") == sink.accepted == len(bodies)
    assert sink.octets == sum(map(len, bodies))
    assert sink.recipients == [reader(number) for number in (1, 2, 3, 4)]
    assert answers.endswith(b"503 5.5.1 For whom?\r\n221 2.0.0 Bye\r\n")


def test_a_run_of_which_a_mail_is_missing_has_no_figure(tmp_path: Path) -> None:
    (tmp_path / "issue.eml").write_bytes(mail(0))
    five = script(SENSIBLE, tmp_path / "issue.eml", 5)
    cost = runs.once(five, "fast sink", 1, tmp_path)
    assert cost.size == pytest.approx(len(mail(1)), rel=0.5)
    assert cost.loop_cpu is not None
    assert 0 < cost.loop_cpu < cost.cpu
    with pytest.raises(FailedError, match="accepted 5 mails in place of 6"):
        runs.once(replace(five, messages=6), "fast sink", 1, tmp_path)


def test_a_command_that_fails_has_no_figure(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="left with exit code 1"):
        runs.once(script(NAIVE, tmp_path / "missing.eml", 5), "fast sink", 1, tmp_path)


def test_settings_are_put_into_their_section_or_make_one() -> None:
    config = 'base_url = "https://old.example"\n\n[delivery]\n# a remark\ntransport = "mailbox"\n\n[relay]\nport = 25\n'
    settings = {"delivery.transport": '"smtp"', "relay.connections": "10", "spam.engine": '"off"', "media": '"m"'}
    assert tomllib.loads(with_settings(config, settings)) == {
        "base_url": "https://old.example",
        "media": "m",
        "delivery": {"transport": "smtp"},
        "relay": {"port": 25, "connections": 10},
        "spam": {"engine": "off"},
    }


def cost(contender: str, cpu: float, *, sink: str = "fast sink", number: int = 1, messages: int = 1000) -> Cost:
    return Cost(
        contender=contender, sink=sink, round=number, messages=messages, cpu=cpu, seconds=cpu, loop_cpu=cpu,
        loop_seconds=cpu, peak=50.0,
    )  # fmt: skip


def test_start_up_is_taken_off_ours_and_hides_what_is_too_little() -> None:
    start = [cost(START_UP, seconds, number=number) for number, seconds in enumerate((0.9, 1.0, 5.0))]
    plain = runs.without_start_up([cost(OURS, 1.5), cost(OURS, 1.04), cost(LIMIT, 0.05), *start])
    assert [one.micros for one in plain[:3]] == [pytest.approx(500), None, pytest.approx(50)]
    assert "hidden by start-up" in report.figures(plain, "fast sink")


def test_of_two_sinks_the_worse_decides_whether_a_goal_is_reached() -> None:
    costs = [
        cost(name, cpu * number, sink=sink, number=number)
        for number in (1, 2, 3)
        for sink, ours in (("fast sink", 0.06), ("smtp-sink", 0.08))
        for name, cpu in ((OURS, ours), (LIMIT, 0.05), (NAIVE, 7.0), (SENSIBLE, 4.0))
    ]
    told = {goal.name: (goal.found, goal.reached) for goal in report.goals(costs, 1.0)}
    assert told == {
        "CPU/message at most 1.5 × smtp-source": ("1.60 (1.60-1.60) ×", False),
        "CPU/message of naive loop at least 100 × ours": ("88 (88-88) ×", False),
        "CPU/message of sensible loop at least 50 × ours": ("50 (50-50) ×", True),
        "CPU/message of django-newsletter at least 50 × ours": ("not measured", None),
        "peak memory at most 64 MB": ("50 MB", True),
        "CPU grows with readers to the power of 0.95 to 1.05": ("1.00", True),
    }


def test_growth_is_the_power_of_the_readers() -> None:
    costs = [cost(OURS, size**1.5 / 1e6, messages=size) for size in (100, 1000, 10_000)]
    assert report.growing(costs)[1] == pytest.approx(1.5)
    assert report.growing([*costs, replace(costs[0], loop_cpu=None)])[1] == pytest.approx(1.5)
    assert report.growing([replace(costs[0], loop_cpu=None), *costs[1:]])[1] is None


def test_a_tiny_run_goes_through_the_gate_and_gives_figures(tmp_path: Path) -> None:
    done = bench("--only", OURS, "--only", SENSIBLE, "--json", str(tmp_path / "figures.json"))
    assert done.returncode == 0, done.stderr
    assert "Gate: 60 mails arrived" in done.stdout
    assert "| newsletter | 60 |" in done.stdout
    figures = json.loads((tmp_path / "figures.json").read_text())
    by_name = {run["contender"]: run for run in figures["runs"]}
    assert set(by_name) == {OURS, SENSIBLE}
    assert by_name[OURS]["size"] == pytest.approx(by_name[SENSIBLE]["size"], rel=0.05)
    assert {goal["name"] for goal in figures["goals"] if goal["reached"] is None} >= {
        "CPU grows with readers to the power of 0.95 to 1.05"
    }


def test_no_figure_is_printed_when_the_issue_cannot_be_sent() -> None:
    done = bench("--only", OURS, "--set", "relay.no_such_key=1")
    assert done.returncode == 1
    assert "relay.no_such_key is not a key" in done.stderr
    assert "µs" not in done.stdout


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    tiny = ("--recipients", "60", "--slow", "60", "--rounds", "1", "--gate", "60", "--sink", "fast sink")
    return subprocess.run(
        [sys.executable, "-m", "bench.delivery", *tiny, *words],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"src:{ROOT}", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
