"""Mail through Resend, as its reference (send email, errors) describes it."""

import pytest

from deliver.providers.handing import KEY, sent
from deliver.providers.sample_mail import CONTENT, MESSAGE_ID, TOKEN, UNSUBSCRIBE, mail
from deliver.providers.scripted_http import said
from newsletter.errors import SenderRefused
from newsletter.model.delivery import Receipt, Verdict

TAKEN = {"id": "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}


def refused(status: int, kind: str, message: str = "") -> Receipt:
    return sent(said(status, {"statusCode": status, "name": kind, "message": message}), kind="resend").receipt


def test_the_parts_the_headers_and_the_idempotency_key_arrive() -> None:
    outcome = sent(said(200, TAKEN), kind="resend")
    asked = outcome.server.only
    assert asked.line == "POST /emails HTTP/1.1"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["idempotency-key"] == MESSAGE_ID
    assert asked.headers["user-agent"].startswith("newsletter/")
    assert asked.json == {
        "from": '"Harbour, Weekly" <editor@news.example.org>',
        "to": ["reader@example.com"],
        "reply_to": "desk@news.example.org",
        "subject": "Fähren werden teurer",
        "text": "Die Fähren werden im April teurer.\r\n.\r\n",
        "html": "<p>Die Fähren – teurer</p>\r\n",
        "headers": {
            "Message-ID": MESSAGE_ID,
            "List-Unsubscribe": UNSUBSCRIBE,
            "List-Id": '"Harbour Weekly" <harbour.news.example.org>',
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Feedback-ID": "harbour:weekly:news:example",
            "Auto-Submitted": "auto-generated",
        },
        "tags": [{"name": "message-id", "value": TOKEN}],
    }
    assert outcome.receipt == Receipt(verdict=Verdict.ACCEPTED, code=200, text=TAKEN["id"])


def test_a_second_try_is_the_same_request_to_the_octet() -> None:
    later = mail(content=CONTENT.replace(b"19 Nov 2026", b"20 Nov 2026"))
    first, second = (sent(said(200, TAKEN), kind="resend", what=each).server.only for each in (mail(), later))
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_a_bad_address_is_the_readers() -> None:
    said_so = "Invalid `to` field. The email address needs to follow the `email@example.com` format."
    receipt = refused(422, "validation_error", said_so)
    assert (receipt.verdict, receipt.code) == (Verdict.REFUSED, 422)
    assert receipt.text.startswith("validation_error: Invalid `to` field.")


@pytest.mark.parametrize(
    ("status", "kind", "message", "remedy"),
    [
        (401, "missing_api_key", "", "Check key"),
        (403, "invalid_api_key", "", "Check key"),
        (401, "restricted_api_key", "", "Check key"),
        (403, "validation_error", "You can only send testing emails to your own email address", "Verify the sender"),
        (403, "validation_error", "The news.example.org domain is not verified.", "Verify the sender"),
        (422, "validation_error", "Invalid `from` field.", "Verify the sender"),
        (422, "invalid_from_address", "", "Verify the sender"),
        (422, "missing_required_field", "Missing `to` field.", "report it"),
        (400, "invalid_idempotency_key", "", "report it"),
        (451, "security_error", "", "support"),
        (404, "not_found", "", "endpoint"),
        (405, "method_not_allowed", "", "endpoint"),
    ],
)
def test_what_is_about_us_pauses_the_issue_and_says_what_to_do(
    status: int, kind: str, message: str, remedy: str
) -> None:
    with pytest.raises(SenderRefused, match=remedy):
        refused(status, kind, message)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, "rate_limit_exceeded"),
        (429, "daily_quota_exceeded"),
        (429, "monthly_quota_exceeded"),
        (409, "concurrent_idempotent_requests"),
        (500, "application_error"),
        (500, "internal_server_error"),
        (502, ""),
        (504, ""),
    ],
)
def test_what_a_second_try_cannot_double_waits(status: int, kind: str) -> None:
    receipt = refused(status, kind)
    assert (receipt.verdict, receipt.code) == (Verdict.DEFERRED, status)


def test_a_key_that_was_used_for_another_mail_leaves_this_one_in_doubt() -> None:
    receipt = refused(409, "invalid_idempotent_request", "Same idempotency key used with a different request payload.")
    assert (receipt.verdict, receipt.code) == (Verdict.UNKNOWN, 409)
