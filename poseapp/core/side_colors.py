"""The colours of the sides of the body wherever they lie on a picture, the same in window, pictures and videos."""

from __future__ import annotations

from poseapp.core.skeleton import Side

# Right and left are of the colour-blind safe set of Okabe and Ito (2008), https://jfly.uni-koeln.de/color/.
SIDE_COLORS: dict[Side, str] = {"right": "#56b4e9", "left": "#e69f00", "middle": "#b4bac2"}


def side_rgb(side: Side) -> tuple[int, int, int]:
    """Return the colour of a side, 0 .. 255 each."""
    text = SIDE_COLORS[side]
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def bone_side(a: Side, b: Side) -> Side:
    """Return the side of a bone: that of its ends where they agree or one is on the midline."""
    if a == b:
        return a
    if "middle" in (a, b):
        return b if a == "middle" else a
    return "middle"
