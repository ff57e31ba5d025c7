"""The signature is the one that AWS publishes for the same request."""

import hmac
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest

from newsletter.deliver.providers.sigv4 import Signer

# The pair that AWS prints in its reference and uses in its test suite; it opens nothing.
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
SIGNER = Signer(key=KEY, secret=SECRET, region="us-east-1", service="service")


def signature(headers: dict[str, str], body: bytes = b"", *, method: str = "POST", path: str = "/") -> str:
    signed = SIGNER.sign(method=method, url=f"https://example.amazonaws.com{path}", headers=headers, body=body, at=AT)
    return signed["Authorization"].rpartition("Signature=")[2]


@pytest.mark.parametrize(
    ("name", "method", "headers", "body", "published"),
    [
        ("get-vanilla", "GET", {}, b"", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("post-vanilla", "POST", {}, b"", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "post-header-key-case with a form",
            "POST",
            {"Content-Type": "application/x-www-form-urlencoded"},
            b"Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
        (
            "get-header-value-trim",
            "GET",
            {"My-Header1": " value1", "My-Header2": ' "a   b   c"'},
            b"",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ),
    ],
)
def test_the_published_test_suite_comes_out(
    name: str, method: str, headers: dict[str, str], body: bytes, published: str
) -> None:
    assert signature(headers, body, method=method) == published, name


def test_the_signing_key_of_the_reference_comes_out() -> None:
    signer = Signer(key=KEY, secret=SECRET, region="us-east-1", service="iam")
    published = "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
    assert signer._signing_key("20150830").hex() == published


def test_a_request_to_ses_is_signed_as_the_description_says_step_by_step() -> None:
    body = b'{"a":1}'
    signed = Signer(key=KEY, secret=SECRET, region="eu-central-1", service="ses").sign(
        method="POST",
        url="https://email.eu-central-1.amazonaws.com/v2/email/outbound-emails",
        headers={"Content-Type": "application/json"},
        body=body,
        at=AT,
    )
    request = (
        "POST\n/v2/email/outbound-emails\n\n"
        "content-type:application/json\nhost:email.eu-central-1.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"
        f"content-type;host;x-amz-date\n{sha256(body).hexdigest()}"
    )
    scope = "20150830/eu-central-1/ses/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n20150830T123600Z\n{scope}\n{sha256(request.encode()).hexdigest()}"
    key = hmac.digest(b"AWS4" + SECRET.encode(), b"20150830", "sha256")
    key = hmac.digest(
        hmac.digest(hmac.digest(key, b"eu-central-1", "sha256"), b"ses", "sha256"), b"aws4_request", "sha256"
    )
    expected = hmac.digest(key, to_sign.encode(), "sha256").hex()
    assert signed == {
        "Content-Type": "application/json",
        "Host": "email.eu-central-1.amazonaws.com",
        "X-Amz-Date": "20150830T123600Z",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, "
        f"SignedHeaders=content-type;host;x-amz-date, Signature={expected}",
    }


def test_the_time_is_said_in_utc_whatever_the_zone() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=13)))
    signed = SIGNER.sign(method="GET", url="https://example.amazonaws.com/", headers={}, body=b"", at=elsewhere)
    assert signed["X-Amz-Date"] == "20150830T123600Z"


def test_one_changed_octet_of_anything_changes_the_signature() -> None:
    plain = signature({"A": "1"}, b"x")
    others = [
        signature({"A": "2"}, b"x"),
        signature({"B": "1"}, b"x"),
        signature({"A": "1"}, b"y"),
        signature({"A": "1"}, b"x", method="PUT"),
        signature({"A": "1"}, b"x", path="/v2"),
    ]
    assert len({plain, *others}) == 6


def test_neither_key_nor_secret_is_shown() -> None:
    assert KEY not in repr(SIGNER)
    assert SECRET not in repr(SIGNER)
