import pytest

from newsletter.probe.doctor.bimi import bimi_advice
from newsletter.probe.doctor.tls import tls_advice


def test_the_records_for_incoming_mail_are_never_more_than_a_note() -> None:
    there = tls_advice("example.org", ("v=STSv1; id=1",), ("v=TLSRPTv1; rua=mailto:t@example.org",))
    assert [one.level for one in there] == ["ok", "ok"]
    absent = tls_advice("example.org", ("another",), ())
    assert [one.level for one in absent] == ["note", "note"]
    assert "_mta-sts.example.org" in absent[0].sentence
    assert "_smtp._tls.example.org" in absent[1].sentence


def test_two_records_are_as_good_as_none() -> None:
    twice = ("v=STSv1; id=1", "v=STSv1; id=2")
    assert [one.level for one in tls_advice("example.org", twice, ())] == ["note", "note"]


def test_a_logo_counts_only_under_a_policy_that_shuts_others_out() -> None:
    record = ("v=BIMI1; l=https://example.org/logo.svg",)
    assert [one.level for one in bimi_advice("example.org", record, "reject")] == ["ok"]
    (waits,) = bimi_advice("example.org", record, "none")
    assert "no effect until DMARC" in waits.sentence
    (absent,) = bimi_advice("example.org", (), "reject")
    assert absent.level == "note"


@pytest.mark.parametrize("logo", ["", "l=", "l=http://example.org/logo.svg", "l=https://example.org/logo.png"])
def test_a_record_that_names_no_logo_that_is_shown_is_not_called_good(logo: str) -> None:
    (advice,) = bimi_advice("example.org", (f"v=BIMI1; {logo}",), "reject")
    assert (advice.level, "l= must be" in advice.sentence) == ("note", True)


def test_two_records_of_logos_are_as_good_as_none() -> None:
    record = "v=BIMI1; l=https://example.org/logo.svg"
    (advice,) = bimi_advice("example.org", (record, record), "reject")
    assert (advice.level, "2 BIMI records" in advice.sentence) == ("note", True)
