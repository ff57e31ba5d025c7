"""Put all questions about one sender, at once, and collect the advice."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from newsletter.errors import DnsError
from newsletter.probe.doctor import bimi, dkim, dmarc, mx, reverse, spf, tls
from newsletter.probe.doctor.advice import Advice, Level
from newsletter.probe.doctor.dkim import Selector, dkim_advice, dkim_records
from newsletter.probe.doctor.dmarc import dmarc_advice
from newsletter.probe.doctor.dmarc_walk import dmarc_walk
from newsletter.probe.doctor.lookup import Dns
from newsletter.probe.doctor.mx import incoming, mx_advice
from newsletter.probe.doctor.reverse import greeter, reverse_advice
from newsletter.probe.doctor.spf import spf_advice
from newsletter.probe.doctor.spf_tree import spf_tree

_Question = Callable[[], tuple[Advice, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whom mail is from. ``domain`` is that of From, ``envelope`` that of MAIL FROM, to which bounces go.

    ``selectors`` are the keys that we sign with; none where the relay signs.
    """

    domain: str
    envelope: str
    selectors: tuple[Selector, ...] = ()


def examine_sender(sender: Sender, dns: Dns, relay_addresses: Sequence[str] = ()) -> tuple[Advice, ...]:
    """The advice on what ``sender`` publishes, subject by subject. A subject without an answer of the DNS is told.

    ``relay_addresses`` are where mail leaves from, as far as we know. The questions are asked at the same time, so that
    a silent DNS costs its time once.
    """
    return _asked(
        (
            (spf.SUBJECT, "error", lambda: spf_advice(spf_tree(sender.envelope, dns), relay_addresses)),
            (dkim.SUBJECT, "error", lambda: dkim_advice(sender.selectors, dkim_records(sender.selectors, dns))),
            (dmarc.SUBJECT, "error", lambda: _dmarc(sender, dns)),
            (mx.SUBJECT, "error", lambda: _mx(sender, dns)),
            (tls.SUBJECT, "note", lambda: _tls(sender.domain, dns)),
            (bimi.SUBJECT, "note", lambda: _bimi(sender.domain, dns)),
        )
    )


def examine_name(name: str, dns: Dns, *, own_relay: bool) -> tuple[Advice, ...]:
    """The advice on the ``name`` that we greet with; see `reverse_advice`."""
    return _asked(((reverse.SUBJECT, "error", lambda: reverse_advice(greeter(name, dns), own_relay=own_relay)),))


def _dmarc(sender: Sender, dns: Dns) -> tuple[Advice, ...]:
    author = dmarc_walk(sender.domain, dns)
    envelope = author if sender.envelope == sender.domain else dmarc_walk(sender.envelope, dns)
    return dmarc_advice(author, envelope, [dmarc_walk(selector.domain, dns) for selector in sender.selectors])


def _mx(sender: Sender, dns: Dns) -> tuple[Advice, ...]:
    if sender.envelope == sender.domain:
        return mx_advice(incoming(sender.domain, dns), "replies and bounces")
    return (*mx_advice(incoming(sender.domain, dns), "replies"), *mx_advice(incoming(sender.envelope, dns), "bounces"))


def _tls(domain: str, dns: Dns) -> tuple[Advice, ...]:
    return tls.tls_advice(domain, dns.txt(tls.mta_sts_name(domain)), dns.txt(tls.tlsrpt_name(domain)))


def _bimi(domain: str, dns: Dns) -> tuple[Advice, ...]:
    return bimi.bimi_advice(domain, dns.txt(bimi.bimi_name(domain)), dmarc_walk(domain, dns).policy)


def _asked(questions: Sequence[tuple[str, Level, _Question]]) -> tuple[Advice, ...]:
    with ThreadPoolExecutor(len(questions)) as threads:
        return tuple(
            advice for found in threads.map(lambda question: _answer(*question), questions) for advice in found
        )


def _answer(subject: str, level: Level, question: _Question) -> tuple[Advice, ...]:
    try:
        return question()
    except DnsError as error:
        return (Advice(level=level, subject=subject, sentence=f"Not checked. {error}"),)
