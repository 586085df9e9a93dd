"""What is plotted: a list with a search field and check boxes, wholly usable by keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from poseapp.gui.plots.angle_groups import Kind, PlotGroup
from poseapp.gui.style.theme import GRID, color, current_palette, font

_NAME = Qt.ItemDataRole.UserRole
_ROWS = 14


class PlotChooser(QFrame):
    """A pop-up: type to narrow the list, Down to go into it, Space or Enter to check, Esc to close.

    Signals:
        chosen(tuple): The names of the groups on show, in the order of the list.
        rawToggled(bool): Whether to draw unfiltered curves beneath.
    """

    chosen = Signal(object)
    rawToggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", "true")
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Find an angle, a velocity or a keypoint"))
        self.search.setAccessibleName(self.tr("Find what to plot"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._narrow())
        self.search.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setObjectName("plots")
        self.list.setAccessibleName(self.tr("What is plotted"))
        self.list.installEventFilter(self)
        self.list.itemChanged.connect(lambda _: self.chosen.emit(self.checked()))
        self.raw = QCheckBox(self.tr("Unfiltered curves beneath"), self)
        self.raw.toggled.connect(self.rawToggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        for widget in (self.search, self.list, self.raw):
            column.addWidget(widget)

    def set_groups(self, groups: Sequence[PlotGroup], shown: Sequence[str]) -> None:
        """Offer these groups under headings, with the shown ones checked."""
        blocker = QSignalBlocker(self.list)
        self.list.clear()
        kind: Kind | None = None
        for group in groups:
            if group.kind != kind:
                kind = group.kind
                self._add_heading(self._heading(kind))
            item = QListWidgetItem(group.title, self.list)
            item.setData(_NAME, group.name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setToolTip(self.tr("{zero}\nPositive = {positive}").format(zero=group.zero, positive=group.positive))
        blocker.unblock()
        self.set_shown(shown)
        self._narrow()

    def set_shown(self, shown: Sequence[str]) -> None:
        """Check the groups that are shown; sends no signal."""
        blocker = QSignalBlocker(self.list)
        for item in self._items():
            state = Qt.CheckState.Checked if item.data(_NAME) in shown else Qt.CheckState.Unchecked
            item.setCheckState(state)
        blocker.unblock()

    def checked(self) -> tuple[str, ...]:
        """Return the names that are checked, whether the search shows them or not."""
        return tuple(str(i.data(_NAME)) for i in self._items() if i.checkState() == Qt.CheckState.Checked)

    def open_below(self, widget: QWidget) -> None:
        """Show the list under a widget, as far left as the screen asks for, ready for typing."""
        self.search.clear()
        self.restyle()
        self.resize(self.sizeHint())
        corner = widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height()))
        room = widget.screen().availableGeometry()
        x = min(max(corner.x(), room.left()), room.right() - self.width())
        y = min(max(corner.y(), room.top()), room.bottom() - self.height())
        self.move(x, y)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def restyle(self) -> None:
        """Take over the theme."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(_NAME) is None:
                item.setForeground(color(current_palette().muted))

    def sizeHint(self) -> QSize:
        """Room for a good part of the list."""
        line = QFontMetrics(font("body")).height() + GRID
        return QSize(36 * GRID, (_ROWS + 3) * line)

    def _heading(self, kind: Kind) -> str:
        return {
            "joint": self.tr("Joint angles, °"),
            "segment": self.tr("Segment angles, °"),
            "velocity": self.tr("Angular velocities, °/s"),
            "keypoint": self.tr("Keypoints, px"),
        }[kind]

    def _add_heading(self, words: str) -> None:
        item = QListWidgetItem(words, self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(font("small"))
        item.setSizeHint(QSize(0, QFontMetrics(font("small")).height() + 2 * GRID))
        item.setTextAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)

    def _items(self) -> list[QListWidgetItem]:
        rows = (self.list.item(row) for row in range(self.list.count()))
        return [item for item in rows if item.data(_NAME) is not None]

    def _narrow(self) -> None:
        """Show the groups with words that begin with every word typed, each under its heading."""
        words = self.search.text().casefold().split()
        heading, seen = "", QListWidgetItem()
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(_NAME) is None:
                heading, seen = item.text(), item
                item.setHidden(True)
                continue
            said = f" {item.text()} {heading}".casefold()
            fits = all(f" {word}" in said for word in words)
            item.setHidden(not fits)
            if fits:
                seen.setHidden(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lead the keyboard from the field into the list, and let Enter check."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key, enters = event.key(), (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        first = next((item for item in self._items() if not item.isHidden()), None)
        if watched is self.search and first is not None and key in (Qt.Key.Key_Down, *enters):
            self.list.setCurrentItem(first)
            if key == Qt.Key.Key_Down:
                self.list.setFocus(Qt.FocusReason.TabFocusReason)
            else:
                _toggle(first)
            return True
        if watched is self.list and key in enters and self.list.currentItem() is not None:
            _toggle(self.list.currentItem())
            return True
        if watched is self.list and event.text().isalpha():
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
            self.search.insert(event.text())
            return True
        return False


def _toggle(item: QListWidgetItem) -> None:
    if item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
        on = item.checkState() == Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)
