"""From an article to a summary that passed the gate, or to the reason why there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.assistant.answer import AnswerRefused, read_answer
from newsletter.assistant.endpoint import Endpoint, Reply, estimate
from newsletter.assistant.prompt import Prompt, ask_for_summary, numbered
from newsletter.errors import AnswerLost, AssistantError
from newsletter.model.article import Article
from newsletter.model.written import Judgement, Written, WrittenSentence, WrittenState

#: One request, and one more when its answer was refused.
ATTEMPTS = 2
#: A shorter story needs no summary: its own sentences are one.
FEWEST_SOURCES = 4

#: Whether sentences are true to their article.
Judge = Callable[[Article, Sequence[WrittenSentence]], Judgement]


def worth_asking(article: Article) -> bool:
    """Whether ``article`` says enough to be summed up."""
    return len(numbered(article)) >= FEWEST_SOURCES


@dataclass(frozen=True, slots=True)
class Writer:
    """Asks ``endpoint`` and believes nothing of the answer that ``judge`` does not let pass."""

    endpoint: Endpoint
    judge: Judge

    def write(self, article: Article, *, now: datetime) -> Written:
        """A summary of a stored ``article``, with what it took; never raises for what the endpoint does."""
        sources = numbered(article)
        written = Written(
            article_id=int(article.id or 0),
            version=article.version,
            state=WrittenState.DECLINED,
            model=self.endpoint.model,
            prompt_hash="",
            written_at=now,
        )
        for _ in range(ATTEMPTS):
            prompt = ask_for_summary(article, sources, refusal=written.refusal)
            written = replace(written, prompt_hash=prompt.sha256)
            try:
                reply = self.endpoint.ask(prompt.messages)
            except AssistantError as error:
                lost = _size(prompt) if isinstance(error, AnswerLost) else 0
                return replace(
                    written,
                    state=WrittenState.UNANSWERED,
                    refusal=str(error),
                    tokens_in=written.tokens_in + lost,
                )
            written = self._judged(article, sources, reply, written)
            if written.state is WrittenState.ACCEPTED:
                break
        return written

    def _judged(self, article: Article, sources: Sequence[str], reply: Reply, before: Written) -> Written:
        """What became of one reply; its tokens are added to those spent ``before``."""
        asked = replace(
            before,
            tokens_in=before.tokens_in + reply.tokens_in,
            tokens_out=before.tokens_out + reply.tokens_out,
        )
        try:
            sentences = read_answer(reply.content, sources)
        except AnswerRefused as refused:
            return replace(asked, refusal=str(refused), sentences=(), doubts=(), overlap=0.0)
        judgement = self.judge(article, sentences)
        return replace(
            asked,
            state=WrittenState.DECLINED if judgement.refusal else WrittenState.ACCEPTED,
            sentences=sentences,
            doubts=judgement.doubts,
            overlap=judgement.overlap,
            refusal=judgement.refusal,
        )


def _size(prompt: Prompt) -> int:
    """What a request whose answer was lost may have cost, in tokens."""
    return estimate(sum(len(message["content"].encode()) for message in prompt.messages))
