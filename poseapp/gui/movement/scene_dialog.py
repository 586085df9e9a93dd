"""Asks what is known of the recording: scale, floor, rectangle, lens and capture rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from poseapp.core.annotations import length_px
from poseapp.core.items import Annotation
from poseapp.core.scene import Lens, Plane, Scene, rate_words, scale_words
from poseapp.gui.annotations.words import length_text
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.gui.style.theme import GRID, lie_on_surface
from poseapp.services.job_runner import JobRunner
from poseapp.services.recording import read_camera_file

_LINE_SIGMA_PX = 2.0**0.5  # of both ends of a ruler, 1 px each
_HEIGHT_SIGMA = 0.03
_NONE, _PERSON = "", "height"


@dataclass(frozen=True)
class Known:
    """What the clip itself tells.

    Attributes:
        fps: Of the file. told_fps: At which the file says it was recorded, 0 for nothing.
        size: (width, height) px. rulers: All of them. height_px: Of the person, NaN where it is not known.
        floor: Degrees by which it rises to the right, by footholds; NaN where not known. person: What it is called.
    """

    fps: float
    told_fps: float
    size: tuple[int, int]
    rulers: Sequence[Annotation]
    height_px: float
    floor: float
    person: str


@dataclass(frozen=True)
class _ReadLens:
    """What was read from a camera file."""

    path: str
    lens: Lens


class SceneDialog(QDialog):
    """One form; its words say what follows. Nothing holds before OK, which waits for a camera file to be read."""

    def __init__(self, scene: Scene, known: Known, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scene")
        self.setWindowTitle(self.tr("Scale and time of the recording"))
        lie_on_surface(self)
        self._scene, self._known = scene, known
        self._lens: Lens | None = scene.lens
        self._wanted = ""  # camera file that is being read
        self._maker = LatestMaker(self)
        self._maker.set_runner(runner)
        self._rulers = [ruler for ruler in known.rulers if ruler.metres > 0 and length_px(ruler) > 0]
        self.source, self.stature = QComboBox(self), self._number(60, 250, " cm", 1)
        self.level = QCheckBox(self.tr("&Lay the floor level; it rises to the right by"), self)
        self.floor_angle = self._number(-30, 30, "°", 1)
        self.has_plane = QCheckBox(self.tr("A &rectangle between the last two rulers, deep"), self)
        self.plane_depth = self._number(0.01, 1000, " m", 2)
        self.on_floor = QCheckBox(self.tr("on the &floor"), self)
        self.lens_words, self.lens_file = QLabel(self), QPushButton(self.tr("Camera &file…"), self)
        self.lens_off = QPushButton(self.tr("&No lens"), self)
        self.slow = QCheckBox(self.tr("Recorded at another r&ate:"), self)
        self.frames = self._number(1, 100000, " frames/s", 2)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self._fill()
        self._lay_out()
        self._connect()
        self._show()

    def scene(self) -> Scene:
        """Return what the form says."""
        made = replace(self._scene, scale_by="", scale_px=0.0, scale_metres=0.0, scale_sigma=0.0, lens=self._lens)
        chosen = self.source.currentData()
        if chosen == _PERSON:
            made = replace(made, scale_by="height", scale_px=self._known.height_px,
                           scale_metres=self.stature.value() / 100, scale_sigma=_HEIGHT_SIGMA)  # fmt: skip
        elif isinstance(chosen, int):
            ruler = self._rulers[chosen]
            px = length_px(ruler)
            made = replace(made, scale_by="line", scale_px=px, scale_metres=ruler.metres,
                           scale_sigma=_LINE_SIGMA_PX / px)  # fmt: skip
        elif chosen == "kept":
            old = self._scene
            made = replace(made, scale_by=old.scale_by, scale_px=old.scale_px, scale_metres=old.scale_metres,
                           scale_sigma=old.scale_sigma)  # fmt: skip
        rate = (self.frames.value(), self._known.fps) if self.slow.isChecked() and self._known.fps else (0.0, 0.0)
        return replace(made, floor_degrees=self.floor_angle.value() if self.level.isChecked() else 0.0,
                       capture_fps=rate[0], playback_fps=rate[1], plane=self._plane())  # fmt: skip

    def read_lens(self, path: str) -> None:
        """Take a camera file, which is read beside the GUI thread; the words say why not."""
        width, height = self._known.size
        self._wait_for(path)
        self._maker.want(lambda: _ReadLens(path, read_camera_file(Path(path), width, height)), at_once=False)

    def sizeHint(self) -> QSize:
        """Wide enough for a line of words."""
        return super().sizeHint().expandedTo(QSize(72 * GRID, 0))

    def _number(self, least: float, most: float, unit: str, decimals: int) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setDecimals(decimals)
        box.setRange(least, most)
        box.setSuffix(unit)
        box.setMinimumWidth(14 * GRID)
        return box

    def _fill(self) -> None:
        scene, known = self._scene, self._known
        self.source.addItem(self.tr("Nothing: positions stay in px"), _NONE)
        for i, ruler in enumerate(self._rulers):
            name = f"{ruler.text}: " if ruler.text else ""
            self.source.addItem(self.tr("Ruler {name}{metres} = {px:.0f} px").format(
                name=name, metres=length_text(ruler.metres), px=length_px(ruler)), i)  # fmt: skip
        if math.isfinite(known.height_px):
            self.source.addItem(self.tr("Height of {name}, {px:.0f} px in the picture").format(
                name=known.person, px=known.height_px), _PERSON)  # fmt: skip
        self._choose_scale()
        self.stature.setValue(100 * scene.scale_metres if scene.scale_by == "height" else 170.0)
        self.level.setChecked(scene.floor_degrees != 0.0)
        self.floor_angle.setValue(scene.floor_degrees or (known.floor if math.isfinite(known.floor) else 0.0))
        self.has_plane.setEnabled(self._edges() is not None or scene.plane is not None)
        self.has_plane.setChecked(scene.plane is not None)
        self.plane_depth.setValue(scene.plane.depth if scene.plane is not None else 1.0)
        self.on_floor.setChecked(scene.plane is None or scene.plane.is_floor)
        self.slow.setEnabled(known.fps > 0)
        self.slow.setChecked(scene.capture_fps > 0)
        self.frames.setValue(scene.capture_fps or known.told_fps or 8 * (known.fps or 30.0))

    def _choose_scale(self) -> None:
        """Show the scale that holds; one whose ruler has changed or gone is offered as what it was."""
        scene = self._scene
        held = scene.scale_px, scene.scale_metres
        same = [i for i, ruler in enumerate(self._rulers) if (length_px(ruler), ruler.metres) == held]
        if scene.scale_by == "line" and same:
            self.source.setCurrentIndex(self.source.findData(same[0]))
        elif scene.scale_by:
            self.source.addItem(self.tr("As it is: {m:.3g} m = {px:.0f} px").format(
                m=scene.scale_metres, px=scene.scale_px), "kept")  # fmt: skip
            self.source.setCurrentIndex(self.source.count() - 1)

    def _edges(self) -> tuple[Annotation, Annotation] | None:
        """Return the rulers that a rectangle lies between: the near edge, of known length, and the far one."""
        rulers = [ruler for ruler in self._known.rulers if length_px(ruler) > 0]
        if len(rulers) < 2:
            return None
        low, high = sorted(rulers[-2:], key=lambda r: -(r.points[0][1] + r.points[1][1]))
        return (low, high) if low.metres > 0 else None

    def _plane(self) -> Plane | None:
        edges = self._edges()
        if not self.has_plane.isChecked():
            return None
        if edges is None:
            old = self._scene.plane
            return (
                None
                if old is None
                else replace(old, depth=self.plane_depth.value(), is_floor=self.on_floor.isChecked())
            )
        near, far = (sorted(edge.points) for edge in edges)
        corners = (near[0], near[1], far[1], far[0])
        return Plane(corners, edges[0].metres, self.plane_depth.value(), self.on_floor.isChecked())

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(GRID)
        form.addRow(self.tr("&Scale from:"), self.source)
        form.addRow(self.tr("&Body height:"), self.stature)
        form.addRow(self.tr("Floor:"), _row(self.level, self.floor_angle))
        form.addRow(self.tr("Rectangle:"), _row(self.has_plane, self.plane_depth, self.on_floor))
        form.addRow(self.tr("Lens:"), _row(self.lens_words, self.lens_file, self.lens_off))
        form.addRow(self.tr("Time:"), _row(self.slow, self.frames))
        self._form = form
        self.buttons = buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)  # fmt: skip
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        for button in (self.lens_file, self.lens_off):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(form)
        column.addWidget(self.words)
        column.addWidget(buttons)

    def _connect(self) -> None:
        self.source.currentIndexChanged.connect(lambda _: self._show())
        for box in (self.stature, self.floor_angle, self.plane_depth, self.frames):
            box.valueChanged.connect(lambda _: self._show())
        for check in (self.level, self.has_plane, self.on_floor, self.slow):
            check.toggled.connect(lambda _: self._show())
        self.lens_file.clicked.connect(lambda _=False: self._ask_lens())
        self.lens_off.clicked.connect(lambda _=False: self._forget_lens())
        self._maker.made.connect(self._on_lens)
        self._maker.failed.connect(self._on_lens_failed)

    def _ask_lens(self) -> None:
        dialog = QFileDialog(self, self.tr("Camera file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Camera files (*.toml)"))
        dialog.fileSelected.connect(self.read_lens)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _forget_lens(self) -> None:
        self._maker.forget()
        self._wait_for("")
        self._lens = None
        self._show()

    def _wait_for(self, path: str) -> None:
        self._wanted = path
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not path)

    def _on_lens(self, read: object) -> None:
        if isinstance(read, _ReadLens) and read.path == self._wanted:
            self._wait_for("")
            self._lens = read.lens
            self._show()

    def _on_lens_failed(self, error: Exception) -> None:
        self._wait_for("")
        self.words.setText(str(error))

    def _show(self) -> None:
        """Show what can be typed, and what follows from it."""
        self._form.setRowVisible(self.stature, self.source.currentData() == _PERSON)
        self.floor_angle.setEnabled(self.level.isChecked())
        self.plane_depth.setEnabled(self.has_plane.isChecked())
        self.on_floor.setEnabled(self.has_plane.isChecked())
        self.frames.setEnabled(self.slow.isChecked())
        self.lens_off.setEnabled(self._lens is not None)
        lens = self._lens
        straight = "" if lens is None else self.tr("straightened, error {e:.2f} px").format(e=lens.error)
        self.lens_words.setText(straight or self.tr("as it is"))
        scene = self.scene()
        file = self.tr("The file plays at {fps:.4g} frames/s").format(fps=self._known.fps) if self._known.fps else ""
        told = self.tr(" and says that it was recorded at {fps:.4g}").format(fps=self._known.told_fps)
        heard = f"{file}{told if self._known.told_fps else ''}." if file else ""
        self.words.setText(" ".join(part for part in (scale_words(scene), rate_words(scene) or heard) if part))


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
