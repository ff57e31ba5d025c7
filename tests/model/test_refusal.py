"""What a refusal means: replies in the style of those that a sender meets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.refusal import Refusal, RefusalKind, Stage, judge

ADDRESS, MAILBOX, SENDER, TRANSIENT = (
    RefusalKind.ADDRESS,
    RefusalKind.MAILBOX,
    RefusalKind.SENDER,
    RefusalKind.TRANSIENT,
)
CONNECT, MAIL, RCPT, DATA, DOT = Stage.CONNECT, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.DOT

REPLIES = [
    # Gmail style
    (550, "5.1.1 The email account that you tried to reach does not exist. See https://g.example/?p=NoSuchUser x1 - gsmtp", RCPT, ADDRESS),
    (550, "5.2.1 The email account that you tried to reach is inactive. x2 - gsmtp", RCPT, MAILBOX),
    (552, "5.2.2 The recipient's inbox is out of storage space. x3 - gsmtp", RCPT, MAILBOX),
    (452, "4.2.2 The recipient's inbox is out of storage space. x4 - gsmtp", RCPT, MAILBOX),
    (450, "4.2.1 The person you are writing to is receiving mail at a rate that prevents more. x5 - gsmtp", RCPT, MAILBOX),
    (421, "4.7.28 An unusual rate of unsolicited mail comes from your IP address. x6 - gsmtp", DOT, SENDER),
    (421, "4.7.0 Temporary System Problem. Try again later. x7 - gsmtp", CONNECT, TRANSIENT),
    (550, "5.7.26 This mail is unauthenticated: neither SPF nor DKIM passed. x8 - gsmtp", DOT, SENDER),
    (552, "5.3.4 Your message exceeded our message size limits. x9 - gsmtp", DOT, SENDER),
    # Outlook and Exchange style
    (550, "5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [x.outlook.example]", RCPT, ADDRESS),
    (550, "5.5.0 Requested action not taken: mailbox unavailable.", RCPT, MAILBOX),
    (550, "5.4.1 Recipient address rejected: Access denied. AS(201806281)", RCPT, MAILBOX),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", RCPT, ADDRESS),
    (550, "5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent: part of its network is on our block list (S3140).", MAIL, SENDER),
    (550, "5.7.606 Access denied, banned sending IP [192.0.2.7].", RCPT, SENDER),
    (451, "4.7.500 Server busy. Please try again later from [192.0.2.7]. (S77719)", RCPT, TRANSIENT),
    (451, "4.7.650 The mail server [192.0.2.7] has been temporarily rate limited due to IP reputation.", MAIL, SENDER),
    (550, "5.4.310 DNS domain reader.example does not exist; NXDOMAIN", RCPT, ADDRESS),
    (452, "4.5.3 Too many recipients (AS780090)", RCPT, TRANSIENT),
    (432, "4.3.2 Concurrent connections limit exceeded", CONNECT, TRANSIENT),
    # Yahoo and AOL style
    (554, "delivery error: dd This user doesn’t have a yahoo.example account (reader@yahoo.example) [0] - mta1", DOT, MAILBOX),
    (554, "delivery error: dd This user doesn't have a yahoo.example account [0] - mta1", RCPT, ADDRESS),
    (554, "30 Sorry, your message cannot be delivered. This mailbox is disabled (554.30).", RCPT, MAILBOX),
    (421, "4.7.0 [TSS04] Messages from 192.0.2.7 deferred due to unexpected volume or user complaints", MAIL, SENDER),
    (553, "5.7.1 [BL21] Connections will not be accepted from 192.0.2.7: it is on the block list", CONNECT, SENDER),
    (554, "5.7.9 Message not accepted for policy reasons.", DOT, SENDER),
    (451, "Message temporarily deferred - [170]", RCPT, TRANSIENT),
    # Postfix style
    (550, "5.1.1 <reader@example.org>: Recipient address rejected: User unknown in virtual mailbox table", RCPT, ADDRESS),
    (450, "4.1.1 <reader@example.org>: Recipient address rejected: unverified address: user unknown", RCPT, TRANSIENT),
    (450, "4.2.0 <reader@example.org>: Recipient address rejected: Greylisted, see http://postgrey.example/", RCPT, TRANSIENT),
    (451, "4.7.1 Try again later", DOT, TRANSIENT),
    (450, "4.7.1 Client host rejected: cannot find your hostname, [192.0.2.7]", RCPT, SENDER),
    (554, "5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.dnsbl.example", RCPT, SENDER),
    (554, "5.7.1 <reader@example.org>: Relay access denied", RCPT, SENDER),
    (554, "5.7.1 <reader@example.org>: Recipient address rejected: user unknown", RCPT, ADDRESS),
    (450, "4.1.8 <b@bounces.example>: Sender address rejected: Domain not found", RCPT, SENDER),
    (550, "5.1.8 <b@bounces.example>: Sender address rejected: Domain not found", RCPT, SENDER),
    (452, "4.3.1 Insufficient system storage", MAIL, TRANSIENT),
    (421, "4.3.2 Service shutting down", CONNECT, TRANSIENT),
    (552, "5.3.4 Message size exceeds fixed limit", MAIL, SENDER),
    (504, "5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname", RCPT, SENDER),
    (550, "5.1.2 <reader@gone.example>: Domain does not accept mail (nullMX)", RCPT, ADDRESS),
    # Exim, qmail, Sendmail style
    (550, "Unrouteable address", RCPT, ADDRESS),
    (550, "Unknown user", RCPT, ADDRESS),
    (550, "relay not permitted", RCPT, SENDER),
    (550, "Sender verify failed", RCPT, SENDER),
    (451, "Temporary local problem - please try later", RCPT, TRANSIENT),
    (451, "This host is greylisted. Come back in a while.", RCPT, TRANSIENT),
    (421, "mx.example.org ESMTP Exim 4.94.2: Too many concurrent SMTP connections", CONNECT, TRANSIENT),
    (550, "Administrative prohibition", RCPT, MAILBOX),
    (552, "Message size exceeds maximum permitted", DOT, SENDER),
    (550, "sorry, no mailbox here by that name. (#5.1.1)", RCPT, ADDRESS),
    (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", RCPT, SENDER),
    (552, "sorry, that mail box is over quota (#5.2.2)", RCPT, MAILBOX),
    (553, "5.3.0 <reader@example.org>... No such user here", RCPT, TRANSIENT),
    (551, "User not local; please try another address", RCPT, ADDRESS),
    (551, "you are on our blacklist", RCPT, SENDER),
    (556, "5.1.10 the domain has a null MX", RCPT, ADDRESS),
    # GMX, web.de, T-Online, Orange, mail.ru, Yandex style
    (550, "Requested action not taken: mailbox unavailable", RCPT, MAILBOX),
    (554, "Nemesis ESMTP Service not available. No SMTP service. Bad DNS PTR resource record.", CONNECT, SENDER),
    (554, "Transaction failed. Reject due to policy restrictions.", DOT, SENDER),
    (421, "Service closing transmission channel. Too many connections", CONNECT, TRANSIENT),
    (450, "Requested mail action not taken: mailbox unavailable. Email address is greylisted.", RCPT, TRANSIENT),
    (550, "5.1.1 Empfänger unbekannt", RCPT, ADDRESS),
    (552, "5.2.2 Das Postfach ist voll", RCPT, MAILBOX),
    (550, "5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]", RCPT, ADDRESS),
    (552, "5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]", RCPT, MAILBOX),
    (550, "5.2.0 Mail rejete. Mail rejected. ofr_506 [506]", DOT, SENDER),
    (421, "Service refuse. Veuillez essayer plus tard. OFR_108 [108]", CONNECT, TRANSIENT),
    (550, "Message was not accepted -- invalid mailbox. Local mailbox is unavailable: user not found", RCPT, ADDRESS),
    (550, "Message was not accepted -- mailbox is full: account is full", RCPT, MAILBOX),
    (550, "spam message rejected. Please visit the pages for senders", DOT, SENDER),
    (451, "4.5.1 The recipient has exceeded the number of messages for today", RCPT, TRANSIENT),
    # Our own side
    (535, "5.7.8 Authentication credentials invalid", CONNECT, SENDER),
    (530, "5.7.0 Must issue a STARTTLS command first", MAIL, SENDER),
    (454, "4.7.0 TLS not available due to temporary reason", CONNECT, TRANSIENT),
    (503, "bad sequence of commands", RCPT, SENDER),
    (554, "no valid recipients", DATA, SENDER),
    (550, "5.7.13 this account was shut by its owner", RCPT, MAILBOX),
    (550, "5.6.0 malformed header", DOT, SENDER),
    (550, "5.2.3 longer than this mailbox takes", DOT, SENDER),
    (0, "", RCPT, TRANSIENT),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "stage", "kind"), REPLIES)
def test_each_reply_is_about_whom_its_author_means(code: int, text: str, stage: Stage, kind: RefusalKind) -> None:
    assert judge(code, text, stage).kind is kind


@pytest.mark.parametrize(
    ("text", "enhanced"),
    [
        ("5.1.1 no such user", "5.1.1"),
        ("rejected (#5.1.1)", "5.1.1"),
        ("rejected by 5.1.1.8", None),
        ("rejected by 203.5.1.1", None),
        ("Exim 4.94.2 says no", None),
        ("5.0.0 see 5.2.2", "5.2.2"),
        ("4.2.2 5.1.1 user unknown", "5.1.1"),
        ("<5.1.1@example.org> is not for us", None),
        ("", None),
    ],
)
def test_the_enhanced_code_is_told_from_addresses_and_versions(text: str, enhanced: str | None) -> None:
    assert judge(550, text, RCPT).enhanced == enhanced


@pytest.mark.parametrize("text", ["<no-such-user@example.org> not taken", "user.unknown@example.org: unavailable"])
def test_an_address_in_the_reply_is_no_evidence(text: str) -> None:
    assert judge(550, text, RCPT).kind is MAILBOX


def test_a_reply_whose_two_codes_contradict_each_other_costs_nobody_the_newsletter() -> None:
    assert judge(550, "4.1.1 user unknown", RCPT).kind is MAILBOX
    assert judge(450, "5.1.1 user unknown", RCPT).kind is TRANSIENT


words = st.sampled_from([text for _, text, _, _ in REPLIES] + ["5.1.1", "4.7.1", "greylisted", "user unknown", "\x00"])
texts = st.one_of(st.text(), st.lists(words, max_size=3).map(" ".join))
codes = st.integers(0, 999)


@given(codes, texts, st.sampled_from(Stage))
def test_only_a_final_reply_at_rcpt_says_that_somebody_is_gone(code: int, text: str, stage: Stage) -> None:
    refusal = judge(code, text, stage)
    assert refusal.final == (500 <= code < 600)
    if refusal.kind is ADDRESS:
        assert (refusal.final, stage) == (True, RCPT)
    if stage in (CONNECT, MAIL):
        assert refusal.kind in (SENDER, TRANSIENT)


@given(codes, texts, st.sampled_from(Stage))
def test_a_refusal_is_about_one_reader_or_about_everybody(code: int, text: str, stage: Stage) -> None:
    refusal = judge(code, text, stage)
    assert not (refusal.greylisted and refusal.too_fast)
    assert not (refusal.final and refusal.too_fast)
    assert refusal.too_fast or not refusal.of_everybody


@pytest.mark.parametrize(
    ("code", "text", "greylisted", "of_everybody", "too_fast"),
    [
        (451, "4.7.1 please come back", True, False, False),
        (450, "greylisted for 300 seconds", True, False, False),
        (451, "4.7.1 rate exceeded", False, True, True),
        (421, "4.7.28 rate limit", False, True, True),
        (421, "closing", False, True, True),
        (451, "4.7.500 server busy", False, True, True),
        (450, "busy", False, False, True),
        (452, "4.3.1 out of disk space", False, False, True),
        (452, "4.2.2 over quota", False, False, False),
        (450, "4.1.1 not verified", False, False, False),
        (451, "4.3.0 an error of ours", False, False, False),
        (550, "5.7.1 blacklisted", False, False, False),
    ],
)
def test_pace_is_told_from_greylists_and_full_mailboxes(
    code: int,
    text: str,
    greylisted: bool,  # noqa: FBT001 - columns of the table
    of_everybody: bool,  # noqa: FBT001
    too_fast: bool,  # noqa: FBT001
) -> None:
    refusal = judge(code, text, RCPT)
    assert (refusal.greylisted, refusal.of_everybody, refusal.too_fast) == (greylisted, of_everybody, too_fast)


def test_a_refusal_without_a_reply_is_nothing_special() -> None:
    assert judge(0, "", CONNECT) == Refusal(kind=TRANSIENT)
