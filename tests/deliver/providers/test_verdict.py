"""What an answer means, in whatever words it comes."""

import logging

import pytest

from deliver.providers.handing import KEY, SECRET, provider_at, sent
from deliver.providers.scripted_http import said
from newsletter.errors import SenderRefused
from newsletter.model.delivery import Receipt, Verdict

KINDS = ("ses", "postmark", "mailgun", "resend")


def test_success_without_an_identifier_is_no_success() -> None:
    bodies: list[object] = [{}, {"id": ""}, {"id": 7}, [], b"<html>welcome</html>", b"[" * 60_000]
    for body in bodies:
        receipt = sent(said(200, body)).receipt
        assert (receipt.verdict, receipt.code) == (Verdict.UNKNOWN, 200), body


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, "refused"),
        (422, "refused"),
        (408, "deferred"),
        (425, "deferred"),
        (429, "deferred"),
        (500, "deferred"),
        (503, "deferred"),
        (502, "unknown"),
        (504, "unknown"),
    ],
)
def test_a_status_that_needs_no_words_is_understood(status: int, verdict: str) -> None:
    receipt = sent(said(status, b"<html>")).receipt
    assert (receipt.verdict, receipt.code, receipt.connection_lost) == (verdict, status, False)


@pytest.mark.parametrize("status", [301, 307, 401, 402, 403, 404, 405, 413])
def test_a_status_that_is_about_us_pauses_the_issue(status: int) -> None:
    with pytest.raises(SenderRefused, match=rf"\({status}\)\. Check .* under \[provider\]"):
        sent(said(status, b"", Location="http://127.0.0.1:1/"))


def test_when_to_come_back_is_told_in_the_text() -> None:
    assert sent(said(429, {"message": "slow"}, Retry_After="120")).receipt.text == "slow (Retry-After: 120)"
    long = sent(said(503, {"message": "x" * 500}, Retry_After="Thu, 19 Nov 2026 12:00:00 GMT")).receipt.text
    assert long.endswith("x (Retry-After: Thu, 19 Nov 2026 12:00:00 GMT)")
    assert len(long) == 200
    assert sent(said(429, {"message": "slow"}, Retry_After="<script>")).receipt.text == "slow"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [400, 403, 422, 429, 500])
def test_no_words_of_theirs_carry_a_secret_or_an_address(
    kind: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = f"reader@example.com sent with {KEY} and {SECRET}\r\nX: \x1b[31m"
    body = {"message": words, "Message": words, "name": words, "ErrorCode": 300, "__type": words}
    try:
        shown = sent(said(status, body), kind=kind).receipt.text
    except SenderRefused as refused:
        shown = str(refused)
    for told in (shown, caplog.text):
        assert KEY not in told
        assert kind != "ses" or SECRET not in told
        assert "reader@example.com" not in told
    assert shown.isprintable()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_shows_a_secret_when_it_is_printed(kind: str) -> None:
    transport = provider_at("http://127.0.0.1:1", kind)
    shown = repr(transport) + repr(vars(transport))
    assert KEY not in shown
    assert SECRET not in shown


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_reader_reads_the_same_whoever_it_is(kind: str) -> None:
    """The breaker counts refusals in the same words, so an address in them would keep it from ever seeing one."""

    def refusal(address: str) -> Receipt:
        words = f"Invalid 'To' address: '{address}'."
        body = {"message": words, "Message": words, "name": "validation_error", "ErrorCode": 300}
        return sent(said(422, body), kind=kind).receipt

    assert refusal("one@example.com") == refusal("two@example.net")
    assert refusal("one@example.com").verdict is Verdict.REFUSED
