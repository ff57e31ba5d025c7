"""A note on BIMI: the logo that some mailbox providers show beside the sender."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from newsletter.probe.doctor.advice import Advice

SUBJECT = "bimi"


def bimi_name(domain: str) -> str:
    """Where the record stands."""
    return f"default._bimi.{domain}"


def bimi_advice(domain: str, texts: Sequence[str], dmarc_policy: str) -> tuple[Advice, ...]:
    """Whether there is a record at `bimi_name` that names a logo, and whether ``dmarc_policy`` lets it count.

    The logo itself is not fetched: whether it is SVG Tiny PS, and whether a certificate vouches for it, shows elsewhere.
    """
    records = [text for text in texts if text.partition(";")[0].strip() == "v=BIMI1"]
    if len(records) != 1:
        several = f"are {len(records)} BIMI records" if records else "is no BIMI record"
        return (_note(f"There {several} at {bimi_name(domain)}, where one could name a logo. It is not needed."),)
    tags = {
        name.strip().lower(): value.strip() for name, _, value in (tag.partition("=") for tag in records[0].split(";"))
    }
    logo = urlsplit(tags.get("l", ""))
    if logo.scheme.lower() != "https" or not logo.path.lower().endswith((".svg", ".svgz")):
        return (_note(f"The BIMI record of {domain} has no effect: l= must be the https address of a picture in SVG."),)
    if dmarc_policy not in ("quarantine", "reject"):
        return (_note(f"The BIMI record of {domain} has no effect until DMARC says p=quarantine or p=reject."),)
    return (Advice(level="ok", subject=SUBJECT, sentence=f"{domain} names a logo (BIMI)."),)


def _note(sentence: str) -> Advice:
    return Advice(level="note", subject=SUBJECT, sentence=sentence)
