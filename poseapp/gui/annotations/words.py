"""What annotations say: lengths, angles and times with their units, and how a typed length is read."""

from __future__ import annotations

import math
import re

from poseapp.core.annotations import angle_at, length_px
from poseapp.core.items import Annotation, Shape
from poseapp.gui.style.wording import format_time

SHAPE_WORDS = {
    Shape.LINE: "line",
    Shape.RULER: "ruler",
    Shape.GONIOMETER: "goniometer",
    Shape.PLUMB: "plumb line",
    Shape.TEXT: "note",
    Shape.STOPWATCH: "stopwatch",
}
PLANE = "Lengths hold in the plane of the ruler"
LENGTH_HINT = "Real length, such as 85 cm or 2 m"

_UNITS = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048}
_LENGTH = re.compile(r"\s*(\d+(?:[.,]\d*)?|[.,]\d+)\s*([a-z]+)\s*", re.IGNORECASE)
_FINE = 0.002  # metres a px: below it a tenth of a centimetre is more than a guess
_SURE_LEG = 60.0  # px: with shorter legs a tenth of a degree is less than a pixel


def value_words(annotation: Annotation, *, metres_per_px: float | None, seconds: float) -> str:
    """Return what an annotation measures, "" for nothing.

    Args:
        annotation: As it is shown.
        metres_per_px: The scale of the frame, None where no ruler of known length gives one.
        seconds: Since the first frame in which it is shown.
    """
    if annotation.shape is Shape.RULER:
        return _ruler_words(annotation, metres_per_px)
    if annotation.shape is Shape.GONIOMETER:
        return _angle_words(annotation)
    return format_time(seconds) if annotation.shape is Shape.STOPWATCH else ""


def words_of(annotation: Annotation, value: str) -> str:
    """Return the name of an annotation with what it measures."""
    return "  ".join(part for part in (annotation.text, value) if part)


def format_length(metres: float, *, fine: bool) -> str:
    """Return "43.2 cm" or, from a metre on, "1.432 m"; without `fine` one digit less."""
    if metres < 1.0:
        return f"{100 * metres:.{int(fine)}f} cm"
    return f"{metres:.{2 + int(fine)}f} m"


def parse_length(text: str) -> float | None:
    """Return metres of "85 cm", "2 m", "1,5 m", "6 ft"; None for anything else, a length without a unit among it."""
    match = _LENGTH.fullmatch(text)
    if match is None or match[2].lower() not in _UNITS:
        return None
    value = float(match[1].replace(",", ".")) * _UNITS[match[2].lower()]
    return value if value > 0 else None


def length_text(metres: float) -> str:
    """Return a known length as it may have been typed: "85 cm", "1.8 m"; "" for none."""
    if not metres:
        return ""
    return f"{metres:.6g} m" if metres >= 1.0 else f"{100 * metres:.6g} cm"


def _ruler_words(ruler: Annotation, metres_per_px: float | None) -> str:
    if ruler.metres > 0:
        return f"{length_text(ruler.metres)} known"
    length = length_px(ruler)
    if metres_per_px is None:
        return f"{length:.1f} px"
    return format_length(length * metres_per_px, fine=metres_per_px < _FINE)


def _angle_words(goniometer: Annotation) -> str:
    a, vertex, b = goniometer.points
    angle = angle_at(a, vertex, b)
    if math.isnan(angle):
        return "–"
    is_sure = min(math.dist(a, vertex), math.dist(b, vertex)) >= _SURE_LEG
    return f"{angle:.{int(is_sure)}f}°"
