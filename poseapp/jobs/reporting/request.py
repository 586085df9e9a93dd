"""What a report should show."""

from __future__ import annotations

from dataclasses import dataclass

from poseapp.core.analysis import Analysis
from poseapp.core.errors import BadInputError

DEFAULT_ANGLES = ("knee_flexion", "hip_flexion", "ankle_dorsiflexion", "trunk_segment")
MOST_ANGLES = 4  # plots on a page


@dataclass(frozen=True)
class ReportRequest:
    """What a report should show.

    Attributes:
        person: Index.
        title, subject: As they stand on the page; nothing is taken from the clip's name or the project.
        angles: Without their side, in order; those that the skeleton lacks are left out.
        start, stop: Frames; stop None is the end of the clip.
        hide_faces: In the key frames.
    """

    person: int = 0
    title: str = "Movement report"
    subject: str = ""
    angles: tuple[str, ...] = DEFAULT_ANGLES
    start: int = 0
    stop: int | None = None
    hide_faces: bool = False

    def __post_init__(self) -> None:
        if len(self.angles) > MOST_ANGLES:
            raise BadInputError(f"a page has room for {MOST_ANGLES} angles", remedy="Choose the most important ones")


@dataclass(frozen=True)
class Measured:
    """What a report is made of.

    Attributes:
        analysis: Of the clip, with its events and what they tell.
        earlier: Of an earlier session of the same person, to compare with; None for none.
    """

    analysis: Analysis
    earlier: Analysis | None = None
