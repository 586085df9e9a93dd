"""What the canvas shows, as plain values, and how it is painted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from poseapp.core.geometry import Box
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Key, PoseView, Source
from poseapp.gui.annotations.layout import AnnotationScene
from poseapp.gui.annotations.paint import draw_annotations, plane_words
from poseapp.gui.canvas import render
from poseapp.gui.canvas.arcs import AngleArc, draw_arcs
from poseapp.gui.canvas.motion_paint import MotionScene, draw_motion, draw_motion_words, motion_plates
from poseapp.gui.canvas.pictures import Picture, stage_of
from poseapp.gui.canvas.pose_paint import PoseContext, draw_poses
from poseapp.gui.canvas.view import CanvasView
from poseapp.gui.canvas.whole_person_paint import RADIUS, WholePersonScene, draw_whole_person, knob_places, with_pose
from poseapp.gui.people.person_letters import draw_person_letters
from poseapp.gui.style.theme import DARK, color, font

LOUPE_ZOOM = 4.0
_LOUPE = 152.0  # px, side


@dataclass(frozen=True)
class HeatmapLayer:
    """A heatmap picture and the map (2, 3) of its px to image px."""

    image: QImage
    to_image: npt.NDArray[np.float64]


@dataclass
class Scene:
    """The canvas's content.

    Attributes:
        preview: (key, x, y) of a keypoint being dragged, shown there instead of where it is.
        hovered: (person, keypoint) under the cursor.
        box: One that is being drawn.
        annotations: Drawings on the picture.
        notes: What must be said about what is seen, a line each.
        motion: Trails, ghosts and the ellipse of the chosen keypoint.
        whole: What is being done to all of the chosen person.
        placing: Clicks place the chosen person's keypoints and choose no others.
        hues: Whose colour a person has who has not the own one.
    """

    picture: Picture | None = None
    index: int = -1
    skeleton: Skeleton | None = None
    poses: PoseView | None = None
    person: int = 0
    keypoint: int | None = None
    hovered: tuple[int, int] | None = None
    hidden: frozenset[int] = frozenset()
    preview: tuple[Key, float, float] | None = None
    box: Box | None = None
    heatmap: HeatmapLayer | None = None
    arcs: tuple[AngleArc, ...] = ()
    annotations: AnnotationScene = field(default_factory=AnnotationScene)
    notes: tuple[str, ...] = ()
    motion: MotionScene = field(default_factory=MotionScene)
    whole: WholePersonScene = field(default_factory=WholePersonScene)
    placing: bool = False
    hues: Mapping[int, int] = field(default_factory=dict)

    def shown_poses(self) -> PoseView | None:
        """Return the poses with the dragged keypoint where the pointer is."""
        if self.poses is not None and self.whole.preview is not None:
            return with_pose(self.poses, *self.whole.preview)
        if self.poses is None or self.preview is None:
            return self.poses
        key, x, y = self.preview
        if key.person >= len(self.poses.xy):
            return self.poses
        xy, score, source = self.poses.xy.copy(), self.poses.score.copy(), self.poses.source.copy()
        at = key.person, key.keypoint
        xy[at], score[at], source[at] = (x, y), 1.0, Source.CORRECTED
        return replace(self.poses, xy=xy, score=score, source=source)

    def has_position(self) -> bool:
        """Tell whether the chosen keypoint lies somewhere in this frame."""
        if self.poses is None or self.keypoint is None or self.person >= len(self.poses.xy):
            return False
        return bool(np.isfinite(self.poses.xy[self.person, self.keypoint]).all())

    def person_box(self) -> Box | None:
        """Return the box of the chosen person's keypoints in this frame, None when there is none."""
        if self.poses is None or self.person >= len(self.poses.xy):
            return None
        xy = self.poses.xy[self.person]
        return Box.around(xy, factor=1.35) if np.isfinite(xy).all(axis=1).any() else None


