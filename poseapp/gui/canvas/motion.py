"""Between the session and the canvas for trails, ghosts and the ellipse of the chosen keypoint."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PySide6.QtCore import QObject

from poseapp.core.skeleton import Skeleton
from poseapp.core.store import ChangeSet, PoseStore
from poseapp.core.types import Array, Float32
from poseapp.gui.canvas.canvas import Canvas
from poseapp.gui.canvas.motion_paint import Ghost, MotionScene, Spread, Trail
from poseapp.services.document import Document
from poseapp.services.session import Session

GhostMode = Literal["", "frames", "marked"]

MOST_FRAMES = 1200  # that a trail reaches back: what it costs must not depend on how fast a camera was
_MOST_POINTS = 240  # of a trail that are drawn
_ENDS = ("left_wrist", "right_wrist", "left_ankle", "right_ankle")  # whose trails are drawn while none is chosen


class Motion(QObject):
    """Trails, poses of other frames, those that are compared with, and how uncertain the chosen keypoint is.

    Attributes:
        seconds: How far trails reach back.
    """

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self.seconds = 2.0
        self._trails_shown = False
        self._spread_shown = False
        self._ghosts: GhostMode = ""
        self._compared: Float32 | None = None
        self._marked: Array | None = None  # corrected frames, while they are known
        session.frameReady.connect(lambda _frame: self.refresh())
        session.posesChanged.connect(self._on_poses)
        session.selectionChanged.connect(lambda _selection: self.refresh())
        session.clipChanged.connect(self._on_clip)

    def set_trails_shown(self, on: bool) -> None:
        """Draw where keypoints were, or not."""
        self._trails_shown = on
        self.refresh()

    def set_seconds(self, seconds: float) -> None:
        """Let trails reach back so far."""
        self.seconds = seconds
        self.refresh()

    def set_ghosts(self, mode: GhostMode) -> None:
        """Draw the poses of the neighbouring "frames", or of the neighbouring corrected ("marked") ones."""
        self._ghosts = mode
        self.refresh()

    def set_compared(self, xy: Float32 | None) -> None:
        """Draw what the poses are compared with, (T, P, K, 2) px by their persons and keypoints, or nothing."""
        self._compared = xy
        self.refresh()

    def set_spread_shown(self, on: bool) -> None:
        """Draw how uncertain the chosen keypoint is, or not."""
        self._spread_shown = on
        self.refresh()

    def refresh(self) -> None:
        """Show it for the frame on the canvas."""
        document, person = self._session.document, self._session.selection.person
        frame = self._canvas.scene.index
        scene = MotionScene()
        is_there = document is not None and 0 <= frame < document.clip.n_frames and person < document.store.n_persons
        if document is not None and is_there and person not in self._canvas.scene.hidden:
            keypoint = self._session.selection.keypoint
            trails = self._read_trails(document, frame, person, keypoint) if self._trails_shown else ()
            ghosts = tuple(read_ghost(document.store, frame, other, person) for other in self._others(document, frame))
            ghosts += self._read_compared(document, frame, person)
            wanted = self._spread_shown and keypoint is not None
            spread = read_spread(document.store, frame, person, keypoint) if wanted and keypoint is not None else None
            scene = MotionScene(trails, ghosts, spread)
        if not (scene.is_empty and self._canvas.scene.motion.is_empty):
            self._canvas.scene.motion = scene
            self._canvas.update()

    def _read_trails(self, document: Document, frame: int, person: int, keypoint: int | None) -> tuple[Trail, ...]:
        pts = document.clip.pts
        start = int(np.searchsorted(pts, pts[frame] - self.seconds))
        return read_trails(document.store, person, (max(start, frame + 1 - MOST_FRAMES), frame + 1), keypoint)

    def _read_compared(self, document: Document, frame: int, person: int) -> tuple[Ghost, ...]:
        xy = self._compared
        fits = xy is not None and xy.shape[2] == document.store.skeleton.n_keypoints
        if xy is None or not fits or frame >= len(xy) or person >= xy.shape[1]:
            return ()
        return (Ghost(xy[frame, person], 0, "compared"),)

    def _others(self, document: Document, frame: int) -> list[int]:
        """Return the frames whose poses are drawn, too."""
        if self._ghosts == "frames":
            others = [frame - 1, frame + 1]
        elif self._ghosts == "marked":
            if self._marked is None:
                self._marked = document.store.marked_frames()
            place = int(np.searchsorted(self._marked, frame))
            after = place + int(place < len(self._marked) and int(self._marked[place]) == frame)
            others = [int(self._marked[i]) for i in (place - 1, after) if 0 <= i < len(self._marked)]
        else:
            others = []
        return [other for other in others if 0 <= other < document.clip.n_frames]

    def _on_poses(self, change: ChangeSet) -> None:
        if change.kind not in ("items", "review"):
            self._marked = None
            self.refresh()

    def _on_clip(self) -> None:
        self._marked = self._compared = None
        self._canvas.scene.motion = MotionScene()


def read_trails(store: PoseStore, person: int, span: tuple[int, int], keypoint: int | None) -> tuple[Trail, ...]:
    """Return the trails over the frames of a span: of a keypoint, or of wrists and ankles for None."""
    skeleton = store.skeleton
    chosen = [keypoint] if keypoint is not None else _ends(skeleton)
    xy = store.track(person, *span).xy[:, chosen].astype(np.float64)
    step = -(-len(xy) // _MOST_POINTS)
    xy = xy[::-1][::step][::-1]  # the newest point stays
    return tuple(Trail(xy[:, i], skeleton.sides[k]) for i, k in enumerate(chosen))


def read_ghost(store: PoseStore, frame: int, other: int, person: int) -> Ghost:
    """Return the pose of a person in another frame."""
    return Ghost(store.view(other).xy[person], other - frame)


def read_spread(store: PoseStore, frame: int, person: int, keypoint: int) -> Spread | None:
    """Return how uncertain a keypoint is; None where it is not seen, or was placed by a person."""
    track = store.track(person, frame, frame + 1)
    x, y = (float(v) for v in track.xy[0, keypoint])
    xx, xy, yy = (float(v) for v in track.cov[0, keypoint])
    if not np.isfinite((x, y, xx, xy, yy)).all() or xx + yy <= 0:
        return None
    return Spread((x, y), (xx, xy, yy))


def _ends(skeleton: Skeleton) -> list[int]:
    return [skeleton.index(name) for name in _ENDS if name in skeleton.keypoints]
