import socket
from ipaddress import ip_address
from typing import Any

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import FetchError
from newsletter.ingest.network import Deadline, GuardedBackend, OpenedHosts, is_public

PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"]
NOT_PUBLIC = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::127.0.0.1"],
    "this host": ["0.0.0.1", "0.1.2.3", "::", "::ffff:0.0.0.0"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::ffff:10.0.0.1", "fc00::1", "fd12::1"],
    "link-local and metadata": ["169.254.169.254", "169.254.1.1", "fe80::1", "fe80::1%1", "fec0::1"],
    "shared": ["100.64.0.1", "100.127.255.255"],
    "multicast and broadcast": ["224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "ff02::1", "ff0e::1"],
    "IPv4 inside IPv6": ["64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::1"],
    "reserved": [
        "192.0.0.8",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "2001:db8::1",
        "100::1",
    ],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", [address for block in NOT_PUBLIC.values() for address in block])
def test_every_other_address_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_mapped_into_ipv6_is_judged_as_itself(address: Any) -> None:
    assert is_public(ip_address(f"::ffff:{address}")) == is_public(address)


@given(st.ip_addresses())
def test_nothing_is_public_that_the_standard_library_calls_private(address: Any) -> None:
    if address.is_private or address.is_multicast or address.is_loopback or address.is_link_local:
        assert not is_public(address)


def test_a_host_is_opened_for_all_ports_or_for_one() -> None:
    opened = OpenedHosts({"feeds.internal", "Other.Internal:8080", "::1", "[fd00::1]:81"})
    assert opened.holds("FEEDS.internal.", 9999)
    assert opened.holds("other.internal", 8080)
    assert not opened.holds("other.internal", 80)
    assert opened.holds("::1", 80)
    assert opened.holds("fd00::1", 81)
    assert not opened.holds("fd00::1", 80)
    assert not opened.holds("internal", 80)


def test_one_bad_address_among_good_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    backend = GuardedBackend(OpenedHosts(()), Deadline(1))
    with pytest.raises(FetchError, match=r"rebind.example is not on the public Internet.*fetch.allow_hosts"):
        backend.connect_tcp("rebind.example", 80)


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    resolved = []

    def answer_once(host: str, port: int, **_: object) -> list[Any]:
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *a, **k: (answer_once if host == "feeds.test" else real)(host, *a, **k)
        )
        backend = GuardedBackend(OpenedHosts({"feeds.test"}), Deadline(5))
        stream = backend.connect_tcp("feeds.test", port)
        assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
        stream.close()
    assert resolved == ["feeds.test"]


def test_the_next_address_is_tried_when_one_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        real = socket.getaddrinfo
        two = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("127.0.0.2", "127.0.0.1")]
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *a, **k: two if host == "feeds.test" else real(host, *a, **k)
        )
        stream = GuardedBackend(OpenedHosts({"feeds.test"}), Deadline(5)).connect_tcp("feeds.test", port)
        assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
        stream.close()


def test_local_sockets_cannot_be_reached() -> None:
    with pytest.raises(NotImplementedError):
        GuardedBackend(OpenedHosts(()), Deadline(1)).connect_unix_socket("/run/docker.sock")


def test_a_deadline_that_has_passed_says_so_until_it_is_restarted() -> None:
    deadline = Deadline(0)
    with pytest.raises(FetchError, match="longer than 0 seconds"):
        deadline.left()
    lasting = Deadline(60)
    lasting.restart()
    assert 0 < lasting.within(None) <= 60
    assert lasting.within(1.5) == 1.5


def test_what_is_done_aside_has_its_own_time_and_takes_none_from_the_rest() -> None:
    deadline = Deadline(60)
    with deadline.aside(0), pytest.raises(FetchError):
        deadline.left()
    assert 50 < deadline.left() <= 60
    over = Deadline(0)
    with over.aside(60):
        assert 50 < over.left() <= 60
    with pytest.raises(FetchError):
        over.left()


def test_a_refused_connection_is_left_to_httpcore() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(httpcore2.ConnectError):
        GuardedBackend(OpenedHosts({"127.0.0.1"}), Deadline(5)).connect_tcp("127.0.0.1", port)
