"""The official API description, read once for a run."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

DEFAULT = "../shared/digitalocean-openapi-portal.json"


@pytest.fixture(scope="session")
def description() -> Any:
    """The validator of the official description; skips, with the reason, without."""
    root = Path(__file__).resolve().parents[2]
    path = Path(os.environ.get("DO_OPENAPI") or root / DEFAULT)
    if not path.is_file():
        pytest.skip(f"no API description at {path}: set DO_OPENAPI to check the API")
    import warnings

    from openapi_core import OpenAPI

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return OpenAPI.from_dict(json.loads(path.read_text()))
