"""The fields in which an angle is described."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLabel, QLineEdit, QWidget

from poseapp.core.angle_forms import POINTS, AngleForm, other_side, positive_words, zero_words
from poseapp.core.skeleton import Skeleton
from poseapp.gui.own.keypoint_rows import spoken
from poseapp.gui.style.theme import GRID

_SHAPES = (
    ("Angle at a joint, of 3 keypoints", "joint"),
    ("Between two segments, of 4 keypoints", "segments"),
    ("Segment against the vertical", "vertical"),
    ("Segment against the horizontal", "horizontal"),
)
_RANGES = (("0 to 180°, no sign", "size"), ("−180 to 180°", "turn"), ("−90 to 90°, modulo 180", "line"))
_WAYS = (("As it is", False), ("The other way round", True))
_PLANES = (
    ("From the side: mirrored with facing", "sagittal"),
    ("From the front: mirrored from behind", "frontal"),
    ("In the picture: never mirrored", "picture"),
)
_LABELS = {
    "joint": ("From", "about", "to", ""),
    "segments": ("First segment from", "to", "second segment from", "to"),
    "vertical": ("Upper end", "lower end", "", ""),
    "horizontal": ("Front end", "rear end", "", ""),
}


class AngleFields(QWidget):
    """Title, keypoints, range, zero and direction of one angle.

    Signals:
        changed: Something was filled in.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title, self.zero, self.positive = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        self.shape, self.range, self.way, self.plane = (QComboBox(self) for _ in range(4))
        self.points = tuple(QComboBox(self) for _ in range(4))
        self.offset = QDoubleSpinBox(self)
        self.both = QCheckBox(self.tr("Also of the other &side"), self)
        self._form = QFormLayout(self)
        self._lay_out()
        self._connect()
        self._show_shape()

    def form(self) -> AngleForm:
        """Return what is filled in; keypoints that are not chosen are ""."""
        shape = self.shape.currentData()
        return AngleForm(
            title=self.title.text(),
            shape=shape,
            points=tuple(str(combo.currentData() or "") for combo in self.points[: POINTS[shape]]),
            range=self.range.currentData(),
            offset=self.offset.value(),
            reversed=bool(self.way.currentData()),
            zero=self.zero.text(),
            positive=self.positive.text(),
            plane=self.plane.currentData(),
        )

    def forms(self) -> tuple[AngleForm, ...]:
        """Return what is filled in, right before left where both sides are wanted."""
        form = self.form()
        other = other_side(form) if self.both.isChecked() else None
        if other is None:
            return (form,)
        pair = (form, other) if _is_right(form) else (other, form)
        titled = zip(pair, ("R", "L"), strict=True)
        return tuple(replace(one, title=f"{form.title.strip()} {side}") for one, side in titled)

    def show_form(self, form: AngleForm) -> None:
        """Fill everything in."""
        self.both.setChecked(False)
        for combo, data in (
            (self.shape, form.shape),
            (self.range, form.range),
            (self.way, form.reversed),
            (self.plane, form.plane),
        ):
            combo.setCurrentIndex(max(0, combo.findData(data)))
        for combo, point in zip(self.points, form.points, strict=False):
            combo.setCurrentIndex(combo.findData(point))
        self.title.setText(form.title)
        self.offset.setValue(form.offset)
        # Words that say what the fields say anyway are left to them.
        self.zero.setText("" if form.zero == zero_words(form) else form.zero)
        self.positive.setText("" if form.positive == positive_words(form) else form.positive)

    def offer(self, skeleton: Skeleton) -> None:
        """Offer the points of a skeleton."""
        names = (*skeleton.keypoints, *(name for name, _ in skeleton.virtual))
        for combo in self.points:
            chosen = combo.currentData()
            with QSignalBlocker(combo):
                combo.clear()
                for name in names:
                    combo.addItem(spoken(name), name)
                combo.setCurrentIndex(combo.findData(chosen))
        self._on_changed()

    def _lay_out(self) -> None:
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(GRID)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for combo, entries in (
            (self.shape, _SHAPES),
            (self.range, _RANGES),
            (self.way, _WAYS),
            (self.plane, _PLANES),
        ):
            for text, data in entries:
                combo.addItem(self.tr(text), data)
        self.title.setPlaceholderText(self.tr("such as Racket lag"))
        self.offset.setRange(-360, 360)
        self.offset.setDecimals(1)
        self.offset.setSuffix("°")
        for combo in self.points:
            combo.setPlaceholderText(self.tr("Choose a keypoint"))
        for label, widget in (
            (self.tr("&Title"), self.title),
            (self.tr("&Kind"), self.shape),
            *((" ", combo) for combo in self.points),
            (self.tr("Ran&ge"), self.range),
            (self.tr("&Direction"), self.way),
            (self.tr("Zero &offset"), self.offset),
            (self.tr("0° &means"), self.zero),
            (self.tr("It gro&ws when"), self.positive),
            (self.tr("See&n"), self.plane),
            ("", self.both),
        ):
            self._form.addRow(label, widget)

    def _connect(self) -> None:
        self.shape.currentIndexChanged.connect(lambda _: self._show_shape())
        for combo in (*self.points, self.range, self.way, self.plane):
            combo.currentIndexChanged.connect(lambda _: self._on_changed())
        for line in (self.title, self.zero, self.positive):
            line.textChanged.connect(lambda _: self._on_changed())
        self.offset.valueChanged.connect(lambda _: self._on_changed())
        self.both.toggled.connect(lambda _: self._on_changed())

    def _show_shape(self) -> None:
        """Show as many keypoints as the shape has, and what each is to it."""
        labels = _LABELS[self.shape.currentData()]
        for combo, label in zip(self.points, labels, strict=True):
            self._form.setRowVisible(combo, bool(label))
            words = self._form.labelForField(combo)
            if isinstance(words, QLabel):
                words.setText(self.tr(label))
            combo.setAccessibleName(self.tr(label))
        self._on_changed()

    def _on_changed(self) -> None:
        form = self.form()
        complete = all(form.points)
        for line, words in ((self.zero, zero_words), (self.positive, positive_words)):
            text = words(form) if complete else ""
            line.setPlaceholderText(text)
            line.setToolTip(text)
        self.both.setEnabled(complete and other_side(form) is not None)
        self.changed.emit()


def _is_right(form: AngleForm) -> bool:
    return next((point.startswith("right_") for point in form.points if point.startswith(("right_", "left_"))), True)
