from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.probe.doctor.advice import Advice
from newsletter.probe.doctor.spf import spf_advice
from newsletter.probe.doctor.spf_record import is_spf, spf_record
from newsletter.probe.doctor.spf_result import SpfResult, spf_result
from newsletter.probe.doctor.spf_tree import SpfTree, spf_tree
from probe.doctor.asking import said, zone

RELAY, STRANGER, RELAY6 = "198.2.128.5", "198.2.129.5", "2a03:1::5"


def tree(text: str | Sequence[str], others: Mapping[str, Mapping[str, Sequence[str]]] | None = None) -> SpfTree:
    texts = [text] if isinstance(text, str) else list(text)
    with zone({"example.org": {"TXT": ["another=text", *texts]}, **(others or {})}) as dns:
        return spf_tree("example.org", dns)


def advised(
    text: str | Sequence[str], others: Mapping[str, Mapping[str, Sequence[str]]] | None = None, *addresses: str
) -> tuple[Advice, ...]:
    return spf_advice(tree(text, others), addresses)


def test_a_good_record_is_said_to_be_good() -> None:
    advice = advised("v=spf1 ip4:198.2.128.0/24 -all", None, RELAY)
    assert {one.level for one in advice} == {"ok"}
    assert "0 of 10 look-ups" in said(advice, "ok")
    assert RELAY in said(advice, "ok")


def test_no_record_and_several_are_errors() -> None:
    assert "no SPF record" in said(advised([]), "error")
    assert "2 SPF records" in said(advised(["v=spf1 -all", "v=spf1 a -all"]), "error")


@pytest.mark.parametrize(
    "term",
    [
        "ip:192.0.2.1", "ip4:192.0.2", "ip4:2001:db8::1", "ip6:192.0.2.1", "ip4:192.0.2.0/33", "ip4:192.0.2.0/255.255.255.0",
        "a:192.0.2.1", "a/33", "a//129", "a:", "include", "include:localhost", "exists", "all:example.net", "-", "mx/x",
        "include:%{q}.example.net", "redirect=", "ip4", "include;example.net", "“-all”",
    ],
)  # fmt: skip
def test_a_term_that_receivers_do_not_understand_is_named(term: str) -> None:
    found = advised(f"v=spf1 {term} -all")
    assert f'not understood at "{term}"' in said(found, "error")


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1", "V=SPF1 A MX -ALL", "v=spf1  a  -all", "v=spf1 a:example.net/24//64 -all", "v=spf1 +mx ?a ~all", "v=spf1 a/0 -all",
        "v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all", "v=spf1 include:%{d} -all", "v=spf1 exp=why.example.net unknown=x -all",
        "v=spf1 ip6:2001:db8::/32 ip4:192.0.2.1/32 -all", "v=spf1 a:_spf.example.net. -all", "v=spf1 redirect=%{d}.example.net",
    ],
)  # fmt: skip
def test_what_the_syntax_allows_is_not_complained_of(record: str) -> None:
    assert spf_record(record).faults == ()


def test_only_the_version_as_a_whole_word_makes_a_record() -> None:
    assert [is_spf(text) for text in ("v=spf1", "v=SPF1 -all", "v=spf10 -all", "v=spf1;", " v=spf1")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_what_stands_behind_all_or_is_written_with_an_equals_sign_is_not_read() -> None:
    warned = said(advised("v=spf1 include=_spf.example.net -all ip4:192.0.2.1 redirect=example.net"), "warning")
    assert '"include=_spf.example.net", "ip4:192.0.2.1", "redirect=example.net"' in warned


def spread(count: int) -> dict[str, dict[str, list[str]]]:
    """Names that cost ``count`` look-ups when included one by one, one of them inside another."""
    inner = {f"s{number}.example.net": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]} for number in range(1, count)}
    return {**inner, "s0.example.net": {"TXT": [f"v=spf1 include:s{count - 1}.example.net -all"]}}


def test_ten_look_ups_are_allowed_and_eleven_are_not_however_deep_they_stand() -> None:
    ten = "v=spf1 " + " ".join(f"include:s{number}.example.net" for number in range(9)) + " -all"
    assert "takes 10 of 10 look-ups" in said(advised(ten, spread(10)), "ok")
    eleven = ten.replace("v=spf1", "v=spf1 include:s9.example.net")
    assert "takes 11 look-ups" in said(advised(eleven, spread(10)), "error")


def test_each_mechanism_that_asks_counts_and_addresses_cost_nothing() -> None:
    known = {
        "a.example.net": {"A": ["192.0.2.1"], "MX": ["1 a.example.net."], "TXT": ["v=spf1 exists:%{i}.x.example -all"]}
    }
    record = "v=spf1 a:a.example.net mx:a.example.net ptr exists:%{i}.y.example ip4:192.0.2.9 include:a.example.net"
    assert tree(f"{record} -all", known).lookups == 6
    assert tree(f"{record} redirect=a.example.net", known).lookups == 8
    assert tree(f"{record} -all redirect=a.example.net", known).lookups == 6


def test_a_record_without_end_is_not_followed_without_end() -> None:
    endless = {f"n{number}.example": {"TXT": [f"v=spf1 include:n{number + 1}.example -all"]} for number in range(99)}
    found = tree("v=spf1 include:n0.example -all", endless)
    assert not found.whole
    assert found.lookups < 40
    assert "at least" in said(spf_advice(found), "error")


def test_a_very_long_record_is_judged_too() -> None:
    long = "v=spf1 " + " ".join(["ip4:192.0.2.1"] * 3000) + " -all"
    assert spf_result(tree(long).policy, STRANGER) is SpfResult.FAIL


