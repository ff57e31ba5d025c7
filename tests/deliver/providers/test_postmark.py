"""Mail through Postmark, as its reference (Email API, error codes) describes it."""

import pytest

from deliver.providers.handing import KEY, sent
from deliver.providers.sample_mail import CONTENT, MESSAGE_ID, TOKEN, UNSUBSCRIBE, mail
from deliver.providers.scripted_http import said
from newsletter.errors import SenderRefused
from newsletter.model.delivery import Receipt, Verdict

IDENTIFIER = "0a129aee-e1cd-480d-b08d-4f48548ff48d"
TAKEN = {
    "To": "reader@example.com",
    "SubmittedAt": "2026-11-19T12:00:00.0000000+00:00",
    "MessageID": IDENTIFIER,
    "ErrorCode": 0,
    "Message": "OK",
}


def refused(code: int, message: str = "", status: int = 422) -> Receipt:
    return sent(said(status, {"ErrorCode": code, "Message": message}), kind="postmark").receipt


def test_the_parts_the_headers_and_no_tracking_arrive() -> None:
    outcome = sent(said(200, TAKEN), kind="postmark")
    asked = outcome.server.only
    assert asked.line == "POST /email HTTP/1.1"
    assert asked.headers["x-postmark-server-token"] == KEY
    assert asked.headers["content-type"] == "application/json"
    assert asked.json == {
        "From": '"Harbour, Weekly" <editor@news.example.org>',
        "To": "reader@example.com",
        "ReplyTo": "desk@news.example.org",
        "Subject": "Fähren werden teurer",
        "TextBody": "Die Fähren werden im April teurer.\r\n.\r\n",
        "HtmlBody": "<p>Die Fähren – teurer</p>\r\n",
        "Headers": [
            {"Name": "Message-ID", "Value": MESSAGE_ID},
            {"Name": "List-Unsubscribe", "Value": UNSUBSCRIBE},
            {"Name": "List-Id", "Value": '"Harbour Weekly" <harbour.news.example.org>'},
            {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
            {"Name": "Feedback-ID", "Value": "harbour:weekly:news:example"},
            {"Name": "Auto-Submitted", "Value": "auto-generated"},
            {"Name": "X-PM-KeepID", "Value": "true"},
        ],
        "MessageStream": "broadcast",
        "TrackOpens": False,
        "TrackLinks": "None",
        "Metadata": {"message-id": TOKEN},
    }
    assert outcome.receipt == Receipt(verdict=Verdict.ACCEPTED, code=200, text=IDENTIFIER)


def test_fields_without_a_value_are_left_out() -> None:
    plain = CONTENT.replace(b"Reply-To: desk@news.example.org\r\n", b"")
    asked = sent(
        said(200, TAKEN), kind="postmark", what=mail(content=plain, message_id="<a b@example.org>")
    ).server.only
    assert not {"ReplyTo", "Metadata"} & asked.json.keys()


def test_a_mail_that_postmark_takes_with_a_delay_is_taken() -> None:
    late = {"MessageID": "1", "Message": "Message accepted, but delivery may be delayed."}
    assert sent(said(200, late), kind="postmark").receipt.verdict is Verdict.ACCEPTED


def test_an_identifier_beside_an_error_is_not_believed() -> None:
    assert sent(said(200, {**TAKEN, "ErrorCode": 300}), kind="postmark").receipt.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (300, "Invalid 'To' address: 'reader@'."),
        (300, "Error parsing 'To': Illegal email domain 'example_com' in address 'reader@example_com'."),
        (406, "You tried to send to a recipient that has been marked as inactive. Found inactive addresses: a@b.c."),
    ],
)
def test_a_bad_or_inactive_address_is_the_readers(code: int, message: str) -> None:
    receipt = refused(code, message)
    assert (receipt.verdict, receipt.code) == (Verdict.REFUSED, 422)
    assert receipt.text.startswith(f"{code} ")


@pytest.mark.parametrize(
    ("status", "code", "message", "remedy"),
    [
        (401, 10, "Bad or missing API token", "server token"),
        (422, 300, "Invalid 'From' address: 'editor@news.example.org' is not a verified sender", "sender signature"),
        (422, 300, "Error parsing 'Reply-To': Illegal email domain", "sender signature"),
        (422, 400, "The 'From' address you supplied is not a Sender Signature", "sender signature"),
        (422, 401, "not confirmed", "sender signature"),
        (422, 405, "Not allowed to send", "plan"),
        (422, 412, "While your account is pending approval", "approval"),
        (422, 413, "Account may not send", "support"),
        (422, 1235, "The message stream for the provided 'ID' was not found", "stream"),
    ],
)
def test_what_is_about_us_pauses_the_issue_and_says_what_to_do(
    status: int, code: int, message: str, remedy: str
) -> None:
    with pytest.raises(SenderRefused, match=remedy) as told:
        refused(code, message, status)
    assert "editor@news" not in str(told.value)


@pytest.mark.parametrize(("status", "code"), [(503, 100), (422, 100), (429, 429), (422, 429), (503, 0)])
def test_maintenance_and_too_many_requests_wait(status: int, code: int) -> None:
    assert refused(code, "later", status).verdict is Verdict.DEFERRED


def test_an_internal_error_may_have_kept_the_mail() -> None:
    receipt = refused(0, "", 500)
    assert (receipt.verdict, receipt.code) == (Verdict.UNKNOWN, 500)


def test_a_mail_with_an_attachment_is_not_sent_without_it() -> None:
    part = b"--nl-1\r\nContent-Type: image/png\r\n\r\nx\r\n--nl-1--"
    with pytest.raises(SenderRefused, match="cannot be taken apart"):
        sent(said(200, TAKEN), kind="postmark", what=mail(content=CONTENT.replace(b"--nl-1--", part)))
