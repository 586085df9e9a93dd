"""The canvas: the picture with the skeleton on it. Shows what it is given; asks for changes by signals."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from poseapp.core.geometry import Affine, Box
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32, Frame, PoseView
from poseapp.gui.canvas.arcs import AngleArc
from poseapp.gui.canvas.input import CanvasInput
from poseapp.gui.canvas.pictures import Picture, PicturedFrame, PictureMaker, stage_of
from poseapp.gui.canvas.render import heatmap_image
from poseapp.gui.canvas.scene import HeatmapLayer, Scene, paint_scene
from poseapp.gui.canvas.view import CanvasView, fit

_MARGIN = 8.0


class Canvas(QWidget):
    """Shows one frame and its poses, zoomed and panned.

    Signals:
        selectionRequested(int, object): Choose a person, and a keypoint or None.
        moveRequested(Key, float, float): Put a keypoint there, image px; once a drag, at release.
        previewed(Key or None, float, float): A keypoint is being dragged there; None: no longer.
        nudgeRequested(float, float): Move the chosen keypoint by image px.
        boxDrawn(Box): Around a person, image px; once after `want_box`.
        boxWanted(bool): The next drag draws a box, or no longer does.
        stepRequested(int): By frames, with the keyboard while a keypoint is chosen.
        cycleRequested(int): Choose the next (+1) or previous (-1) keypoint.
        playToggled(): Space was pressed and let go without panning.
        viewChanged(float): Widget px an image px.
    """

    selectionRequested = Signal(int, object)
    moveRequested = Signal(object, float, float)
    previewed = Signal(object, float, float)
    nudgeRequested = Signal(float, float)
    boxDrawn = Signal(object)
    boxWanted = Signal(bool)
    stepRequested = Signal(int)
    cycleRequested = Signal(int)
    playToggled = Signal()
    viewChanged = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Picture"))
        self.picture_maker = PictureMaker()
        self.scene = Scene()
        self._view = CanvasView()
        self._fitted = True
        self.box_wanted = False
        self._input = CanvasInput(self)

    @property
    def view(self) -> CanvasView:
        """The map of image px to widget px."""
        return self._view

    def set_frame(self, frame: Frame | None) -> None:
        """Show a frame, or nothing; a picture of another size is fitted."""
        if frame is None:
            self.scene = Scene()
            self.update()
            return
        picture = frame.picture if isinstance(frame, PicturedFrame) else Picture(frame)
        before = self.scene.picture
        self.scene.picture, self.scene.index = picture, frame.index
        if before is None or before.size != picture.size:
            self.fit_picture()
        self._input.cancel()
        self.update()

    def set_poses(self, poses: PoseView | None, skeleton: Skeleton | None) -> None:
        """Show the poses of the frame."""
        self.scene.poses, self.scene.skeleton = poses, skeleton
        self.update()

    def set_selection(self, person: int, keypoint: int | None) -> None:
        """Mark a person and a keypoint as chosen."""
        self.scene.person, self.scene.keypoint = person, keypoint
        self._describe()
        self.update()

    def set_hidden(self, persons: frozenset[int]) -> None:
        """Do not draw these persons."""
        self.scene.hidden = persons
        self.update()

    def set_heatmap(self, values: Float32 | None, to_image: Affine | None) -> None:
        """Lay a heatmap (h, w) over the picture, None for none; `to_image` maps its px."""
        self.scene.heatmap = (
            None if values is None or to_image is None else HeatmapLayer(heatmap_image(values), to_image.matrix)
        )
        self.update()

    def set_arcs(self, arcs: tuple[AngleArc, ...]) -> None:
        """Draw angles at their joints."""
        self.scene.arcs = arcs
        self.update()

    def want_box(self, *, wanted: bool) -> None:
        """Let the next drag draw a box; Escape takes it back."""
        if wanted != self.box_wanted:
            self.box_wanted = wanted
            self.show_cursor()
            self.boxWanted.emit(wanted)

    def show_cursor(self) -> None:
        """Show what a press would do."""
        cross = self.box_wanted or self.scene.hovered is not None
        self.setCursor(Qt.CursorShape.CrossCursor if cross else Qt.CursorShape.ArrowCursor)

    def set_view(self, view: CanvasView) -> None:
        """Zoom and pan: the picture no longer follows the size of the window; or turn it over."""
        self._fitted = self._fitted and view == self._view.turned_over(self.width())
        self._show_view(view)

    def fit_picture(self) -> None:
        """Show the whole picture, also after the window changes its size."""
        self._fitted = True
        if self.scene.picture is not None:
            self._show_view(_fitted_view(self, self.scene.picture.box))

    def fit_person(self) -> None:
        """Zoom to the chosen person; the whole picture when nobody is there."""
        box = self.scene.person_box()
        if box is None:
            self.fit_picture()
        else:
            self.set_view(_fitted_view(self, box))

    def zoom(self, factor: float) -> None:
        """Zoom about the middle."""
        self.set_view(self._view.zoomed(factor, self.width() / 2, self.height() / 2))

    def point_in_picture(self, x: float, y: float) -> tuple[float, float]:
        """Return an image point, clamped to the picture."""
        if self.scene.picture is None:
            return x, y
        width, height = self.scene.picture.size
        return float(np.clip(x, -0.5, width - 0.5)), float(np.clip(y, -0.5, height - 0.5))

    def _show_view(self, view: CanvasView) -> None:
        self._view = view
        self.viewChanged.emit(view.scale)
        self.update()

    def _describe(self) -> None:
        scene = self.scene
        if scene.skeleton is None or scene.keypoint is None:
            self.setAccessibleDescription(self.tr("No keypoint is chosen"))
            return
        name = scene.skeleton.keypoints[scene.keypoint].replace("_", " ")
        self.setAccessibleDescription(self.tr("{name} of person {n} is chosen").format(name=name, n=scene.person + 1))

    def sizeHint(self) -> QSize:
        """As large as the window allows."""
        return QSize(960, 640)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scene."""
        # The next picture will most likely be seen as this one is.
        self.picture_maker.stage = stage_of(self._view, self.width(), self.height(), self.devicePixelRatioF())
        painter = QPainter(self)
        paint_scene(painter, self.scene, self._view, QRectF(self.rect()))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted picture fitted, and the middle of a zoomed one in the middle."""
        if self._fitted:
            self.fit_picture()
        elif event.oldSize().isValid():
            dx = (event.size().width() - event.oldSize().width()) / 2
            dy = (event.size().height() - event.oldSize().height()) / 2
            self._show_view(self._view.panned(dx, dy))


def _fitted_view(canvas: Canvas, box: Box) -> CanvasView:
    return fit(box, canvas.width(), canvas.height(), margin=_MARGIN, mirrored=canvas.view.mirrored)
