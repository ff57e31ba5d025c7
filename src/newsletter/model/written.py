"""A summary that a language model wrote: its sentences, what each rests on, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.model.issue import Doubt


class WrittenState(StrEnum):
    """What became of a request for a summary. Only an unanswered one is ever repeated for the same text."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSentence:
    """One sentence of a summary, and the sentences of the article that it rests on, verbatim."""

    text: str
    support: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the gate thinks of a summary. ``refusal`` says in a sentence why it must not be used; empty if it may be.

    The refusal holds no words of the summary but numbers, so that it can be sent back to the model. ``overlap`` is the
    share of the summary's content words that the article has too, 0 to 1.
    """

    refusal: str
    doubts: tuple[Doubt, ...]
    overlap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a model wrote about one ``version`` of an article, or why there is nothing.

    ``sentences`` of a declined summary are kept for whoever wants to know what was wrong with it. ``prompt_hash`` is
    the sha256 (hex) of the messages that were answered; the tokens count every request for this text, as reported by
    the endpoint or else estimated.
    """

    article_id: int
    version: int
    state: WrittenState
    model: str
    prompt_hash: str
    written_at: datetime
    sentences: tuple[WrittenSentence, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    overlap: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    refusal: str = ""

    @property
    def text(self) -> str:
        """The summary as running text."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def evidence(self) -> tuple[str, ...]:
        """The sentences of the article that the summary rests on, each once."""
        return tuple(dict.fromkeys(source for sentence in self.sentences for source in sentence.support))
