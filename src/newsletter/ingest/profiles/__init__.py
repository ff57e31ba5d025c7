"""One file a site, each with a ``PROFILE``: constants and patterns, no control flow."""

import importlib
import pkgutil
from collections.abc import Sequence

from newsletter.ingest.profile import Profile, plain


def known_profiles() -> tuple[Profile, ...]:
    """The ``PROFILE`` of every module in ``profiles/``, ordered by the module's name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(module.PROFILE for module in modules if hasattr(module, "PROFILE"))


def recognise(lines: Sequence[str]) -> Profile | None:
    """The profile of the site whose page ``lines`` are, or ``None`` when no known site prints such a page."""
    stripped = [plain(line) for line in lines]
    for profile in known_profiles():
        for patterns in profile.recognised_by:
            if all(any(pattern.fullmatch(line) for line in stripped) for pattern in patterns):
                return profile
    return None
