"""How the two clips of a comparison are shown: side by side or superposed, on the body or picture on picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from poseapp.core.alignment import align_trunks
from poseapp.core.geometry import Affine, Box, letterbox
from poseapp.core.synchrony import nearest_frame
from poseapp.gui.compare.angles import CompareAngles
from poseapp.gui.compare.head import START_SHARE
from poseapp.gui.compare.picture import Over

if TYPE_CHECKING:
    from poseapp.gui.compare.window import CompareWindow


@dataclass(frozen=True)
class Look:
    """What was chosen.

    Attributes:
        on_body: Superposed, B lies on A's hips with the trunk as large; else picture on picture.
        mirrored: B is turned over. share: Of B's picture that is seen when superposed, percent.
    """

    superposed: bool = False
    on_body: bool = True
    mirrored: bool = False
    share: int = START_SHARE


class CompareLooks(QObject):
    """Shows the layers as was chosen.

    Attributes:
        look: What was chosen. lay: How B's px lie on A's by the bodies, None where that cannot be told.
    """

    def __init__(self, window: CompareWindow, angles: CompareAngles) -> None:
        super().__init__(window)
        self._window = window
        self._comparing = window.comparing
        self._angles = angles
        self.look = Look()
        self.lay: Affine | None = None

    def show(self, look: Look) -> None:
        """Show the clips another way."""
        self.look = look
        self.refresh()

    def refresh(self) -> None:
        """Show the clips as was chosen, with the bodies as they are now."""
        window, look = self._window, self.look
        window.head.set_superposed(on=look.superposed)
        window.actions_by_name["on_body"].setChecked(look.on_body)
        window.actions_by_name["mirror"].setChecked(look.mirrored)
        window.pictures[1].setVisible(not look.superposed)
        if not self._comparing.clips:
            return
        self.lay = self._align()
        self._show_persons()
        self.show_arcs()
        first, second = window.layers
        over = Over(second, self._map(), look.share / 100) if look.superposed else None
        window.pictures[0].show_layers(first, over)
        window.pictures[1].show_layers(second, mirrored=look.mirrored)
        window.hint.setText(self._hint())

    def show_arcs(self) -> None:
        """Draw the angle on show at the joints; superposed there is no room for it."""
        for layer, clip in zip(self._window.layers, self._comparing.clips, strict=True):
            layer.scene.arcs = () if self.look.superposed else self._angles.arcs(clip, layer.scene)

    def _show_persons(self) -> None:
        for layer, clip in zip(self._window.layers, self._comparing.clips, strict=True):
            others = frozenset(range(clip.n_persons)) - {clip.person}
            layer.scene.person = clip.person
            layer.scene.hidden = others if self.look.superposed else frozenset()

    def _align(self) -> Affine | None:
        """Find how B's body lies on A's where they are synchronised."""
        sync, bodies = self._comparing.sync, []
        for clip, seconds in zip(self._comparing.clips, (sync.first, sync.second), strict=True):
            poses = clip.poses(nearest_frame(clip.info.pts, seconds))
            if poses is None or clip.skeleton is None or clip.person >= len(poses.xy):
                return None
            bodies.append((poses.xy[clip.person], clip.skeleton))
        return align_trunks(bodies[0], bodies[1], mirrored=self.look.mirrored)

    def _map(self) -> Affine:
        """Return how B's picture lies on A's: by the bodies, or picture on picture."""
        if self.look.on_body and self.lay is not None:
            return self.lay
        ours, theirs = (clip.info for clip in self._comparing.clips)
        fitted = letterbox(Box.of_picture(theirs.width, theirs.height), ours.height, ours.width)
        if not self.look.mirrored:
            return fitted
        return fitted.after(Affine(np.array([[-1.0, 0.0, theirs.width - 1.0], [0.0, 1.0, 0.0]])))

    def _hint(self) -> str:
        if self.look.superposed and self.look.on_body and self.lay is None:
            return self.tr("Hips and shoulders are not seen in both clips where they meet: laid picture on picture")
        return self.tr(
            "S synchronises at the frames shown · Alt+← → moves B alone · E chooses an event · ? shows every key"
        )
