"""Filters that misbehave, played by sockets that follow a script."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from newsletter.config import Spam, SpamEngine
from newsletter.probe import rspamd as rspamd_module
from newsletter.probe import spamd as spamd_module
from newsletter.probe.score import EngineAbsentError, EngineFailedError, Rule, SpamScore, Unscored
from newsletter.probe.spam import score_mail, spam_notices
from newsletter.probe.spamassassin import ask_spamassassin
from newsletter.probe.spamd import report_rules

MAIL = b"Subject: Ferry fares rise\r\n\r\nIn April.\r\n"
REPORT = (
    b"Content preview:  9.9 NOT_A_RULE   In April.\r\n\r\n"
    b" pts rule name              description\r\n---- ---------------------- --------------------\r\n"
    b" 0.6 MISSING_MID            Missing Message-Id:\r\n                            header\r\n-1.0 LIST_MAIL\r\n"
)
CLEAN = {"is_skipped": False, "score": -1.2, "required_score": 15.0, "action": "no action", "symbols": {}}


def spam(**given: Any) -> Spam:
    return Spam.model_validate(given)


def told(verdict: bytes, body: bytes = REPORT, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"SPAMD/1.1 0 EX_OK\r\nContent-length: %d\r\nSpam: %b\r\n\r\n%b" % (size, verdict, body)


def http(body: bytes, status: str = "200 OK", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), size, body)


@contextmanager
def scripted(answer: bytes | None, *, endless: bytes = b"") -> Iterator[int]:
    """Listen on a port, read what comes and send ``answer``; ``None`` never answers, ``endless`` never ends."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError), listener.accept()[0] as connection:
                connection.recv(65_536)
                connection.sendall(answer or b"")
                while endless:
                    connection.sendall(endless)
                if answer is None:
                    over.wait(30)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def asked(engine: SpamEngine, port: int, seconds: float = 20) -> SpamScore | Unscored:
    return score_mail(MAIL, spam(engine=engine, address=f"127.0.0.1:{port}", seconds=seconds))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_the_daemons_answer_is_read_with_its_rules() -> None:
    with scripted(told(b"False ; 0.2 / 5.0")) as port:
        answer = asked(SpamEngine.SPAMD, port)
    assert answer == SpamScore(
        engine="SpamAssassin (spamd)",
        score=0.2,
        threshold=5.0,
        rules=(Rule("MISSING_MID", 0.6, "Missing Message-Id: header"), Rule("LIST_MAIL", -1.0, "")),
    )


def test_a_report_without_a_table_still_has_its_score() -> None:
    with scripted(told(b"False ; 0.2 / 5.0", b"9.9 NOT_A_RULE  words of the mail\r\n")) as port:
        answer = asked(SpamEngine.SPAMD, port)
    assert isinstance(answer, SpamScore)
    assert (answer.score, answer.rules) == (0.2, ())


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (told(b"False ; 0 / 0"), r"without scoring the mail \(0/0\)"),
        (told(b"False ; 0.0 / 0.0", b""), r"without scoring the mail \(0/0\)"),
        (told(b"False ; -1.0 / -5.0"), "without scoring"),
        (told(b"False ; nan / 5.0"), "does not answer like SpamAssassin"),
        (told(b"Perhaps ; 1.0 / 5.0"), "does not answer like SpamAssassin"),
        (told(b"False ; 0.2 / 5.0", length=9_999), "broke off in the middle"),
        (told(b"False ; 0.2 / 5.0")[:40], "does not answer like SpamAssassin"),
        (b"SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.2 / 5.0\r\n\r\n", "does not answer like SpamAssassin"),
        (b"SPAMD/1.0 76 Bad header line: (EOF)\r\n\r\n", "answered with error 76"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not answer like SpamAssassin"),
        (b"\x00\xff" * 500, "does not answer like SpamAssassin"),
        (b"", "does not answer like SpamAssassin"),
    ],
)
def test_an_answer_of_the_daemon_that_does_not_count_is_told(answer: bytes, sentence: str) -> None:
    with scripted(answer) as port:
        _is_told(asked(SpamEngine.SPAMD, port), sentence)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (http(json.dumps({**CLEAN, "required_score": 0, "score": 0}).encode()), r"\(0/0\)"),
        (http(json.dumps({**CLEAN, "is_skipped": True, "action": "reject"}).encode()), "did not scan .*action: reject"),
        (http(json.dumps({"score": 1.0}).encode()), "does not answer like rspamd"),
        (http(json.dumps({**CLEAN, "score": float("nan")}).encode()), "does not answer like rspamd"),
        (http(b'{"score": 1e999, "required_score": 15}'), "does not answer like rspamd"),
        (http(json.dumps({**CLEAN, "score": "1.0"}).encode()), "does not answer like rspamd"),
        (http(json.dumps({**CLEAN, "score": False}).encode()), "does not answer like rspamd"),
        (http(b"[" * 100_000), "does not answer like rspamd"),
        (http(b"<html>Welcome</html>"), "does not answer like rspamd"),
        (http(b"", "403 Forbidden"), "answered 403"),
        (http(b"", "301 Moved\r\nLocation: http://127.0.0.1:1/"), "answered 301"),
        (http(b"{", length=9_999), "broke off"),
        (b"\x00\xff" * 500, "broke off"),
        (b"", "broke off"),
    ],
)
def test_an_answer_of_rspamd_that_does_not_count_is_told(answer: bytes, sentence: str) -> None:
    with scripted(answer) as port:
        _is_told(asked(SpamEngine.RSPAMD, port), sentence)


