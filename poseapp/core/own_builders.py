"""Builders of edits of what a project adds to its skeleton: keypoints and angles; they change nothing themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from poseapp.core.angle_table import check_angle_names
from poseapp.core.edits import AnglesEdit, EditGroup, KeypointsEdit
from poseapp.core.errors import BadInputError
from poseapp.core.own_keypoints import MAX_OWN, OwnKeypoint, check_name, extended
from poseapp.core.reshaping import said_of
from poseapp.core.skeleton import AngleDefinition
from poseapp.core.store import PoseStore


def build_add_keypoints(store: PoseStore, points: Iterable[OwnKeypoint]) -> KeypointsEdit:
    """Put keypoints after those that are there.

    Raises:
        BadInputError: A name that cannot be used or was another one's, a bone to nowhere, or no room for more.
    """
    new = tuple(points)
    for point in new:
        _check_free(store, point.name)
    if not new or len(store.own) + len(new) > MAX_OWN:
        raise BadInputError(f"a project has room for {MAX_OWN} keypoints of its own, and needs one to add")
    extended(store.skeleton, new)
    return KeypointsEdit(store.own, (*store.own, *new), f"Add {_listed(new)}")


def build_rename_keypoint(store: PoseStore, name: str, new: str) -> KeypointsEdit | EditGroup:
    """Give an own keypoint another name; angles that use it follow, and networks that know it by the old one, too.

    Raises:
        BadInputError: It is not an own keypoint, or the name cannot be used.
    """
    return build_change_keypoint(store, name, replace(_own(store, name), name=new))


def build_rehang_keypoint(store: PoseStore, name: str, bones: tuple[str, ...]) -> KeypointsEdit | EditGroup:
    """Let an own keypoint hang on other keypoints.

    Raises:
        BadInputError: It is not an own keypoint, hangs so already, or one of them does not stand before it.
    """
    return build_change_keypoint(store, name, replace(_own(store, name), bones=bones))


def build_change_keypoint(store: PoseStore, name: str, wanted: OwnKeypoint) -> KeypointsEdit | EditGroup:
    """Give an own keypoint the name and the bones of another one; see `build_rename_keypoint`. Raises as that."""
    held, new = _own(store, name), wanted.name
    if new == name and wanted.bones == held.bones:
        raise BadInputError(f"nothing has changed in {_spoken(name)}")
    if new not in held.names:
        _check_free(store, new)
    point = OwnKeypoint(new, wanted.bones, tuple(old for old in held.names if old != new))
    after = tuple(
        point if other is held else replace(other, bones=tuple(new if end == name else end for end in other.bones))
        for other in store.own
    )
    extended(store.base, after)
    label = f"Rename {_spoken(name)} to {_spoken(new)}" if new != name else f"Change the bones of {_spoken(name)}"
    keypoints = KeypointsEdit(store.own, after, label)
    before = store.skeleton.own_angles
    angles = tuple(replace(a, points=tuple(new if end == name else end for end in a.points)) for a in before)
    return EditGroup((keypoints, AnglesEdit(before, angles, label)), label) if angles != before else keypoints


def build_remove_keypoint(store: PoseStore, name: str) -> KeypointsEdit:
    """Take an own keypoint out, of which nothing was said. What networks predicted of it stays in the file.

    Raises:
        BadInputError: It is not an own keypoint, or something refers to it.
    """
    held = _own(store, name)
    users = [angle.title for angle in store.skeleton.own_angles if name in angle.points]
    hanging = [point.name for point in store.own if name in point.bones]
    reason = said_of(store, frozenset({store.skeleton.index(name)}))
    reason = reason or (f"the angle {users[0]} uses it" if users else "")
    reason = reason or (f"{hanging[0]} hangs on it" if hanging else "")
    if reason:
        remedy = "Take that back first, or give the keypoint another name"
        raise BadInputError(f"{_spoken(name)} cannot be removed: {reason}", remedy=remedy)
    return KeypointsEdit(store.own, tuple(point for point in store.own if point is not held), f"Remove {_spoken(name)}")


def build_angles(store: PoseStore, angles: Iterable[AngleDefinition], label: str) -> AnglesEdit:
    """Define other angles beside the shared ones.

    Raises:
        BadInputError: A name is there twice or is that of a shared angle, or nothing changes.
    """
    after = tuple(angles)
    check_angle_names(after)
    if after == store.skeleton.own_angles:
        raise BadInputError("nothing has changed in the angles of this project")
    return AnglesEdit(store.skeleton.own_angles, after, label)


def unadded(store: PoseStore) -> tuple[OwnKeypoint, ...]:
    """Return the keypoints that the network on show predicts and the project has not; in the network's order."""
    network, known = store.network, {*store.skeleton.keypoints, *(old for point in store.own for old in point.former)}
    names = network.keypoints[store.base.n_keypoints :]
    bones = [{network.keypoints[end] for end in bone} for bone in network.bones]
    there = set(store.skeleton.keypoints)
    found = []
    for name in names:
        if name not in known:
            ends = (end for bone in bones if name in bone for end in bone - {name})
            found.append(OwnKeypoint(name, tuple(sorted(end for end in ends if end in there))))
            there.add(name)
    return tuple(found)


def _own(store: PoseStore, name: str) -> OwnKeypoint:
    found = next((point for point in store.own if point.name == name), None)
    if found is None:
        raise BadInputError(f"{name} is not a keypoint that was added to this project")
    return found


def _check_free(store: PoseStore, name: str) -> None:
    check_name(store.skeleton, name)
    before = next((point.name for point in store.own if name in point.former), "")
    if before:
        what = f"{_spoken(before)} was called {_spoken(name)} before, and networks may still know it by that"
        raise BadInputError(what, remedy="Choose another name")


def _listed(points: tuple[OwnKeypoint, ...]) -> str:
    return ", ".join(_spoken(point.name) for point in points)


def _spoken(name: str) -> str:
    return name.replace("_", " ")
