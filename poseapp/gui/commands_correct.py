"""Corrections: each builds one edit for the shown frame and the chosen person, and asks the session to do it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import numpy as np

from poseapp.core.edit_builders import (
    build_copy_pose,
    build_facing,
    build_moves,
    build_restore,
    build_state,
    build_swap_persons,
    build_swap_sides,
)
from poseapp.core.edits import Edit
from poseapp.core.errors import BadInputError, PoseappError
from poseapp.core.store import PoseStore
from poseapp.core.types import Key, MarkState
from poseapp.services.session import Session


class Shown(Protocol):
    """Tells which frame the person sees: edits act on that one, not on one still being decoded."""

    @property
    def shown_frame(self) -> int:
        """Index of the frame on the canvas, -1 for none."""


class CorrectCommands:
    """The Correct menu, and what the canvas asks for."""

    def __init__(self, session: Session, shown: Shown) -> None:
        self._session = session
        self._shown = shown

    def move(self, key: Key, x: float, y: float) -> None:
        """Put a keypoint at image px."""
        self._perform(lambda store: build_moves(store, {key: (x, y)}, time=time.time()))

    def nudge(self, dx: float, dy: float) -> None:
        """Move the chosen keypoint by image px, within the picture."""
        document, key = self._session.document, self._key()
        poses = document.store.view(key.frame) if document is not None and key is not None else None
        if document is None or key is None or poses is None or key.person >= len(poses.xy):
            return
        x, y = (float(value) for value in poses.xy[key.person, key.keypoint])
        if np.isfinite((x, y)).all():
            x = min(max(x + dx, -0.5), document.clip.width - 0.5)
            y = min(max(y + dy, -0.5), document.clip.height - 0.5)
            self.move(key, x, y)

    def mark(self, state: str) -> None:
        """Say that the chosen keypoint is "visible", "occluded" or "absent"."""
        key = self._key()
        if key is not None:
            self._perform(lambda store: build_state(store, [key], MarkState[state.upper()], time=time.time()))

    def restore(self) -> None:
        """Show the prediction again: of the chosen keypoint, or of the whole pose."""
        key = self._key()
        keys = [key] if key is not None else self._marked_here()
        if keys:
            self._perform(lambda store: build_restore(store, *keys))

    def copy_previous(self) -> None:
        """Copy the person's pose from the frame before."""
        frame, person = self._shown.shown_frame, self._session.selection.person
        if frame > 0:
            self._perform(lambda store: build_copy_pose(store, person, frame - 1, frame, time=time.time()))

    def swap_here(self) -> None:
        """Swap left and right in this frame; once more takes it back."""
        frame = self._shown.shown_frame
        self._swap(frame + 1)

    def swap_to_end(self) -> None:
        """Swap left and right from this frame to the end."""
        self._swap(None)

    def swap_limbs(self, limb: str) -> None:
        """Swap the legs or the arms from this frame to the end."""
        self._swap(None, limb)

    def swap_persons(self) -> None:
        """Let the two persons of the clip trade places from this frame to the end."""
        frame = self._shown.shown_frame
        self._perform(lambda store: build_swap_persons(0, _only_other(store), frame, store.n_frames))

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
        self._perform(lambda store: build_facing(store, person, start, stop, direction or None))

    def _swap(self, stop: int | None, limb: str | None = None) -> None:
        frame, person = self._shown.shown_frame, self._session.selection.person
        limbs = None if limb is None else [limb]
        self._perform(
            lambda store: build_swap_sides(store, person, frame, store.n_frames if stop is None else stop, limbs)
        )

    def _key(self) -> Key | None:
        selection, frame = self._session.selection, self._shown.shown_frame
        if selection.keypoint is None or frame < 0:
            return None
        return Key(frame, selection.person, selection.keypoint)

    def _marked_here(self) -> list[Key]:
        document, frame = self._session.document, self._shown.shown_frame
        if document is None or frame < 0:
            return []
        keys = (Key(frame, self._session.selection.person, k) for k in range(document.store.skeleton.n_keypoints))
        return [key for key in keys if document.store.mark(key) is not None]

    def _perform(self, build: Callable[[PoseStore], Edit]) -> None:
        document = self._session.document
        if document is None or self._shown.shown_frame < 0:
            return
        try:
            edit = build(document.store)
        except PoseappError as error:
            self._session.notify(error)
            return
        self._session.perform(edit)


def _only_other(store: PoseStore) -> int:
    if store.n_persons != 2:
        raise BadInputError(f"there are {store.n_persons} persons, so it is not clear whom to swap")
    return 1
