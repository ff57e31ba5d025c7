import pytest

from newsletter.deliver.pace.limits import NO_LIMITS, Limits, Rate, rate_of
from newsletter.errors import ConfigError

LIMITS = Limits(
    everything=Rate(500),
    groups={"google": Rate.parse("30/minute")},
    each_group=Rate.parse("3600/hour"),
)


@pytest.mark.parametrize(
    ("written", "per_second"),
    [("500/second", 500), ("30/minute", 0.5), ("1000/hour", 1000 / 3600), (" 2.5 / S ", 2.5), ("6/min", 0.1), ("36/h", 0.01)],
)  # fmt: skip
def test_a_rate_is_read_as_people_write_it(written: str, per_second: float) -> None:
    assert Rate.parse(written).per_second == pytest.approx(per_second)


@pytest.mark.parametrize("written", ["", "fast", "30", "30/day", "0/second", "0.0/h", "-1/s", "1e9/s", "30/minute\x00"])
def test_what_is_no_rate_says_how_to_write_one(written: str) -> None:
    with pytest.raises(ConfigError, match="30/minute"):
        Rate.parse(written)


@pytest.mark.parametrize(
    ("bucket", "rate"),
    [("global", 500), ("group:google", 0.5), ("group:example.org", 1), ("x", None)],
)  # fmt: skip
def test_each_bucket_has_its_limit(bucket: str, rate: float | None) -> None:
    assert rate_of(LIMITS, bucket) == rate


def test_nothing_configured_limits_nothing() -> None:
    assert rate_of(NO_LIMITS, "global") is None
    assert rate_of(NO_LIMITS, "group:google") is None
