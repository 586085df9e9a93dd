"""What can be dragged on the timeline: the ends of the working zone, events and bookmarks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from poseapp.core.items import Bookmark, Event
from poseapp.gui.timeline.time_axis import TimeAxis
from poseapp.gui.timeline.zone import End, nearest_edge, zone_between
from poseapp.services.playback import Zone

_SLACK = 3  # px that a click may slip before it is a drag


@dataclass(frozen=True)
class ZoneDrag:
    """A zone from an edge that stays to the one under the pointer.

    Attributes:
        anchor: The edge that stays, a frame's beginning. pressed: px of the axis. before: The playhead.
    """

    anchor: int
    pressed: float
    before: int
    moved: bool = False
    edge: int = 0

    @classmethod
    def of_end(cls, zone: Zone, end: End, x: float, playhead: int) -> ZoneDrag:
        """Take hold of an end of a zone."""
        return cls(zone.stop if end == "start" else zone.start, x, playhead)

    def to(self, axis: TimeAxis, x: float) -> ZoneDrag:
        """Return the drag with the pointer at a px of the axis."""
        return replace(self, moved=self.moved or abs(x - self.pressed) > _SLACK, edge=nearest_edge(axis, x))

    def zone(self, n_frames: int) -> Zone:
        """Return the zone as it would be."""
        return zone_between(self.anchor, self.edge, n_frames)

    def shown(self, n_frames: int) -> int:
        """Return the frame that lies at the moving end, inside the zone."""
        zone = self.zone(n_frames)
        return zone.start if self.edge <= zone.start else zone.stop - 1


@dataclass(frozen=True)
class ItemDrag:
    """An event or bookmark on its way.

    Attributes:
        item: As it was. grip: px between its frame and where it was taken. before: The playhead. frame: Where it is.
    """

    number: int
    item: Event | Bookmark
    grip: float
    pressed: float
    before: int
    frame: int
    moved: bool = False

    def to(self, axis: TimeAxis, x: float) -> ItemDrag:
        """Return the drag with the pointer at a px of the axis."""
        moved = self.moved or abs(x - self.pressed) > _SLACK
        return replace(self, moved=moved, frame=axis.frame(x - self.grip) if moved else self.item.frame)

    @property
    def draft(self) -> Event | Bookmark:
        """The item as it would be."""
        return replace(self.item, frame=self.frame)


Drag = ZoneDrag | ItemDrag
