"""Amounts as people here write them."""

from __future__ import annotations

from decimal import Decimal

from django.utils import formats


def money(amount: Decimal, currency: str) -> str:
    """«1,23 USD»; a third decimal only where there is one."""
    places = 2 if amount == amount.quantize(Decimal("0.01")) else 3
    return f"{formats.number_format(amount, places)} {currency}"
