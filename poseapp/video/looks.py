"""Changes pictures for the eye: tones by a table, and interlaced ones to whole pictures."""

from __future__ import annotations

from typing import Literal, cast

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

_BLEND = np.array([0.25, 0.5, 0.25], np.float32)  # a line and half of its neighbours, which are of the other field


def adjust(rgb: Pixels, *, table: Pixels | None, fields: Literal["both", "blend", "upper", "lower"]) -> Pixels:
    """Return a picture (H, W, 3) with another look; nothing in it moves.

    Args:
        rgb: As decoded.
        table: (256,) what each value becomes, None for no change.
        fields: What of an interlaced picture is seen: "both" as they are, a "blend" of the two, or the "upper" or
            "lower" one alone with the lines of the other filled in.
    """
    if fields == "blend":
        rgb = cast(Pixels, cv2.sepFilter2D(rgb, -1, np.ones(1, np.float32), _BLEND))
    elif fields != "both":
        rgb = one_field(rgb, first=int(fields == "lower"))
    return rgb if table is None else cast(Pixels, cv2.LUT(rgb, table))


def one_field(rgb: Pixels, *, first: int) -> Pixels:
    """Return a picture (H, W, 3) of the lines first, first + 2, ...; those between are means of their neighbours."""
    field = rgb[first::2]
    if not len(field):
        return rgb
    shown = np.empty_like(rgb)
    shown[first::2] = field
    between = shown[first + 1 :: 2]
    means = cv2.addWeighted(field[:-1], 0.5, field[1:], 0.5, 0.0) if len(field) > 1 else field[:0]
    between[: len(means)] = means
    between[len(means) :] = field[-1]  # beyond the last line
    shown[:first] = field[0]
    return shown
