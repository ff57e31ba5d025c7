"""Advice on DMARC (RFC 9989): what receivers do with mail that only claims to be ours."""

from collections.abc import Iterator, Sequence

from newsletter.probe.doctor.advice import Advice, Level
from newsletter.probe.doctor.dmarc_record import DmarcRecord
from newsletter.probe.doctor.dmarc_walk import DmarcWalk, aligned

SUBJECT = "dmarc"


def dmarc_advice(author: DmarcWalk, envelope: DmarcWalk, signers: Sequence[DmarcWalk] = ()) -> tuple[Advice, ...]:
    """What to change.

    ``author`` is the walk from the domain of From, ``envelope`` that of MAIL FROM, ``signers`` those of the domains that
    sign with DKIM as far as we know.
    """
    record = author.record
    if record is None:
        return tuple(_absent(author))
    return (
        *_crowded(author),
        *_policy(author, record),
        *_reports(record),
        *_tags(record),
        *_alignment(author, record, envelope, signers),
    )


def _absent(author: DmarcWalk) -> Iterator[Advice]:
    yield from _crowded(author)
    if author.unread:
        yield _advice(
            "error",
            f"What stands at _dmarc.{author.start} is no DMARC record: it must begin with v=DMARC1, in these letters.",
            f'Write it as "{_example(author.start)}".',
        )
    elif not author.crowded:
        yield _advice(
            "error",
            f"Neither {author.start} nor a domain above it has a DMARC record; large mailbox providers ask for one.",
            f'Publish a TXT record at _dmarc.{author.start}: "{_example(author.start)}", '
            "with an address that somebody reads.",
        )


def _crowded(author: DmarcWalk) -> Iterator[Advice]:
    for domain in author.crowded:
        yield _advice(
            "error", f"_dmarc.{domain} has several DMARC records; receivers then take none.", "Leave one of them."
        )


def _policy(author: DmarcWalk, record: DmarcRecord) -> Iterator[Advice]:
    where = f"_dmarc.{record.domain}"
    match author.policy:
        case "":
            yield _advice(
                "warning" if record.reports else "error",
                f"The record at {where} has no valid policy; receivers take it for p=none"
                + ("." if record.reports else " or, as it names no address for reports, for no record at all."),
                "Write p=none, p=quarantine or p=reject.",
            )
        case "none":
            yield _advice(
                "warning",
                f"The policy at {where} is none: receivers let pass what only claims to be from {author.start}.",
                "Read the reports for some weeks; when all your own mail passes, write p=quarantine, later p=reject.",
            )
        case policy if record.tag("t").lower() == "y":
            yield _advice(
                "warning",
                f"The policy at {where} is {policy}, but t=y asks receivers to be one step milder.",
                "Take t=y out when the reports show that all your own mail passes.",
            )
        case policy:
            yield _advice("ok", f"The policy at {where} is {policy}.")


def _reports(record: DmarcRecord) -> Iterator[Advice]:
    if not record.reports:
        yield _advice(
            "warning",
            f"The record at _dmarc.{record.domain} asks for no reports, so nobody learns what fails.",
            f"Add rua=mailto:dmarc@{record.domain} or another address that somebody reads.",
        )


def _tags(record: DmarcRecord) -> Iterator[Advice]:
    where = f"at _dmarc.{record.domain}"
    if record.faults:
        yield _advice(
            "warning", f'The record {where} holds "{record.faults[0]}", which is no tag.', "Write tags as name=value;"
        )
    if record.obsolete:
        yield _advice("note", f"Receivers no longer look at {', '.join(record.obsolete)} {where}; take it out.")
    if record.unknown:
        yield _advice("note", f"No standard knows {', '.join(record.unknown)} {where}; look for a slip.")


def _alignment(
    author: DmarcWalk, record: DmarcRecord, envelope: DmarcWalk, signers: Sequence[DmarcWalk]
) -> Iterator[Advice]:
    strict_spf, strict_dkim = record.tag("aspf").lower() == "s", record.tag("adkim").lower() == "s"
    by_envelope = aligned(author, envelope, strict=strict_spf)
    by_signature = [aligned(author, signer, strict=strict_dkim) for signer in signers]
    for signer, counts in zip(signers, by_signature, strict=True):
        yield _counts(author, f"A DKIM signature of {signer.start}", counts=counts, strict=strict_dkim)
    yield _counts(author, f"SPF for {envelope.start} in the envelope", counts=by_envelope, strict=strict_spf)
    if signers and not by_envelope and not any(by_signature):
        yield _advice(
            "error",
            f"Neither envelope nor signatures belong to {author.start}, so none of our mail passes DMARC.",
            f"Sign with {author.start} or a domain of the same organisation.",
        )


def _counts(author: DmarcWalk, what: str, *, counts: bool, strict: bool) -> Advice:
    if counts:
        return _advice("ok", f"{what} counts for {author.start}.")
    if strict:
        return _advice(
            "warning",
            f"{what} does not count for {author.start}, because the record asks for the very same domain.",
            "Take adkim=s or aspf=s out of the record, or use the very same domain.",
        )
    return _advice(
        "warning",
        f"{what} does not count for {author.start}: it is of another organisation ({author.organisation}).",
        f"Use {author.organisation} or a domain below it.",
    )


def _example(domain: str) -> str:
    return f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"


def _advice(level: Level, sentence: str, remedy: str = "") -> Advice:
    return Advice(level=level, subject=SUBJECT, sentence=sentence, remedy=remedy)
