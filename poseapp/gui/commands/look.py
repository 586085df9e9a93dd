"""What the View menu does about how the picture and what lies on it are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poseapp.gui.canvas.motion import GhostMode

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

    def trails(self, on: bool) -> None:
        """Draw where the chosen keypoint, or wrists and ankles, were."""
        self._window.motion.set_trails_shown(on)

    def trail_seconds(self, seconds: float) -> None:
        """Draw the trails of the last seconds."""
        self._window.motion.set_seconds(float(seconds))
        self._window.actions_by_name["trails"].setChecked(True)

    def ghosts(self, on: bool) -> None:
        """Draw the poses of the frame before and the frame after."""
        self._show_ghosts("frames" if on else "", "marked_ghosts")

    def marked_ghosts(self, on: bool) -> None:
        """Draw the poses of the corrected frames before and after."""
        self._show_ghosts("marked" if on else "", "ghosts")

    def spread(self, on: bool) -> None:
        """Draw how uncertain the chosen keypoint is."""
        self._window.motion.set_spread_shown(on)

    def _show_ghosts(self, mode: GhostMode, other: str) -> None:
        """Show one kind of ghosts: switching the other kind off comes first, for it switches all off."""
        if mode:
            self._window.actions_by_name[other].setChecked(False)
        self._window.motion.set_ghosts(mode)
