"""Corrections of single keypoints: each builds one edit for the shown frame, and asks the session to do it."""

from __future__ import annotations

import time

import numpy as np

from poseapp.core.edit_builders import build_facing, build_moves, build_restore, build_state
from poseapp.core.pose_builders import build_paste, copy_pose
from poseapp.core.pose_moves import pose_centre
from poseapp.core.types import Key, MarkState, Source
from poseapp.gui.canvas.editing import Editing


class CorrectCommands:
    """The Correct menu, and what the canvas asks for."""

    def __init__(self, editing: Editing) -> None:
        self._editing = editing
        self._session = editing.session

    def move(self, key: Key, x: float, y: float) -> None:
        """Put a keypoint at image px."""
        self._editing.perform(lambda store: build_moves(store, {key: (x, y)}, time=time.time()))

    def nudge(self, dx: float, dy: float) -> None:
        """Move the chosen keypoint by image px, within the picture; one that nobody has seen yet appears."""
        document, key, store = self._session.document, self._editing.key, self._editing.store
        if document is None or key is None or store is None:
            return
        track = store.track(key.person, key.frame, key.frame + 1)
        x, y = (float(value) for value in track.xy[0, key.keypoint])
        if track.source[0, key.keypoint] == Source.MISSING:
            middle = pose_centre(track.xy[0])
            x, y = middle if np.isfinite(middle).all() else (document.clip.width / 2, document.clip.height / 2)
        if np.isfinite((x, y)).all():
            x = min(max(x + dx, -0.5), document.clip.width - 0.5)
            y = min(max(y + dy, -0.5), document.clip.height - 0.5)
            self.move(key, x, y)

    def mark(self, state: str) -> None:
        """Say that the chosen keypoint is "visible", "occluded" or "absent"."""
        key = self._editing.key
        if key is not None:
            self._editing.perform(lambda store: build_state(store, [key], MarkState[state.upper()], time=time.time()))

    def restore(self) -> None:
        """Show the prediction again: of the chosen keypoint, or of the whole pose."""
        key = self._editing.key
        keys = [key] if key is not None else self._marked_here()
        if keys:
            self._editing.perform(lambda store: build_restore(store, *keys))

    def copy_previous(self) -> None:
        """Copy the person's pose from the frame before."""
        frame, person = self._editing.frame, self._session.selection.person
        if frame > 0:
            self._editing.perform(
                lambda store: build_paste(
                    store, copy_pose(store, person, frame - 1), person, frame, frame + 1, time=time.time()
                )
            )

    def choose(self, place: int) -> None:
        """Choose a keypoint by its place in the body's order."""
        document = self._session.document
        if document is not None and place < len(document.store.skeleton.order):
            self._session.select(self._session.selection.person, document.store.skeleton.order[place])

    def cycle(self, by: int) -> None:
        """Choose the next (+1) or previous (-1) keypoint in the body's order."""
        document, selection = self._session.document, self._session.selection
        if document is None:
            return
        order = document.store.skeleton.order
        if selection.keypoint is None:
            place = 0 if by > 0 else -1
        else:
            place = (order.index(selection.keypoint) + by) % len(order)
        self._session.select(selection.person, order[place])

    def set_facing(self, start: int, stop: int, direction: int) -> None:
        """Say that the person faces picture right (+1) or left (-1) in start .. stop; 0 leaves it to the vote."""
        person = self._session.selection.person
        self._editing.perform(lambda store: build_facing(store, person, start, stop, direction or None))

    def _marked_here(self) -> list[Key]:
        document, frame = self._session.document, self._editing.frame
        if document is None or frame < 0:
            return []
        keys = (Key(frame, self._session.selection.person, k) for k in range(document.store.skeleton.n_keypoints))
        return [key for key in keys if document.store.mark(key) is not None]
