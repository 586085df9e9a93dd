"""Asks what a report, a video or a picture should show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from poseapp.gui.style.theme import GRID, lie_on_surface
from poseapp.services.pages import PageKind, PageOrder

_MOST_ANGLES = 4
_TITLES: dict[PageKind, str] = {
    "report": "Make a report",
    "video": "Make a video",
    "png": "Make pictures",
    "kinogram": "Make a kinogram",
}
_ABOUT: dict[PageKind, str] = {
    "report": "One page to sign: key frames, curves, ranges of motion, the numbers of a walk, and how it was measured.",
    "video": "An H.264 video with the clip's own times, without sound.",
    "png": "A folder with a PNG picture for each frame.",
    "kinogram": "One picture of a person at several times.",
}
_STYLES = (
    ("overlay", "Skeleton on the picture"),
    ("side-by-side", "Beside the bare picture"),
    ("skeleton", "Skeleton alone"),
)
_LAYOUTS = (("auto", "As suits the clip"), ("overlaid", "Where the person was"), ("strip", "Side by side"))
_FACES = "Faces are hidden of the people who were followed, not of others in the picture. Look before you give it away."


@dataclass(frozen=True)
class PageSetting:
    """What can be chosen from.

    Attributes:
        people: (index, name), the chosen one first. n_frames: Of the clip.
        zone: The working zone, None without one.
        angles: (name without side, title), those to begin with first; first `n_shown` of them are ticked.
    """

    people: Sequence[tuple[int, str]]
    n_frames: int
    zone: tuple[int, int] | None
    angles: Sequence[tuple[str, str]]
    n_shown: int


class PagesDialog(QDialog):
    """A form whose rows are those of the kind of page.

    Signals:
        chosen: (PageOrder).
    """

    chosen = Signal(object)

    def __init__(self, kind: PageKind, setting: PageSetting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._setting = kind, setting
        self.setObjectName(f"pages_{kind}")
        self.setWindowTitle(self.tr(_TITLES[kind]))
        lie_on_surface(self)
        self.person = self._choice(setting.people)
        self.zone = QCheckBox(self._zone_words(), self)
        self.zone.setChecked(setting.zone is not None)
        self.zone.setEnabled(setting.zone is not None)
        self.faces = QCheckBox(self.tr("&Hide faces"), self)
        self.faces.setToolTip(_FACES)
        self.faces.toggled.connect(lambda _on: self._check())
        self.style_of = self._choice(_STYLES)
        self.layout_of = self._choice(_LAYOUTS)
        self.count = QSpinBox(self)
        self.count.setRange(2, 30)
        self.count.setValue(8)
        self.subject = QLineEdit(self)
        self.subject.setPlaceholderText(self.tr("As it stands on the page; no file name is used"))
        self.angles = self._angle_list()
        self.earlier = QLineEdit(self)
        self.earlier.setPlaceholderText(self.tr("None"))
        self.browse = QPushButton(self.tr("&Browse…"), self)
        self.browse.clicked.connect(self._ask_earlier)
        self.hint = QLabel(self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        words = self.tr("Choose a &folder…") if kind == "png" else self.tr("Choose a &file…")
        self.go = self.buttons.addButton(words, QDialogButtonBox.ButtonRole.AcceptRole)
        self._lay_out()
        if kind == "report":
            self.subject.setFocus()
        self.buttons.accepted.connect(self._on_accepted)
        self.buttons.rejected.connect(self.reject)

    @property
    def order(self) -> PageOrder:
        """What was chosen."""
        zone, setting = self._setting.zone, self._setting
        span = zone if zone is not None and self.zone.isChecked() else (0, setting.n_frames)
        return PageOrder(
            kind=self._kind,
            span=span,
            person=int(self.person.currentData() or 0),
            hide_faces=self.faces.isChecked(),
            style=str(self.style_of.currentData()),
            layout=str(self.layout_of.currentData()),
            count=self.count.value(),
            subject=self.subject.text().strip(),
            angles=tuple(self._ticked()),
            earlier=self.earlier.text().strip(),
        )

    def _choice(self, entries: Sequence[tuple[Any, str]]) -> QComboBox:
        box = QComboBox(self)
        for value, title in entries:
            box.addItem(title, value)
        return box

    def _zone_words(self) -> str:
        zone = self._setting.zone
        if zone is None:
            return self.tr("Only the &working zone (there is none: set it with I and O)")
        return self.tr("Only the &working zone, frames {first} to {last}").format(first=zone[0], last=zone[1] - 1)

    def _angle_list(self) -> QListWidget:
        listed = QListWidget(self)
        listed.setAccessibleName(self.tr("Angles of the report"))
        for row, (name, title) in enumerate(self._setting.angles):
            item = QListWidgetItem(title, listed)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setSizeHint(QSize(0, 3 * GRID))
            shown = row < min(self._setting.n_shown, _MOST_ANGLES)
            item.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
        listed.itemChanged.connect(lambda _item: self._check())
        listed.setMinimumHeight(24 * GRID)
        return listed

    def _ticked(self) -> list[str]:
        items = [self.angles.item(row) for row in range(self.angles.count())]
        return [str(i.data(Qt.ItemDataRole.UserRole)) for i in items if i.checkState() is Qt.CheckState.Checked]

    def _lay_out(self) -> None:
        about = QLabel(self.tr(_ABOUT[self._kind]), self)
        about.setWordWrap(True)
        self.hint.setWordWrap(True)
        before = QHBoxLayout()
        before.addWidget(self.earlier, 1)
        before.addWidget(self.browse)
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        rows: dict[str, tuple[tuple[PageKind, ...], Any]] = {
            self.tr("&Subject"): (("report",), self.subject),
            self.tr("&Person"): (("report", "kinogram"), self.person),
            self.tr("&Shows"): (("video", "png"), self.style_of),
            self.tr("&Arranged"): (("kinogram",), self.layout_of),
            self.tr("&Times"): (("kinogram",), self.count),
            self.tr("&Angles"): (("report",), self.angles),
            self.tr("&Earlier session"): (("report",), before),
        }
        for title, (kinds, field) in rows.items():
            if self._kind in kinds:
                label = QLabel(title, self)
                label.setBuddy(self.earlier if field is before else field)
                form.addRow(label, field)
            else:
                self._put_away(field)
        form.addRow("", self.zone)
        form.addRow("", self.faces)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(about)
        column.addLayout(form)
        column.addWidget(self.hint)
        column.addWidget(self.buttons)
        self.setMinimumWidth(64 * GRID)
        self._check()

    def _put_away(self, field: Any) -> None:
        for widget in (self.earlier, self.browse) if isinstance(field, QHBoxLayout) else (field,):
            widget.hide()

    def _check(self) -> None:
        ticked = len(self._ticked())
        fits = self._kind != "report" or 1 <= ticked <= _MOST_ANGLES
        self.go.setEnabled(fits)
        words = self.tr("Choose one to {most} angles; {n} are chosen.").format(most=_MOST_ANGLES, n=ticked)
        self.hint.setText(self.tr(_FACES) if fits and self.faces.isChecked() else "" if fits else words)

    def _ask_earlier(self) -> None:
        dialog = QFileDialog(
            self, self.tr("An earlier session of the same person"), str(Path(self.earlier.text()).parent)
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Projects and analysis files (*.poseapp *.h5)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.earlier.setText)
        dialog.open()

    def _on_accepted(self) -> None:
        self.accept()
        self.chosen.emit(self.order)
