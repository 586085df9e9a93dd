"""Numbers for people to read."""

from __future__ import annotations

import math


def told(value: float, digits: int = 1) -> str:
    """Return a number with a true minus, without the sign of a zero, "–" for none."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")
