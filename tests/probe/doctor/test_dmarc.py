from collections.abc import Mapping

import pytest

from dns_server import dns_server
from newsletter.probe.dns import Resolver
from newsletter.probe.doctor.advice import Advice
from newsletter.probe.doctor.dmarc import dmarc_advice
from newsletter.probe.doctor.dmarc_record import dmarc_record
from newsletter.probe.doctor.dmarc_walk import DmarcWalk, aligned, dmarc_walk
from probe.doctor.asking import said, zone

GOOD = "v=DMARC1; p=reject; rua=mailto:dmarc@example.org"


def walk(domain: str, records: Mapping[str, str | list[str]]) -> DmarcWalk:
    texts = {f"_dmarc.{name}": {"TXT": [text] if isinstance(text, str) else text} for name, text in records.items()}
    with zone(texts) as dns:
        return dmarc_walk(domain, dns)


def advised(
    records: Mapping[str, str | list[str]], envelope: str = "news.example.org", *signers: str
) -> tuple[Advice, ...]:
    return dmarc_advice(
        walk("news.example.org", records), walk(envelope, records), [walk(signer, records) for signer in signers]
    )


@pytest.mark.parametrize("domain", ["news.example.org", "example.org"])
def test_a_strict_policy_here_or_above_is_good(domain: str) -> None:
    advice = advised({domain: GOOD})
    assert {one.level for one in advice} == {"ok"}
    assert f"_dmarc.{domain} is reject" in said(advice, "ok")


def test_no_record_anywhere_is_an_error_with_the_record_to_publish() -> None:
    told = said(advised({}), "error")
    assert "Neither news.example.org nor a domain above it" in told
    assert '_dmarc.news.example.org: "v=DMARC1; p=none; rua=mailto:' in told


def test_several_records_are_none() -> None:
    told = said(advised({"news.example.org": [GOOD, "v=DMARC1; p=none"]}), "error")
    assert "_dmarc.news.example.org has several" in told


def test_several_records_leave_the_one_above_in_force_and_are_still_an_error() -> None:
    advice = advised({"news.example.org": [GOOD, "v=DMARC1; p=none"], "example.org": GOOD})
    assert "has several" in said(advice, "error")
    assert "_dmarc.example.org is reject" in said(advice, "ok")


def test_a_text_that_only_looks_like_a_record_is_told_apart_from_none() -> None:
    assert "must begin with v=DMARC1" in said(advised({"news.example.org": "v=dmarc1; p=reject"}), "error")


@pytest.mark.parametrize(
    "text", ["", ";", "p=reject; v=DMARC1", "v=DMARC1x; p=reject", "v=DMARC2", "x; v=DMARC1; p=none", "v=spf1 -all"]
)
def test_what_does_not_begin_with_the_version_is_no_record(text: str) -> None:
    assert dmarc_record("example.org", text) is None


def test_blanks_and_letters_of_either_case_are_read_alike() -> None:
    record = dmarc_record("example.org", " v = DMARC1 ;P= Reject;  rua = mailto:a@example.org , MAILTO:b@example.org ;")
    assert record is not None
    assert (record.policy, len(record.reports), record.faults, record.unknown) == ("reject", 2, (), ())


def test_a_policy_of_none_is_a_warning_with_the_next_step() -> None:
    told = said(advised({"news.example.org": GOOD.replace("reject", "none")}), "warning")
    assert "p=quarantine" in told


def test_the_policy_for_subdomains_counts_where_the_record_stands_above() -> None:
    told = said(advised({"example.org": GOOD + "; sp=none"}), "warning")
    assert "is none" in told


def test_a_test_flag_and_missing_reports_are_warnings() -> None:
    told = said(advised({"news.example.org": "v=DMARC1; p=reject; t=y"}), "warning")
    assert "one step milder" in told
    assert "rua=mailto:" in told


