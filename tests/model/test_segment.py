"""A segment's rule is read as an editor would say it, and says where it cannot be read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import NewsletterError
from newsletter.model.segment import DEEPEST, FARTHEST, All, Any, Condition, Not, Rule, offered, words
from newsletter.model.segment_words import parse

_FIRST, _LAST = date(1950, 1, 1), date(2100, 1, 1)
_TEXT = st.text(st.characters(exclude_categories=["C"]), max_size=12)


def conditions() -> st.SearchStrategy[Condition]:
    """Any condition that can be written."""
    return st.one_of(
        st.builds(Condition, st.sampled_from(("topic", "language", "timezone")), st.just("is"), _TEXT),
        st.builds(Condition, st.sampled_from(("source", "email")), st.sampled_from(("is", "has")), _TEXT),
        st.builds(Condition, st.just("attribute"), st.sampled_from(("is", "has")), _TEXT, _TEXT),
        st.builds(Condition, st.just("cadence"), st.just("is"), st.sampled_from(("every", "weekly", "monthly", "breaking"))),
        st.builds(Condition, st.just("state"), st.just("is"), st.sampled_from(("active", "paused", "unconfirmed"))),
        st.builds(Condition, st.just("format"), st.just("is"), st.sampled_from(("html", "text"))),
        st.builds(Condition, st.sampled_from(("joined", "seen")), st.sampled_from(("after", "before")), st.dates(min_value=_FIRST, max_value=_LAST).map(str)),
        st.builds(Condition, st.sampled_from(("joined", "seen")), st.just("within"), st.integers(0, FARTHEST).map(str)),
    )  # fmt: skip


def rules() -> st.SearchStrategy[Rule]:
    """Any rule, with ands and ors that hold no other of their kind, as reading makes them."""

    def more(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(st.builds(Not, inner), st.builds(All, several), st.builds(Any, several))

    return st.recursive(conditions(), more, max_leaves=6)


@given(rules())
def test_a_rule_that_is_written_down_is_read_as_the_same(rule: Rule) -> None:
    assert parse(words(rule)) == rule


def test_and_binds_more_than_or_and_not_most() -> None:
    weekly, german, texts = (
        Condition("cadence", "is", "weekly"), Condition("language", "is", "de"), Condition("format", "is", "text"),
    )  # fmt: skip
    read = parse("CADENCE is weekly OR not language is de AND format is text")
    assert read == Any((weekly, All((Not(german), texts))))
    assert words(read) == "cadence is weekly or (not language is de and format is text)"


def test_quotes_hold_words_together_and_names_keep_their_spelling() -> None:
    assert parse('attribute "Home town" has "Port \\"Ex\\""') == Condition("attribute", "has", 'Port "Ex"', "Home town")
    assert parse('source is "and"') == Condition("source", "is", "and")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ends too early, at character 1: here would stand one of topic, language"),
        ("topics is Harbour", "at character 1, 'topics': here would stand one of topic"),
        ("topic has Harbour", "at character 7, 'has': here would stand is"),
        ("topic is", "ends too early, at character 9: here would stand a value"),
        ("cadence is hourly", "at character 12, 'hourly': here would stand cadence is one of every, weekly, monthly, breaking"),
        ("joined after tomorrow", "at character 14, 'tomorrow': here would stand a day is written as 2026-11-20"),
        ("joined after 0001-01-01", "of this era"),
        ("seen within 90", "here would stand days"),
        ("seen within 99999 days", "from 0 to 36500"),
        ("seen within -1 days", "from 0 to 36500"),
        ("topic is a topic is b", "at character 12, 'topic': here would stand and, or, or the end"),
        ("(topic is a", "here would stand and, or, or a closing bracket"),
        ("topic is a)", "at character 11, ')'"),
        ("topic is (", "here would stand a value"),
        ('source is "open', "at character 11: a quotation mark is not closed"),
        ('"topic" is a', "here would stand one of topic"),
        ("not " * (DEEPEST + 2) + "topic is a", "nested 30 deep at most"),
        ("(" * 1500, "nested 30 deep at most"),
        ("topic is " + "a" * 2000, "2000 characters at most"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_says_where_and_what_could_stand_there(text: str, said: str) -> None:
    with pytest.raises(NewsletterError) as caught:
        parse(text)
    assert said in str(caught.value)


@given(st.text(max_size=60))
def test_no_text_does_anything_but_say_what_is_wrong_with_it(text: str) -> None:
    try:
        rule = parse(text)
    except NewsletterError:
        return
    assert parse(words(rule)) == rule


def test_topics_are_spelt_as_the_newsletter_spells_them_and_others_refused() -> None:
    rule = parse("not (topic is harbour or topic is CRIME) and cadence is weekly")
    assert (
        words(offered(rule, ("Harbour", "Crime"))) == "not (topic is Harbour or topic is Crime) and cadence is weekly"
    )
    with pytest.raises(NewsletterError, match="no topic 'Sports'; the newsletter offers: Harbour, Crime"):
        offered(parse("topic is Sports"), ("Harbour", "Crime"))
