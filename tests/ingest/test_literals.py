import pytest

from newsletter.ingest.literals import web_url

BASE = "https://review.example/news/"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("boats", "https://review.example/news/boats"),
        ("//courier.example/a?b=1&c#d", "https://courier.example/a?b=1&c#d"),
        ("http://[2001:db8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        ("https://пристань.example/путь", "https://пристань.example/путь"),
    ],
)
def test_an_address_is_made_whole(url: str, found: str) -> None:
    assert web_url(url, BASE) == found


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "mailto:a@x.example",
        "http://",
        "http://[::1",
        "https://user:word@review.example/",
        "https://review.example\\@elsewhere.example/",
        "https://review.example:99999/",
        "https://a..b/",
        f"https://{'a' * 64}.example/",
    ],
)
def test_an_address_that_no_mail_could_carry_is_none(url: str) -> None:
    """Or one item of a feed would stop the whole issue."""
    assert web_url(url, BASE) is None
