"""Redis as a broker that may say anything.

Whoever can write to Redis must not be able to stop a worker. Celery refuses unknown
tasks by itself, but the library below it lets a message that is no message end the
process; here such a message is dropped with a line in the log.
"""

from collections.abc import Callable
from typing import Any

import structlog
from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import DataError

log = structlog.get_logger(__name__)

MALFORMED = (
    AttributeError,
    DataError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class Channel(redis.Channel):
    """Drops what cannot be read instead of passing the error on."""

    def basic_consume(
        self,
        queue: str,
        no_ack: bool,  # noqa: FBT001  (kombu's signature)
        callback: Callable[[Any], Any],
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        def careful(message: Any) -> Any:
            try:
                return callback(message)
            except MALFORMED as error:
                refuse(error)
                # An unacknowledged message would use up the prefetch for good.
                if not message.acknowledged:
                    message.ack()
                return None

        return super().basic_consume(  # type: ignore[no-untyped-call]
            queue, no_ack, careful, *args, **kwargs
        )

    def _brpop_read(self, **options: Any) -> bool:
        try:
            return bool(super()._brpop_read(**options))  # type: ignore[no-untyped-call]
        except MALFORMED as error:
            refuse(error)
            return True


class Transport(redis.Transport):
    Channel = Channel


def refuse(error: Exception) -> None:
    log.warning("message_refused", error=type(error).__name__)


def register() -> None:
    """Let every redis:// and redis+socket:// address use this transport."""
    name = f"{__name__}:{Transport.__name__}"
    TRANSPORT_ALIASES.update(redis=name, rediss=name)
