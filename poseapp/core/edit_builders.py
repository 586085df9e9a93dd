"""Builders: from a gesture to an edit. Each reads the store, changes nothing, and returns an Edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from poseapp.core.edits import FacingEdit, MarkChange, MarksEdit, SwapPersonsEdit, SwapSidesEdit
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import Skeleton
from poseapp.core.store import PoseStore
from poseapp.core.stretches import outside, user_stretch, user_stretches
from poseapp.core.types import Key, Mark, MarkState


def build_marks(store: PoseStore, marks: Mapping[Key, Mark | None], label: str) -> MarksEdit:
    """Set marks (None removes one), leaving out those that are so already.

    Raises:
        BadInputError: Nothing would change.
    """
    changes = tuple(
        MarkChange(key, before, after)
        for key, after in sorted(marks.items(), key=lambda item: item[0])
        if (before := store.mark(key)) != after
    )
    if not changes:
        raise BadInputError(f"nothing to do for {label.lower()!r}")
    return MarksEdit(changes, label)


def build_move(
    store: PoseStore,
    key: Key,
    xy: tuple[float, float],
    *,
    author: str = "",
    time: float = 0.0,
    state: MarkState = MarkState.VISIBLE,
) -> MarksEdit:
    """Place a keypoint at image px, visible or occluded."""
    return build_marks(store, {key: Mark(*xy, state, author, time)}, f"Move {_title(store.skeleton, key)}")


def build_moves(
    store: PoseStore, moves: Mapping[Key, tuple[float, float]], *, author: str = "", time: float = 0.0
) -> MarksEdit:
    """Place several keypoints at once, image px; a keypoint marked as occluded stays so."""
    marks: dict[Key, Mark | None] = {}
    for key, xy in moves.items():
        held = store.mark(key)
        occluded = held is not None and held.state is MarkState.OCCLUDED
        state = MarkState.OCCLUDED if occluded else MarkState.VISIBLE
        marks[key] = Mark(*xy, state, author, time)
    return build_marks(store, marks, f"Move {_titles(store.skeleton, moves)}")


def build_state(
    store: PoseStore, keys: Iterable[Key], state: MarkState, *, author: str = "", time: float = 0.0
) -> MarksEdit:
    """Say of keypoints where they are now that they are visible, occluded or absent.

    Raises:
        BadInputError: A keypoint that is to be visible or occluded has no position.
    """
    marks: dict[Key, Mark | None] = {}
    for key in keys:
        x, y = (float(value) for value in _position(store, key))
        if state is not MarkState.ABSENT and x != x:
            what = f"{_title(store.skeleton, key)} has no position yet"
            raise BadInputError(what, where=f"frame {key.frame}", remedy="Place it first")
        marks[key] = Mark(x, y, state, author, time)
    return build_marks(store, marks, f"Mark {_titles(store.skeleton, marks)} as {state.name.lower()}")


def build_absent(store: PoseStore, *keys: Key, author: str = "", time: float = 0.0) -> MarksEdit:
    """Say of keypoints that they are not in the picture."""
    return build_state(store, keys, MarkState.ABSENT, author=author, time=time)


def build_restore(store: PoseStore, *keys: Key) -> MarksEdit:
    """Remove the marks of keypoints, so that the predictions show again.

    Raises:
        BadInputError: None of them has a mark.
    """
    return build_marks(store, dict.fromkeys(keys), f"Restore {_titles(store.skeleton, keys)}")


def build_propagation(store: PoseStore, marks: Mapping[Key, Mark | None], follows: int) -> MarksEdit | None:
    """Set marks that follow from a correction (None removes one), as part of it; None when nothing would change."""
    news = {key: mark for key, mark in marks.items() if store.mark(key) != mark}
    if not news:
        return None
    return replace(build_marks(store, news, "Propagate a correction"), follows=follows)


def build_swap_sides(
    store: PoseStore, person: int, start: int, stop: int, limbs: Iterable[str] | None = None
) -> SwapSidesEdit:
    """Let left and right trade places in start .. stop: whole limbs by name ("arm", "leg"), everything for None.

    Raises:
        BadInputError: The skeleton has no such limb, or nothing that comes in pairs.
    """
    skeleton = store.skeleton
    pairs = [(k, other) for k, other in enumerate(skeleton.mirror) if k < other]
    title = "left and right"
    if limbs is not None:
        names = tuple(limbs)
        groups = dict(skeleton.limbs)
        if unknown := [name for name in names if name not in groups]:
            raise BadInputError(f"the skeleton {skeleton.name} has no limb {unknown[0]!r}")
        chosen = {skeleton.index(keypoint) for name in names for keypoint in groups[name]}
        pairs = [pair for pair in pairs if chosen & set(pair)]
        title = "left and right " + " and ".join(names)
    if not pairs:
        raise BadInputError(f"nothing in the skeleton {skeleton.name} has a left and a right")
    return SwapSidesEdit(person, start, stop, tuple(pairs), f"Swap {title}")


def build_swap_persons(first: int, second: int, start: int, stop: int) -> SwapPersonsEdit:
    """Let two persons trade places in start .. stop.

    Raises:
        BadInputError: They are the same person.
    """
    if first == second:
        raise BadInputError("a swap needs two persons")
    return SwapPersonsEdit(first, second, start, stop, f"Swap persons {first + 1} and {second + 1}")


def build_facing(store: PoseStore, person: int, start: int, stop: int, direction: int | None) -> FacingEdit:
    """Say that a person faces picture right (+1) or left (-1) in start .. stop; None leaves it to the vote.

    Raises:
        BadInputError: It is so already, or the frames are not in the clip.
    """
    if not 0 <= start < stop <= store.n_frames:
        raise BadInputError(f"frames {start} to {stop} are not all in this clip of {store.n_frames}")
    before = store.facing(person)
    new = () if direction is None else (user_stretch(start, stop, direction),)
    after = user_stretches(outside(before, start, stop) + new)
    if before == after:
        raise BadInputError(f"the facing of person {person + 1} is so already")
    words = {1: "picture right", -1: "picture left", None: "automatic"}
    return FacingEdit(person, before, after, f"Set facing to {words[direction]}")


def _position(store: PoseStore, key: Key) -> tuple[float, float]:
    x, y = store.track(key.person, key.frame, key.frame + 1).xy[0, key.keypoint]
    return float(x), float(y)


def _title(skeleton: Skeleton, key: Key) -> str:
    return skeleton.keypoints[key.keypoint].replace("_", " ")


def _titles(skeleton: Skeleton, keys: Iterable[Key]) -> str:
    keys = list(keys)
    return _title(skeleton, keys[0]) if len(keys) == 1 else f"{len(keys)} keypoints"
