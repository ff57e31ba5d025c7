"""`newsletter dkim` as an operator uses it, against a name server on the loopback interface."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import dkim  # type: ignore[import-untyped]  # it publishes no types
import pytest

from desk import Desk, Done
from dns_server import SERVFAIL, dns_server
from newsletter.app import App
from newsletter.config import read_settings
from newsletter.deliver.dkim import Signer
from newsletter.errors import DkimKeyError

DOMAIN = "news.example.org"
HEAD = b"From: editor@news.example.org\r\nTo: reader@example.com\r\nSubject: Ferry fares\r\n"


@dataclass
class Operator:
    """Somebody with a desk, who also runs the DNS of the domain."""

    desk: Desk
    port: int
    zone: dict[str, dict[str, list[str]] | str] = field(default_factory=dict)

    def publish(self, printed: str) -> None:
        """Copy the lines for a zone file from what a command printed into the zone."""
        for name, strings in re.findall(r"^(\S+)\. 3600 IN TXT \( (.*) \)$", printed, re.MULTILINE):
            self.zone[name] = {"TXT": [strings.replace('" "', "").strip('"')]}

    def asking(self, *words: str) -> tuple[str, ...]:
        return ("dkim", *words, DOMAIN, "--nameserver", f"127.0.0.1:{self.port}")

    def states(self) -> dict[str, str]:
        return {key["selector"]: key["state"] for key in self.desk.ok("dkim", "show", DOMAIN, "--json").json}

    def signer(self) -> Signer | None:
        return App(read_settings(self.desk.folder / "config.toml")).signer_for(DOMAIN)

    def verified(self, mail: bytes) -> list[bool]:
        """What a receiver who asks this DNS thinks of the signatures."""

        def answer(name: bytes, timeout: float = 5) -> bytes:
            records = self.zone.get(name.decode().removesuffix("."), {})
            return "".join(records["TXT"] if isinstance(records, dict) and records else "").encode()

        return [dkim.DKIM(mail).verify(place, dnsfunc=answer) for place in range(mail.count(b"DKIM-Signature:"))]


@pytest.fixture
def operator(desk: Desk) -> Iterator[Operator]:
    zone: dict[str, dict[str, list[str]] | str] = {}
    with dns_server(zone) as server:
        yield Operator(desk, server.port, zone)


def _signed(signer: Signer | None) -> bytes:
    assert signer
    return signer.sign(HEAD, b"Fares go up.\r\n") + HEAD + b"\r\nFares go up.\r\n"


def _nothing_private(done: Done) -> bool:
    return "PRIVATE" not in done.out + done.err


def test_a_domain_without_keys_is_not_signed_and_says_how_it_could_be(operator: Operator) -> None:
    assert operator.signer() is None
    for command in ("show", "check", "rotate"):
        assert "newsletter dkim create" in operator.desk.refused("dkim", command, DOMAIN)


def test_what_create_prints_is_all_that_a_receiver_needs(operator: Operator) -> None:
    done = operator.desk.ok("dkim", "create", DOMAIN)
    assert _nothing_private(done)
    assert f"Next: publish both records before you send, then: newsletter dkim check {DOMAIN}" in done.out
    operator.publish(done.out)
    assert operator.verified(_signed(operator.signer())) == [True, True]
    checked = operator.desk.ok(*operator.asking("check"))
    assert checked.out.count("is published as it should be") == 2


def test_the_form_and_the_zone_file_say_the_same(operator: Operator) -> None:
    done = operator.desk.ok("dkim", "create", DOMAIN, "--selector", "weekly", "--ed25519-selector", "weekly-ed")
    operator.publish(done.out)
    form = dict(re.findall(r"^Name:  (.*)\nValue: (.*)$", done.out, re.MULTILINE))
    assert {name: {"TXT": [value]} for name, value in form.items()} == operator.zone
    assert list(form) == [f"weekly._domainkey.{DOMAIN}", f"weekly-ed._domainkey.{DOMAIN}"]


def test_create_gives_programs_the_records_and_keeps_the_keys(operator: Operator) -> None:
    done = operator.desk.ok("dkim", "create", DOMAIN, "--json")
    assert _nothing_private(done)
    assert [(key["selector"], key["algorithm"], key["state"]) for key in done.json] == [
        ("r1", "rsa-sha256", "signing"),
        ("e1", "ed25519-sha256", "signing"),
    ]
    assert done.json == operator.desk.ok("dkim", "show", DOMAIN, "--json").json
    assert all("".join(key["strings"]) == key["value"] for key in done.json)


def test_keys_are_made_once_and_shown_as_often_as_you_like(operator: Operator) -> None:
    made = operator.desk.ok("dkim", "create", DOMAIN)
    assert "newsletter dkim rotate" in operator.desk.refused("dkim", "create", DOMAIN)
    shown = operator.desk.ok("dkim", "show", DOMAIN)
    assert _nothing_private(shown)
    assert "r1 (rsa-sha256): signs" in shown.out
    records = made.out[made.out.index("For a zone file") : made.out.index("Next:")]
    assert records in shown.out


def test_a_record_that_is_missing_fails_the_check_and_says_what_to_publish(operator: Operator) -> None:
    operator.desk.ok("dkim", "create", DOMAIN)
    done = operator.desk.run(*operator.asking("check"))
    assert done.code == 1
    assert done.out.count("error: There is no TXT record") == 2
    assert "newsletter dkim show" in done.err


def test_programs_get_each_finding_beside_its_key(operator: Operator) -> None:
    operator.publish(operator.desk.ok("dkim", "create", DOMAIN).out)
    operator.zone[f"e1._domainkey.{DOMAIN}"] = {"TXT": ["v=DKIM1; k=ed25519; p="]}
    done = operator.desk.run(*operator.asking("check"), "--json")
    assert done.code == 1
    assert [(key["selector"], [one["code"] for one in key["findings"]]) for key in done.json] == [
        ("r1", []),
        ("e1", ["dkim-revoked"]),
    ]
    assert done.err.startswith("newsletter: e1: ")


def test_dns_that_fails_is_not_called_a_missing_record(operator: Operator) -> None:
    operator.publish(operator.desk.ok("dkim", "create", DOMAIN).out)
    operator.zone[f"r1._domainkey.{DOMAIN}"] = SERVFAIL
    assert "gives no answer" in operator.desk.refused(*operator.asking("check"))


def test_a_new_pair_signs_once_it_is_published_and_yesterdays_mail_still_verifies(operator: Operator) -> None:
    operator.publish(operator.desk.ok("dkim", "create", DOMAIN).out)
    yesterday = _signed(operator.signer())

    made = operator.desk.ok(*operator.asking("rotate"))
    assert _nothing_private(made)
    assert operator.states() == {"r1": "signing", "e1": "signing", "r2": "next", "e2": "next"}
    assert operator.verified(_signed(operator.signer())) == [True, True], "by the old pair: the new one is not in DNS"
    assert "waits and error" in operator.desk.ok(*operator.asking("check")).out

    assert "The old keys go on signing. There is no TXT record" in operator.desk.refused(*operator.asking("rotate"))
    assert operator.states()["r2"] == "next"

    operator.publish(made.out)
    done = operator.desk.ok(*operator.asking("rotate"))
    assert "r2 and e2: sign from now on" in done.out
    assert re.search(r"r1 and e1: sign no more\. Leave their records in DNS until \d{4}-\d\d-\d\d", done.out)
    assert operator.states() == {"r2": "signing", "e2": "signing", "r1": "old", "e1": "old"}

    today = _signed(operator.signer())
    assert b"s=r2;" in today
    assert b"s=r1;" not in today
    assert operator.verified(today) == operator.verified(yesterday) == [True, True]
    assert re.search(
        r"r1 \(rsa-sha256\): signs no more; .* can go from \d{4}", operator.desk.ok("dkim", "show", DOMAIN).out
    )


def test_a_rotation_that_is_under_way_takes_no_other_names(operator: Operator) -> None:
    operator.desk.ok("dkim", "create", DOMAIN)
    operator.desk.ok("dkim", "rotate", DOMAIN, "--selector", "spring")
    assert operator.states() == {"r1": "signing", "e1": "signing", "spring": "next", "e2": "next"}
    assert "spring and e2" in operator.desk.refused("dkim", "rotate", DOMAIN, "--selector", "summer")


def test_rotate_tells_programs_what_every_key_is_for(operator: Operator) -> None:
    operator.publish(operator.desk.ok("dkim", "create", DOMAIN).out)
    first = operator.desk.ok(*operator.asking("rotate"), "--json").json
    assert [key["state"] for key in first] == ["signing", "signing", "next", "next"]
    operator.publish(operator.desk.ok("dkim", "show", DOMAIN).out)
    second = operator.desk.ok(*operator.asking("rotate"), "--json").json
    assert [key["state"] for key in second] == ["signing", "signing", "old", "old"]
    assert [bool(key["record_needed_until"]) for key in second] == [False, False, True, True]


def test_mail_that_should_be_signed_never_goes_out_unsigned(operator: Operator) -> None:
    operator.desk.ok("dkim", "create", DOMAIN)
    (operator.desk.folder / "dkim" / DOMAIN / "r1.pem").chmod(0o644)
    with pytest.raises(DkimKeyError, match="chmod 600"):
        operator.signer()
    assert "chmod 600" in operator.desk.refused("dkim", "show", DOMAIN)


def test_the_folder_of_keys_is_the_operators_choice(operator: Operator) -> None:
    with (operator.desk.folder / "config.toml").open("a") as config:
        config.write('\n[dkim]\nkeys = "secrets/dkim"\n')
    operator.desk.ok("dkim", "create", DOMAIN)
    assert (operator.desk.folder / "secrets/dkim" / DOMAIN / "r1.pem").exists()
    assert operator.signer()


@pytest.mark.parametrize("words", [("create", "../secrets"), ("create", DOMAIN, "--selector", "../r1")])
def test_no_name_leads_out_of_the_folder(operator: Operator, words: tuple[str, ...]) -> None:
    operator.desk.refused("dkim", *words)
    assert not list(operator.desk.folder.rglob("*.pem"))


@pytest.mark.parametrize("address", ["127.0.0.1:port", "127.0.0.1:99999", "[::1", "dns.example.org", ":53"])
def test_a_name_server_is_an_address(operator: Operator, address: str) -> None:
    operator.desk.ok("dkim", "create", DOMAIN)
    assert "server" in operator.desk.refused("dkim", "check", DOMAIN, "--nameserver", address)
