from builders import image
from newsletter.compose.tell.pictures import described


def test_a_picture_keeps_its_own_description() -> None:
    assert described(image(alt="A ferry"), "Fares rise") == image(alt="A ferry")


def test_a_picture_without_one_is_described_by_its_credit_or_its_headline() -> None:
    assert described(image(alt=" ", credit="Photo: A. Example"), "Fares rise") == image(alt="Photo: A. Example")
    assert described(image(alt="", credit=None), "Fares rise") == image(alt="Fares rise", credit=None)
    assert described(None, "Fares rise") is None
