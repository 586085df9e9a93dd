"""The review queue: what to look at next and why, the worst first, and how far one has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QProgressBar,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from poseapp.gui.empty_state import EmptyState
from poseapp.gui.style.elided_label import ElidedLabel
from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import GRID, HALF, color, current_palette, font, lie_on_surface

_ICON = 2 * GRID
_LINES = 2  # of the reason
ReviewState = Literal["nothing", "looking", "looked", "advising", "narrowed"]
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class ReviewRow:
    """What the list shows of a moment: the reason, when it is, and the icon of its kind."""

    reason: str
    place: str
    icon: str


class LazyRows(Sequence[ReviewRow]):
    """Rows that are worded when somebody looks at them: a long clip has thousands, the list shows ten."""

    def __init__(self, length: int, make: Callable[[int], ReviewRow]) -> None:
        self._length = length
        self._make = make
        self._made: dict[int, ReviewRow] = {}

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> ReviewRow: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ReviewRow]: ...

    def __getitem__(self, index: int | slice) -> ReviewRow | Sequence[ReviewRow]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._length))]
        place = index + self._length if index < 0 else index
        if not 0 <= place < self._length:
            raise IndexError(index)
        if place not in self._made:
            self._made[place] = self._make(place)
        return self._made[place]


class ReviewPanel(QWidget):
    """The moments left, with a bar that fills as they are reviewed.

    Signals:
        momentChosen(int): The user picked a row.
    """

    momentChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Rows(self)
        self.list = _MomentList(self)
        self.list.setAccessibleName(self.tr("Moments to review"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(_RowPainter(self.list))
        self.list.chosen.connect(self.momentChosen)
        self._progress = ElidedLabel(parent=self)
        self._progress.setFont(font("small"))
        self._progress.setProperty("tone", "muted")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(HALF)
        self._bar.setAccessibleName(self.tr("Reviewed"))
        self._empty = EmptyState("check", "", parent=self)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(GRID, HALF, GRID, GRID)
        self._buttons.setSpacing(HALF)
        self.buttons: list[QToolButton] = []
        self._tools = QWidget(self)
        self._tools.setLayout(self._buttons)
        head = QVBoxLayout()
        head.setContentsMargins(GRID + HALF, HALF, GRID + HALF, GRID)
        head.setSpacing(HALF)
        head.addWidget(self._progress)
        head.addWidget(self._bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._empty, 1)
        column.addWidget(self.list, 1)
        column.addWidget(self._tools)
        lie_on_surface(self)
        self.show_rows((), reviewed=0, state="nothing")

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Offer actions as buttons below the list, the first one in words."""
        for action in actions:
            button = QToolButton(self._tools)
            button.setDefaultAction(action)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.text().replace("&", ""))
            if not self.buttons:
                action.setIconText(self.tr("Accept"))
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self._buttons.addWidget(button)
            if not self.buttons:
                self._buttons.addStretch(1)
            self.buttons.append(button)

    @property
    def rows(self) -> Sequence[ReviewRow]:
        """What is listed."""
        return self._model.rows

    @property
    def progress_text(self) -> str:
        """Such as "12 of 40 reviewed"."""
        return self._progress.text()

    @property
    def empty_text(self) -> str:
        """What is said in place of the list, "" while there is one."""
        return "" if self._empty.isHidden() else self._empty.text

    def show_rows(self, rows: Sequence[ReviewRow], *, reviewed: int, state: ReviewState) -> None:
        """List what is left, after so many; without rows the state says why there are none."""
        if rows is not self._model.rows:
            self._model.set_rows(rows)
        total = reviewed + len(rows)
        narrowed = state in ("advising", "narrowed")
        words = self.tr("{n} worth correcting") if narrowed else self.tr("{done} of {all} reviewed")
        self._progress.setText(words.format(done=reviewed, all=total, n=len(rows)) if total else "")
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(reviewed)
        self._progress.setVisible(bool(rows) if narrowed else total > 0)
        self._bar.setVisible(total > 0 and not narrowed)
        self.list.setVisible(bool(rows))
        self._tools.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._empty.set_text(self._nothing(reviewed, state))

    def set_current(self, row: int) -> None:
        """Mark the row of the moment that the window shows, -1 for none; sends no signal."""
        self.list.show_row(self._model.index(row) if row >= 0 else QModelIndex())

    def _nothing(self, reviewed: int, state: ReviewState) -> str:
        if state == "nothing":
            return self.tr("Analyze, and moments that look wrong are listed here.")
        if state == "looking":
            return self.tr("Looking for moments that look wrong…")
        if state == "advising":
            return self.tr("Looking for frames worth correcting…")
        if state == "narrowed":
            return self.tr("No frames worth correcting are listed. Suggest some in the menu Correct.")
        if reviewed:
            return self.tr("All reviewed. Nothing else looks wrong.")
        return self.tr("Nothing looks wrong in this clip.")


