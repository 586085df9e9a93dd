"""What fine-tuning a network to a person's own corrections came to, measured on frames it did not learn from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from poseapp.core.errors import BadInputError

REPORT_VERSION = 1


@dataclass(frozen=True)
class KeypointRow:
    """The error of one keypoint: `n` held-out marks, median error, px; before is None where the parent lacks it."""

    name: str
    n: int
    before_px: float | None
    after_px: float


@dataclass(frozen=True)
class AngleRow:
    """The error of one angle: `n` held-out poses that have it, median error before and after, degrees."""

    name: str
    n: int
    before_deg: float
    after_deg: float


@dataclass(frozen=True)
class GenericDrift:
    """How far the new network says something else than its parent where nobody corrected anything.

    Attributes:
        frames: Frames far from every mark in which both were asked.
        median_px: Median distance between their keypoints, px.
        torso: The same, % of the torso.
        agreement: Share of the parent's sure keypoints that the new network puts within 20 % of the torso, 0 to 1.
        tolerable: Whether that is little enough for the new network to become the default.
    """

    frames: int
    median_px: float
    torso: float
    agreement: float
    tolerable: bool


@dataclass(frozen=True)
class FineTuneReport:
    """The proof of a fine-tuning, or what it came to without one.

    Numbers that could not be measured are None: too few frames were marked to keep some away from learning.

    Attributes:
        model, parent: Names of the new network and of the one it began as.
        adopted: The new network is better beyond noise, and becomes the default.
        verdict: One or two plain sentences.
        seconds: That it took, of the clock on the wall, pauses left out.
        clips, frames, marks: What was learnt from: marks are keypoints that a person placed.
        held_out_frames, held_out_marks: What was kept away from learning, to measure on.
        before_px, after_px: Median error of the held-out marks with the parent and with the new network, px.
        interval: 95 % interval of `before_px - after_px`, px, by bootstrap over held-out frames: above 0 is better.
        before_torso, after_torso: Median error in % of the torso.
        pck10_before, pck10_after: Share of marks found within 10 % of the torso, 0 to 1.
        pck20_before, pck20_after: The same within 20 %.
        keypoints, angles: The errors in parts.
        drift: What it says elsewhere, None where there are no frames far from the marks.
        examples: Names of pictures in the working folder, the most telling first.
    """

    model: str
    parent: str
    adopted: bool
    verdict: str
    seconds: float
    clips: int
    frames: int
    marks: int
    held_out_frames: int = 0
    held_out_marks: int = 0
    before_px: float | None = None
    after_px: float | None = None
    interval: tuple[float, float] | None = None
    before_torso: float | None = None
    after_torso: float | None = None
    pck10_before: float | None = None
    pck10_after: float | None = None
    pck20_before: float | None = None
    pck20_after: float | None = None
    keypoints: tuple[KeypointRow, ...] = ()
    angles: tuple[AngleRow, ...] = ()
    drift: GenericDrift | None = None
    examples: tuple[str, ...] = ()

    @property
    def improvement_px(self) -> float | None:
        """How much nearer the new network is, px; None where it was not measured."""
        if self.before_px is None or self.after_px is None:
            return None
        return self.before_px - self.after_px

    def to_json(self) -> str:
        """Return the report as one line of JSON."""
        return json.dumps({"version": REPORT_VERSION, **asdict(self)}, allow_nan=False)

    def to_summary(self) -> str:
        """Return what `poseapp finetune --json` prints: short names first, then everything."""
        short = {"before": self.before_px, "after": self.after_px}
        return json.dumps({**short, **json.loads(self.to_json())}, allow_nan=False, indent=2)

    @staticmethod
    def from_json(text: str) -> FineTuneReport:
        """Read what `to_json` or `to_summary` wrote.

        Raises:
            BadInputError: Not such a text, or from a newer version of the application.
        """
        try:
            data = json.loads(text)
            if data.pop("version") > REPORT_VERSION:
                raise BadInputError("the report was written by a newer poseapp", remedy="Update poseapp")
            for short in ("before", "after"):
                data.pop(short, None)
            data["interval"] = None if data["interval"] is None else _pair(data["interval"])
            data["keypoints"] = tuple(KeypointRow(**row) for row in data["keypoints"])
            data["angles"] = tuple(AngleRow(**row) for row in data["angles"])
            data["drift"] = None if data["drift"] is None else GenericDrift(**data["drift"])
            data["examples"] = tuple(str(name) for name in data["examples"])
            return FineTuneReport(**data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInputError(f"the report of a fine-tuning cannot be read ({error})") from error


def _pair(values: list[float]) -> tuple[float, float]:
    low, high = values
    return float(low), float(high)
