"""How amounts of US dollars are written, everywhere the same."""

from decimal import Decimal


def usd(amount: Decimal | float, *, signed: bool = False) -> str:
    """``$1,234.50``; with ``signed`` also ``+$24.00``, and ``−$24.00`` either way."""
    sign = "−" if amount < 0 else "+" if signed and amount > 0 else ""
    return f"{sign}${abs(amount):,.2f}"
