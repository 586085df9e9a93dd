"""What people put into a clip beside keypoints: events, bookmarks, names of persons, drawings, what is said of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias, TypeVar

from poseapp.core.errors import EditConflictError
from poseapp.core.scene import Lens, Plane, Scene


class Shape(Enum):
    """What an annotation draws. The values are written to project files: never change them."""

    LINE = "line"  # 2 points
    RULER = "ruler"  # 2 points and, where it calibrates the picture, their distance in metres
    GONIOMETER = "goniometer"  # 3 points: the angle at the second
    PLUMB = "plumb"  # 1 point: the vertical through it
    TEXT = "text"  # 1 point: where the note begins
    STOPWATCH = "stopwatch"  # 1 point: where the time since `start` is shown


N_POINTS: Mapping[Shape, int] = {
    Shape.LINE: 2,
    Shape.RULER: 2,
    Shape.GONIOMETER: 3,
    Shape.PLUMB: 1,
    Shape.TEXT: 1,
    Shape.STOPWATCH: 1,
}


@dataclass(frozen=True)
class Event:
    """Something that happens in a frame, such as a heel strike.

    Attributes:
        frame: Index. name: In words of the field, "heel strike".
        person: Index, -1: nobody's in particular.
        side: "left", "right", or "".
    """

    frame: int
    name: str
    person: int = -1
    side: str = ""

    def __post_init__(self) -> None:
        if self.frame < 0 or not self.name or self.side not in ("", "left", "right"):
            raise ValueError("an event has a frame, a name, and left, right or no side")


@dataclass(frozen=True)
class Bookmark:
    """A frame to come back to, and why ("" for no reason given)."""

    frame: int
    text: str = ""

    def __post_init__(self) -> None:
        if self.frame < 0:
            raise ValueError("a bookmark has a frame")


@dataclass(frozen=True)
class PersonNote:
    """What is said of a person; at most one note a person.

    Attributes:
        person: Index. name: "" = the application's own.
        hue: Index into the colours of persons, -1: the person's own index.
        subject: This is the one to be measured.
    """

    person: int
    name: str = ""
    hue: int = -1
    subject: bool = False

    def __post_init__(self) -> None:
        if self.person < 0:
            raise ValueError("a note is about a person")


@dataclass(frozen=True)
class Annotation:
    """A drawing on the picture in the frames start .. stop.

    Attributes:
        shape: Which. points: As many as `N_POINTS` says, image px.
        start, stop: Frames in which it is shown; a stopwatch counts from `start`.
        text: Of a note; a name for others, "" for none.
        metres: Known length of a ruler, 0 when it is not known.
    """

    shape: Shape
    points: tuple[tuple[float, float], ...]
    start: int
    stop: int
    text: str = ""
    metres: float = 0.0

    def __post_init__(self) -> None:
        if len(self.points) != N_POINTS[self.shape] or not 0 <= self.start < self.stop or not self.metres >= 0:
            raise ValueError("an annotation has the points of its shape and a stretch of frames")


Item: TypeAlias = Event | Bookmark | PersonNote | Annotation | Scene
I = TypeVar("I", Event, Bookmark, PersonNote, Annotation, Scene)  # noqa: E741
_KINDS: Mapping[str, type[Item]] = {
    "event": Event,
    "bookmark": Bookmark,
    "person": PersonNote,
    "annotation": Annotation,
    "scene": Scene,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True)
class ItemChange:
    """One item put in (before None), changed, or taken out (after None); `id` is its number in the project, from 1."""

    id: int
    before: Item | None
    after: Item | None


class ItemBoard:
    """The items of a clip, by number."""

    def __init__(self) -> None:
        self._held: dict[int, Item] = {}
        self._last = 0

    @property
    def next_id(self) -> int:
        """A number that no item of this clip has had."""
        return self._last + 1

    def snapshot(self) -> ItemBoard:
        """Return what is here now, for another thread to read."""
        other = ItemBoard()
        other._held, other._last = dict(self._held), self._last
        return other

    def get(self, number: int) -> Item | None:
        """Return an item, None where there is none."""
        return self._held.get(number)

    def of(self, kind: type[I]) -> tuple[tuple[int, I], ...]:
        """Return (number, item) of one kind, by number."""
        return tuple((number, item) for number, item in sorted(self._held.items()) if isinstance(item, kind))

    def change(self, changes: Iterable[ItemChange]) -> None:
        """Do changes.

        Raises:
            EditConflictError: A `before` is not what is here; nothing has changed.
        """
        changes = tuple(changes)
        for change in changes:
            if self._held.get(change.id) != change.before:
                raise EditConflictError("an event, bookmark or drawing is not what the edit expects")
        for change in changes:
            self._last = max(self._last, change.id)
            if change.after is None:
                self._held.pop(change.id, None)
            else:
                self._held[change.id] = change.after


def item_to_data(item: Item | None) -> dict[str, Any] | None:
    """Return an item as what JSON can say."""
    if item is None:
        return None
    fields = {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
    if isinstance(item, Annotation):
        fields["shape"] = item.shape.value
    if isinstance(item, Scene):
        fields |= {
            name: part and dataclasses.asdict(part) for name, part in (("plane", item.plane), ("lens", item.lens))
        }
    return {"item": _NAMES[type(item)], **fields}


def item_from_data(data: dict[str, Any] | None) -> Item | None:
    """Read what `item_to_data` returned. Raises ValueError, KeyError or TypeError for anything else."""
    if data is None:
        return None
    kind = _KINDS[data["item"]]
    fields = {name: value for name, value in data.items() if name != "item"}
    if kind is Annotation:
        fields["shape"] = Shape(fields["shape"])
        fields["points"] = tuple((float(x), float(y)) for x, y in fields["points"])
    if kind is Scene:
        return _scene_from(fields)
    return kind(**fields)


def scene_of(board: ItemBoard) -> tuple[int, Scene]:
    """Return (number, what was said of the recording); the number is 0 where nothing was."""
    return (board.of(Scene) or ((0, Scene()),))[-1]


def _scene_from(fields: dict[str, Any]) -> Scene:
    plane, lens = fields.pop("plane"), fields.pop("lens")
    if plane is not None:
        corners = tuple((float(x), float(y)) for x, y in plane.pop("corners"))
        plane = Plane(corners, **plane)
    if lens is not None:
        matrix, distortion = (tuple(float(value) for value in lens.pop(name)) for name in ("matrix", "distortion"))
        lens = Lens(**lens, matrix=matrix, distortion=distortion)
    return Scene(**fields, plane=plane, lens=lens)
