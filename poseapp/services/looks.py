"""How the picture is shown: brightness, contrast, gamma and deinterlacing for the eye; networks never see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Fields = Literal["both", "blend", "upper", "lower"]
FIELDS: tuple[Fields, ...] = get_args(Fields)
GAMMAS = (0.25, 4.0)


@dataclass(frozen=True)
class PictureLook:
    """How a picture is shown; the default changes nothing. The names are written to project files.

    Attributes:
        brightness: -1..1, what is added to values in 0..1.
        contrast: -1..1: halves to doubles the distance from the middle grey.
        gamma: 0.25..4: above 1 shadows become lighter.
        fields: What is shown of an interlaced picture: "both" as recorded, the two as a "blend", or one of them.
        mirrored: Left and right are exchanged.
    """

    brightness: float = 0.0
    contrast: float = 0.0
    gamma: float = 1.0
    fields: Fields = "both"
    mirrored: bool = False

    @property
    def changes_pixels(self) -> bool:
        """Tell whether the picture is another one than what was recorded, turned over or not."""
        return replace(self, mirrored=False) != PictureLook()

    def on(self, rgb: Pixels) -> Pixels:
        """Return a picture (H, W, 3) with its values and fields as they are to be shown; not mirrored."""
        if not self.changes_pixels:
            return rgb
        from poseapp.video.looks import adjust

        return adjust(rgb, table=tone_table(self), fields=self.fields)


@lru_cache(maxsize=4)
def tone_table(look: PictureLook) -> Pixels | None:
    """Return what each value 0..255 becomes, (256,); None where all stay as they are."""
    if not look.brightness and not look.contrast and look.gamma == 1.0:
        return None
    values = (np.linspace(0.0, 1.0, 256) - 0.5) * 2.0**look.contrast + 0.5 + look.brightness
    return cast(Pixels, np.rint(255 * np.clip(values, 0.0, 1.0) ** (1.0 / look.gamma)).astype(np.uint8))


def look_to_text(look: PictureLook) -> str:
    """Return text that `look_from_text` reads back."""
    return json.dumps(asdict(look))


def look_from_text(text: str) -> PictureLook:
    """Read a look; what cannot be understood, such as a later version's, shows the picture as recorded."""
    try:
        data = json.loads(text)
        look = PictureLook(
            brightness=_within(data["brightness"], -1.0, 1.0),
            contrast=_within(data["contrast"], -1.0, 1.0),
            gamma=_within(data["gamma"], *GAMMAS),
            fields=data["fields"],
            mirrored=bool(data["mirrored"]),
        )
    except (ValueError, TypeError, KeyError):
        return PictureLook()
    return look if look.fields in FIELDS else PictureLook()


def describe_look(look: PictureLook) -> tuple[str, ...]:
    """Return what must be said of a picture that is not shown as recorded, a line each."""
    parts: list[tuple[bool, Callable[[], str]]] = [
        (bool(look.brightness), lambda: f"Brightness {_signed(look.brightness)}"),
        (bool(look.contrast), lambda: f"Contrast {_signed(look.contrast)}"),
        (look.gamma != 1.0, lambda: f"Gamma {look.gamma:.2f}"),
        (look.fields != "both", lambda: "Deinterlaced"),
    ]
    tones = " · ".join(say() for holds, say in parts if holds)
    lines = ("Mirrored: left is right" if look.mirrored else "", tones)
    return tuple(line for line in lines if line)


def _within(value: float, low: float, high: float) -> float:
    if not low <= float(value) <= high:
        raise ValueError(value)
    return float(value)


def _signed(share: float) -> str:
    return f"{'+' if share > 0 else '−'}{abs(round(100 * share))} %"
