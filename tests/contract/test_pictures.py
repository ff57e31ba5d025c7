from dataclasses import replace
from datetime import timedelta

from builders import NOW
from newsletter.model.picture import RETRY_AFTER, Picture
from newsletter.store.store import Store

BOAT = Picture(
    source="https://review.example/boat.jpg",
    column=560,
    looked_at=NOW,
    url="https://news.example.org/media/b.jpg",
    width=1120,
    height=630,
    size=81_000,
)
GONE = Picture(source="https://review.example/gone.jpg", column=560, looked_at=NOW, problem="It is gone.")


def test_a_picture_is_known_by_its_address_and_its_column(store: Store) -> None:
    small = replace(BOAT, column=268, url="https://news.example.org/media/s.jpg", width=536, height=302)
    store.pictures.put([BOAT, small, GONE])
    assert store.pictures.of({BOAT.source}) == {(BOAT.source, 560): BOAT, (BOAT.source, 268): small}
    assert store.pictures.of(set()) == {}


def test_a_picture_that_comes_later_takes_the_place_of_its_problem(store: Store) -> None:
    store.pictures.put([GONE])
    back = replace(BOAT, source=GONE.source, looked_at=NOW + timedelta(hours=2))
    store.pictures.put([back])
    assert store.pictures.of({GONE.source}) == {(GONE.source, 560): back}


def test_only_what_failed_is_asked_for_again_and_not_at_once() -> None:
    assert BOAT.is_settled(NOW + timedelta(days=1000))
    assert GONE.is_settled(NOW + RETRY_AFTER - timedelta(seconds=1))
    assert not GONE.is_settled(NOW + RETRY_AFTER)
