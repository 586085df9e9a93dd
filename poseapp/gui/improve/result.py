"""What a fine-tuning came to: the verdict, the numbers before and after, examples."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from poseapp.core.finetune_report import FineTuneReport
from poseapp.gui.improve.examples import Examples
from poseapp.gui.improve.numbers_table import NumbersTable
from poseapp.gui.improve.report_rows import angle_rows, keypoint_rows, summary_rows
from poseapp.gui.improve.tone_line import ToneLine
from poseapp.gui.improve.words import drift_words, interval_words, took_words, verdict_words
from poseapp.gui.style.theme import GRID, font


class ImproveResult(QWidget):
    """Top down: verdict, how sure it is, numbers, parts, pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = ToneLine(self, strong=True)
        self.in_use = ToneLine(self)
        self._sure, self._drift, self._took = (_plain(self) for _ in range(3))
        self.summary = NumbersTable(self.tr("Held out"), self)
        self.keypoints = NumbersTable(self.tr("Keypoint, px"), self)
        self.angles = NumbersTable(self.tr("Angle, °"), self)
        self.parts = QToolButton(self)
        self.parts.setText(self.tr("Each keypoint and angle"))
        self.parts.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.parts.setArrowType(Qt.ArrowType.RightArrow)
        self.parts.setCheckable(True)
        self.parts.setFont(font("strong"))
        self.parts.toggled.connect(self._show_parts)
        self.examples = Examples(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for widget in (self.verdict, self.in_use, self.summary, self._sure, self._drift, self.parts, self.keypoints,
                       self.angles, self.examples, self._took):  # fmt: skip
            column.addWidget(widget)

    def show_report(self, report: FineTuneReport) -> None:
        """Show what came of it."""
        self.verdict.set_words(*verdict_words(report))
        self.summary.set_rows(summary_rows(report))
        self.keypoints.set_rows(keypoint_rows(report))
        self.angles.set_rows(angle_rows(report))
        words = (interval_words(report), drift_words(report.drift), took_words(report))
        for label, text in zip((self._sure, self._drift, self._took), words, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self.parts.setVisible(bool(report.keypoints or report.angles))
        self._show_parts(self.parts.isChecked())

    def _show_parts(self, on: bool) -> None:
        self.parts.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self.parts.setAccessibleDescription(self.tr("Shown") if on else self.tr("Hidden"))
        self.keypoints.setVisible(on and self.keypoints.rowCount() > 0)
        self.angles.setVisible(on and self.angles.rowCount() > 0)


def _plain(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setProperty("tone", "muted")
    return label
