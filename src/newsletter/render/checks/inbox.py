"""What an inbox shows before the mail is opened."""

from collections.abc import Iterator

from newsletter.render.checks.finding import Finding, error, warning
from newsletter.render.checks.proof import Proof

#: Phones show about 30 characters of a subject, most webmail 50 to 60, none more than 78.
SUBJECT = 78
PREHEADER_LEAST, PREHEADER_MOST = 30, 150


def inbox(proof: Proof) -> Iterator[Finding]:
    """Subject and preheader: there, of a length that is shown, and not the same words."""
    issue, subject = proof.issue, proof.compiled.subject.strip()
    preheader = issue.preheader.strip()
    if len(subject) > SUBJECT:
        yield warning(
            "subject-long",
            f"The subject has {len(subject)} characters; inboxes show 30 to {SUBJECT}.",
            f"Shorten it: newsletter edit title {issue.id} TEXT",
        )
    if not preheader:
        yield error(
            "preheader-missing",
            "The preheader is empty, so the inbox shows whatever comes first.",
            f"Write one: newsletter edit title {issue.id} SUBJECT --preheader TEXT",
        )
    elif subject and subject in preheader:
        yield warning("preheader-repeats", "The preheader repeats the subject.", "Say something more in it.")
    elif not PREHEADER_LEAST <= len(preheader) <= PREHEADER_MOST:
        yield warning(
            "preheader-length",
            f"The preheader has {len(preheader)} characters; {PREHEADER_LEAST} to {PREHEADER_MOST} fill the inbox's line.",
            f"Word it anew: newsletter edit title {issue.id} SUBJECT --preheader TEXT",
        )
