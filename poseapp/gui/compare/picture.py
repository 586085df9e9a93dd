"""A picture of a comparison: one clip, or one over the other. Only shows: nothing is edited here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from poseapp.core.geometry import Affine, Box
from poseapp.core.types import Frame
from poseapp.gui.canvas.pictures import Picture, PicturedFrame, PictureMaker, stage_of
from poseapp.gui.canvas.pose_paint import PoseContext, draw_poses
from poseapp.gui.canvas.scene import Scene, paint_scene
from poseapp.gui.canvas.view import CanvasView, fit
from poseapp.gui.compare.paint import draw_hollow_pose
from poseapp.gui.style.theme import DARK, GRID, color, font

_MARGIN = 8.0
_NOTCH = 120.0  # of a mouse wheel


@dataclass
class Layer:
    """What is shown of one clip.

    Attributes:
        letter: "A" for the clip that leads, "B" for the other.
        maker: Makes this clip's frames ready to be shown, in its decoding thread.
        words: What is said instead of a picture.
    """

    letter: str
    maker: PictureMaker = field(default_factory=PictureMaker)
    scene: Scene = field(default_factory=Scene)
    words: str = ""

    def show_frame(self, frame: Frame | None) -> None:
        """Take a picture, or none."""
        if frame is None:
            self.scene.picture, self.scene.index, self.scene.poses = None, -1, None
            return
        picture = frame.picture if isinstance(frame, PicturedFrame) else Picture(frame)
        self.scene.picture, self.scene.index = picture, frame.index


@dataclass(frozen=True)
class Over:
    """A second clip on top: `lay` maps its px to those below, `share` 0 .. 1 of its picture is seen."""

    layer: Layer
    lay: Affine
    share: float


def view_through(view: CanvasView, lay: Affine) -> CanvasView:
    """Return the view of a picture that `lay` (scale and shift of each axis, perhaps mirrored) puts under a view."""
    (sx, _, tx), (_, sy, ty) = lay.matrix.tolist()
    x, y = view.to_widget(tx, ty)
    return CanvasView(view.scale * sy, x, y, mirrored=view.mirrored != (sx < 0))


class ComparePicture(QWidget):
    """Shows one layer, or one over another. The wheel zooms, a drag moves, a double click shows everything."""

    def __init__(self, layer: Layer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.layer = layer
        self.over: Over | None = None
        self.view = CanvasView()
        self._mirrored = False
        self._fitted = True
        self._shown_size = (0, 0)
        self._held: QPointF | None = None

    def show_layers(self, layer: Layer, over: Over | None = None, *, mirrored: bool = False) -> None:
        """Show a layer, mirrored or not, and perhaps another one on top."""
        if layer is not self.layer or mirrored != self._mirrored:
            self._shown_size = (0, 0)
        self.layer, self.over, self._mirrored = layer, over, mirrored
        self.setAccessibleName(self.tr("Picture {letters}").format(letters=f"{layer.letter}{'B' if over else ''}"))
        self.refresh()

    def refresh(self) -> None:
        """Show what the layers hold now; a picture of another size is fitted."""
        picture = self.layer.scene.picture
        if picture is not None and picture.size != self._shown_size:
            self._shown_size = picture.size
            self.fit_picture()
        self.update()

    def fit_picture(self) -> None:
        """Show the whole picture."""
        self._fitted = True
        if self.layer.scene.picture is not None:
            self._fit(self.layer.scene.picture.box)

    def fit_person(self) -> None:
        """Zoom to the compared person; the whole picture when nobody is there."""
        box = self.layer.scene.person_box()
        if box is None:
            self.fit_picture()
        else:
            self._fitted = False
            self._fit(box)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the widget, its middle for None."""
        at = QPointF(self.width() / 2, self.height() / 2) if at is None else at
        self._fitted = False
        self.view = self.view.zoomed(factor, at.x(), at.y())
        self.update()

    def sizeHint(self) -> QSize:
        """As large as the window allows."""
        return QSize(80 * GRID, 50 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the layers, who is who, and what is said instead of a picture."""
        painter = QPainter(self)
        room = QRectF(self.rect())
        layer, ratio = self.layer, self.devicePixelRatioF()
        layer.maker.stage = stage_of(self.view, room.width(), room.height(), ratio)
        if self.over is None:
            paint_scene(painter, layer.scene, self.view, room)
        else:
            paint_scene(painter, replace(layer.scene, poses=None), self.view, room)
            self._paint_over(painter, self.over, room)
        self._paint_words(painter, room)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        self.zoom(1.25 ** (event.angleDelta().y() / _NOTCH), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to move the picture."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._held = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture."""
        if self._held is None:
            return
        moved, self._held = event.position() - self._held, event.position()
        self._fitted = False
        self.view = self.view.panned(moved.x(), moved.y())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the picture."""
        self._held = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole picture."""
        self.fit_picture()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted picture fitted, and the middle of another one in the middle."""
        if self._fitted:
            self.fit_picture()
        elif event.oldSize().isValid():
            change = event.size() - event.oldSize()
            self.view = self.view.panned(change.width() / 2, change.height() / 2)

    def _fit(self, box: Box) -> None:
        self.view = fit(box, self.width(), self.height(), margin=_MARGIN, mirrored=self._mirrored)
        self.update()

    def _paint_over(self, painter: QPainter, over: Over, room: QRectF) -> None:
        """Paint B's picture, and both bodies on top of both pictures."""
        scene, view = over.layer.scene, view_through(self.view, over.lay)
        if scene.picture is not None:
            self._paint_picture(painter, over, view, room)
        below = self.layer.scene
        if below.poses is not None and below.skeleton is not None:
            context = PoseContext(self.view, below.skeleton, below.person, hidden=below.hidden)
            draw_poses(painter, below.poses, context)
        if scene.poses is not None and scene.skeleton is not None and over.share > 0:
            draw_hollow_pose(painter, scene.poses, PoseContext(view, scene.skeleton, scene.person))

    def _paint_picture(self, painter: QPainter, over: Over, view: CanvasView, room: QRectF) -> None:
        picture = over.layer.scene.picture
        assert picture is not None
        stage = stage_of(view, room.width(), room.height(), self.devicePixelRatioF())
        over.layer.maker.stage = stage
        box = picture.box
        corners = view.all_to_widget(np.array([[box.x, box.y], [box.x + box.width, box.y + box.height]]))
        painter.save()
        painter.setClipRect(QRectF(QPointF(*corners[0]), QPointF(*corners[1])).normalized())
        painter.setOpacity(over.share)
        painter.drawImage(room.topLeft(), picture.on(stage))
        painter.restore()

    def _paint_words(self, painter: QPainter, room: QRectF) -> None:
        names = [self.layer.letter]
        if self.over is not None:
            names = [self.tr("A solid"), self.over.layer.words or self.tr("B outlined")]
        painter.setFont(font("strong"))
        metrics = painter.fontMetrics()
        plate = QRectF(GRID, GRID, 0, metrics.height() + GRID)
        for name in names:
            plate.setWidth(metrics.horizontalAdvance(name) + 2 * GRID)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(12, 15, 18, 205))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(plate, 4, 4)
            painter.setPen(QColor(255, 255, 255))
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, name)
            plate.moveTop(plate.bottom() + GRID / 2)
        if self.layer.scene.picture is None and self.layer.words:
            painter.setPen(color(DARK.muted))
            align = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room.adjusted(2 * GRID, 2 * GRID, -2 * GRID, -2 * GRID), int(align), self.layer.words)
