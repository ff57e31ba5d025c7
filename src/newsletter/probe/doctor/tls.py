"""Notes on MTA-STS (RFC 8461) and TLSRPT (RFC 8460), which protect the mail that comes to a domain."""

from collections.abc import Sequence

from newsletter.probe.doctor.advice import Advice

SUBJECT = "tls"


def mta_sts_name(domain: str) -> str:
    """Where the record of MTA-STS stands."""
    return f"_mta-sts.{domain}"


def tlsrpt_name(domain: str) -> str:
    """Where the record of TLSRPT stands."""
    return f"_smtp._tls.{domain}"


def tls_advice(domain: str, mta_sts: Sequence[str], tlsrpt: Sequence[str]) -> tuple[Advice, ...]:
    """Whether the two records are there, given the texts at their names. Neither decides about what we send."""
    return (
        _note(
            _one(mta_sts, "v=STSv1"), f"MTA-STS at {mta_sts_name(domain)}", "asks senders for TLS to your mail hosts"
        ),
        _note(_one(tlsrpt, "v=TLSRPTv1"), f"TLSRPT at {tlsrpt_name(domain)}", "asks for reports of failures of TLS"),
    )


def _one(texts: Sequence[str], version: str) -> bool:
    return sum(text.partition(";")[0].strip() == version for text in texts) == 1


def _note(there: bool, what: str, effect: str) -> Advice:  # noqa: FBT001 - the one question
    if there:
        return Advice(level="ok", subject=SUBJECT, sentence=f"{what} {effect}.")
    return Advice(level="note", subject=SUBJECT, sentence=f"There is no {what}; it {effect} and is not needed to send.")
