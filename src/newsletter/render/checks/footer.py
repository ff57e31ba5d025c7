"""What every issue must say at its end: who sends it, from where, and how to leave."""

from collections.abc import Iterator

from newsletter.render.checks.finding import Finding, error
from newsletter.render.checks.proof import Proof
from newsletter.render.slots import PREFERENCES, UNSUBSCRIBE

#: What `newsletter init` writes where it was told nothing.
PLACEHOLDER = "Your postal address"


def footer(proof: Proof) -> Iterator[Finding]:
    """Postal address (CAN-SPAM, section 5(a)(5)) and the ways out, in both parts."""
    newsletter, compiled = proof.newsletter, proof.compiled
    remedy = f"newsletter newsletter set {newsletter.slug} postal_address=..."
    if not newsletter.postal_address.strip():
        yield error("postal-address", "The postal address is empty, and the law asks for one in every mail.", remedy)
    elif newsletter.postal_address == PLACEHOLDER:
        yield error("postal-address", "The postal address is still a placeholder.", remedy)
    for token, words in ((UNSUBSCRIBE, "unsubscribe"), (PREFERENCES, "preferences")):
        if token not in compiled.html or token not in compiled.text:
            yield error("way-out", f"The {words} link is missing.", "Put it into the foot of body.html and body.txt.")


def headlines(proof: Proof) -> Iterator[Finding]:
    """Every headline of the HTML stands in the text part too."""
    # Without white space, because the text breaks its lines, and inside a very long word too.
    flat = "".join(proof.compiled.text.split())
    for section, item in proof.items:
        if item.headline and "".join(item.headline.split()) not in flat:
            sentence = f"The headline “{item.headline}” is missing from the text part."
            yield error("text-parity", sentence, "Put it into body.txt too.", item=item.key, section=section.name)
