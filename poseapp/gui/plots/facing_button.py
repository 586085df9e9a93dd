"""Says which way the person faces, and lets the user set it: the one decision that mirrors every angle."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from poseapp.core.analysis import FacingStretch
from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import ICON_SIZE


class FacingButton(QToolButton):
    """ "Faces right" with a menu.

    Signals:
        chosen(int): +1 = picture right, -1 = left, 0 = decide by vote; for the whole clip.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facing")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for title, direction in (
            (self.tr("Faces &right in the whole clip"), 1),
            (self.tr("Faces &left in the whole clip"), -1),
            (self.tr("Decide &automatically"), 0),
        ):
            menu.addAction(title).setData(direction)
        menu.triggered.connect(lambda action: self.chosen.emit(int(action.data())))
        self.setMenu(menu)
        self.show_stretch(None)

    def show_stretch(self, stretch: FacingStretch | None) -> None:
        """Show the facing at the playhead, None while it is not known."""
        self.setEnabled(stretch is not None)
        if stretch is None:
            self.setText(self.tr("Facing"))
            self.setIcon(icon("faces-right", "muted"))
            self.setToolTip(self.tr("Which way the person faces; known after Analyze"))
            return
        right = stretch.direction > 0
        self.setText(self.tr("Faces right") if right else self.tr("Faces left"))
        self.setIcon(icon("faces-right" if right else "faces-left"))
        by = (
            self.tr("set by you")
            if stretch.by_user
            else self.tr("decided by {share} % of the vote").format(share=round(stretch.support * 100))
        )
        span = self.tr("frames {start} to {stop}").format(start=stretch.start, stop=stretch.stop - 1)
        self.setToolTip(f"{self.text()}, {span}: {by}")
        self.setAccessibleName(self.text())
