"""The account on disk: objects, and the ledger of what was really applied.

SQLite with a full sync, so that a change the client was told about survives a kill
of the simulator, and so does its ledger row: both are one transaction.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from portal.digitalocean.simulator.http import Document

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    kind TEXT NOT NULL, key INTEGER NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE TABLE IF NOT EXISTS effect (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, route TEXT NOT NULL,
    resource TEXT NOT NULL, operation TEXT NOT NULL, body_sha256 TEXT NOT NULL,
    action_id INTEGER NOT NULL
);
CREATE TRIGGER IF NOT EXISTS effect_no_update BEFORE UPDATE ON effect
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
"""


@dataclass(frozen=True)
class Effect:
    """One applied change. `at` is unix seconds, `operation` the action's type."""

    at: float
    route: str
    resource: str
    operation: str
    body_sha256: str
    action_id: int
    id: int = 0

    def document(self) -> Document:
        return asdict(self)


class Store:
    """Keeps objects by (kind, key) and effects in order. Callers hold one lock."""

    def __init__(self, path: Path | None = None) -> None:
        name = ":memory:" if path is None else str(path)
        self._connection = sqlite3.connect(name, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(SCHEMA)

    def objects(self, kind: str) -> dict[int, Document]:
        rows = self._connection.execute(
            "SELECT key, document FROM object WHERE kind = ? ORDER BY key", (kind,)
        )
        return {key: json.loads(document) for key, document in rows}

    def save(
        self,
        objects: Iterable[tuple[str, int, Document]],
        effect: Effect | None = None,
    ) -> None:
        """Write objects and the effect that changed them, all or nothing."""
        rows = [(kind, key, json.dumps(value)) for kind, key, value in objects]
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO object VALUES (?, ?, ?)", rows
            )
            if effect is not None:
                self._record(effect)

    def effects(self) -> list[Effect]:
        rows = self._connection.execute(
            "SELECT at, route, resource, operation, body_sha256, action_id, id"
            " FROM effect ORDER BY id"
        )
        return [Effect(*row) for row in rows]

    def clear(self) -> None:
        """Forget everything, the ledger too: a new account."""
        with self._connection:
            self._connection.execute("DELETE FROM object")
            self._connection.execute("DELETE FROM effect")

    def close(self) -> None:
        self._connection.close()

    def _record(self, effect: Effect) -> None:
        self._connection.execute(
            "INSERT INTO effect"
            " (at, route, resource, operation, body_sha256, action_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                effect.at,
                effect.route,
                effect.resource,
                effect.operation,
                effect.body_sha256,
                effect.action_id,
            ),
        )
