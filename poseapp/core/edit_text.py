"""Edits as text for the journal: JSON that an older application reads as far as it can."""

from __future__ import annotations

import json
import math
from typing import Any

from poseapp.core.analysis import FacingStretch
from poseapp.core.edits import (
    AcceptEdit,
    AnglesEdit,
    Edit,
    EditGroup,
    FacingEdit,
    HideEdit,
    ItemsEdit,
    KeypointsEdit,
    MarkChange,
    MarksEdit,
    SingleEdit,
    SwapPersonsEdit,
    SwapSidesEdit,
)
from poseapp.core.errors import BadInputError
from poseapp.core.items import ItemChange, item_from_data, item_to_data
from poseapp.core.moments import Accepted
from poseapp.core.own_keypoints import OwnKeypoint
from poseapp.core.scene import Scene
from poseapp.core.skeleton import angle_to_data, angles_from_data
from poseapp.core.stretches import user_stretch
from poseapp.core.types import Key, Mark, MarkState

# 2: marks that were propagated, edits that follow others, accepted moments. 3: items, hidden predictions, groups.
# 4: keypoints and angles of one's own, what is said of the recording. What needs none of them is written as 1.
EDIT_VERSION = 4


def edit_to_json(edit: Edit) -> str:
    """Return the text of an edit for the journal; positions keep every bit."""
    text = {"version": _version(edit), **_to_data(edit), "label": edit.label}
    return json.dumps(text, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def _to_data(edit: Edit) -> dict[str, Any]:
    data: dict[str, Any]
    if isinstance(edit, EditGroup):
        return {"kind": "group", "parts": [{**_to_data(part), "label": part.label} for part in edit.parts]}
    if isinstance(edit, MarksEdit):
        data = {"kind": "marks", "changes": [_change_to_list(change) for change in edit.changes]}
        data |= {"follows": edit.follows} if edit.follows else {}
    elif isinstance(edit, SwapSidesEdit):
        data = {"kind": "swap_sides", "person": edit.person, "start": edit.start, "stop": edit.stop}
        data["pairs"] = edit.pairs
    elif isinstance(edit, SwapPersonsEdit):
        data = {"kind": "swap_persons", "first": edit.first, "second": edit.second}
        data |= {"start": edit.start, "stop": edit.stop}
    elif isinstance(edit, AcceptEdit):
        data = {"kind": "accept", "added": [_accepted_to_list(one) for one in edit.added]}
        data["removed"] = [_accepted_to_list(one) for one in edit.removed]
    elif isinstance(edit, ItemsEdit):
        changes = [[c.id, item_to_data(c.before), item_to_data(c.after)] for c in edit.changes]
        data = {"kind": "items", "changes": changes}
    elif isinstance(edit, KeypointsEdit | AnglesEdit):
        return _definitions_to_data(edit)
    elif isinstance(edit, HideEdit):
        data = {"kind": "hide", "person": edit.person, "before": edit.before, "after": edit.after}
    else:
        data = {"kind": "facing", "person": edit.person}
        data |= {"before": _stretches_to_list(edit.before), "after": _stretches_to_list(edit.after)}
    return data


def edit_from_json(text: str) -> Edit:
    """Read what `edit_to_json` wrote.

    Raises:
        BadInputError: Not such a text, or from a newer version of the application.
    """
    try:
        data = json.loads(text)
        if data["version"] > EDIT_VERSION:
            raise BadInputError("the edit was made by a newer poseapp", remedy="Update poseapp")
        return _read_group(data) if data["kind"] == "group" else _READERS[data["kind"]](data)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise BadInputError(f"an edit cannot be read ({error!r})") from error


def _version(edit: Edit) -> int:
    """Return the oldest version that can say an edit, so that an older application reads what it can."""
    if isinstance(edit, EditGroup):
        return max(3, *(_version(part) for part in edit.parts))
    if isinstance(edit, KeypointsEdit | AnglesEdit):
        return 4
    if isinstance(edit, ItemsEdit | HideEdit):
        return 3 if isinstance(edit, HideEdit) or not _is_about_scene(edit) else 4
    if not isinstance(edit, MarksEdit):
        return 2 if isinstance(edit, AcceptEdit) else 1
    marks = [mark for change in edit.changes for mark in (change.before, change.after) if mark is not None]
    return 2 if edit.follows or any(mark.sigma or not mark.is_placed for mark in marks) else 1


def _is_about_scene(edit: ItemsEdit) -> bool:
    return any(isinstance(item, Scene) for change in edit.changes for item in (change.before, change.after))


def _change_to_list(change: MarkChange) -> list[Any]:
    key = change.key
    return [key.frame, key.person, key.keypoint, _mark_to_list(change.before), _mark_to_list(change.after)]


def _mark_to_list(mark: Mark | None) -> list[Any] | None:
    if mark is None:
        return None
    x, y = (None, None) if mark.state is MarkState.ABSENT else (mark.x, mark.y)
    values = [x, y, int(mark.state), mark.author, mark.time]
    return [*values, mark.sigma] if mark.sigma else values


def _mark_from_list(values: list[Any] | None) -> Mark | None:
    if values is None:
        return None
    x, y, state, author, time, *sigma = values
    position = (math.nan if x is None else float(x), math.nan if y is None else float(y))
    return Mark(*position, MarkState(state), str(author), float(time), *(float(value) for value in sigma))


def _stretches_to_list(stretches: tuple[FacingStretch, ...]) -> list[list[int]]:
    return [[s.start, s.stop, s.direction] for s in stretches]


def _stretches_from_list(values: list[list[int]]) -> tuple[FacingStretch, ...]:
    return tuple(user_stretch(int(a), int(b), int(d)) for a, b, d in values)


def _accepted_to_list(one: Accepted) -> list[Any]:
    points = [None if math.isnan(x) else [x, y] for x, y in one.points]
    return [one.person, one.start, one.stop, one.peak, one.kind, one.keypoints, points]


def _accepted_from_list(values: list[Any]) -> Accepted:
    person, start, stop, peak, kind, keypoints, points = values
    places = tuple((math.nan, math.nan) if place is None else (float(place[0]), float(place[1])) for place in points)
    return Accepted(int(person), int(start), int(stop), int(peak), str(kind), tuple(int(k) for k in keypoints), places)


def _read_marks(data: dict[str, Any]) -> SingleEdit:
    changes = tuple(
        MarkChange(Key(int(f), int(p), int(k)), _mark_from_list(before), _mark_from_list(after))
        for f, p, k, before, after in data["changes"]
    )
    return MarksEdit(changes, str(data["label"]), int(data.get("follows", 0)))


def _read_swap_sides(data: dict[str, Any]) -> SingleEdit:
    pairs = tuple((int(a), int(b)) for a, b in data["pairs"])
    span = int(data["person"]), int(data["start"]), int(data["stop"])
    return SwapSidesEdit(*span, pairs, str(data["label"]))


def _read_swap_persons(data: dict[str, Any]) -> SingleEdit:
    first, second, start, stop = (int(data[name]) for name in ("first", "second", "start", "stop"))
    return SwapPersonsEdit(first, second, start, stop, str(data["label"]))


def _read_facing(data: dict[str, Any]) -> SingleEdit:
    before, after = _stretches_from_list(data["before"]), _stretches_from_list(data["after"])
    return FacingEdit(int(data["person"]), before, after, str(data["label"]))


def _read_accept(data: dict[str, Any]) -> SingleEdit:
    added, removed = (tuple(_accepted_from_list(values) for values in data[name]) for name in ("added", "removed"))
    return AcceptEdit(added, removed, str(data["label"]))


def _read_items(data: dict[str, Any]) -> SingleEdit:
    changes = tuple(ItemChange(int(n), item_from_data(a), item_from_data(b)) for n, a, b in data["changes"])
    return ItemsEdit(changes, str(data["label"]))


def _read_hide(data: dict[str, Any]) -> SingleEdit:
    before, after = (tuple((int(a), int(b)) for a, b in data[name]) for name in ("before", "after"))
    return HideEdit(int(data["person"]), before, after, str(data["label"]))


def _definitions_to_data(edit: KeypointsEdit | AnglesEdit) -> dict[str, Any]:
    if isinstance(edit, AnglesEdit):
        before, after = ([angle_to_data(angle) for angle in angles] for angles in (edit.before, edit.after))
        return {"kind": "angles", "before": before, "after": after}
    lists = ([[p.name, p.bones, p.former] for p in points] for points in (edit.before, edit.after))
    return {"kind": "keypoints", **dict(zip(("before", "after"), lists, strict=True))}


def _read_keypoints(data: dict[str, Any]) -> SingleEdit:
    before, after = (
        tuple(OwnKeypoint(str(name), tuple(map(str, bones)), tuple(map(str, former))) for name, bones, former in points)
        for points in (data["before"], data["after"])
    )
    return KeypointsEdit(before, after, str(data["label"]))


def _read_angles(data: dict[str, Any]) -> SingleEdit:
    before, after = (
        tuple(angle for entry in data[name] for angle in angles_from_data(entry)) for name in ("before", "after")
    )
    return AnglesEdit(before, after, str(data["label"]))


def _read_group(data: dict[str, Any]) -> EditGroup:
    return EditGroup(tuple(_READERS[part["kind"]](part) for part in data["parts"]), str(data["label"]))


_READERS = {
    "marks": _read_marks,
    "swap_sides": _read_swap_sides,
    "swap_persons": _read_swap_persons,
    "facing": _read_facing,
    "accept": _read_accept,
    "items": _read_items,
    "hide": _read_hide,
    "keypoints": _read_keypoints,
    "angles": _read_angles,
}