def test_a_circle_is_named() -> None:
    circle = {"a.example": {"TXT": ["v=spf1 include:EXAMPLE.org -all"]}}
    assert 'leads back to itself at "EXAMPLE.org"' in said(advised("v=spf1 include:a.example -all", circle), "error")


def test_names_that_are_not_there_are_counted() -> None:
    assert '"x.example", which is not there' in said(advised("v=spf1 a:x.example -all"), "warning")
    three = said(advised("v=spf1 a:x.example mx:y.example a:z.example -all"), "error")
    assert "3 names that are not there" in three


def test_an_include_of_a_domain_without_record_breaks_the_whole_record() -> None:
    advice = advised("v=spf1 include:x.example ip4:198.2.128.5 -all", None, RELAY)
    assert "x.example, which has no SPF record" in said(advice, "error")
    assert said(advice, "ok") == ""


def test_faults_inside_an_include_are_told_with_its_name() -> None:
    inner = {"x.example": {"TXT": ["v=spf1 ip4:nonsense ptr -all"]}}
    advice = advised("v=spf1 include:x.example -all", inner)
    assert "record of x.example is not understood" in said(advice, "error")
    assert "x.example uses ptr" in said(advice, "warning")


@pytest.mark.parametrize(
    ("ending", "level", "words"),
    [
        ("+all", "error", "every server in the world"),
        ("all", "error", "every server in the world"),
        ("?all", "warning", "says nothing of other servers"),
        ("", "warning", "no all at its end"),
        ("redirect=open.example", "error", "every server in the world"),
    ],
)
def test_what_becomes_of_other_servers_must_be_said(ending: str, level: str, words: str) -> None:
    known = {"open.example": {"TXT": ["v=spf1 +all"]}}
    assert words in said(advised(f"v=spf1 ip4:192.0.2.1 {ending}".strip(), known), level)


@pytest.mark.parametrize("ending", ["-all", "~all", "redirect=closed.example"])
def test_a_record_that_shuts_others_out_is_good(ending: str) -> None:
    known = {"closed.example": {"TXT": ["v=spf1 -all"]}}
    assert {one.level for one in advised(f"v=spf1 ip4:192.0.2.1 {ending}", known)} == {"ok"}


KNOWN = {
    "mx.example": {"A": [RELAY], "AAAA": [RELAY6]},
    "mail.example": {"MX": ["10 mx.example."], "TXT": [f"v=spf1 ip4:{RELAY} -all"]},
    "soft.example": {"TXT": ["v=spf1 ~all"]},
    "open.example": {"TXT": ["v=spf1 exists:%{i}.x.example -all"]},
}


@pytest.mark.parametrize(
    ("record", "address", "result"),
    [
        (f"ip4:{RELAY} -all", RELAY, "pass"),
        (f"ip4:{RELAY} -all", STRANGER, "fail"),
        (f"ip4:{RELAY} ~all", STRANGER, "softfail"),
        (f"ip4:{RELAY}", STRANGER, "neutral"),
        ("ip4:198.2.128.0/23 -all", STRANGER, "pass"),
        (f"-ip4:{RELAY} +all", RELAY, "fail"),
        ("ip6:2a03:1::/32 -all", RELAY6, "pass"),
        ("ip6:2a03:1::/32 -all", RELAY, "fail"),
        ("a:mx.example -all", RELAY6, "pass"),
        ("a:mx.example/23 -all", STRANGER, "pass"),
        ("a:mx.example//32 -all", "2a03:1:2::9", "pass"),
        ("mx:mail.example -all", RELAY, "pass"),
        ("mx:mail.example -all", STRANGER, "fail"),
        ("include:mail.example ?all", RELAY, "pass"),
        ("include:mail.example ?all", STRANGER, "neutral"),
        ("include:soft.example -all", STRANGER, "fail"),
        ("include:nowhere.example +all", RELAY, "permerror"),
        ("redirect=mail.example", STRANGER, "fail"),
        ("redirect=nowhere.example", RELAY, "permerror"),
        ("exists:%{i}.x.example -all", RELAY, "unjudged"),
        (f"exists:%{{i}}.x.example ip4:{RELAY} -all", RELAY, "pass"),
        (f"-exists:%{{i}}.x.example ip4:{RELAY} -all", RELAY, "unjudged"),
        ("include:open.example -all", RELAY, "unjudged"),
        ("ptr -all", RELAY, "unjudged"),
        ("ip4:nonsense -all", RELAY, "permerror"),
    ],
)
def test_an_address_is_judged_as_receivers_do(record: str, address: str, result: str) -> None:
    assert spf_result(tree(f"v=spf1 {record}", KNOWN).policy, address) == SpfResult(result)


def test_a_relay_that_does_not_pass_is_told_with_what_to_add() -> None:
    advice = advised("v=spf1 ip4:192.0.2.1 -all", None, RELAY, RELAY6)
    assert f"ip4:{RELAY}" in said(advice, "warning")
    assert f"ip6:{RELAY6}" in said(advice, "warning")


def test_a_relay_inside_the_network_is_not_judged() -> None:
    advice = advised("v=spf1 ip4:192.0.2.1 -all", None, "127.0.0.1", "10.1.2.3")
    assert "not known" in said(advice, "note")
    assert said(advice, "warning") == ""


def test_what_hangs_on_macros_is_said_not_to_be_judged() -> None:
    assert "not judged" in said(advised("v=spf1 exists:%{i}.x.example -all", None, RELAY), "note")


@given(st.text(alphabet=st.sampled_from("abimxptr4:/.-+~? =%{}dall") | st.characters(), max_size=60))
def test_whatever_stands_in_the_record_is_read_or_named(text: str) -> None:
    read = spf_record(f"v=spf1 {text}")
    terms = [term for term in text.split(" ") if term]
    assert len(read.mechanisms) + len(read.faults) <= len(terms) + 1
