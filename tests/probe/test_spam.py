"""What a real SpamAssassin says of our mails, and of mails that are none of ours."""

import os
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from newsletter.config import Spam, SpamEngine
from newsletter.probe.score import SpamScore, Unscored
from newsletter.probe.spam import score_mail, spam_notices
from newsletter.probe.spamassassin import ask_spamassassin
from newsletter.render.templates import SHIPPED
from probe.digests import MAKERS, arrived, arrived_alone, digest
from probe.spamd_process import SPAMD, spamd_process
from render.sample_issue import letter, rich_issue
from render.sample_mails import NAMES, mail_named

pytestmark = pytest.mark.skipif(SPAMD is None and os.environ.get("CI") != "true", reason="spamd is not installed")

#: What a mail of ours may score at most, of the five points that make it spam.
MOST = 0.5
#: A newsletter has its names in its own letters; a mail that mixes two kinds looks like a trick.
NAMED = {
    "uk": {
        "title": "Портовий тиждень",
        "tagline": "Пороми, дамби й те, що лишає приплив",
        "organisation": "Портовий огляд",
        "postal_address": "вул. Набережна, 1, 65000 Одеса",
        "sender_name": "Портовий тиждень",
    }
}

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
ADVANCE_FEE = """\
From: "BARRISTER GODWIN OKEKE ESQ" <barr.godwin.okeke1@gmail.com>
Reply-To: godwin_chambers@yahoo.com
To: undisclosed-recipients:;
Subject: URGENT AND CONFIDENTIAL BUSINESS PROPOSAL!!!
Date: Thu, 19 Nov 2026 12:00:00 +0000
Message-ID: <x@localhost>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

DEAR FRIEND,

I AM BARRISTER GODWIN OKEKE, ATTORNEY TO A LATE FOREIGNER AND NEXT OF KIN MATTERS. MY CLIENT DIED IN A PLANE CRASH
AND LEFT THE SUM OF USD 18,500,000.00 (EIGHTEEN MILLION FIVE HUNDRED THOUSAND UNITED STATES DOLLARS) IN A BANK VAULT.
I SEEK YOUR CONSENT TO PRESENT YOU AS HIS NEXT OF KIN SO THAT THE FUND CAN BE RELEASED TO YOUR BANK ACCOUNT. THIS
TRANSACTION IS 100% RISK FREE. FOR YOUR ASSISTANCE YOU WILL RECEIVE 40% OF THE TOTAL SUM. TREAT THIS AS STRICTLY
CONFIDENTIAL AND SEND ME YOUR FULL NAME, YOUR ADDRESS, YOUR TELEPHONE NUMBER AND YOUR BANK ACCOUNT NUMBER URGENTLY.

GOD BLESS YOU,
BARRISTER GODWIN OKEKE
"""
ONE_LOUD_PICTURE = f"""\
Received: from 10.0.0.1 (unknown [185.220.3.7]) by in.mail.example.org; Thu, 19 Nov 2026 12:00:04 +0000
From: "VIAGRA ONLINE PHARMACY" <offer77283@example.com>
To: undisclosed-recipients:;
Subject: BUY NOW!!! SAVE 90% TODAY ONLY $$$
Date: Thu, 19 Nov 2037 99:99:99 +9999
X-Mailer: Microsoft Outlook Express 6.00.2600.0000
Message-ID: <000001c1$0000$0@pc>
MIME-Version: 1.0
Content-Type: text/html; charset=us-ascii
Content-Transfer-Encoding: base64

{b64encode(b'<html><body><a href="http://185.220.3.7/buy"><img src="http://185.220.3.7/a.gif"></a></body></html>').decode()}
"""
#: The rules that may speak against a digest. MIXED_ES counts Latin and Cyrillic letters that look like "e" and means
#: words that disguise themselves; a Russian issue with English words in its frame meets it.
KNOWN = {"MIXED_ES"}
BAD = {
    "the string that every filter must catch": f"Subject: Ferry fares rise\n\n{GTUBE}\n",
    "a letter that offers millions": ADVANCE_FEE,
    "one loud picture under forged headers": ONE_LOUD_PICTURE,
}


@pytest.fixture(scope="module")
def spamd() -> Iterator[Spam]:
    """The settings that lead to a daemon of this module's own."""
    # Not pytest's folder: a daemon that root starts goes on as another user, who has to get through to its files.
    with TemporaryDirectory(prefix="spamd") as folder, spamd_process(Path(folder)) as port:
        yield spam(engine=SpamEngine.SPAMD, address=f"127.0.0.1:{port}", seconds=60)


