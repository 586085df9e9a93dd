"""What every topic that corrects poses shares: which frames it acts on, and how an edit is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from poseapp.core.edits import Edit
from poseapp.core.errors import PoseappError
from poseapp.core.store import PoseStore
from poseapp.core.types import Key
from poseapp.services.session import Session


class Shown(Protocol):
    """Tells which frame the person sees: edits act on that one, not on one still being decoded."""

    @property
    def shown_frame(self) -> int:
        """Index of the frame on the canvas, -1 for none."""


class Editing:
    """The frame and the person that edits act on.

    Attributes:
        session: Where edits go.
    """

    def __init__(self, session: Session, shown: Shown) -> None:
        self.session = session
        self._shown = shown

    @property
    def frame(self) -> int:
        """The shown frame, -1 for none."""
        return self._shown.shown_frame

    @property
    def person(self) -> int:
        """The chosen person."""
        return self.session.selection.person

    @property
    def store(self) -> PoseStore | None:
        """The poses, None while nothing is open or shown."""
        document = self.session.document
        return None if document is None or self.frame < 0 else document.store

    @property
    def key(self) -> Key | None:
        """The chosen keypoint in the shown frame."""
        keypoint = self.session.selection.keypoint
        return None if keypoint is None or self.frame < 0 else Key(self.frame, self.person, keypoint)

    def stretch(self) -> tuple[int, int]:
        """Return start, stop of the working zone; of the shown frame without one."""
        zone = self.session.playback.zone
        return (self.frame, self.frame + 1) if zone is None else (zone.start, zone.stop)

    def stretch_to_end(self) -> tuple[int, int]:
        """Return start, stop of the working zone; from the shown frame to the end without one."""
        zone, store = self.session.playback.zone, self.store
        if zone is not None:
            return zone.start, zone.stop
        return self.frame, self.frame + 1 if store is None else store.n_frames

    def perform(self, build: Callable[[PoseStore], Edit]) -> bool:
        """Build an edit and do it; tell whether that worked (a notice says why not)."""
        store = self.store
        if store is None:
            return False
        try:
            edit = build(store)
        except PoseappError as error:
            self.session.notify(error)
            return False
        return self.session.perform(edit)
