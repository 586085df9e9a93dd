"""The numbers behind the curves of a reference, made beside the GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from poseapp.core.circle import wrap_degrees
from poseapp.core.reference import Reference
from poseapp.core.skeleton import AngleDefinition
from poseapp.core.types import Float64
from poseapp.gui.plots.angle_groups import Member, PlotGroup
from poseapp.gui.plots.curve_data import CurveData
from poseapp.gui.plots.decimation import Pyramid


@dataclass(frozen=True, eq=False)
class ReferenceData:
    """Curves of a reference as plots draw them.

    Attributes:
        title: Name of the file.
        time: (N,) s from the clip's first frame.
        curves: By our full name of the angle; the titles of their members are what of the file they were made of.
        offset: s that were added to the times of the file.
    """

    title: str
    time: Float64
    curves: Mapping[str, CurveData]
    offset: float = 0.0

    def shifted(self, seconds: float) -> ReferenceData:
        """Return the same, later by some seconds."""
        return replace(self, time=self.time + seconds, offset=self.offset + seconds)

    def of(self, group: PlotGroup) -> tuple[CurveData, ...]:
        """Return the curves that belong into a plot: none but in one of angles."""
        if group.quantity != "angle":
            return ()
        names = [f"{member.side}_{group.name}".removeprefix("middle_") for member in group.members]
        return tuple(self.curves[name] for name in names if name in self.curves)


def make_reference(reference: Reference, definitions: Sequence[AngleDefinition]) -> ReferenceData:
    """Return what plots draw of a reference: O(N)."""
    curves = {}
    for definition in definitions:
        curve = reference.of(definition.name)
        if curve is not None:
            values = Pyramid(wrap_degrees(curve.values, definition.period)).prepared()
            whole = values.columns(np.array([0, len(values)], dtype=np.intp))
            member = Member(definition.side, curve.source, 0, period=definition.period)
            nothing, none = np.full(len(values), np.nan, np.float32), np.zeros(0, np.intp)
            extent = float(whole.low[0]), float(whole.high[0])
            curves[definition.name] = CurveData(member, values, nothing, None, none, none, extent)
    return ReferenceData(reference.title, reference.time, curves)
