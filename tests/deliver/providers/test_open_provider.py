"""From the configuration's keys to a transport, or a sentence that names the key at fault."""

from typing import Any

import pytest

from newsletter.deliver.providers import open_provider
from newsletter.errors import ConfigError

GIVEN: dict[str, dict[str, Any]] = {
    "ses": {"key": "AKID", "secret": "hush", "region": "eu-central-1"},
    "postmark": {"key": "token"},
    "mailgun": {"key": "key-1"},
    "resend": {"key": "re_1"},
}


def endpoint(kind: str, **given: Any) -> str:
    found: str = open_provider(kind=kind, **{**GIVEN[kind], **given})._provider.endpoint  # type: ignore[attr-defined]
    return found


def test_each_provider_has_its_own_address() -> None:
    assert {kind: endpoint(kind) for kind in GIVEN} == {
        "ses": "https://email.eu-central-1.amazonaws.com",
        "postmark": "https://api.postmarkapp.com",
        "mailgun": "https://api.mailgun.net",
        "resend": "https://api.resend.com",
    }
    assert endpoint("mailgun", region="eu") == "https://api.eu.mailgun.net"


@pytest.mark.parametrize(
    "address",
    [
        "https://mail.example.org",
        "https://mail.example.org:8443/v9/",
        "http://127.0.0.1:8025",
        "http://[::1]:1/a",
        "http://localhost",
    ],
)
def test_another_address_is_taken_if_nobody_can_listen_in(address: str) -> None:
    assert endpoint("resend", endpoint=address) == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        "http://mail.example.org",
        "http://192.0.2.1",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "ftp://mail.example.org",
        "mail.example.org",
        "https://",
        "https://user:hush@mail.example.org",
        "https://mail.example.org/?a=1",
        "https://mail.example.org/#a",
        "https://mail.example.org:0",
        "https://mail.example.org:99999",
        "https://mail.example.org\r\n",
        "https://mail example.org",
        "https://bücher.example",
        "https://[::1",
    ],
)
def test_any_other_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ConfigError, match=r"^provider\.endpoint ") as refused:
        endpoint("resend", endpoint=address)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "given", "complaint"),
    [
        ("pigeon", {"key": "k"}, "provider.kind"),
        ("resend", {"key": ""}, "NEWSLETTER_PROVIDER__KEY"),
        ("resend", {"key": "hush\n"}, "NEWSLETTER_PROVIDER__KEY"),
        ("resend", {"key": " hush"}, "NEWSLETTER_PROVIDER__KEY"),
        ("resend", {"key": "hüsh"}, "NEWSLETTER_PROVIDER__KEY"),
        ("ses", {**GIVEN["ses"], "secret": ""}, "NEWSLETTER_PROVIDER__SECRET"),
        ("ses", {**GIVEN["ses"], "region": ""}, "provider.region"),
        ("ses", {**GIVEN["ses"], "region": "eu/../us"}, "provider.region"),
        ("mailgun", {"key": "k", "region": "mars"}, "provider.region"),
        ("mailgun", {"key": "k", "domain": "a/../b"}, "provider.domain"),
        ("postmark", {"key": "k", "stream": ""}, "provider.stream"),
    ],
)
def test_a_key_that_is_missing_or_wrong_is_named_without_its_value(
    kind: str, given: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint) as refused:
        open_provider(kind=kind, **given)
    assert "hush" not in str(refused.value)


def test_so_many_mails_at_once_as_were_asked_for() -> None:
    assert open_provider(kind="resend", key="k").connections == 4
    assert open_provider(kind="resend", key="k", connections=9).connections == 9
