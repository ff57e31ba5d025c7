"""Mail through Mailgun, as its reference (messages.mime, response codes) describes it."""

from base64 import b64encode
from email import message_from_bytes, policy

import pytest

from deliver.providers.handing import KEY, sent
from deliver.providers.sample_mail import CONTENT, MESSAGE_ID, mail
from deliver.providers.scripted_http import Asked, said
from newsletter.deliver.envelope import Envelope
from newsletter.deliver.providers.mailgun import Mailgun
from newsletter.errors import SenderRefused
from newsletter.model.delivery import Receipt, Verdict

TAKEN = {"id": MESSAGE_ID, "message": "Queued. Thank you."}


def form(asked: Asked) -> dict[str, bytes]:
    """The form's fields, read by the standard library."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + asked.body, policy=policy.HTTP)
    found = {}
    for part in parts.iter_parts():
        name = part.get_param("name", header="content-disposition")
        # The file is a message within the message to this reader; its octets are compared below.
        found[str(name)] = b"" if name == "message" else bytes(part.get_payload(decode=True))
    return found


def refused(status: int, message: str) -> Receipt:
    return sent(said(status, {"message": message})).receipt


def test_the_mail_arrives_as_the_octets_that_it_is_for_one_recipient_and_without_tracking() -> None:
    outcome = sent(said(200, TAKEN), what=mail(recipient="leser@bücher.example"))
    asked = outcome.server.only
    assert asked.line == "POST /v3/news.example.org/messages.mime HTTP/1.1"
    assert asked.headers["authorization"] == "Basic " + b64encode(f"api:{KEY}".encode()).decode()
    assert form(asked) == {
        "to": b"leser@xn--bcher-kva.example",
        "o:tracking": b"no",
        "o:tracking-opens": b"no",
        "o:tracking-clicks": b"no",
        "message": b"",
    }
    boundary = asked.headers["content-type"].partition("boundary=")[2].encode()
    file = asked.body.partition(b"Content-Type: message/rfc822\r\n\r\n")[2]
    assert file == CONTENT + b"\r\n--" + boundary + b"--\r\n"
    assert outcome.receipt == Receipt(verdict=Verdict.ACCEPTED, code=200, text=MESSAGE_ID)


def test_the_sending_domain_can_be_another_than_the_senders() -> None:
    envelope = Envelope(sender="editor@xn--bcher-kva.example", recipient="reader@example.com")
    assert [
        Mailgun(endpoint="https://m", domain=domain, key=KEY).question(mail(), envelope).url for domain in ("", "mg.x")
    ] == ["https://m/v3/xn--bcher-kva.example/messages.mime", "https://m/v3/mg.x/messages.mime"]


@pytest.mark.parametrize(
    "message",
    [
        "to parameter is not a valid address. please check documentation",
        "'to' parameter is not a valid address. please check documentation",
    ],
)
def test_a_bad_address_is_the_readers(message: str) -> None:
    assert refused(400, message) == Receipt(verdict=Verdict.REFUSED, code=400, text=message)


@pytest.mark.parametrize(
    ("status", "message", "remedy"),
    [
        (401, "Forbidden", "Check key"),
        (403, "Forbidden", "Check key"),
        (400, "'from' parameter is not a valid address. please check documentation", "newsletter's sender"),
        (403, "Domain sandbox1.mailgun.org is not allowed to send: Sandbox subdomains are for test", "control panel"),
        (400, "Please add the address to authorized recipients in Account Settings.", "control panel"),
        (403, "Account disabled", "control panel"),
        (404, "Domain not found: news.example.org", "domain and region"),
        (413, "too large", "state of the account"),
    ],
)
def test_what_is_about_us_pauses_the_issue_and_says_what_to_do(status: int, message: str, remedy: str) -> None:
    with pytest.raises(SenderRefused, match=remedy):
        refused(status, message)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_mailgun_wants_tried_again_waits(status: int) -> None:
    receipt = refused(status, "Internal Server Error")
    assert receipt == Receipt(verdict=Verdict.DEFERRED, code=status, text="Internal Server Error")


def test_words_that_are_no_json_are_repeated_too() -> None:
    with pytest.raises(SenderRefused, match=r"It said: Forbidden$"):
        sent(said(401, b"Forbidden"))
