"""Lets every key be changed: find an action, press the new key, done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
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

from poseapp.gui.commands.actions import plain_menu, plain_title
from poseapp.gui.commands.shortcuts import Shortcuts
from poseapp.gui.style.theme import GRID, font, lie_on_surface

_NAME = Qt.ItemDataRole.UserRole
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_LEAVE = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)


class KeyField(QLineEdit):
    """Shows the key that was pressed in it; Tab leaves it, Escape closes the dialog.

    Signals:
        pressed(str): A key, such as "Ctrl+K".
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setPlaceholderText(self.tr("Press the new key here"))
        self.setAccessibleName(self.tr("New key"))

    def event(self, event: QEvent) -> bool:
        """Take keys from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() not in _LEAVE:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of the key."""
        if event.key() in _LEAVE:
            super().keyPressEvent(event)
        elif event.key() not in _MODIFIERS:
            self.pressed.emit(_text_of(event))


class ShortcutDialog(QDialog):
    """All actions with their keys. A change holds at once; nothing has to be confirmed."""

    def __init__(self, shortcuts: Shortcuts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shortcuts = shortcuts
        self.setObjectName("shortcuts")
        self.setWindowTitle(self.tr("Change keyboard shortcuts"))
        lie_on_surface(self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Find an action or a key"))
        self.search.setAccessibleName(self.tr("Find an action or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._narrow())
        self.table = self._build_table()
        self.field = KeyField(self)
        self.field.pressed.connect(self._on_pressed)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self._fill()
        self.table.currentItemChanged.connect(lambda *_: self._show_chosen())
        self.table.setCurrentItem(self._items()[0])
        self.search.setFocus()

    def choose(self, name: str) -> None:
        """Choose an action."""
        for item in self._items():
            if item.data(0, _NAME) == name:
                self.table.setCurrentItem(item)

    def shown_names(self) -> list[str]:
        """Return the actions that the search leaves."""
        return [item.data(0, _NAME) for item in self._items() if not item.isHidden()]

    def sizeHint(self) -> QSize:
        """Room for a screenful of actions."""
        return QSize(80 * GRID, 75 * GRID)

    def _build_table(self) -> QTreeWidget:
        table = QTreeWidget(self)
        table.setAccessibleName(self.tr("Actions"))
        table.setColumnCount(3)
        table.setHeaderLabels([self.tr("Action"), self.tr("Menu"), self.tr("Key")])
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        table.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        table.header().setStretchLastSection(False)
        table.itemActivated.connect(lambda *_: self.field.setFocus())
        return table

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.field, 1)
        self.no_key, self.reset = QPushButton(self.tr("&No key"), self), QPushButton(self.tr("&Reset"), self)
        self.reset_all = QPushButton(self.tr("Reset &all"), self)
        for button, run in (
            (self.no_key, lambda: self._set("")),
            (self.reset, self._reset),
            (self.reset_all, self._reset_all),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, run=run: run())
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self.words)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        column.addWidget(buttons)

    def _fill(self) -> None:
        for spec in self._shortcuts.specs():
            item = QTreeWidgetItem([plain_title(spec), plain_menu(spec, whole=True), ""])
            item.setData(0, _NAME, spec.name)
            item.setSizeHint(0, QSize(0, 3 * GRID))
            self.table.addTopLevelItem(item)
        self._show_keys()

    def _items(self) -> list[QTreeWidgetItem]:
        rows = (self.table.topLevelItem(row) for row in range(self.table.topLevelItemCount()))
        return [item for item in rows if item is not None]

    def _show_keys(self) -> None:
        for item in self._items():
            name = item.data(0, _NAME)
            item.setText(2, " / ".join(_native(key) for key in self._shortcuts.keys(name)))
            face = font("strong" if self._shortcuts.is_changed(name) else "body")
            item.setFont(2, face)
            item.setToolTip(2, self.tr("Changed by you") if self._shortcuts.is_changed(name) else "")
        self._narrow()

    def _narrow(self) -> None:
        words = self.search.text().casefold().split()
        for item in self._items():
            text = " ".join(item.text(column) for column in range(3)).casefold()
            item.setHidden(not all(word in text for word in words))

    def _chosen(self) -> str:
        item = self.table.currentItem()
        return "" if item is None else str(item.data(0, _NAME))

    def _show_chosen(self) -> None:
        name = self._chosen()
        self.field.setText(" / ".join(_native(key) for key in self._shortcuts.keys(name)) if name else "")
        self.reset.setEnabled(bool(name) and self._shortcuts.is_changed(name))
        self.words.setText("")

    def _on_pressed(self, key: str) -> None:
        self._set(key)

    def _set(self, key: str) -> None:
        if self._chosen():
            self._answer(self._shortcuts.set_key(self._chosen(), key))

    def _reset(self) -> None:
        if self._chosen():
            self._answer(self._shortcuts.reset(self._chosen()))

    def _reset_all(self) -> None:
        self._shortcuts.reset_all()
        self._answer("")

    def _answer(self, refusal: str) -> None:
        """Show what holds now, and why it is not what was asked for."""
        self._show_keys()
        self._show_chosen()
        self.words.setText(refusal)


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _text_of(event: QKeyEvent) -> str:
    """Return a pressed key as text; what Shift makes of a sign is in the sign already, such as "?"."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    sign = event.text()
    is_sign = len(sign) == 1 and sign.isprintable() and not sign.isalnum() and not sign.isspace()
    if is_sign and modifiers == Qt.KeyboardModifier.ShiftModifier:
        modifiers = Qt.KeyboardModifier.NoModifier
    combined = QKeySequence(modifiers.value | event.key())
    return combined.toString(QKeySequence.SequenceFormat.PortableText)
