"""What can go wrong before the portal runs, as sentences for the person at the
terminal."""


class EmbeddedError(Exception):
    """The one-machine mode cannot go on; str(error) says why and what to do."""


class InUseError(EmbeddedError):
    """Another process holds the data folder."""
