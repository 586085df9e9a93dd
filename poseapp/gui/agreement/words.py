"""What the panel of agreement says."""

from __future__ import annotations

import math

from poseapp.core.agreement import ICC_WORDS, AgreementRow, AgreementTable
from poseapp.core.number_text import told

UNITS = {"degrees": "°", "px": "px"}


def with_unit(value: float, unit: str) -> str:
    """Return "−3.2°" or "4.1 px"."""
    short = UNITS[unit]
    return f"{told(value)}{short}" if short == "°" else f"{told(value)}\u00a0{short}"


def heads(unit: str) -> tuple[tuple[str, str], ...]:
    """Return (heading, what it means) of the columns."""
    short = UNITS[unit]
    return (
        ("Angle" if unit == "degrees" else "Keypoint", "What was compared"),
        ("n", "Frames in which both are known"),
        (f"Bias, {short}", "Mean of second minus first"),
        (f"Limits, {short}", "Limits of agreement: bias ± 1.96 standard deviations of the differences"),
        ("ICC [95 %]", f"{ICC_WORDS}. It is near 1 wherever people move far: look at SEM and limits, too"),
        (f"SEM, {short}", "Standard error of measurement"),
        (f"MDC, {short}", "Minimal detectable change, 1.96 √2 SEM: a smaller difference may be chance"),
        (f"Largest, {short}", "The largest difference, second minus first"),
        ("At frame", "Where the largest difference is: Enter goes there"),
    )


def limits_words(row: AgreementRow) -> str:
    """Return "−9.9 to 11.1"."""
    return f"{told(row.agreement.low)} to {told(row.agreement.high)}" if math.isfinite(row.agreement.low) else "–"


def icc_words(row: AgreementRow) -> str:
    """Return the ICC with its interval."""
    a = row.agreement
    if not math.isfinite(a.icc):
        return "–"
    return f"{told(a.icc, 2)} [{told(a.icc_low, 2)}, {told(a.icc_high, 2)}]"


def table_words(table: AgreementTable) -> str:
    """Return a sentence about what was compared."""
    hand = ", only what was placed by hand" if table.marked else ""
    return f"First: {table.first}. Second: {table.second}. {table.frames} frames{hand}; differences are second − first."


def point_words(row: AgreementRow, place: int, rank: int, time: str) -> str:
    """Return what is said of one frame of a row, `rank` 0 the largest difference."""
    order = {0: "Largest difference", 1: "2nd largest difference", 2: "3rd largest difference"}
    head = order.get(rank, f"{rank + 1}th largest difference") if rank >= 0 else "Difference"
    if 20 <= rank <= 99 and rank % 10 in (0, 1, 2):
        head = f"{rank + 1}{('st', 'nd', 'rd')[rank % 10]} largest difference"
    first, second = (with_unit(float(values[place]), row.unit) for values in (row.first, row.second))
    where = f"in frame {int(row.frames[place])}, {time}"
    return f"{head}: {with_unit(row.point(place)[1], row.unit)}\n{where}\nFirst {first}\nSecond {second}"
