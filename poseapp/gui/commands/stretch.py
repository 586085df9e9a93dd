"""Corrections of whole poses, in the shown frame or over the working zone."""

from __future__ import annotations

import time

from poseapp.core.edit_builders import build_swap_sides
from poseapp.core.edits import MarksEdit, SwapSidesEdit
from poseapp.core.errors import BadInputError, PoseappError
from poseapp.core.pose_builders import (
    CopiedPose,
    build_absent_stretch,
    build_mirror,
    build_paste,
    build_pose_move,
    build_restore_stretch,
    copy_pose,
    corrected_frame,
)
from poseapp.core.pose_moves import PoseMove
from poseapp.core.store import PoseStore
from poseapp.gui.canvas.editing import Editing
from poseapp.services.types import Notice


class StretchCommands:
    """What the Correct menu does to whole poses."""

    def __init__(self, editing: Editing) -> None:
        self._editing = editing
        self._copied: CopiedPose | None = None

    def move(self, move: PoseMove) -> None:
        """Move, turn or scale all of the chosen person in the shown frame."""
        here = self._editing
        here.perform(lambda store: build_pose_move(store, here.person, here.frame, move, time=time.time()))

    def copy(self) -> None:
        """Keep the pose of the chosen person in the shown frame, to be pasted."""
        here = self._editing
        if here.store is None:
            return
        try:
            self._copied = copy_pose(here.store, here.person, here.frame)
        except PoseappError as error:
            here.session.notify(error)
            return
        here.session.noticeRaised.emit(Notice(f"The pose of frame {here.frame} is copied."))

    def paste(self) -> None:
        """Paste the copied pose into the shown frame."""
        self._paste(self._editing.frame, self._editing.frame + 1)

    def paste_stretch(self) -> None:
        """Paste the copied pose into every frame of the working zone."""
        if self._editing.session.playback.zone is None:
            self._editing.session.notify(BadInputError("there is no working zone", remedy="Set one with I and O"))
            return
        self._paste(*self._editing.stretch())

    def copy_corrected(self, direction: int) -> None:
        """Copy the pose of the next (+1) or previous (-1) corrected frame into the shown one."""
        here = self._editing

        def build(store: PoseStore) -> MarksEdit:
            source = corrected_frame(store, here.person, here.frame, direction)
            pose = copy_pose(store, here.person, source)
            return build_paste(store, pose, here.person, here.frame, here.frame + 1, time=time.time())

        here.perform(build)

    def mirror(self) -> None:
        """Exchange left and right, and reflect the pose about the trunk."""
        here = self._editing
        here.perform(lambda store: build_mirror(store, here.person, *here.stretch(), time=time.time()))

    def restore(self) -> None:
        """Show the predictions again: of the chosen keypoint, or of the whole person."""
        here, keypoint = self._editing, self._editing.session.selection.keypoint
        here.perform(lambda store: build_restore_stretch(store, here.person, keypoint, *here.stretch()))

    def absent(self) -> None:
        """Say that the chosen keypoint, or the whole person, is not in the picture."""
        here, keypoint = self._editing, self._editing.session.selection.keypoint
        here.perform(
            lambda store: build_absent_stretch(store, here.person, keypoint, *here.stretch(), time=time.time())
        )

    def swap_here(self) -> None:
        """Swap left and right in this frame; once more takes it back."""
        frame = self._editing.frame
        self._swap(None, frame, frame + 1)

    def swap_body(self) -> None:
        """Swap left and right of the whole body."""
        self._swap(None, *self._editing.stretch_to_end())

    def swap_limb(self, limb: str) -> None:
        """Swap the legs or the arms."""
        self._swap([limb], *self._editing.stretch_to_end())

    def swap_pair(self) -> None:
        """Swap the chosen keypoint with its counterpart on the other side."""
        self._editing.perform(self._pair_edit)

    def _pair_edit(self, store: PoseStore) -> SwapSidesEdit:
        key = self._editing.key
        if key is None:
            raise BadInputError("no keypoint is chosen")
        other = store.skeleton.mirror[key.keypoint]
        name = store.skeleton.keypoints[key.keypoint].replace("_", " ")
        if other == key.keypoint:
            raise BadInputError(f"{name} has no left and right")
        pair = min(key.keypoint, other), max(key.keypoint, other)
        what = name.removeprefix("left ").removeprefix("right ")
        return SwapSidesEdit(key.person, *self._editing.stretch(), (pair,), f"Swap left and right {what}")

    def _paste(self, start: int, stop: int) -> None:
        here, copied = self._editing, self._copied
        if copied is None:
            here.session.notify(BadInputError("no pose is copied", remedy="Copy one with Ctrl+C"))
            return
        here.perform(lambda store: build_paste(store, copied, here.person, start, stop, time=time.time()))

    def _swap(self, limbs: list[str] | None, start: int, stop: int) -> None:
        here = self._editing
        here.perform(lambda store: build_swap_sides(store, here.person, start, stop, limbs))
