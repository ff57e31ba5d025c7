from newsletter.deliver.breaker import LOST_CONNECTIONS, REFUSALS, Breaker
from newsletter.model.delivery import Receipt, Verdict

ACCEPTED = Receipt(verdict=Verdict.ACCEPTED, code=250)
LOST = Receipt(verdict=Verdict.DEFERRED, code=421, connection_lost=True)


def _refused(words: str) -> Receipt:
    return Receipt(verdict=Verdict.REFUSED, code=554, text=words)


def test_the_same_refusal_for_one_reader_after_the_other_is_about_the_sender() -> None:
    breaker = Breaker()
    for person in range(1, REFUSALS + 1):
        assert not breaker.sender_refused
        breaker.saw(7, person, _refused("spam"))
    assert breaker.sender_refused
    assert breaker.refused == [(7, person) for person in range(1, REFUSALS + 1)]


def test_refusals_in_different_words_are_about_the_readers() -> None:
    breaker = Breaker()
    for person in range(REFUSALS * 3):
        breaker.saw(7, person, _refused(f"no user {person}"))
    assert not breaker.sender_refused


def test_one_acceptance_proves_that_the_sender_is_welcome() -> None:
    breaker = Breaker()
    for person in range(REFUSALS * 3):
        breaker.saw(7, person, ACCEPTED if person % REFUSALS == 0 else _refused("spam"))
        assert not breaker.sender_refused


def test_a_relay_that_breaks_off_again_and_again_is_gone() -> None:
    breaker = Breaker()
    for _ in range(LOST_CONNECTIONS - 1):
        breaker.saw(7, 1, LOST)
    assert not breaker.relay_gone
    breaker.saw(7, 1, ACCEPTED)
    for _ in range(LOST_CONNECTIONS):
        breaker.saw(7, 1, LOST)
    assert breaker.relay_gone
