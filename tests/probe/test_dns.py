"""DNS over a real name server on the loopback interface."""

from collections.abc import Iterator

import pytest

from dns_server import SERVFAIL, SILENCE, name_server, txt
from newsletter.errors import DnsError
from newsletter.probe.dns import Resolver

ZONE = {
    ("news.example.org", "TXT"): ['"v=spf1 " "-all"', txt("other")],
    ("news.example.org", "MX"): ["20 mx2.example.org.", "10 mx1.example.org."],
    ("nothing.example.org", "MX"): ["0 ."],
    ("mx1.example.org", "A"): ["192.0.2.1"],
    ("mx1.example.org", "AAAA"): ["2001:db8::1"],
    ("1.2.0.192.in-addr.arpa", "PTR"): ["mx1.example.org."],
    ("broken.example.org", "TXT"): SERVFAIL,
    ("slow.example.org", "TXT"): SILENCE,
    ("long.example.org", "TXT"): [txt("x" * 700)],
}


@pytest.fixture(scope="module")
def resolver() -> Iterator[Resolver]:
    with name_server(ZONE) as port:
        yield Resolver(nameservers=("127.0.0.1",), port=port, seconds=0.5)


def test_the_strings_of_a_record_are_joined(resolver: Resolver) -> None:
    assert resolver.txt("news.example.org") == ("other", "v=spf1 -all")
    assert resolver.txt("News.Example.org.") == resolver.txt("news.example.org")
    assert resolver.txt("long.example.org") == ("x" * 700,)


def test_the_first_host_to_try_comes_first(resolver: Resolver) -> None:
    assert resolver.mx("news.example.org") == ((10, "mx1.example.org"), (20, "mx2.example.org"))
    assert resolver.mx("nothing.example.org") == ((0, "."),)


def test_a_name_has_addresses_and_an_address_has_names(resolver: Resolver) -> None:
    assert resolver.addresses("mx1.example.org") == ("192.0.2.1", "2001:db8::1")
    assert resolver.ptr("192.0.2.1") == ("mx1.example.org",)
    assert resolver.ptr("2001:db8::1") == ()


def test_what_is_not_there_is_empty(resolver: Resolver) -> None:
    assert resolver.txt("mx1.example.org") == (), "the name is there, the record is not"
    assert resolver.txt("absent.example.org") == ()
    assert resolver.mx("absent.example.org") == ()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("broken.example.org", "could not tell"),
        ("slow.example.org", "did not answer"),
        ("a..b", "EmptyLabel"),
        ("x" * 64 + ".example.org", "LabelTooLong"),
    ],
)
def test_what_cannot_be_told_is_an_error(resolver: Resolver, name: str, sentence: str) -> None:
    with pytest.raises(DnsError, match=sentence):
        resolver.txt(name)


def test_a_name_server_that_is_no_address_is_an_error() -> None:
    with pytest.raises(DnsError, match="name server"):
        Resolver(nameservers=("not an address",)).txt("news.example.org")


def test_an_address_that_is_none_is_an_error(resolver: Resolver) -> None:
    with pytest.raises(DnsError, match="no IP address"):
        resolver.ptr("news.example.org")
