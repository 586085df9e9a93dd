"""What the View menu does about how the picture and what lies on it are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow


class LookCommands:
    """The look of the picture."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        window.looks.changed.connect(lambda look: window.actions_by_name["mirror"].setChecked(look.mirrored))

    def panel(self) -> None:
        """Show the sliders."""
        self._window.looks.open_panel()

    def mirror(self, on: bool) -> None:
        """Exchange left and right of the picture."""
        self._window.looks.set_mirrored(on)