def paint_scene(painter: QPainter, scene: Scene, view: CanvasView, room: QRectF) -> None:
    """Paint picture, heatmap, poses, arcs, and what goes with a drag, in this order."""
    if scene.picture is None:
        painter.fillRect(room, color(DARK.background))
        return
    stage = stage_of(view, room.width(), room.height(), painter.device().devicePixelRatio())
    painter.drawImage(room.topLeft(), scene.picture.on(stage))
    if scene.heatmap is not None:
        render.draw_heatmap(painter, scene.heatmap.image, scene.heatmap.to_image, view)
    draw_motion(painter, scene.motion, scene.skeleton, view=view, room=room)
    poses = scene.shown_poses()
    if poses is not None and scene.skeleton is not None:
        _paint_poses(painter, scene, poses, scene.skeleton, view=view, room=room)
    draw_motion_words(painter, scene.motion, view, room)
    draw_annotations(painter, scene.annotations, view)
    if scene.box is not None:
        render.draw_box(painter, scene.box, view)
    render.draw_notes(painter, [note for note in (plane_words(scene.annotations), *scene.notes) if note], room)
    _paint_loupe(painter, scene, view, room)


def _paint_poses(
    painter: QPainter, scene: Scene, poses: PoseView, skeleton: Skeleton, *, view: CanvasView, room: QRectF
) -> None:
    if scene.preview is None:
        draw_arcs(painter, scene.arcs, view, room, _taken(scene, poses, view, room))
    context = PoseContext(view, skeleton, scene.person, scene.keypoint, scene.hovered, scene.hidden)
    draw_poses(painter, poses, context)
    if len(poses.xy) > 1:
        draw_person_letters(painter, poses, context, scene.hues)
    if scene.person < len(poses.xy) and scene.person not in scene.hidden:
        draw_whole_person(painter, scene.whole, poses.xy[scene.person].astype(float), view, room)
    if scene.preview is None and scene.keypoint is not None:
        _paint_name(painter, scene, poses, view, room)


def _paint_loupe(painter: QPainter, scene: Scene, view: CanvasView, room: QRectF) -> None:
    """Magnify what is under the point that is being dragged."""
    held = scene.annotations.held if scene.preview is None else scene.preview[1:]
    if held is None or scene.picture is None:
        return
    x, y = held
    at = QPointF(*view.to_widget(x, y))
    zoom = LOUPE_ZOOM * view.scale
    render.draw_loupe(painter, scene.picture, (x, y), _loupe_place(at, room), zoom, mirrored=view.mirrored)


def _loupe_place(at: QPointF, room: QRectF) -> QRectF:
    """Beside the pointer, above it, and on the other side where there is no room."""
    gap = 32.0
    x = at.x() + gap if at.x() + gap + _LOUPE < room.right() else at.x() - gap - _LOUPE
    y = at.y() - gap - _LOUPE if at.y() - gap - _LOUPE > room.top() else at.y() + gap
    return QRectF(x, y, _LOUPE, _LOUPE)


def _paint_name(painter: QPainter, scene: Scene, poses: PoseView, view: CanvasView, room: QRectF) -> None:
    named = _name_of_chosen(scene, poses, view)
    if named is not None:
        render.draw_label(painter, *named, room, ink=QColor(255, 255, 255), font=font("small"))


def _name_of_chosen(scene: Scene, poses: PoseView, view: CanvasView) -> tuple[str, QPointF] | None:
    """Return the name of the chosen keypoint and where it is, widget px."""
    if scene.keypoint is None or scene.skeleton is None:
        return None
    if scene.person >= len(poses.xy) or scene.person in scene.hidden:
        return None
    x, y = poses.xy[scene.person, scene.keypoint]
    if not np.isfinite((x, y)).all():
        return None
    name = scene.skeleton.keypoints[scene.keypoint].replace("_", " ")
    return name, QPointF(*view.to_widget(float(x), float(y)))


def _taken(scene: Scene, poses: PoseView, view: CanvasView, room: QRectF) -> list[QRectF]:
    """Return what no value may cover: keypoints, what is written about the chosen one, and the person's handle."""
    named = _name_of_chosen(scene, poses, view)
    taken = motion_plates(scene.motion, view, room)
    taken += [] if named is None else [render.label_plate(*named, room, font("small"))]
    if scene.person < len(poses.xy):
        points = view.all_to_widget(poses.xy[scene.person])
        taken += [QRectF(x - 5, y - 5, 10, 10) for x, y in points[np.isfinite(points[:, 0])].tolist()]
    if scene.whole.shown and scene.person < len(poses.xy):
        for knob in knob_places(poses.xy[scene.person], view, room).values():
            taken.append(QRectF(knob.x() - RADIUS, knob.y() - RADIUS, 2 * RADIUS, 2 * RADIUS))
    return taken
