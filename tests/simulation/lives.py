"""How a life is lived from its seed."""

import shutil
import tempfile
from pathlib import Path

from newsletter.store.store import Store
from simulation.virtual_loop import run
from simulation.world import World, life, physics


def template(folder: Path) -> Path:
    """An empty store, made once: to copy it is quicker than to migrate it."""
    path = folder / "template.db"
    with Store(f"sqlite:///{path}") as store:
        store.upgrade()
    return path


def live(seed: int, folder: Path, made: Path) -> World:
    """Live one life; the world as it is at the end."""
    home = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else folder))  # noqa: S108 - a disk of memory
    try:
        world = World(seed, home, made)
        with physics(world):
            run(life(world))
        world.store.close()
        return world
    finally:
        shutil.rmtree(home)
