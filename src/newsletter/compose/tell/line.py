"""What stands for a whole article in a list: one line of text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A text and the source sentences it rests on, in source order; ``cut`` says that it ends in an ellipsis."""

    text: str
    evidence: tuple[str, ...]
    cut: bool = False
