"""Asks how the open clip is measured: which filter, which gaps, which view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from poseapp.core.analysis import VIEWS, FilterReport, MeasureSettings
from poseapp.core.filter_settings import (
    CUTOFF_RULES,
    FILTER_KINDS,
    FILTER_ORDERS,
    FILTER_TITLES,
    MOTIONS,
    WITH_CUTOFF,
    WITH_WINDOW,
    FilterSettings,
)
from poseapp.gui.style.theme import GRID, lie_on_surface

_ABOUT = {
    "butterworth": "Low-pass without delay; the cut-off holds for the whole filter.",
    "savitzky-golay": "Polynomials through a moving window; keeps peaks well.",
    "median": "The middle value of a moving window: takes out jumps, keeps steps.",
    "hampel": "Replaces outliers by the median of their window, and leaves the rest as it is.",
    "gcv-spline": "A smoothing spline for each keypoint, as stiff as the data ask for.",
    "kalman": "Follows a steady motion; frames in which the network is unsure count less.",
    "one-euro": "For what is watched live: looks back only, so the curve lags behind.",
    "none": "Keypoints are used as they are.",
}
_RULES = {
    "given": "as given",
    "residual": "found: residual analysis (Winter)",
    "autocorrelation": "found: autocorrelation (Challis)",
}
_MOTIONS = {"velocity": "velocity", "acceleration": "acceleration"}
_VIEW_WORDS = {"auto": "read from the keypoints", "front": "front", "back": "back", "side": "side"}


class MeasureDialog(QDialog):
    """A form whose rows are those of the chosen filter; what holds now stands below.

    Signals:
        chosen: (MeasureSettings, whether it is for other clips, too).
    """

    chosen = Signal(object, bool)

    def __init__(
        self, settings: MeasureSettings, report: FilterReport | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setObjectName("measure_settings")
        self.setWindowTitle(self.tr("Filter and measuring"))
        lie_on_surface(self)
        wanted = settings.filter
        self.kind = self._choice(FILTER_KINDS, FILTER_TITLES, wanted.kind)
        self.rule = self._choice(CUTOFF_RULES, _RULES, wanted.cutoff_rule)
        self.cutoff = self._number(wanted.cutoff_hz, (0.1, 200.0), " Hz", step=0.5, decimals=2)
        self.order = self._choice(FILTER_ORDERS, {n: str(n) for n in FILTER_ORDERS}, wanted.order)
        self.window_s = self._number(wanted.window_seconds, (0.01, 10.0), " s", step=0.05, decimals=2)
        self.degree = QSpinBox(self)
        self.degree.setRange(0, 5)
        self.degree.setValue(wanted.degree)
        self.threshold = self._number(wanted.threshold, (0.1, 100.0), " SD", step=0.5, decimals=1)
        self.beta = self._number(wanted.beta, (0.0, 100.0), " Hz per px/s", step=0.005, decimals=3)
        self.motion = self._choice(MOTIONS, _MOTIONS, wanted.motion)
        self.despike = QCheckBox(self.tr("Replace &outliers first"), self)
        self.despike.setChecked(wanted.despike)
        self.gap = self._number(settings.max_gap_seconds, (0.0, 10.0), " s", step=0.05, decimals=2)
        self.score = self._number(settings.min_score, (0.0, 1.0), "", step=0.05, decimals=2)
        self.view = self._choice(VIEWS, _VIEW_WORDS, settings.view)
        self.usual = QCheckBox(self.tr("Use this for &new clips, too"), self)
        self.about, self.now = QLabel(self), QLabel(self)
        self.form = QFormLayout()
        self._lay_out()
        if report is not None:
            words = self.tr("Now: {words}.").format(words=report.describe())
            self.now.setText(f"{words} {report.note.capitalize()}." if report.note else words)
        self.kind.currentIndexChanged.connect(lambda _index: self._show_rows())
        self.rule.currentIndexChanged.connect(lambda _index: self._show_rows())
        self._show_rows()

    def settings(self) -> MeasureSettings:
        """Return what the form says; what it does not show stays as it was."""
        made = FilterSettings(
            kind=self.kind.currentData(),
            cutoff_hz=self.cutoff.value(),
            cutoff_rule=self.rule.currentData(),
            order=self.order.currentData(),
            window_seconds=self.window_s.value(),
            degree=self.degree.value(),
            threshold=self.threshold.value(),
            beta=self.beta.value(),
            motion=self.motion.currentData(),
            despike=self.despike.isChecked(),
        )
        return replace(
            self._settings,
            filter=made,
            max_gap_seconds=self.gap.value(),
            min_score=self.score.value(),
            view=self.view.currentData(),
        )

    def _lay_out(self) -> None:
        self.form.setSpacing(GRID)
        for label, widget in (
            (self.tr("&Filter"), self.kind),
            ("", self.about),
            (self.tr("&Cut-off"), self.rule),
            (self.tr("C&ut-off at"), self.cutoff),
            (self.tr("Or&der"), self.order),
            (self.tr("&Window"), self.window_s),
            (self.tr("De&gree"), self.degree),
            (self.tr("Ou&tlier beyond"), self.threshold),
            (self.tr("&Beta"), self.beta),
            (self.tr("&Steady"), self.motion),
            ("", self.despike),
            (self.tr("Fill ga&ps up to"), self.gap),
            (self.tr("&Leave out scores below"), self.score),
            (self.tr("Seen f&rom"), self.view),
            ("", self.usual),
        ):
            self.form.addRow(label, widget)
        for words in (self.about, self.now):
            words.setWordWrap(True)
            words.setProperty("tone", "muted")
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(self.form)
        column.addWidget(self.now)
        column.addWidget(buttons)

    def _show_rows(self) -> None:
        """Show what the chosen filter looks at."""
        kind = self.kind.currentData()
        found = kind == "butterworth" and self.rule.currentData() != "given"
        shown: dict[QWidget, bool] = {
            self.rule: kind == "butterworth",
            self.cutoff: kind in WITH_CUTOFF and not found,
            self.order: kind == "butterworth",
            self.window_s: kind in WITH_WINDOW,
            self.degree: kind == "savitzky-golay",
            self.threshold: kind == "hampel",
            self.beta: kind == "one-euro",
            self.motion: kind == "kalman",
            self.despike: kind not in ("none", "hampel"),
        }
        for widget, on in shown.items():
            self.form.setRowVisible(widget, on)
        self.about.setText(self.tr(_ABOUT[kind]))
        self.adjustSize()

    def _on_accepted(self) -> None:
        self.chosen.emit(self.settings(), self.usual.isChecked())
        self.accept()

    def _choice(self, data: Sequence[object], titles: Mapping[Any, str], now: object) -> QComboBox:
        box = QComboBox(self)
        for value in data:
            box.addItem(self.tr(titles[value]), value)
        box.setCurrentIndex(data.index(now))
        return box

    def _number(
        self, value: float, span: tuple[float, float], suffix: str, *, step: float, decimals: int
    ) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setDecimals(decimals)
        box.setRange(*span)
        box.setSingleStep(step)
        box.setSuffix(suffix)
        box.setValue(value)
        return box
