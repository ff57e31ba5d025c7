import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver.pace.groups import group_of


@pytest.mark.parametrize(
    ("domain", "group"),
    [
        ("gmail.com", "google"),
        ("GoogleMail.com.", "google"),
        ("outlook.com", "microsoft"),
        ("outlook.com.br", "microsoft"),
        ("hotmail.co.uk", "microsoft"),
        ("live.nl", "microsoft"),
        ("msn.com", "microsoft"),
        ("yahoo.com", "yahoo"),
        ("yahoo.co.in", "yahoo"),
        ("aol.com", "yahoo"),
        ("yahoo.co.jp", "yahoo-japan"),
        ("icloud.com", "apple"),
        ("gmx.net", "gmx"),
        ("web.de", "gmx"),
        ("bk.ru", "mailru"),
        ("yandex.com.tr", "yandex"),
        ("wanadoo.fr", "orange"),
        ("t-online.de", "t-online"),
        ("ukr.net", "ukrnet"),
    ],
)
def test_domains_of_one_provider_share_a_group(domain: str, group: str) -> None:
    assert group_of(domain) == group


@pytest.mark.parametrize(
    "domain", ["example.org", "live.example.org", "mail.gmail.com", "notgmail.com", "outlook.example", "yahoo.com.br.example"]
)  # fmt: skip
def test_a_domain_of_its_own_is_a_group_of_its_own(domain: str) -> None:
    assert group_of(domain.upper()) == domain


@given(st.text())
def test_a_group_is_the_group_of_itself_whatever_the_domain(domain: str) -> None:
    group = group_of(domain)
    assert group_of(group) == group
