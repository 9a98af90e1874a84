"""The simulator as a command: it serves alone and refuses to stand beside a token."""

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from portal.digitalocean.simulator import safety

TOKEN = {"authorization": "Bearer simulated-x"}


def test_only_made_up_tokens_may_be_in_the_environment() -> None:
    assert safety.real_tokens({}) == []
    assert safety.real_tokens({"DIGITALOCEAN_TOKEN": "simulated-demo"}) == []
    assert safety.real_tokens(
        {"DIGITALOCEAN_TOKEN": "dop_v1_x", "DIGITALOCEAN_WRITE_TOKEN_FILE": "/run/t"}
    ) == ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_WRITE_TOKEN_FILE"]


@pytest.mark.slow
def test_the_command_serves_without_a_database_and_stops_on_sigterm(
    tmp_path: Path,
) -> None:
    with simulator(tmp_path) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "Simulated account on http://127.0.0.1:" in line
        url = line.split()[-1]
        assert requests.get(f"{url}/v2/account", headers=TOKEN, timeout=5).ok
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert (tmp_path / "account.sqlite3").exists()


@pytest.mark.slow
def test_the_command_refuses_to_start_beside_a_real_token(tmp_path: Path) -> None:
    with simulator(tmp_path, DIGITALOCEAN_READ_TOKEN="dop_v1_secret") as process:
        output, complaint = process.communicate(timeout=20)
        assert process.returncode != 0
        assert "DIGITALOCEAN_READ_TOKEN" in complaint
        assert "dop_v1_secret" not in output + complaint


def simulator(state: Path, **environment: str) -> "subprocess.Popen[str]":
    import os

    return subprocess.Popen(
        [
            sys.executable,
            "manage.py",
            "simulator",
            "--port",
            "0",
            "--state",
            str(state),
        ],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "DIGITALOCEAN_TOKEN": "simulated-demo",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