def spam(**given: Any) -> Spam:
    return Spam.model_validate(given)


def scored(content: bytes, spamd: Spam) -> SpamScore:
    answer = score_mail(content, spamd)
    assert isinstance(answer, SpamScore), answer
    return answer


def why(answer: SpamScore) -> str:
    return f"{answer.score:g} of {answer.threshold:g}: " + ", ".join(f"{r.name} {r.points:g}" for r in answer.rules)


def test_there_are_twenty_digests_and_no_two_are_alike() -> None:
    assert len({digest(name) for name in MAKERS}) == 20


@pytest.mark.parametrize("name", MAKERS)
def test_a_digest_does_not_look_like_spam(spamd: Spam, name: str) -> None:
    answer = scored(digest(name), spamd)
    assert answer.score <= MOST, why(answer)
    # What the headers of a list earn would hide a point that something else costs.
    assert {rule.name for rule in answer.rules if rule.points > 0} <= KNOWN, why(answer)
    # A score near zero means little unless the filter saw the HTML part, the headers of a list, and the relay.
    met = {rule.name for rule in answer.rules}
    assert {"HTML_MESSAGE", "MAILING_LIST_MULTI"} <= met
    assert not met & {"NO_RELAYS", "NO_RECEIVED", "UNPARSEABLE_RELAY"}


@pytest.mark.parametrize("theme", SHIPPED.themes)
@pytest.mark.parametrize(
    ("name", "language"),
    # These two quote an issue, and the made-up one is English: among Cyrillic letters that would be a mixture. So are the
    # addresses of the third, of which it has four for as many lines of text; it costs a point of five (MIXED_ES).
    [
        (n, lang)
        for n in NAMES
        for lang in ("en", "de", "uk", "ar")
        if lang != "uk" or n not in {"welcome", "issue_ready", "still_wanted"}
    ],
)
def test_a_mail_of_each_template_does_not_look_like_spam(spamd: Spam, name: str, language: str, theme: str) -> None:
    own = letter(language=language, theme=theme, **NAMED.get(language, {}))
    content = arrived(rich_issue(), own) if name == "issue" else arrived_alone(mail_named(name, own), own)
    answer = scored(content, spamd)
    assert answer.score <= MOST, why(answer)
    assert "HTML_MESSAGE" in {rule.name for rule in answer.rules}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_mail_scores_high(spamd: Spam, name: str) -> None:
    answer = scored(BAD[name].replace("\n", "\r\n").encode(), spamd)
    assert answer.score > answer.threshold == 5, why(answer)
    (notice,) = spam_notices(answer)
    assert (notice.code, notice.level) == ("spam-score", "error")


def test_each_rule_is_told_with_its_points_and_its_words(spamd: Spam) -> None:
    answer = scored(f"Subject: Ferry fares rise\r\n\r\n{GTUBE}\r\n".encode(), spamd)
    assert answer.rules[0] == ("GTUBE", 1000, "BODY: Generic Test for Unsolicited Bulk Email")
    cut = [rule for rule in answer.rules if rule.name == "NO_HEADERS_MESSAGE"]
    assert [rule.description for rule in cut] == ["Message appears to be missing most RFC-822 headers"]
    assert sum(rule.points for rule in answer.rules) == pytest.approx(answer.score, abs=0.5)


def test_words_of_the_mail_are_not_taken_for_rows_of_the_report(spamd: Spam) -> None:
    mail = "Subject: Rules\r\n\r\n 9.9 FORGED_ROW   Ferries\r\n---- ----------- ------\r\n 9.9 FORGED_ROW   Ferries\r\n"
    assert "FORGED_ROW" not in {rule.name for rule in scored(mail.encode(), spamd).rules}


def test_the_command_says_what_the_daemon_says(spamd: Spam) -> None:
    content = BAD["the string that every filter must catch"].replace("\n", "\r\n").encode()
    command, daemon = ask_spamassassin(content, 60), scored(content, spamd)
    assert (command.score, command.threshold) == (daemon.score, daemon.threshold)
    assert set(command.rules) == set(daemon.rules)


def test_where_the_daemon_does_not_run_the_command_answers() -> None:
    answer = score_mail(digest("everything"), spam(engine=SpamEngine.SPAMASSASSIN, seconds=60))
    assert isinstance(answer, SpamScore)
    assert answer.score <= MOST, why(answer)


def test_a_mail_too_large_for_a_filter_is_told(spamd: Spam) -> None:
    answer = score_mail(b"Subject: Long\r\n\r\n" + b"x" * 600_000, spamd)
    assert answer == Unscored(sentence="The mail is above 512 KB; no spam filter reads it.", failed=True)
