"""What stands in a report, in the order of the page; how it is laid out is for those who write it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.skeleton import Side
from poseapp.core.types import Float64, frozen_arrays

UInt8 = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class KeyFrame:
    """A picture of the movement. Attributes: rgb (H, W, 3), what stands under it."""

    rgb: UInt8
    caption: str

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class Curve:
    """One line: values and one standard deviation (n,), NaN where nothing is known."""

    side: Side
    values: Float64
    sigma: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class Plot:
    """Curves over one axis.

    Attributes:
        title, unit: Of the vertical axis. zero, positive: What 0 and the positive direction mean.
        x: (n,) along the horizontal axis, `x_title` with its unit.
        marks: (x, name) of events.
        earlier: Curves of an earlier session, drawn faintly; on the same `x`.
    """

    title: str
    unit: str
    zero: str
    positive: str
    x: Float64
    x_title: str
    curves: tuple[Curve, ...]
    marks: tuple[tuple[float, str], ...] = ()
    earlier: tuple[Curve, ...] = ()

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class Table:
    """Rows of text under a head; the first column names, the others hold values, aligned at the right.

    Attributes:
        note: What a reader must know, under the table; "" for nothing.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError(f"the table {self.title!r} has rows of other lengths than its head")


@dataclass(frozen=True)
class ReportContent:
    """One clip and person on one page.

    Attributes:
        title: Of the page. subject: As the examiner wrote it; "" leaves a line to write on.
        facts: (name, value) of the recording: date, duration, frames/s.
        findings: What came out, in sentences, the most important first.
        warnings: What limits it, in sentences.
        method: (name, value): network, filter, definitions, edits.
    """

    title: str
    subject: str
    facts: tuple[tuple[str, str], ...]
    findings: tuple[str, ...]
    warnings: tuple[str, ...]
    key_frames: tuple[KeyFrame, ...]
    plots: tuple[Plot, ...]
    tables: tuple[Table, ...]
    method: tuple[tuple[str, str], ...]
