"""Pictures, each with words for those who do not see it."""

from dataclasses import replace

from newsletter.model.article import Image


def described(image: Image | None, headline: str) -> Image | None:
    """``image`` with a description: its own, else its credit, else the headline that it stands with.

    Feeds often send pictures without one, and a mail with a picture that says nothing is not sent.
    """
    if image is None or image.alt.strip():
        return image
    return replace(image, alt=image.credit or headline)