def test_rspamds_answer_is_read_with_its_rules() -> None:
    symbols: dict[str, Any] = {
        "MIME_GOOD": {"name": "MIME_GOOD", "score": -0.1, "description": "Known content-type"},
        "BAD_REP": {"name": "BAD_REP", "score": 2},
        "ODD": "not a rule",
    }
    with scripted(http(json.dumps({**CLEAN, "symbols": symbols}).encode())) as port:
        answer = asked(SpamEngine.RSPAMD, port)
    rules = (Rule("BAD_REP", 2.0, ""), Rule("MIME_GOOD", -0.1, "Known content-type"))
    assert answer == SpamScore(engine="rspamd", score=-1.2, threshold=15.0, rules=rules)


@pytest.mark.parametrize("engine", [SpamEngine.SPAMD, SpamEngine.RSPAMD])
def test_a_filter_that_stays_silent_is_told(engine: SpamEngine) -> None:
    with scripted(None) as port:
        _is_told(asked(engine, port, seconds=0.2), r"took longer than 0\.2 seconds")


@pytest.mark.parametrize(
    ("engine", "begins"), [(SpamEngine.SPAMD, b"SPAMD/1.1 0 EX_OK\r\n"), (SpamEngine.RSPAMD, http(b"", length=10**9))]
)
def test_an_answer_without_end_is_not_read_on(engine: SpamEngine, begins: bytes) -> None:
    with scripted(begins, endless=b"x" * 65_536) as port:
        _is_told(asked(engine, port), "answers without end")


@pytest.mark.parametrize("engine", [SpamEngine.SPAMD, SpamEngine.RSPAMD])
def test_a_filter_that_was_named_and_does_not_run_is_told(engine: SpamEngine) -> None:
    _is_told(asked(engine, free_port()), "does not listen on 127.0.0.1")