@pytest.mark.parametrize(
    ("record", "level"), [("v=DMARC1; p=off", "error"), ("v=DMARC1; rua=mailto:a@b.example", "warning")]
)
def test_a_record_without_a_policy_counts_as_none_only_where_it_asks_for_reports(record: str, level: str) -> None:
    assert "no valid policy" in said(advised({"news.example.org": record}), level)


def test_old_and_unknown_tags_are_noted_and_broken_ones_warned_of() -> None:
    advice = advised({"news.example.org": GOOD + "; pct=50; ri=60; rf=afrf; pol=x; nonsense"})
    assert "pct, ri, rf" in said(advice, "note")
    assert "pol" in said(advice, "note")
    assert '"nonsense", which is no tag' in said(advice, "warning")


def test_the_walk_asks_at_most_eight_times_and_jumps_over_the_middle_of_long_names() -> None:
    long = "a.b.c.d.e.f.g.h.i.example.org"
    with dns_server({}) as server:
        dmarc_walk(long, Resolver(nameservers=(server.host,), port=server.port))
        asked = [name for name, _ in server.asked]
    assert asked[:2] == [f"_dmarc.{long}", "_dmarc.e.f.g.h.i.example.org"]
    assert len(asked) == 8
    assert asked[-1] == "_dmarc.org"


def test_a_name_of_eight_labels_loses_one_at_a_time() -> None:
    with dns_server({}) as server:
        dmarc_walk("a.b.c.d.e.f.example.org", Resolver(nameservers=(server.host,), port=server.port))
        assert [name.count(".") for name, _ in server.asked] == [8, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("records", "organisation"),
    [
        ({}, "a.news.example.org"),
        ({"example.org": GOOD}, "example.org"),
        ({"news.example.org": GOOD, "example.org": GOOD}, "example.org"),
        ({"news.example.org": GOOD + "; psd=n", "example.org": GOOD}, "news.example.org"),
        ({"org": GOOD + "; psd=y"}, "example.org"),
        ({"example.org": GOOD + "; psd=y", "org": GOOD}, "news.example.org"),
        ({"a.news.example.org": GOOD + "; psd=y"}, "a.news.example.org"),
    ],
)
def test_the_organisation_is_found_without_a_list_of_suffixes(records: dict[str, str], organisation: str) -> None:
    assert walk("a.news.example.org", records).organisation == organisation


def test_the_record_of_a_public_suffix_counts_where_there_is_no_other() -> None:
    found = walk("news.example.org", {"org": GOOD + "; psd=y; sp=quarantine"})
    assert found.policy == "quarantine"


@pytest.mark.parametrize(
    ("other", "strict", "counts"),
    [
        ("news.example.org", True, True),
        ("NEWS.example.org.", True, True),
        ("bounces.news.example.org", False, True),
        ("bounces.news.example.org", True, False),
        ("example.org", False, True),
        ("example.net", False, False),
        ("notexample.org", False, False),
    ],
)
def test_domains_of_one_organisation_are_aligned_unless_the_same_is_asked_for(
    *, other: str, strict: bool, counts: bool
) -> None:
    records = {"example.org": GOOD}
    assert aligned(walk("news.example.org", records), walk(other, records), strict=strict) is counts


def test_an_envelope_of_another_organisation_is_a_warning() -> None:
    told = said(advised({"example.org": GOOD}, "bounces.example.net"), "warning")
    assert "SPF for bounces.example.net in the envelope does not count" in told


def test_strict_alignment_is_named_as_the_reason() -> None:
    told = said(advised({"example.org": GOOD + "; aspf=s"}, "bounces.example.org"), "warning")
    assert "the very same domain" in told


def test_where_neither_envelope_nor_signature_counts_nothing_passes() -> None:
    advice = advised({"example.org": GOOD}, "bounces.example.net", "mailer.example")
    assert "none of our mail passes" in said(advice, "error")
    saved = advised({"example.org": GOOD}, "bounces.example.net", "mailer.example", "example.org")
    assert said(saved, "error") == ""
