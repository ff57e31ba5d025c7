from dns_server import SERVFAIL, SILENCE, dns_server
from newsletter.probe.dns import Resolver
from newsletter.probe.doctor.dkim import Selector
from newsletter.probe.doctor.examination import Sender, examine_name, examine_sender
from probe.doctor.asking import said, zone
from probe.doctor.keys import rsa_key

GOOD = rsa_key(2048)
ZONE = {
    "example.org": {"TXT": ["unrelated"]},
    "_dmarc.example.org": {"TXT": ["v=DMARC1; p=reject; rua=mailto:dmarc@example.org"]},
    "news.example.org": {"MX": ["10 mx.example.org."], "TXT": ["v=spf1 ip4:198.2.128.5 -all"]},
    "bounces.news.example.org": {"MX": ["10 mx.example.org."], "TXT": ["v=spf1 mx -all"]},
    "k1._domainkey.news.example.org": {"TXT": [f"v=DKIM1; p={GOOD}"]},
    "mx.example.org": {"A": ["198.2.128.5"]},
    "198.2.128.5": {"PTR": ["mx.example.org."]},
}
SENDER = Sender(
    domain="news.example.org",
    envelope="bounces.news.example.org",
    selectors=(Selector("k1", "news.example.org", GOOD),),
)


def test_a_well_kept_domain_has_nothing_to_mend() -> None:
    with zone(ZONE) as dns:
        advice = examine_sender(SENDER, dns, ("198.2.128.5",)) + examine_name("mx.example.org", dns, own_relay=True)
    assert said(advice, "error") + said(advice, "warning") == ""
    assert {one.subject for one in advice} == {"spf", "dkim", "dmarc", "mx", "tls", "bimi", "helo"}
    told = said(advice, "ok")
    assert "Replies to news.example.org" in told
    assert "Bounces to bounces.news.example.org" in told
    assert "DKIM signature of news.example.org counts" in told
    assert "relay's address 198.2.128.5 passes" in told


def test_a_bare_domain_has_everything_to_mend() -> None:
    with zone({}) as dns:
        advice = examine_sender(Sender(domain="example.org", envelope="example.org"), dns)
    assert [one.subject for one in advice if one.level == "error"] == ["spf", "dmarc", "mx"]
    assert all(one.remedy for one in advice if one.level == "error")


def test_one_subject_that_the_dns_does_not_answer_leaves_the_others_standing() -> None:
    with zone({**ZONE, "k1._domainkey.news.example.org": SERVFAIL}) as dns:
        advice = examine_sender(SENDER, dns)
    (error,) = [one for one in advice if one.level == "error"]
    assert error.subject == "dkim"
    assert error.sentence.startswith("Not checked. The DNS gives no answer")


def test_a_dns_that_says_nothing_passes_nothing() -> None:
    names = ("_dmarc.news.example.org", "_mta-sts.news.example.org", "default._bimi.news.example.org", "mx.example.org")
    with dns_server(dict.fromkeys((*ZONE, *names), SILENCE)) as server:
        dns = Resolver(nameservers=(server.host,), port=server.port, seconds=0.3)
        advice = examine_sender(SENDER, dns) + examine_name("mx.example.org", dns, own_relay=True)
    assert all(one.sentence.startswith("Not checked.") for one in advice)
    assert [one.subject for one in advice if one.level == "error"] == ["spf", "dkim", "dmarc", "mx", "helo"]
