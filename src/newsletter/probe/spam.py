"""The spam score of a finished mail, by the filter that is there."""

from collections.abc import Callable
from typing import assert_never

from newsletter.config import Spam, SpamEngine
from newsletter.probe import rspamd, spamd
from newsletter.probe.notice import Notice
from newsletter.probe.rspamd import ask_rspamd
from newsletter.probe.score import MOST_BYTES, EngineAbsentError, EngineFailedError, SpamScore, Unscored
from newsletter.probe.spamassassin import ask_spamassassin
from newsletter.probe.spamd import ask_spamd

#: A mail above this share of the threshold is worth a look: half a point of SpamAssassin's five.
_WORTH_A_LOOK = 0.1
#: So many rules are named to an editor.
_NAMED = 3


def score_mail(content: bytes, settings: Spam) -> SpamScore | Unscored:
    """What the configured filter says of the message ``content``, as it would arrive (RFC 5322, CRLF)."""
    if settings.engine is SpamEngine.OFF:
        return Unscored(sentence="No spam filter is asked (spam.engine is off).", failed=False)
    if len(content) > MOST_BYTES:
        return Unscored(sentence=f"The mail is above {MOST_BYTES // 1000} KB; no spam filter reads it.", failed=True)
    asked = _asked(settings)
    for ask in asked:
        try:
            return ask(content)
        except EngineFailedError as error:
            return Unscored(sentence=str(error), failed=True)
        except EngineAbsentError as error:
            if settings.engine is not SpamEngine.AUTO:
                return Unscored(sentence=f"{error} Start it, or set spam.engine.", failed=True)
    return Unscored(sentence="No spam filter is installed; SpamAssassin or rspamd would be asked.", failed=False)


def spam_notices(answer: SpamScore | Unscored) -> tuple[Notice, ...]:
    """What an editor is told: nothing where the score is good or no filter is there."""
    if isinstance(answer, Unscored):
        if not answer.failed:
            return ()
        sentence = f"The mail has no spam score. {answer.sentence}"
        return (Notice(code="spam-unscored", level="warning", sentence=sentence),)
    if answer.score <= answer.threshold * _WORTH_A_LOOK:
        return ()
    taken = answer.score >= answer.threshold
    said = f"{answer.engine} gives the mail {answer.score:g} points; it takes it for spam at {answer.threshold:g}."
    dear = [rule for rule in answer.rules if rule.points > 0][:_NAMED]
    why = "; ".join(f"{rule.name} {rule.points:g} ({rule.description or 'no description'})" for rule in dear)
    return (
        Notice(
            code="spam-score",
            level="error" if taken else "warning",
            sentence=f"{said} The dearest rules: {why}." if why else said,
            remedy="Word or illustrate differently what the rules name.",
        ),
    )


def _asked(settings: Spam) -> tuple[Callable[[bytes], SpamScore], ...]:
    """The filters to ask, in order; the first that is there answers."""

    def daemon(content: bytes) -> SpamScore:
        return ask_spamd(content, *settings.host_and_port(spamd.PORT), settings.seconds)

    def command(content: bytes) -> SpamScore:
        return ask_spamassassin(content, settings.seconds)

    def other(content: bytes) -> SpamScore:
        return ask_rspamd(content, *settings.host_and_port(rspamd.PORT), settings.seconds)

    match settings.engine:
        case SpamEngine.OFF:
            return ()
        case SpamEngine.AUTO:
            return daemon, command, other
        case SpamEngine.SPAMD:
            return (daemon,)
        case SpamEngine.SPAMASSASSIN:
            return (command,)
        case SpamEngine.RSPAMD:
            return (other,)
    assert_never(settings.engine)
