"""Where templates, migrations and samples lie: packed into the wheel, or at the root of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def asset(name: str) -> Path:
    """Return the folder ``name`` (``templates``, ``migrations`` or ``samples``).

    An installed wheel carries it as ``newsletter/_assets/<name>``; a checkout or an editable install has it two
    folders above the package.
    """
    packed = _PACKAGE / "_assets" / name
    return packed if packed.is_dir() else _PACKAGE.parents[1] / name
