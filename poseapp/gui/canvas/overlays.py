"""Keeps what lies on the picture up to date: poses, angle arcs and the heatmap of the chosen keypoint."""

from __future__ import annotations

from PySide6.QtCore import QObject

from poseapp.core.analysis import PersonMeasures, PlaneFlag
from poseapp.core.geometry import Box
from poseapp.core.reshaping import predicted_columns
from poseapp.core.skeleton import AngleDefinition, Skeleton
from poseapp.core.types import Float32, Frame
from poseapp.gui.canvas.arcs import AngleArc
from poseapp.gui.canvas.canvas import Canvas
from poseapp.gui.style.wording import format_angle
from poseapp.services.heatmaps import HeatmapAnswer, HeatmapWish
from poseapp.services.session import Session

# Drawn while no keypoint is chosen: from the side the ones, from the front the others.
_ALWAYS = tuple(f"{side}_knee_{angle}" for angle in ("flexion", "valgus") for side in ("right", "left"))


class Overlays(QObject):
    """Between the session and the canvas, for the frame that is shown."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._frame: Frame | None = None
        self._heatmap_shown = False
        self._arcs_shown = True
        session.prepare_frames(canvas.picture_maker)
        session.frameReady.connect(self.show_frame)
        session.heatmaps.ready.connect(self._on_heatmap)
        session.measuring.measured.connect(lambda _person: self.refresh_arcs())
        session.playback.playingChanged.connect(lambda _on: self.refresh_heatmap())

    @property
    def shown_frame(self) -> int:
        """Index of the frame on the canvas, -1 for none."""
        return -1 if self._frame is None else self._frame.index

    def clear(self) -> None:
        """Show nothing."""
        self._frame = None
        self._canvas.set_frame(None)

    def show_frame(self, frame: Frame) -> None:
        """Show a picture with its poses."""
        self._frame = frame
        self._canvas.set_frame(frame)
        self.refresh()

    def refresh(self) -> None:
        """Show the poses of the frame as they are now."""
        document = self._session.document
        if self._frame is None or document is None or self._frame.index >= document.clip.n_frames:
            return
        self._canvas.set_poses(document.store.view(self._frame.index), document.store.skeleton)
        self.refresh_arcs()
        self.refresh_heatmap()

    def select(self, person: int, keypoint: int | None) -> None:
        """Mark what is chosen."""
        self._canvas.set_selection(person, keypoint)
        self.refresh_arcs()
        self.refresh_heatmap()

    def set_heatmap_shown(self, on: bool) -> None:
        """Show the heatmap of the chosen keypoint, or not."""
        self._heatmap_shown = on
        self.refresh_heatmap()

    def set_arcs_shown(self, on: bool) -> None:
        """Draw angles at the joints, or not."""
        self._arcs_shown = on
        self.refresh_arcs()

    def refresh_arcs(self) -> None:
        """Draw the angles of the chosen joint, or of the knees."""
        selection, document = self._session.selection, self._session.document
        measures = self._session.measuring.measures(selection.person)
        poses = self._canvas.scene.poses
        hidden = selection.person in self._canvas.scene.hidden
        if not self._arcs_shown or hidden or measures is None or document is None or poses is None or not len(poses.xy):
            self._canvas.set_arcs(())
            return
        xy = poses.xy[min(selection.person, len(poses.xy) - 1)]
        self._canvas.set_arcs(
            angle_arcs(document.store.skeleton, xy, measures, frame=self.shown_frame, keypoint=selection.keypoint)
        )

    def refresh_heatmap(self) -> None:
        """Ask for the heatmap of what is shown now; without one nothing old stays on the picture."""
        self._canvas.set_heatmap(None, None)
        document, keypoint = self._session.document, self._network_keypoint()
        if document is None or self._frame is None or not self._heatmap_shown or keypoint is None:
            return
        if self._session.playback.playing or not document.network:
            return
        box = self._person_box(self._session.selection.person)
        if box is not None:
            self._session.heatmaps.request(HeatmapWish(self._frame, box, keypoint, document.network))

    def _network_keypoint(self) -> int | None:
        """Return the number that the network has for the chosen keypoint; None where it does not know it."""
        document, keypoint = self._session.document, self._session.selection.keypoint
        if document is None or keypoint is None:
            return None
        column = predicted_columns(document.store).of[keypoint]
        return column if column >= 0 else None

    def _person_box(self, person: int) -> Box | None:
        """Return the box of the predictions: the network is to see what it saw."""
        document = self._session.document
        if document is None or person >= document.store.n_persons:
            return None
        raw = document.store.track(person, self.shown_frame, self.shown_frame + 1).raw[0]
        try:
            return Box.around(raw)
        except ValueError:
            return None

    def _on_heatmap(self, answer: HeatmapAnswer) -> None:
        if self._heatmap_shown and (answer.index, answer.keypoint) == (self.shown_frame, self._network_keypoint()):
            self._canvas.set_heatmap(answer.values, answer.to_image)


def angle_arcs(
    skeleton: Skeleton, xy: Float32, measures: PersonMeasures, *, frame: int, keypoint: int | None
) -> tuple[AngleArc, ...]:
    """Return the arcs of the joint angles at a keypoint, or at the knees for None; xy (K, 2) px of the frame."""
    row = frame - measures.track.start
    if not 0 <= row < len(measures.angles.values):
        return ()
    arcs = []
    for column, definition in enumerate(measures.angles.definitions):
        wanted = (
            definition.name in _ALWAYS
            if keypoint is None
            else definition.points[1:2] == (skeleton.keypoints[keypoint],)
        )
        if not wanted or definition.kind != "joint" or measures.angles.plane[row, column] == PlaneFlag.WRONG_VIEW:
            continue
        value, sigma = (float(a[row, column]) for a in (measures.angles.values, measures.angles.sigma))
        arc = _arc(skeleton, xy, definition, format_angle(value, sigma))
        if arc is not None and value == value:
            arcs.append(arc)
    return tuple(arcs)


def _arc(skeleton: Skeleton, xy: Float32, definition: AngleDefinition, text: str) -> AngleArc | None:
    """Return the arc of an angle whose zero is the limb in line, such as the knee's, or the two segments one way."""
    along = {0.0: 1, 180.0: -1}.get(definition.offset % 360)
    if along is None or len(definition.points) < 3:
        return None  # the ankle's zero is a right angle: no line to draw it from
    points = [skeleton.point(xy, name) for name in definition.points]
    if any(bool((point != point).any()) for point in points):
        return None
    limb, vertex = points[0], points[1]
    zero = vertex + along * (points[2] - (vertex if len(points) == 3 else points[3]))
    ends = [(float(p[0]), float(p[1])) for p in (vertex, zero, limb)]
    return AngleArc(ends[0], ends[1], ends[2], text, definition.side)
