"""Values of the model to and from JSON columns."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter


def to_json(kind: Any, value: object) -> Any:  # noqa: ANN401 - a JSON value is any of its six kinds
    """``value``, an instance of ``kind`` (a dataclass or a generic such as ``tuple[Quote, ...]``), as a JSON value."""
    return _adapter(kind).dump_python(value, mode="json")


def from_json(kind: Any, value: object) -> Any:  # noqa: ANN401 - an instance of whatever kind is
    """The instance of ``kind`` that ``to_json`` made ``value`` from."""
    return _adapter(kind).validate_python(value)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - pydantic takes any type expression
    return TypeAdapter(kind)
