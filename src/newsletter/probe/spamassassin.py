"""Ask SpamAssassin by its command, where no daemon runs: slower, for it reads all its rules first."""

import re
import subprocess
from email import message_from_bytes, policy
from shutil import which

from newsletter.probe.score import EngineAbsentError, EngineFailedError, SpamScore, spam_score
from newsletter.probe.spamd import report_rules

_ENGINE = "SpamAssassin"
# The mail is not out yet, so nothing is asked of the network; the report goes into headers, where no word of the mail
# can be taken for a row of it.
_OPTIONS = ("--local", "--nocreate-prefs", "--cf=report_safe 0", "--cf=add_header all Report _REPORT_")
_VERDICT = re.compile(r"\bscore=(-?\d+(?:\.\d+)?) required=(-?\d+(?:\.\d+)?)")


def ask_spamassassin(content: bytes, seconds: float, command: str = "spamassassin") -> SpamScore:
    """The score of the message ``content``; it may take ``seconds``.

    ``EngineAbsentError`` if there is no such command, ``EngineFailedError`` if its answer does not count.
    """
    program = which(command)
    if program is None:
        raise EngineAbsentError("SpamAssassin is not installed.")
    try:
        done = subprocess.run([program, *_OPTIONS], input=content, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - its own options, the mail on standard input
    except subprocess.TimeoutExpired:
        raise EngineFailedError(f"{_ENGINE} took longer than {seconds:g} seconds. Try again later.") from None
    except OSError as error:
        raise EngineFailedError(f"{_ENGINE} cannot be started ({type(error).__name__}).") from error
    if done.returncode:
        raise EngineFailedError(f"{_ENGINE} ended with code {done.returncode}. Run `spamassassin --lint`.")
    headers = message_from_bytes(done.stdout, policy=policy.compat32)
    verdict = _VERDICT.search(str(headers.get("X-Spam-Status", "")))
    if not verdict:
        raise EngineFailedError(f"{_ENGINE} gave no score. Run `spamassassin --lint`.")
    table = str(headers.get("X-Spam-Report", ""))
    return spam_score(_ENGINE, float(verdict[1]), float(verdict[2]), report_rules(table))
