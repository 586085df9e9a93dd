"""A short list of what is weak about a recording; it stays beside the picture until it is closed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from poseapp.core.quality import Finding, Severity
from poseapp.gui.notice_bar import NoticeKind
from poseapp.gui.style.icons import pixmap
from poseapp.gui.style.theme import GRID, ICON_SIZE, font, lie_on_surface

_KINDS: dict[Severity, NoticeKind] = {"problem": "error", "warning": "warning", "note": "info"}
_INK = {"error": "error", "warning": "warning", "info": "accent"}
_WORDS: dict[Severity, str] = {"problem": "Problem", "warning": "Warning", "note": "Note"}


def notice_words(findings: Sequence[Finding]) -> str:
    """Return one sentence about findings, "" where none is graver than a note."""
    grave = [finding.name for finding in findings if finding.severity != "note"]
    if not grave:
        return ""
    what = "has a weak point" if len(grave) == 1 else f"has {len(grave)} weak points"
    return f"The recording {what}: {', '.join(grave)}."


class QualityDialog(QDialog):
    """The findings, the gravest first, each with its reason and what to do."""

    def __init__(self, findings: Sequence[Finding], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("quality")
        self.setWindowTitle(self.tr("Check of the recording"))
        lie_on_surface(self)
        self.findings = tuple(findings)
        listed = QWidget(self)
        rows = QVBoxLayout(listed)
        rows.setContentsMargins(0, 0, GRID, 0)
        rows.setSpacing(2 * GRID)
        for finding in self.findings:
            rows.addWidget(_Row(finding, listed))
        if not self.findings:
            rows.addWidget(QLabel(self.tr("Nothing weak was found about this recording."), listed))
        rows.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(listed)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(scroll, 1)
        column.addWidget(buttons)
        self.setAccessibleDescription(" ".join(f"{_WORDS[f.severity]}: {f.sentence} {f.remedy}" for f in self.findings))

    def sizeHint(self) -> QSize:
        """Room for three findings."""
        return QSize(64 * GRID, (12 + 11 * min(4, max(1, len(self.findings)))) * GRID)


class _Row(QWidget):
    """One finding: a sign with its word, what, why, and what to do."""

    def __init__(self, finding: Finding, parent: QWidget) -> None:
        super().__init__(parent)
        kind = _KINDS[finding.severity]
        sign = QLabel(self)
        sign.setFixedSize(ICON_SIZE, ICON_SIZE)
        sign.setPixmap(pixmap(kind, ICON_SIZE, _INK[kind], ratio=self.devicePixelRatioF()))
        sign.setToolTip(_WORDS[finding.severity])
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        head = QLabel(f"{_WORDS[finding.severity]}: {finding.what}", self)
        head.setFont(font("strong"))
        why, remedy = QLabel(finding.why, self), QLabel(finding.remedy, self)
        remedy.setProperty("tone", "muted")
        for label in (head, why, remedy):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
