import pytest

from dns_server import Records
from newsletter.probe.doctor.advice import Advice
from newsletter.probe.doctor.reverse import greeter, reverse_advice
from probe.doctor.asking import said, zone

ADDRESS, ADDRESS6 = "198.2.128.5", "2a03:1::5"
FORTH = {"mail.example.org": {"A": [ADDRESS], "AAAA": [ADDRESS6]}}
BACK = {ADDRESS: {"PTR": ["mail.example.org."]}, ADDRESS6: {"PTR": ["mail.example.org."]}}


def advised(name: str, records: Records, *, own_relay: bool = True) -> tuple[Advice, ...]:
    with zone(records) as dns:
        return reverse_advice(greeter(name, dns), own_relay=own_relay)


def test_a_name_whose_addresses_lead_back_to_it_is_good() -> None:
    advice = advised("mail.example.org", {**FORTH, **BACK})
    assert [one.level for one in advice] == ["ok", "ok"]


def test_an_address_may_be_called_otherwise_as_long_as_that_name_leads_back() -> None:
    records = {
        **FORTH,
        **BACK,
        ADDRESS: {"PTR": ["host-5.provider.example."]},
        "host-5.provider.example": {"A": [ADDRESS]},
    }
    assert "called host-5.provider.example" in said(advised("mail.example.org", records), "ok")


@pytest.mark.parametrize(
    "name",
    ["localhost", "mailhost", "[192.0.2.1]", "[IPv6:2001:db8::1]", "192.0.2.1", "localhost.localdomain", "mail.local", "", "a.lan."],
)  # fmt: skip
def test_a_name_that_nobody_can_look_up_is_an_error_and_is_not_asked_for(name: str) -> None:
    assert "no name of the public DNS" in said(advised(name, {}), "error")


@pytest.mark.parametrize("records", [{}, {"mail.example.org": {"A": ["10.0.0.1"]}}])
def test_a_name_without_public_address_is_a_warning(records: Records) -> None:
    assert "no public address" in said(advised("mail.example.org", records), "warning")


@pytest.mark.parametrize(
    "back",
    [
        {},
        {ADDRESS: {"PTR": ["elsewhere.example."]}},
        {ADDRESS: {"PTR": ["elsewhere.example."]}, "elsewhere.example": {"A": ["198.2.128.6"]}},
    ],
)
def test_an_address_that_does_not_lead_back_is_an_error_where_receivers_see_it(back: Records) -> None:
    records = {"mail.example.org": {"A": [ADDRESS]}, **back}
    assert f"{ADDRESS}, the address of mail.example.org" in said(advised("mail.example.org", records), "error")
    behind = advised("mail.example.org", records, own_relay=False)
    assert [one.level for one in behind] == ["warning"]
