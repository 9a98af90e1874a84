"""The simulator never runs beside the key to a real account."""

from collections.abc import Mapping

TOKEN_NAMES = (
    "DIGITALOCEAN_TOKEN",
    "DIGITALOCEAN_READ_TOKEN",
    "DIGITALOCEAN_WRITE_TOKEN",
    "DIGITALOCEAN_ROTATE_TOKEN",
)
SIMULATED = "simulated-"


def real_tokens(environment: Mapping[str, str]) -> list[str]:
    """Names of the variables that hold what may be a real token, also by file."""
    return [
        name
        for base in TOKEN_NAMES
        for name in (base, f"{base}_FILE")
        if environment.get(name, "").strip()
        and not environment[name].strip().startswith(SIMULATED)
    ]
