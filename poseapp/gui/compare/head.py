"""The row above the pictures of a comparison: how they are shown, and what they are synchronised at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QToolButton, QWidget

from poseapp.core.synchrony import SharedEvent
from poseapp.gui.style.theme import GRID, HALF, ICON_SIZE

START_SHARE = 50  # percent of B's picture that is seen


class CompareHead(QWidget):
    """Buttons of the verbs, the opacity of B, and the menu of what to synchronise at.

    Attributes:
        share: Opacity of B when superposed, percent. sync_menu: Filled by `show_events`.

    Signals:
        eventChosen(SharedEvent): Synchronise at it.
        shareChanged(int): Percent.
    """

    eventChosen = Signal(object)
    shareChanged = Signal(int)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._way = QActionGroup(self)
        for name in ("side_by_side", "superposed"):
            self._way.addAction(actions[name])
        self.share = QSlider(Qt.Orientation.Horizontal, self)
        self.share.setRange(0, 100)
        self.share.setValue(START_SHARE)
        self.share.setPageStep(10)
        self.share.setFixedWidth(16 * GRID)
        self.share.setAccessibleName(self.tr("How much of B is seen, percent"))
        self.share.setToolTip(self.tr("How much of B is seen ([ and ])"))
        self.share.valueChanged.connect(self._on_share)
        self._share_label = QLabel(self)
        self._on_superposed = [self._share_label, self.share]
        self.sync_menu = QMenu(self)
        self.sync_menu.setToolTipsVisible(True)
        self.sync_button = self._button("sync_menu")
        self._compose()
        self.set_superposed(on=False)
        self._on_share(START_SHARE)

    def set_superposed(self, *, on: bool) -> None:
        """Show what belongs to one way of showing the pictures."""
        with QSignalBlocker(self._way):
            self._actions["superposed" if on else "side_by_side"].setChecked(True)
        for widget in self._on_superposed:
            widget.setVisible(on)

    def show_events(self, events: Sequence[SharedEvent]) -> None:
        """Offer to synchronise at these events of both clips."""
        menu = self.sync_menu
        menu.clear()
        for name in ("sync_here", "sync_starts"):
            menu.addAction(self._actions[name])
        menu.addSeparator()
        for event in events:
            action = menu.addAction(event.label)
            words = self.tr("{a} in A, {b} in B: the nearest to what is shown")
            action.setToolTip(words.format(a=len(event.first), b=len(event.second)))
            action.triggered.connect(lambda _on=False, event=event: self.eventChosen.emit(event))
        if not events:
            menu.addAction(self.tr("No event of the same name in both clips")).setEnabled(False)

    def open_sync_menu(self) -> None:
        """Open the menu with its first entry chosen, for the keyboard."""
        menu = self.sync_menu
        menu.popup(self.sync_button.mapToGlobal(self.sync_button.rect().bottomLeft()))
        menu.setActiveAction(menu.actions()[0])

    def _compose(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, GRID, GRID, GRID)
        row.setSpacing(HALF)
        row.addWidget(self._button("side_by_side"))
        row.addWidget(self._button("superposed"))
        row.addSpacing(GRID)
        row.addWidget(self._share_label)
        row.addWidget(self.share)
        body = self._button("on_body")
        self._on_superposed.append(body)
        row.addWidget(body)
        row.addWidget(self._button("mirror"))
        row.addStretch(1)
        for name in ("fit", "zoom_person"):
            row.addWidget(self._button(name, with_text=False))
        row.addSpacing(GRID)
        row.addWidget(self.sync_button)
        self.sync_button.setProperty("kind", "primary")
        row.addWidget(self._button("swap"))
        row.addSpacing(GRID)
        for name in ("keys", "close"):
            row.addWidget(self._button(name, with_text=False))

    def _button(self, name: str, *, with_text: bool = True) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(self._actions[name])
        button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(self._actions[name].text())
        if with_text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _on_share(self, percent: int) -> None:
        widest = self._share_label.fontMetrics().horizontalAdvance("B 100 %")
        self._share_label.setMinimumWidth(widest)
        self._share_label.setText(f"B {percent} %")
        self.shareChanged.emit(percent)
