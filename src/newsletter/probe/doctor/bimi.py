"""A note on BIMI: the logo that some mailbox providers show beside the sender."""

from collections.abc import Sequence

from newsletter.probe.doctor.advice import Advice

SUBJECT = "bimi"


def bimi_name(domain: str) -> str:
    """Where the record stands."""
    return f"default._bimi.{domain}"


def bimi_advice(domain: str, texts: Sequence[str], dmarc_policy: str) -> tuple[Advice, ...]:
    """Whether there is a record at `bimi_name`, and whether ``dmarc_policy`` lets it count."""
    if not any(text.partition(";")[0].strip() == "v=BIMI1" for text in texts):
        return (_note(f"There is no BIMI record at {bimi_name(domain)}, which could name a logo. It is not needed."),)
    if dmarc_policy not in ("quarantine", "reject"):
        return (_note(f"The BIMI record of {domain} has no effect until DMARC says p=quarantine or p=reject."),)
    return (Advice(level="ok", subject=SUBJECT, sentence=f"{domain} names a logo (BIMI)."),)


def _note(sentence: str) -> Advice:
    return Advice(level="note", subject=SUBJECT, sentence=sentence)
