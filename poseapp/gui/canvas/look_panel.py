"""The sliders for how the picture is shown."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QGridLayout, QLabel, QPushButton, QSlider, QWidget

from poseapp.gui.style.theme import GRID, lie_on_surface
from poseapp.services.looks import FIELDS, GAMMAS, Fields, PictureLook

_FIELD_WORDS: dict[Fields, str] = {
    "both": "As recorded",
    "blend": "Blend both fields",
    "upper": "Upper field only",
    "lower": "Lower field only",
}
_ABOUT = "Only for the eye: people are found in the picture as it was recorded."
_SLIDER_WIDTH = 176


class LookPanel(QFrame):
    """A sheet that floats over the picture until something else is clicked.

    Signals:
        changed(PictureLook): While a slider moves, too.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("look-panel")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        lie_on_surface(self)
        self._look = PictureLook()
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        self._rows.setHorizontalSpacing(2 * GRID)
        self._rows.setVerticalSpacing(GRID)
        self.brightness, self._brightness_words = self._add_slider(self.tr("&Brightness"))
        self.contrast, self._contrast_words = self._add_slider(self.tr("&Contrast"))
        self.gamma, self._gamma_words = self._add_slider(self.tr("&Gamma"))
        self.fields = QComboBox(self)
        for fields in FIELDS:
            self.fields.addItem(self.tr(_FIELD_WORDS[fields]), fields)
        self._add_row(self.tr("&Interlaced"), self.fields)
        self.mirrored = QCheckBox(self.tr("&Mirror left and right"), self)
        self.reset = QPushButton(self.tr("&Show as recorded"), self)
        self._lay_out_rest()
        self._connect()
        self.show_look(PictureLook())

    def show_look(self, look: PictureLook) -> None:
        """Show a look without telling of it."""
        self._look = look
        values = (
            (self.brightness, round(100 * look.brightness)),
            (self.contrast, round(100 * look.contrast)),
            (self.gamma, round(100 * math.log(look.gamma) / math.log(GAMMAS[1]))),
        )
        for slider, value in values:
            slider.blockSignals(True)  # noqa: FBT003
            slider.setValue(value)
            slider.blockSignals(False)  # noqa: FBT003
        for widget in (self.fields, self.mirrored):
            widget.blockSignals(True)  # noqa: FBT003
        self.fields.setCurrentIndex(FIELDS.index(look.fields))
        self.mirrored.setChecked(look.mirrored)
        for widget in (self.fields, self.mirrored):
            widget.blockSignals(False)  # noqa: FBT003
        self._say()

    def _add_slider(self, title: str) -> tuple[QSlider, QLabel]:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(-100, 100)
        slider.setPageStep(10)
        slider.setMinimumWidth(_SLIDER_WIDTH)
        slider.setAccessibleName(title.replace("&", ""))
        words = QLabel(self)
        words.setMinimumWidth(words.fontMetrics().horizontalAdvance("+100 %"))
        words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = self._add_row(title, slider)
        self._rows.addWidget(words, row, 2)
        return slider, words

    def _add_row(self, title: str, widget: QWidget) -> int:
        row = self._rows.rowCount()
        label = QLabel(title, self)
        label.setBuddy(widget)
        self._rows.addWidget(label, row, 0)
        self._rows.addWidget(widget, row, 1)
        return row

    def _lay_out_rest(self) -> None:
        about = QLabel(self.tr(_ABOUT), self)
        about.setProperty("tone", "muted")
        about.setWordWrap(True)
        for widget in (self.mirrored, about, self.reset):
            self._rows.addWidget(widget, self._rows.rowCount(), 0, 1, 3)

    def _connect(self) -> None:
        self.brightness.valueChanged.connect(lambda value: self._set(replace(self._look, brightness=value / 100)))
        self.contrast.valueChanged.connect(lambda value: self._set(replace(self._look, contrast=value / 100)))
        self.gamma.valueChanged.connect(lambda value: self._set(replace(self._look, gamma=GAMMAS[1] ** (value / 100))))
        self.fields.currentIndexChanged.connect(lambda row: self._set(replace(self._look, fields=FIELDS[row])))
        self.mirrored.toggled.connect(lambda on: self._set(replace(self._look, mirrored=on)))
        self.reset.clicked.connect(lambda: self._set(PictureLook()))

    def _set(self, look: PictureLook) -> None:
        self.show_look(look)
        self.changed.emit(look)

    def _say(self) -> None:
        look = self._look
        self._brightness_words.setText(_signed(look.brightness))
        self._contrast_words.setText(_signed(look.contrast))
        self._gamma_words.setText(f"{look.gamma:.2f}")
        self.reset.setEnabled(look != PictureLook())


def _signed(share: float) -> str:
    percent = round(100 * share)
    return f"{percent:+d} %".replace("-", "−") if percent else "0 %"
