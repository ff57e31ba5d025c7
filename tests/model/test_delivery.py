from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.delivery import message_id


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_message_id_is_the_same_for_a_second_try_and_tells_nothing(issue: int, person: int) -> None:
    mine = message_id("secret", issue, person, "news.example.org")
    assert mine == message_id("secret", issue, person, "news.example.org")
    assert mine != message_id("secret", issue, person + 1, "news.example.org")
    assert mine != message_id("another", issue, person, "news.example.org")
    assert mine.startswith("<")
    assert mine.endswith("@news.example.org>")
    assert len(mine) < 78
