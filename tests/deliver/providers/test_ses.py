"""Mail through Amazon SES, as its reference (version 2, SendEmail) describes it."""

from base64 import b64decode
from datetime import UTC, datetime

import pytest

from deliver.providers.handing import KEY, SECRET, sent
from deliver.providers.sample_mail import CONTENT, TOKEN, mail
from deliver.providers.scripted_http import said
from newsletter.deliver.envelope import Envelope
from newsletter.deliver.providers.ses import AmazonSes
from newsletter.deliver.providers.sigv4 import Signer
from newsletter.errors import SenderRefused
from newsletter.model.delivery import Receipt, Verdict

MESSAGE_ID = "0107018f3c4a5b6d-1a2b3c4d-0000-4444-8888-0123456789ab-000000"


def refused(status: int, kind: str, message: str = "") -> Receipt:
    return sent(said(status, {"message": message}, X_Amzn_ErrorType=kind), kind="ses").receipt


def test_the_mail_arrives_as_the_octets_that_it_is_for_one_recipient() -> None:
    outcome = sent(said(200, {"MessageId": MESSAGE_ID}), kind="ses", what=mail(recipient="leser@bücher.example"))
    asked = outcome.server.only
    assert asked.line == "POST /v2/email/outbound-emails HTTP/1.1"
    assert b64decode(asked.json["Content"]["Raw"]["Data"]) == CONTENT
    assert asked.json == {
        "Destination": {"ToAddresses": ["leser@xn--bcher-kva.example"]},
        "Content": {"Raw": asked.json["Content"]["Raw"]},
        "EmailTags": [{"Name": "message-id", "Value": TOKEN}],
    }
    assert outcome.receipt == Receipt(verdict=Verdict.ACCEPTED, code=200, text=MESSAGE_ID)


def test_what_is_on_the_wire_is_what_was_signed() -> None:
    asked = sent(said(200, {"MessageId": MESSAGE_ID}), kind="ses").server.only
    at = datetime.strptime(asked.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    again = Signer(key=KEY, secret=SECRET, region="eu-central-1", service="ses").sign(
        method="POST",
        url=f"http://{asked.headers['host']}/v2/email/outbound-emails",
        headers={"Content-Type": asked.headers["content-type"]},
        body=asked.body,
        at=at,
    )
    assert asked.headers["authorization"] == again["Authorization"]


def test_a_message_id_that_is_no_tag_is_left_out() -> None:
    ses = AmazonSes(endpoint="http://127.0.0.1", region="r", key=KEY, secret=SECRET)
    envelope = Envelope(sender="a@example.org", recipient="b@example.org")
    assert b"EmailTags" not in ses.question(mail(message_id="<a b@example.org>"), envelope).body


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("BadRequestException", "Missing final '@domain'"),
        ("BadRequestException", "Domain contains dot-dot"),
        ("BadRequestException", "Local address contains control or whitespace"),
        ("MessageRejected", "Address is on the suppression list for your account"),
        ("MessageRejected:http://internal.amazon.com/coral/", "Illegal address"),
    ],
)
def test_a_bad_address_is_the_readers(kind: str, message: str) -> None:
    receipt = refused(400, kind, message)
    assert (receipt.verdict, receipt.code) == (Verdict.REFUSED, 400)
    assert receipt.text.startswith(kind.partition(":")[0])


@pytest.mark.parametrize(
    ("status", "kind", "message", "remedy"),
    [
        (400, "MessageRejected", "Email address is not verified. The following identities ...", "production access"),
        (400, "MessageRejected", "Message contains a virus", "check the issue"),
        (400, "SendingPausedException", "", "resume it"),
        (400, "AccountSuspendedException", "", "AWS support"),
        (400, "MailFromDomainNotVerifiedException", "", "MX record"),
        (403, "AccessDeniedException", "User: arn:aws:... is not authorized", "ses:SendEmail"),
        (403, "SignatureDoesNotMatch", f"Credential={KEY}", "clock"),
        (403, "com.amazon.coral.service#UnrecognizedClientException", "", "key, secret and region"),
        (404, "NotFoundException", "Configuration set does not exist", "region"),
    ],
)
def test_what_is_about_us_pauses_the_issue_and_says_what_to_do(
    status: int, kind: str, message: str, remedy: str
) -> None:
    with pytest.raises(SenderRefused, match=remedy) as told:
        refused(status, kind, message)
    assert KEY not in str(told.value)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, "TooManyRequestsException"),
        (400, "LimitExceededException"),
        (400, "ThrottlingException"),
        (503, "ServiceUnavailable"),
    ],
)
def test_too_much_at_once_waits(status: int, kind: str) -> None:
    receipt = refused(status, kind, "Maximum sending rate exceeded.")
    assert (receipt.verdict, receipt.code) == (Verdict.DEFERRED, status)
    assert receipt.text == f"{kind}: Maximum sending rate exceeded."


def test_an_unknown_error_leaves_the_mail_in_doubt() -> None:
    assert refused(500, "InternalFailure").verdict is Verdict.UNKNOWN


def test_the_errors_name_is_found_in_the_body_too() -> None:
    body = {"__type": "com.amazonaws.sesv2#SendingPausedException", "Message": "paused"}
    with pytest.raises(SenderRefused, match="resume it"):
        sent(said(400, body), kind="ses")
