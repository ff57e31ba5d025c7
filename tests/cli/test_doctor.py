from pathlib import Path

import pytest

from desk import Desk
from dns_server import SERVFAIL, dns_server
from newsletter.deliver.dkim_keys import KeyFolder, dns_record
from probe.doctor.relay_certificate import relay_certificate
from smtp_sink import smtp_sink

ZONE = {
    "news.example.org": {"MX": ["10 mx.example.org."], "TXT": ["v=spf1 ip4:198.2.128.5 -all"]},
    "_dmarc.example.org": {"TXT": ["v=DMARC1; p=reject; rua=mailto:dmarc@example.org"]},
    "mx.example.org": {"A": ["198.2.128.5"]},
    "198.2.128.5": {"PTR": ["mx.example.org."]},
}


@pytest.fixture
def sender(desk: Desk) -> Desk:
    desk.ok("newsletter", "set", "weekly", "sender=editor@news.example.org")
    return desk


def configured(desk: Desk, port: int, *lines: str) -> None:
    config = desk.folder / "config.toml"
    section = "\n".join(["[relay]", 'host = "127.0.0.1"', f"port = {port}", 'helo = "mx.example.org"', *lines])
    config.write_text(config.read_text().replace('transport = "mailbox"', 'transport = "smtp"') + f"\n{section}\n")


def test_a_well_kept_sender_behind_a_good_relay_may_send(sender: Desk, tmp_path: Path) -> None:
    tls, trusted = relay_certificate(tmp_path)
    with dns_server(ZONE) as dns, smtp_sink(tls=tls, login=("editor", "sesame")) as sink:
        configured(sender, sink.port, 'username = "editor"', 'password = "sesame"', f'ca_file = "{trusted}"')
        told = sender.ok("doctor", "--nameserver", f"127.0.0.1:{dns.port}").out
        assert sink.messages == []
    assert told.startswith("news.example.org\n  ok       spf ")
    assert "Mail from the relay's address 198.2.128.5 passes" in told
    assert "\nrelay\n  ok       relay  The relay speaks TLSv1." in told
    assert "  ok       helo   mx.example.org is at 198.2.128.5" in told
    assert "Nothing stands in the way of sending; 0 warnings." in told


def test_what_keeps_mail_from_arriving_ends_with_exit_code_1(sender: Desk) -> None:
    with dns_server({"news.example.org": {"TXT": ["v=spf1 +all"]}}) as dns, smtp_sink() as sink:
        configured(sender, sink.port)
        done = sender.run("doctor", "--nameserver", f"127.0.0.1:{dns.port}")
    assert done.code == 1
    assert "  error    spf    The record ends with +all" in done.out
    assert "\n                  Write -all instead." in done.out
    assert "  error    relay  The relay does not offer STARTTLS" in done.out
    assert "4 things keep mail from arriving" in done.err


def test_where_nothing_is_sent_the_domain_is_checked_all_the_same(sender: Desk) -> None:
    with dns_server(ZONE) as dns:
        found = sender.ok("doctor", "--json", "--nameserver", f"127.0.0.1:{dns.port}").json
    assert {one["about"] for one in found} == {"news.example.org", "relay"}
    assert {(one["level"], one["subject"]) for one in found if one["about"] == "relay"} == {("note", "relay")}
    assert {"level", "subject", "sentence", "remedy"} <= set(found[0])


def test_a_domain_of_ones_choice_is_checked_instead(sender: Desk) -> None:
    with dns_server({**ZONE, "xn--80a1acny.xn--p1ai": SERVFAIL}) as dns:
        server = f"127.0.0.1:{dns.port}"
        done = sender.run("doctor", "почта.рф", "--nameserver", server)
        assert "xn--80a1acny.xn--p1ai\n" in done.out
        assert "Not checked. The DNS gives no answer" in done.out
        assert "news.example.org" not in done.out
        assert sender.run("doctor", "Editor@News.Example.Org.", "--nameserver", server).code == 0


@pytest.mark.parametrize("domain", ["https://news.example.org/", "a b", "localhost..org", "@"])
def test_what_is_no_domain_is_refused_in_a_sentence(sender: Desk, domain: str) -> None:
    assert "is no domain" in sender.refused("doctor", domain, "--nameserver", "127.0.0.1:1")


@pytest.mark.parametrize(
    "server", ["ns.example.org:53", "127.0.0.1:0", "127.0.0.1:x", "127.0.0.1:65536", "[::1", ":53"]
)
def test_a_name_server_that_is_no_address_is_wrong_usage(sender: Desk, server: str) -> None:
    assert sender.run("doctor", "example.org", "--nameserver", server).code == 2


def test_the_doctor_looks_for_our_own_keys_and_at_the_domain_that_bounces_go_to(sender: Desk) -> None:
    config = sender.folder / "config.toml"
    config.write_text(config.read_text().replace("[delivery]\n", '[delivery]\nbounces = "bounces.example.org"\n'))
    sender.ok("dkim", "create", "news.example.org")
    with dns_server(ZONE) as dns:
        told = sender.run("doctor", "--json", "--nameserver", f"127.0.0.1:{dns.port}")
    errors = [advice["sentence"] for advice in told.json if advice["level"] == "error"]
    assert any("There is no key at r1._domainkey.news.example.org" in one for one in errors), errors
    assert any("There is no key at e1._domainkey.news.example.org" in one for one in errors), errors
    assert ("bounces.example.org", "TXT") in dns.asked
    assert any("bounces.example.org has neither MX nor address" in one for one in errors), errors


def test_keys_that_are_published_as_they_sign_are_good(sender: Desk) -> None:
    sender.ok("dkim", "create", "news.example.org")
    keys = KeyFolder.of(sender.folder / "dkim", "news.example.org").load()
    published = {record.name: {"TXT": [record.value]} for record in map(dns_record, keys)}
    with dns_server({**ZONE, **published}) as dns:
        told = sender.ok("doctor", "--json", "--nameserver", f"127.0.0.1:{dns.port}")
    good = [advice["sentence"] for advice in told.json if advice["subject"] == "dkim" and advice["level"] == "ok"]
    assert good == [f"The key at {name} is good." for name in published]