class _Rows(QAbstractListModel):
    """The rows as Qt wants them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: Sequence[ReviewRow] = ()

    def set_rows(self, rows: Sequence[ReviewRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the words of a row, or the row itself for the painter."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{row.reason}, {row.place}"
        return None


class _MomentList(QListView):
    """A list whose arrows go from moment to moment, and whose Enter is left to the window."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._muted = False
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)

    def show_row(self, index: QModelIndex) -> None:
        """Select a row and show it; sends no signal."""
        self._muted = True
        self.setCurrentIndex(index)
        if index.isValid():
            self.scrollTo(index)
        else:
            self.clearSelection()
        self._muted = False

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Tell of a row that the user went to."""
        super().currentChanged(current, previous)
        if current.isValid() and not self._muted:
            self.chosen.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the window's shortcuts: a list would search by them."""
        if event.text().isprintable() and event.text():
            event.ignore()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current row in view."""
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def changeEvent(self, event: QEvent) -> None:
        """Lay the rows out again in another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.scheduleDelayedItemsLayout()


class _RowPainter(QStyledItemDelegate):
    """Paints an icon, the reason in at most two lines, and below it when that is."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the height of three lines: the width is the list's."""
        body, small = QFontMetrics(font("body")), QFontMetrics(font("small"))
        return QSize(0, GRID + _LINES * body.lineSpacing() + small.lineSpacing() + GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a row."""
        row = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(row, ReviewRow):
            return
        palette, rect = current_palette(), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, color(palette.raised, 1.0 if chosen else 0.5))
        if chosen:
            painter.fillRect(QRect(rect.left(), rect.top(), HALF, rect.height()), color(palette.accent))
        if chosen and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(color(palette.focus))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        inner = rect.adjusted(GRID + HALF, GRID, -GRID, -GRID)
        icon(row.icon, "warning").paint(painter, QRect(inner.left(), inner.top(), _ICON, _ICON))
        words = inner.adjusted(_ICON + GRID, 0, 0, 0)
        body, small = QFontMetrics(font("body")), QFontMetrics(font("small"))
        painter.setFont(font("body"))
        painter.setPen(color(palette.text))
        flags = _WRAPPED
        reason = QRect(words.left(), words.top(), words.width(), _LINES * body.lineSpacing())
        text = _shortened(row.reason, painter, reason)
        used = painter.boundingRect(reason, flags, text)
        painter.drawText(reason, flags, text)
        painter.setFont(font("small"))
        painter.setPen(color(palette.muted))
        below = min(used.bottom(), reason.bottom()) + 1
        place = QRect(words.left(), below, words.width(), small.lineSpacing())
        painter.drawText(place, 0, small.elidedText(row.place, Qt.TextElideMode.ElideRight, place.width()))
        painter.restore()


def _shortened(text: str, painter: QPainter, room: QRect) -> str:
    """Return as many words as there is room for, with an ellipsis where some are left out."""
    words, shown = text.split(" "), text
    while len(words) > 1 and painter.boundingRect(room, _WRAPPED, shown).height() > room.height():
        words.pop()
        shown = " ".join(words) + "…"
    return shown
