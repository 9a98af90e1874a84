"""How much of the provider's request budget is left, as its answers tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Budget:
    """Requests of this hour: allowed, left, and when the oldest is forgotten."""

    limit: int
    remaining: int
    resets_at: int


@dataclass
class Meter:
    """Requests counted on this side, and the budget of the latest answer."""

    requests: int = 0
    budget: Budget | None = field(default=None)

    def note(self, headers: Mapping[str, str]) -> None:
        """Take the budget from an answer's headers; keep the old one if they lie."""
        self.requests += 1
        try:
            self.budget = Budget(
                limit=int(headers["ratelimit-limit"]),
                remaining=int(headers["ratelimit-remaining"]),
                resets_at=int(headers["ratelimit-reset"]),
            )
        except (KeyError, ValueError):
            return
