"""Numbers as people read them: a unit each, and no more decimals than the uncertainty allows."""

from __future__ import annotations

import math


def format_angle(value: float, sigma: float) -> str:
    """Return "42.1 ± 3.2°", as `format_value` does."""
    return format_value(value, sigma, "°")


def format_value(value: float, sigma: float, unit: str) -> str:
    """Return "42.1 ± 3.2 px": two significant digits of sigma decide the decimals (0 to 2; GUM 7.2.6).

    Without a sigma (NaN) the value is given in whole units; a NaN value reads "–". Degrees stand close: "42.1 ± 3.2°".
    A sigma of 0 is that of keypoints which a person placed: how exactly people click nobody knows, so none is told.
    """
    if math.isnan(value):
        return "–"
    unit = unit if unit == "°" else f"\u00a0{unit}"
    if math.isnan(sigma):
        return f"{_signed(value, 0)}{unit}"
    if sigma <= 0:
        return f"{_signed(value, 1)}{unit}"
    decimals = _decimals(sigma)
    return f"{_signed(value, decimals)} ± {sigma:.{decimals}f}{unit}"


def format_time(seconds: float, *, decimals: int = 3, hours: bool = False) -> str:
    """Return "0:03.217" or "1:02:03.217", always with hours where that is asked for; a NaN reads "–"."""
    if math.isnan(seconds):
        return "–"
    scale = 10**decimals
    units = round(abs(seconds) * scale)
    whole, fraction = divmod(units, scale)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    head = f"{hour}:{minute:02d}:{second:02d}" if hour or hours else f"{minute}:{second:02d}"
    tail = f".{fraction:0{decimals}d}" if decimals else ""
    return f"{'−' if seconds < 0 and units else ''}{head}{tail}"


def format_duration(seconds: float) -> str:
    """Return a time left such as "12 s", "3 min 20 s" or "2 h 05 min"."""
    whole = max(0, math.ceil(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, second = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {second:02d} s" if minutes < 10 else f"{minutes} min"
    hours, minute = divmod(minutes, 60)
    return f"{hours} h {minute:02d} min"


def format_rate(frames_per_second: float) -> str:
    """Return frames/s with one decimal below 10."""
    return f"{frames_per_second:.1f}" if frames_per_second < 10 else f"{frames_per_second:.0f}"


def format_speed(speed: float) -> str:
    """Return a playing speed such as "1x", "0.25x"."""
    return f"{speed:g}×"


def format_percent(share: float) -> str:
    """Return 0 .. 1 as whole percent; a NaN reads "–"."""
    return "–" if math.isnan(share) else f"{round(share * 100)} %"


def _decimals(sigma: float) -> int:
    return min(2, max(0, 1 - math.floor(math.log10(sigma))))


def _signed(value: float, decimals: int) -> str:
    text = f"{abs(value):.{decimals}f}"
    return f"−{text}" if value < 0 and float(text) != 0 else text
