"""The small frozen words that services and the window exchange."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal


@dataclass(frozen=True)
class Selection:
    """What the person works on: one person and, when chosen, one keypoint (None: the whole pose)."""

    person: int = 0
    keypoint: int | None = None


class NoticeAction(Enum):
    """What the one button of a notice does; the value is its label."""

    NONE = ""
    LOCATE = "Locate file…"
    SHOW_LOG = "Show log"
    ANALYZE = "Analyze"
    OPEN = "Open…"
    SHOW_FOLDER = "Show folder"
    SAVE_COPY = "Save a copy…"
    USE_RATE = "Use that rate"
    SHOW_FINDINGS = "Show…"
    IMPROVE = "Improve model…"


@dataclass(frozen=True)
class Notice:
    """One sentence for the bar above the picture, with at most one action.

    Attributes:
        text: The sentence.
        action: What the button does.
        kind: How grave it is.
        target: The file that the action is about, "" for none.
    """

    text: str
    action: NoticeAction = NoticeAction.NONE
    kind: Literal["info", "warning", "error"] = "info"
    target: str = ""


@dataclass(frozen=True)
class JobStatus:
    """How far a job in the background has come.

    Attributes:
        job_id: Increases with every job.
        title: What it does, such as "Analyzing".
        done, total: In `unit`; total 0 = not known.
        unit: Such as "frames".
        rate: Units/s, None until it is known.
        seconds_left: None until it is known.
        cancelling: Cancel was pressed; it ends at the next chance.
    """

    job_id: int
    title: str
    done: int = 0
    total: int = 0
    unit: str = "frames"
    rate: float | None = None
    seconds_left: float | None = None
    cancelling: bool = False

    @property
    def fraction(self) -> float | None:
        """Share that is done, 0 to 1; None when the total is not known."""
        return min(1.0, self.done / self.total) if self.total > 0 else None
