import pytest

from dns_server import Records
from newsletter.probe.doctor.mx import incoming, mx_advice
from probe.doctor.asking import zone

HOST = {"mx.example.org": {"A": ["192.0.2.1"]}}
HOST6 = {"mx6.example.org": {"AAAA": ["2001:db8::1"]}}


@pytest.mark.parametrize(
    ("records", "level", "words"),
    [
        ({"example.org": {"MX": ["10 mx.example.org."]}, **HOST}, "ok", "go to mx.example.org"),
        ({"example.org": {"MX": ["10 mx6.example.org."]}, **HOST6}, "ok", "go to mx6.example.org"),
        ({"example.org": {"A": ["192.0.2.1"]}}, "note", "no MX"),
        ({"example.org": {"MX": ["0 ."]}, **HOST}, "error", "null MX"),
        ({"example.org": {"TXT": ["x"]}}, "error", "neither MX nor address"),
        ({}, "error", "neither MX nor address"),
        ({"example.org": {"MX": ["10 gone.example.org."], "A": ["192.0.2.1"]}}, "error", "gone.example.org"),
        ({"example.org": {"MX": ["10 mx.example.org.", "5 gone.example.org."]}, **HOST}, "warning", "gone.example.org"),
    ],
)
def test_it_is_told_whether_replies_arrive(records: Records, level: str, words: str) -> None:
    with zone(records) as dns:
        (advice,) = mx_advice(incoming("example.org", dns), "replies")
    assert advice.level == level
    assert words in advice.sentence
    assert (advice.remedy == "") is (level == "ok")
