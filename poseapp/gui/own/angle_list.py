"""The list of a project's own angles."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from poseapp.core.skeleton import AngleDefinition, Skeleton
from poseapp.gui.style.theme import GRID

_NAME = Qt.ItemDataRole.UserRole


class AngleList(QListWidget):
    """Titles of angles; each says what its zero is and which way it grows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Angles of this project"))

    @property
    def chosen(self) -> str:
        """The name in files of the chosen angle, "" for none."""
        item = self.currentItem()
        return "" if item is None else str(item.data(_NAME))

    def choose(self, name: str) -> None:
        """Choose an angle by its name in files."""
        for row in range(self.count()):
            if self.item(row).data(_NAME) == name:
                self.setCurrentRow(row)

    def fill(self, skeleton: Skeleton) -> None:
        """Show the own angles of a skeleton, and keep the choice; tells nobody."""
        chosen = self.chosen
        with QSignalBlocker(self):
            self.clear()
            for angle in skeleton.own_angles:
                self.addItem(_item(angle, skeleton))
            self.choose(chosen)


def _item(angle: AngleDefinition, skeleton: Skeleton) -> QListWidgetItem:
    absent = [point.replace("_", " ") for point in angle.points if not skeleton.has(point)]
    item = QListWidgetItem(f"{angle.title} – waits for {absent[0]}" if absent else angle.title)
    item.setData(_NAME, angle.name)
    item.setSizeHint(QSize(0, 3 * GRID))
    item.setToolTip(f"{angle.name}: 0° = {angle.zero}; + {angle.positive}")
    return item
