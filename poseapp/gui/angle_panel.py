"""Joint angles over time: what the clip measures, beside the picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from poseapp.core.analysis import PersonMeasures


class AnglePanel(QWidget):
    """One plot a joint, right and left together, with the value at the playhead.

    Signals:
        seekRequested(int): A plot was clicked at this frame.
        facingChosen(int, int, int): In the frames start .. stop the person faces +1 = picture right,
            -1 = left; 0 = decide by vote.
        shownChanged(): The user chose other angles (`shown_angles()`).
    """

    seekRequested = Signal(int)
    facingChosen = Signal(int, int, int)
    shownChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, ...] = ()

    def set_measures(self, measures: PersonMeasures | None, time: npt.NDArray[Any]) -> None:
        """Show the angles of a person with frames at `time` (T,) s; None shows the empty state."""

    def set_playhead(self, i: int) -> None:
        """Move the cursor and the read-outs to a frame."""

    def shown_angles(self) -> tuple[str, ...]:
        """Return the names of the joints on show, such as "knee_flexion"."""
        return self._shown

    def set_shown_angles(self, names: Sequence[str]) -> None:
        """Choose the joints on show; unknown names are ignored."""
