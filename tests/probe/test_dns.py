import pytest

from dns_server import SERVFAIL, SILENCE, NameServer, dns_server
from newsletter.errors import DnsError
from newsletter.probe.dns import Resolver


def asking(server: NameServer, seconds: float = 5.0) -> Resolver:
    return Resolver(nameservers=(server.host,), port=server.port, seconds=seconds)


def test_the_strings_of_one_text_are_joined_and_several_texts_stay_apart() -> None:
    long = "v=DKIM1; p=" + "A" * 400
    with dns_server({"k._domainkey.example.org": {"TXT": [long, "another"]}}) as server:
        assert set(asking(server).txt("k._domainkey.example.org")) == {long, "another"}


def test_mail_hosts_come_in_the_order_of_preference_without_a_final_dot() -> None:
    with dns_server({"example.org": {"MX": ["20 b.example.org.", "5 a.example.org."]}}) as server:
        assert asking(server).mx("example.org") == ((5, "a.example.org"), (20, "b.example.org"))


def test_a_null_mx_has_an_empty_host() -> None:
    with dns_server({"example.org": {"MX": ["0 ."]}}) as server:
        assert asking(server).mx("example.org") == ((0, ""),)


def test_addresses_are_of_both_kinds_and_have_names() -> None:
    zone = {
        "mx.example.org": {"A": ["198.51.100.1"], "AAAA": ["2001:db8::1"]},
        "198.51.100.1": {"PTR": ["mx.example.org."]},
        "2001:db8::1": {"PTR": ["mx6.example.org."]},
    }
    with dns_server(zone) as server:
        resolver = asking(server)
        assert resolver.addresses("mx.example.org") == ("198.51.100.1", "2001:db8::1")
        assert resolver.ptr("198.51.100.1") == ("mx.example.org",)
        assert resolver.ptr("2001:db8::1") == ("mx6.example.org",)


def test_a_name_of_other_letters_is_asked_for_as_its_a_label() -> None:
    with dns_server({"xn--80a1acny.xn--p1ai": {"TXT": ["yes"]}}) as server:
        assert asking(server).txt("почта.рф") == ("yes",)


@pytest.mark.parametrize(
    "name", ["nowhere.example", "example.org", "a..b", "a" * 64 + ".example", "", "😀\N{NULL}.example"]
)
def test_what_is_not_there_is_nothing_and_no_error(name: str) -> None:
    with dns_server({"example.org": {"A": ["192.0.2.1"]}}) as server:
        assert asking(server).txt(name) == ()
        assert asking(server).mx(name) == ()
        assert asking(server).ptr(name) == ()


def test_a_server_that_failed_is_an_error_and_not_an_empty_answer() -> None:
    with dns_server({"example.org": SERVFAIL}) as server, pytest.raises(DnsError, match=r"no answer for example\.org"):
        asking(server).txt("example.org")


def test_a_server_that_says_nothing_is_an_error_when_the_time_is_over() -> None:
    with dns_server({"example.org": SILENCE}) as server, pytest.raises(DnsError, match="in time"):
        asking(server, seconds=0.3).addresses("example.org")


def test_a_name_server_is_given_by_its_address() -> None:
    with pytest.raises(DnsError, match="by its address"):
        Resolver(nameservers=("ns.example.org",))
