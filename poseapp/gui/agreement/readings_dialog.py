"""The readings of a project: what one person said of the clip up to a time, kept to be compared with later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from poseapp.core.readings import Reading
from poseapp.gui.style.theme import GRID, lie_on_surface

_NAME = Qt.ItemDataRole.UserRole
_ABOUT = (
    "A reading keeps the poses as they are now, whatever is corrected later. A second person, or the same one another "
    "day, then begins again from the predictions without seeing the first reading, and both are compared under "
    "Measure › Agreement."
)


class ReadingsDialog(QDialog):
    """A name to keep the poses under, a list of what was kept, and a button for each thing that can be done.

    Signals:
        keepWanted(str, bool): Keep the poses under a name; and whether another reading begins then.
        goOnWanted(str): Go on with a reading. compareWanted(str): Compare with one. deleteWanted(str): Forget one.
        renameWanted(str, str): Call one otherwise. restoreWanted: Bring the deleted one back.
    """

    keepWanted = Signal(str, bool)
    goOnWanted = Signal(str)
    compareWanted = Signal(str)
    deleteWanted = Signal(str)
    renameWanted = Signal(str, str)
    restoreWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filling = False
        self.setObjectName("readings")
        self.setWindowTitle(self.tr("Readings"))
        lie_on_surface(self)
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(self.tr("Who read, and when"))
        self.begin = QCheckBox(self.tr("Then &begin another reading: take every correction of keypoints away"), self)
        self.begin.setToolTip(self.tr("Sides, people, events and the scale stay as they are; undo brings all back"))
        self.list = self._build_list()
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setAccessibleName(self.tr("What happened"))
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self.name.textChanged.connect(lambda _text: self._enable())
        self.name.returnPressed.connect(self.keep)
        self.list.currentItemChanged.connect(lambda *_: self._enable())
        self.list.itemActivated.connect(lambda *_: self._edit())
        self.list.itemChanged.connect(self._on_item)
        self._enable()
        self.name.setFocus()

    @property
    def chosen(self) -> str:
        """The name of the chosen reading, "" without one."""
        item = self.list.currentItem()
        return "" if item is None else str(item.data(0, _NAME))

    def set_readings(self, readings: Sequence[Reading], words: str = "", *, suggestion: str = "") -> None:
        """Show readings, the latest first, and say what happened."""
        chosen = self.chosen
        self._filling = True
        self.list.clear()
        for one in reversed(readings):
            made = datetime.fromtimestamp(one.made).strftime("%Y-%m-%d %H:%M")
            item = QTreeWidgetItem((one.name, made))
            item.setData(0, _NAME, one.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setSizeHint(0, QSize(0, 4 * GRID))
            self.list.addTopLevelItem(item)
            if one.name == chosen:
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if self.list.currentItem() is None and first is not None:
            self.list.setCurrentItem(first)
        self._filling = False
        self.words.setText(words)
        if suggestion:
            self.name.setText(suggestion)
            self.name.selectAll()
        self._enable()

    def set_deleted(self, *, is_some: bool) -> None:
        """Offer to bring the deleted reading back, or not."""
        self.buttons["restore"].setVisible(is_some)

    def keep(self) -> None:
        """Keep the poses under the typed name."""
        if self.buttons["keep"].isEnabled():
            self.keepWanted.emit(self.name.text().strip(), self.begin.isChecked())

    def sizeHint(self) -> QSize:
        """Room for half a dozen readings."""
        return QSize(76 * GRID, 52 * GRID)

    def _build_list(self) -> QTreeWidget:
        made = QTreeWidget(self)
        made.setAccessibleName(self.tr("Readings"))
        made.setHeaderLabels([self.tr("Reading"), self.tr("Kept")])
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        made.header().setStretchLastSection(False)
        made.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        shortcut = QShortcut(QKeySequence("Del"), made)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(lambda: self.deleteWanted.emit(self.chosen) if self.chosen else None)
        return made

    def _lay_out(self) -> None:
        about = QLabel(self.tr(_ABOUT), self)
        about.setWordWrap(True)
        about.setProperty("tone", "muted")
        label = QLabel(self.tr("&Name"), self)
        label.setBuddy(self.name)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(label)
        head.addWidget(self.name, 1)
        verbs: dict[str, tuple[str, str, Callable[[], object]]] = {
            "keep": (self.tr("&Keep the poses"), "", self.keep),
            "compare": (self.tr("&Compare with it"), "", lambda: self.compareWanted.emit(self.chosen)),
            "go_on": (self.tr("&Go on with it"), self.tr("Its corrections take the place of those on show; undo "
                      "brings these back"), lambda: self.goOnWanted.emit(self.chosen)),
            "rename": (self.tr("&Rename"), "F2", self._edit),
            "delete": (self.tr("&Delete"), "Del", lambda: self.deleteWanted.emit(self.chosen)),
            "restore": (self.tr("Br&ing it back"), "", self.restoreWanted.emit),
        }  # fmt: skip
        for name, (title, tip, verb) in verbs.items():
            button = QPushButton(title, self)
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, verb=verb: verb())
            self.buttons[name] = button
        self.buttons["restore"].hide()
        head.addWidget(self.buttons["keep"])
        row, said = QHBoxLayout(), QHBoxLayout()
        row.setSpacing(GRID)
        said.setSpacing(GRID)
        for name in ("compare", "go_on", "rename", "delete"):
            row.addWidget(self.buttons[name])
        row.addStretch(1)
        said.addWidget(self.words, 1)
        said.addWidget(self.buttons["restore"])
        self.words.setMinimumHeight(self.buttons["restore"].sizeHint().height())
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.reject)
        close.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        close.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())  # the style's is dark on dark
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        for part in (about, head, self.begin, self.list, row, said, close):
            column.addLayout(part) if isinstance(part, QHBoxLayout) else column.addWidget(part)
        column.setStretchFactor(self.list, 1)

    def _edit(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.list.editItem(item, 0)

    def _enable(self) -> None:
        there = bool(self.chosen)
        self.buttons["keep"].setEnabled(bool(self.name.text().strip()))
        for name in ("compare", "go_on", "rename", "delete"):
            self.buttons[name].setEnabled(there)

    def _on_item(self, item: QTreeWidgetItem, column: int) -> None:
        old, new = str(item.data(0, _NAME)), item.text(0).strip()
        if not self._filling and column == 0 and new != old:
            QTimer.singleShot(0, self, lambda: self.renameWanted.emit(old, new))  # it fills the list anew