@pytest.fixture
def nothing_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No daemon on the usual ports and no command."""
    monkeypatch.setattr(spamd_module, "PORT", free_port())
    monkeypatch.setattr(rspamd_module, "PORT", free_port())
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("nothing_here")
def test_where_no_filter_is_installed_nothing_is_found_and_nothing_fails() -> None:
    answer = score_mail(MAIL, spam())
    assert answer == Unscored(
        sentence="No spam filter is installed; SpamAssassin or rspamd would be asked.", failed=False
    )
    assert spam_notices(answer) == ()


@pytest.mark.usefixtures("nothing_here")
def test_a_command_that_was_named_and_is_not_there_is_told() -> None:
    _is_told(score_mail(MAIL, spam(engine=SpamEngine.SPAMASSASSIN)), "SpamAssassin is not installed")


@pytest.mark.usefixtures("nothing_here")
def test_the_first_filter_that_is_there_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(http(json.dumps(CLEAN).encode())) as port:
        monkeypatch.setattr(rspamd_module, "PORT", port)
        answer = score_mail(MAIL, spam())
    assert isinstance(answer, SpamScore)
    assert answer.engine == "rspamd"


@pytest.mark.usefixtures("nothing_here")
def test_a_filter_that_fails_is_not_passed_over_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(told(b"False ; 0 / 0")) as broken, scripted(http(json.dumps(CLEAN).encode())) as good:
        monkeypatch.setattr(spamd_module, "PORT", broken)
        monkeypatch.setattr(rspamd_module, "PORT", good)
        _is_told(score_mail(MAIL, spam()), "0/0")


def test_off_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(told(b"False ; 0.2 / 5.0")) as port:
        monkeypatch.setattr(spamd_module, "PORT", port)
        answer = score_mail(MAIL, spam(engine=SpamEngine.OFF))
    assert answer == Unscored(sentence="No spam filter is asked (spam.engine is off).", failed=False)
    assert spam_notices(answer) == ()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("exit 3", "ended with code 3"),
        ("echo; cat >/dev/null", "gave no score"),
        ("cat >/dev/null; printf 'X-Spam-Status: No, score=0 required=0 tests=none\\n\\n'", "0/0"),
        ("exec sleep 30", "took longer than 0.5 seconds"),
    ],
)
def test_a_command_that_misbehaves_is_told(tmp_path: Path, script: str, sentence: str) -> None:
    program = tmp_path / "spamassassin"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    with pytest.raises(EngineFailedError, match=sentence):
        ask_spamassassin(MAIL, 0.5 if "sleep" in script else 20, str(program))


def test_a_command_that_is_not_there_is_absent() -> None:
    with pytest.raises(EngineAbsentError):
        ask_spamassassin(MAIL, 5, "no-such-filter")


def test_the_report_of_the_command_has_its_rows_in_a_header() -> None:
    report = "\n\t*  2.7 MISSING_DATE Missing Date: header\n\t*  0.0 LONG_ONE Message appears to be missing\n\t*      headers"
    assert report_rules(report) == (
        Rule("MISSING_DATE", 2.7, "Missing Date: header"),
        Rule("LONG_ONE", 0.0, "Message appears to be missing headers"),
    )


@pytest.mark.parametrize(
    ("score", "level"), [(-1.0, None), (0.0, None), (0.5, None), (0.6, "warning"), (4.9, "warning"), (5.0, "error")]
)
def test_an_editor_hears_of_a_score_that_is_worth_a_look(score: float, level: str | None) -> None:
    rules = (Rule("LOUD", 0.6, "Too many capitals"), Rule("LIST", -1.0, ""))
    notices = spam_notices(SpamScore(engine="SpamAssassin", score=score, threshold=5.0, rules=rules))
    assert [notice.level for notice in notices] == ([level] if level else [])
    assert all("LOUD 0.6 (Too many capitals)" in notice.sentence for notice in notices)
    assert not any("LIST" in notice.sentence for notice in notices)


def _is_told(answer: SpamScore | Unscored, sentence: str) -> None:
    """No score, no pass: the editor reads why."""
    assert isinstance(answer, Unscored)
    assert answer.failed
    (notice,) = spam_notices(answer)
    assert (notice.code, notice.level) == ("spam-unscored", "warning")
    assert re.search(sentence, notice.sentence), notice.sentence


@pytest.mark.parametrize(
    ("address", "where"),
    [("", ("127.0.0.1", 783)), ("filter.internal:7830", ("filter.internal", 7830)), ("[::1]:783", ("::1", 783))],
)
def test_a_daemon_is_asked_where_the_operator_says(address: str, where: tuple[str, int]) -> None:
    assert spam(engine="spamd", address=address).host_and_port(783) == where
