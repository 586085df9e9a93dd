"""The lower part of a comparison: which angle is plotted, its curves, and the values at the playhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalBlocker

from poseapp.core.skeleton import Side
from poseapp.gui.canvas.arcs import AngleArc
from poseapp.gui.canvas.overlays import angle_arcs
from poseapp.gui.canvas.scene import Scene
from poseapp.gui.compare.trace import ComparedAngle, Trace, compared_angles, trace
from poseapp.services.compared_clips import ComparedClip

if TYPE_CHECKING:
    from poseapp.gui.compare.window import CompareWindow

_FIRST_CHOICE = "knee_flexion"


class CompareAngles(QObject):
    """Feeds the list of angles, the plot and the values.

    Attributes:
        angles: What can be plotted. traces: The curves on show.
    """

    def __init__(self, window: CompareWindow) -> None:
        super().__init__(window)
        self._window = window
        self._comparing = window.comparing
        self.angles: tuple[ComparedAngle, ...] = ()
        self.traces: tuple[Trace, ...] = ()
        window.angle.currentIndexChanged.connect(lambda _index: self._show_angle())
        window.sides.currentIndexChanged.connect(lambda _index: self._show_angle())

    @property
    def chosen(self) -> ComparedAngle | None:
        """The angle on show, None while nothing is measured."""
        index = self._window.angle.currentIndex()
        return self.angles[index] if 0 <= index < len(self.angles) else None

    def refresh(self) -> None:
        """Show what is measured of the compared people now."""
        angles = compared_angles([clip.measures(clip.person) for clip in self._comparing.clips])
        if angles != self.angles:
            before = _FIRST_CHOICE if self.chosen is None else self.chosen.name
            self.angles = angles
            choice = self._window.angle
            with QSignalBlocker(choice):
                choice.clear()
                choice.addItems([angle.title for angle in angles])
                choice.setCurrentIndex(next((i for i, angle in enumerate(angles) if angle.name == before), 0))
        self._window.lower_pages.setCurrentIndex(1 if angles else 0)
        self._window.no_angles.set_text(self._why_nothing())
        self._show_angle()

    def show_sync(self) -> None:
        """Count time from where the clips are laid together."""
        sync = self._comparing.sync
        self._window.plot.set_origins((sync.first, sync.second), zero_name=sync.name)
        self.traces = self._window.plot.traces

    def show_playhead(self) -> None:
        """Show the values of the frames that belong together now."""
        first, _ = self._comparing.clips
        frames = self._comparing.shown()
        self._window.plot.set_playhead(float(first.info.pts[frames[0]]) - self._comparing.sync.first)
        if self.chosen is not None:
            self._window.values.show_values(self.traces, frames, period=self.chosen.period)

    def arcs(self, clip: ComparedClip, scene: Scene) -> tuple[AngleArc, ...]:
        """Return the arcs of the angle on show at the joints of the compared person."""
        measures, poses, angle = clip.measures(clip.person), scene.poses, self.chosen
        if measures is None or poses is None or scene.skeleton is None or angle is None or clip.person >= len(poses.xy):
            return ()
        names = {self._column_name(angle, side) for side in self._sides(angle)}
        skeleton = scene.skeleton
        found: list[AngleArc] = []
        for definition in measures.angles.definitions:
            vertex = definition.points[1:2]
            if definition.name in names and vertex and vertex[0] in skeleton.keypoints:
                arcs = angle_arcs(
                    skeleton,
                    poses.xy[clip.person],
                    measures,
                    frame=scene.index,
                    keypoint=skeleton.index(vertex[0]),
                )
                found += [arc for arc in arcs if arc not in found]
        return tuple(found)

    def _show_angle(self) -> None:
        angle = self.chosen
        if angle is None:
            return
        window, sync = self._window, self._comparing.sync
        sides = self._sides(angle)
        clips = self._comparing.clips
        traces = [
            trace(place, side, angle, clip.measures(clip.person), clip.info.pts)
            for place, clip in enumerate(clips)
            for side in sides
        ]
        words = (
            self.tr("A {name}: thick").format(name=clips[0].name) + self._zero_words(clips[0]),
            self.tr("B {name}: thin, with markers").format(name=clips[1].name) + self._zero_words(clips[1]),
        )
        window.plot.set_traces([t for t in traces if t is not None], legend=words, zero_name=sync.name)
        window.values.set_sides(sides)
        about = self.tr("{title}, degrees\n0° = {zero}\nPositive = {positive}\nValue ± one standard deviation")
        tip = about.format(title=angle.title, zero=angle.zero, positive=angle.positive)
        for widget in (window.angle, window.values):
            widget.setToolTip(tip)
        self.show_sync()
        self.show_playhead()

    def _zero_words(self, clip: ComparedClip) -> str:
        """Say where joint angles are measured from a posture of their own: then a difference is one of movements."""
        measures = clip.measures(clip.person)
        return self.tr(", zero: own posture") if measures is not None and measures.angles.neutral else ""

    def _sides(self, angle: ComparedAngle) -> tuple[Side, ...]:
        from poseapp.gui.compare.window import SIDE_CHOICES

        wanted = SIDE_CHOICES[max(0, self._window.sides.currentIndex())][1]
        return tuple(side for side in angle.sides if side in wanted)

    @staticmethod
    def _column_name(angle: ComparedAngle, side: Side) -> str:
        return angle.name if side == "middle" else f"{side}_{angle.name}"

    def _why_nothing(self) -> str:
        clips = self._comparing.clips
        if not any(clip.n_persons for clip in clips):
            return self.tr("Analyze a clip to see its angles here")
        if any(clip.measures(clip.person) is None and clip.n_persons for clip in clips):
            return self.tr("Measuring…")
        return self.tr("The two clips have no angle in common")
