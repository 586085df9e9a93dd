"""The library of networks: what each comes from, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from poseapp.core.library_entry import LibraryEntry
from poseapp.gui.dialogs import ask_network_path, ask_save_path
from poseapp.gui.networks.network_words import error_words, origin_words, parent_words, size_words
from poseapp.gui.style.theme import GRID, HALF, font, lie_on_surface
from poseapp.services.networks import LibraryView, Networks

_NAME = Qt.ItemDataRole.UserRole
_FORMATS = (("ONNX network", ".onnx"),)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NUMBERS = (3, 4, 6)  # columns
_SHOWN_HASH = 16  # digits


class NetworksDialog(QDialog):
    """A table of networks, a few sentences about the chosen one, and a button for each thing that can be done."""

    def __init__(self, networks: Networks, folder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._networks = networks
        self._folder = folder
        self._deleted = ""
        self.setObjectName("networks")
        self.setWindowTitle(self.tr("Networks"))
        lie_on_surface(self)
        self.table = self._build_table()
        self.origin, self.facts, self.words = (self._label() for _ in range(3))
        self.facts.setProperty("tone", "muted")
        self.words.setAccessibleName(self.tr("What happened"))
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self.table.currentItemChanged.connect(lambda *_: self._show_chosen())
        self.table.itemActivated.connect(lambda *_: self._do("use"))
        networks.seen.connect(self._on_seen)
        networks.failed.connect(self._on_failed)
        networks.busyChanged.connect(self._on_busy)
        self._show_view(replace(networks.view, chosen=""))  # what was done before the list was closed is history
        networks.look()
        self.resize(self.sizeHint())  # wrapped labels would make it lower the second time
        self.table.setFocus()

    def choose(self, name: str) -> None:
        """Choose a network."""
        for item in self._items():
            if item.data(0, _NAME) == name:
                self.table.setCurrentItem(item)

    def sizeHint(self) -> QSize:
        """Room for a dozen networks and what there is to say about one."""
        return QSize(104 * GRID, 66 * GRID)

    def _build_table(self) -> QTreeWidget:
        table = QTreeWidget(self)
        table.setAccessibleName(self.tr("Networks"))
        heads = ("Network", "Use", "Made from", "Marks", "Error", "Made", "Size")
        table.setHeaderLabels([self.tr(head) for head in heads])
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in _NUMBERS:
            table.headerItem().setTextAlignment(column, _RIGHT)
        table.headerItem().setToolTip(4, self.tr("Median error on frames that it did not learn from, before → after"))
        for key, name in (("F2", "rename"), ("Del", "delete")):
            shortcut = QShortcut(QKeySequence(key), table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda name=name: self._do(name))
        return table

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(self.table, 1)
        about = QVBoxLayout()
        about.setSpacing(HALF)
        about.addWidget(self.origin)
        about.addWidget(self.facts)
        column.addLayout(about)
        self.origin.setMinimumHeight(2 * self.origin.fontMetrics().lineSpacing())
        column.addLayout(self._button_row((
            ("use", self.tr("&Use as default"), ""),
            ("rename", self.tr("&Rename…"), "F2"),
            ("delete", self.tr("&Delete"), "Del"),
            ("export", self.tr("&Export…"), ""),
            ("bring", self.tr("&Import…"), ""),
            ("back", self.tr("&Back to the one before"), ""),
        )))  # fmt: skip
        said = QHBoxLayout()
        said.setSpacing(GRID)
        said.addWidget(self.words, 1)
        said.addLayout(self._button_row((("restore", self.tr("Bring it bac&k"), ""),)))
        self.words.setMinimumHeight(self.buttons["restore"].sizeHint().height())
        self.buttons["restore"].hide()
        column.addLayout(said)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.reject)
        close.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        close.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())  # the style's is dark on dark
        column.addWidget(close)

    def _button_row(self, buttons: tuple[tuple[str, str, str], ...]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for name, title, key in buttons:
            button = QPushButton(title, self)
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.setToolTip(key)
            button.clicked.connect(lambda _checked=False, name=name: self._do(name))
            self.buttons[name] = button
            row.addWidget(button)
        return row

    def _items(self) -> list[QTreeWidgetItem]:
        rows = (self.table.topLevelItem(row) for row in range(self.table.topLevelItemCount()))
        return [item for item in rows if item is not None]

    def _chosen(self) -> LibraryEntry | None:
        item = self.table.currentItem()
        return None if item is None else self._networks.view.find(str(item.data(0, _NAME)))

    def _on_seen(self, view: LibraryView) -> None:
        self._deleted = view.deleted or (self._deleted if not view.words else "")
        if view.words:
            self.words.setText(view.words)
        self._show_view(view)

    def _on_failed(self, error: Exception) -> None:
        self.words.setText(str(error))

    def _on_busy(self, _busy: bool) -> None:
        self._enable()

    def _show_view(self, view: LibraryView) -> None:
        chosen = self._chosen()
        name = view.chosen or (chosen.name if chosen is not None else view.default)
        self.table.clear()
        self.table.addTopLevelItems([_item(entry) for entry in view.entries])
        self.choose(name if view.find(name) is not None else view.default)
        title = self.tr("&Back to the one before")
        self.buttons["back"].setText(self.tr("&Back to {name}").format(name=view.before) if view.before else title)
        self.buttons["restore"].setVisible(bool(self._deleted))
        self._show_chosen()

    def _show_chosen(self) -> None:
        entry = self._chosen()
        self.origin.setText("" if entry is None else origin_words(entry))
        self.facts.setText("" if entry is None else _facts(entry))
        self.facts.setToolTip("" if entry is None else entry.sha256)
        self._enable()

    def _enable(self) -> None:
        entry, free = self._chosen(), not self._networks.busy
        able = {
            "use": entry is not None and not entry.default and not entry.problem,
            "rename": entry is not None and not entry.shipped,
            "delete": entry is not None and not entry.shipped,
            "export": entry is not None and not entry.problem,
            "bring": True,
            "back": bool(self._networks.view.before),
            "restore": bool(self._deleted),
        }
        for name, button in self.buttons.items():
            button.setEnabled(free and able[name])

    def _do(self, name: str) -> None:
        """Run what a button or a key stands for, where it can be done now."""
        entry = self._chosen()
        if not self.buttons[name].isEnabled():
            return
        self.words.setText("")
        chosen = "" if entry is None else entry.name
        verbs: dict[str, Callable[[], object]] = {
            "use": lambda: self._networks.use(chosen),
            "rename": lambda: self._ask_name(chosen),
            "delete": lambda: self._networks.delete(chosen),
            "export": lambda: self._ask_target(chosen),
            "bring": lambda: ask_network_path(self, self._folder, self._bring),
            "back": self._networks.go_back,
            "restore": lambda: self._networks.restore(self._deleted),
        }
        verbs[name]()

    def _ask_name(self, old: str) -> QInputDialog:
        """Ask what a network is to be called."""
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Rename a network"))
        dialog.setLabelText(self.tr("What should {name} be called?").format(name=old))
        dialog.setTextValue(old)
        dialog.textValueSelected.connect(lambda new: self._networks.rename(old, new.strip()))
        dialog.open()
        return dialog

    def _ask_target(self, name: str) -> QFileDialog:
        """Ask where to write a network."""
        suggestion = Path(self._folder or Path.home()) / f"{name}.onnx"
        title = self.tr("Export {name}").format(name=name)
        return ask_save_path(self, title, suggestion, _FORMATS, lambda path: self._networks.export(name, path))

    def _bring(self, path: str) -> None:
        self.words.setText(self.tr("{name} is being tried…").format(name=Path(path).name))
        self._networks.bring(path)


def _item(entry: LibraryEntry) -> QTreeWidgetItem:
    lineage = entry.lineage
    use = "cannot be used" if entry.problem else "default" if entry.default else ""
    marks, made = ("", entry.added) if lineage is None else (str(lineage.marks), lineage.created)
    values = (entry.name, use, parent_words(entry), marks, error_words(lineage), made, size_words(entry.size))
    item = QTreeWidgetItem(values)
    item.setData(0, _NAME, entry.name)
    item.setSizeHint(0, QSize(0, 4 * GRID))
    item.setFont(0, font("strong" if entry.default else "body"))
    for column in _NUMBERS:
        item.setTextAlignment(column, _RIGHT)
    if entry.problem:
        item.setToolTip(1, entry.problem)
    return item


def _facts(entry: LibraryEntry) -> str:
    parts = [] if entry.title == entry.name else [entry.title]
    if entry.keypoints:
        parts.append(f"skeleton {entry.skeleton}, {entry.keypoints} keypoints")
    parts.append(f"file {entry.path.name}, sha256 {entry.sha256[:_SHOWN_HASH]}…")
    if entry.note:
        parts.append(entry.note)
    return " · ".join(parts)
