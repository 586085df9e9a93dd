"""The clip at a glance: how sure the poses are, where a person corrected them, and where the playhead is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Timeline(QWidget):
    """Lanes over the clip's time axis; click to seek, drag to scrub, wheel to zoom.

    Signals:
        seekRequested(int): The user wants this frame.
        visibleRangeChanged(float, float): The view shows these seconds.
    """

    seekRequested = Signal(int)
    visibleRangeChanged = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(88)
        self.set_clip(np.zeros(0))

    def set_clip(self, pts: npt.NDArray[np.float64]) -> None:
        """Show a clip with frames at `pts` (T,) s, increasing; an empty array shows none."""
        self._pts = np.asarray(pts, dtype=np.float64)

    def set_playhead(self, i: int) -> None:
        """Move the playhead to a frame; the view follows it."""

    def set_score_strip(self, score: npt.NDArray[Any]) -> None:
        """Show the mean score (T,) of each frame, 0 .. 1, NaN where nothing is known."""

    def update_score_strip(self, start: int, values: npt.NDArray[Any]) -> None:
        """Replace the scores of the frames from `start`."""

    def set_marked(self, frames: npt.ArrayLike) -> None:
        """Mark the corrected frames, indices in any order."""

    def set_done(self, ranges: Sequence[tuple[int, int]]) -> None:
        """Show which frames (start, stop) a running analysis has done; empty when none runs."""

    def visible_frames(self) -> tuple[int, int]:
        """Return (start, stop) of the frames in view."""
        return 0, len(self._pts)

    def set_visible_frames(self, start: int, stop: int) -> None:
        """Zoom to the frames start .. stop, clamped to the clip."""
