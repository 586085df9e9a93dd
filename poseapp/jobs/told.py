"""What a person tells of a recording before it is analysed, and which events are to be found: as edits of its items."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from poseapp.core.analysis import MeasureSettings
from poseapp.core.edits import ItemsEdit
from poseapp.core.errors import BadInputError
from poseapp.core.items import Event, Item, ItemBoard, ItemChange, scene_of
from poseapp.core.movement import EventSearch, Movement, not_yet_known
from poseapp.core.scene import Lens, Scene, scene_clip
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo
from poseapp.jobs.measure import measure_in_store
from poseapp.kinematics.events import find_events
from poseapp.kinematics.scene_scale import HEIGHT_SIGMA, body_height_px


@dataclass(frozen=True)
class Told:
    """What is told.

    Attributes:
        capture_fps: Frames/s at which the clip was recorded; 0 for the file's own times.
        stature: m, of the first person; 0 for no scale.
        lens: Of the camera; None for a straight one.
        events: The movement whose events are to be found; None for none.
        angle: Whose repetitions are to be found.
    """

    capture_fps: float = 0.0
    stature: float = 0.0
    lens: Lens | None = None
    events: Movement | None = None
    angle: str = ""


def scene_told(store: PoseStore, clip: ClipInfo, told: Told, settings: MeasureSettings) -> Scene:
    """Return what was said of a recording with what is told now.

    Raises:
        BadInputError: The body height is told, but nobody is seen whole; a rate is told of a picture.
    """
    _, scene = scene_of(store.items)
    if told.capture_fps:
        if not clip.fps:
            raise BadInputError("a picture has no capture rate", where=clip.path)
        scene = replace(scene, capture_fps=told.capture_fps, playback_fps=clip.fps)
    if told.lens is not None:
        scene = replace(scene, lens=told.lens)
    if told.stature:
        measures = measure_in_store(store, scene_clip(clip, scene), 0, settings=settings)
        px = body_height_px(np.asarray(measures.filtered, np.float64), store.skeleton)
        if not math.isfinite(px):
            what = "the body height gives no scale: the person is not seen from head to feet"
            raise BadInputError(what, where=clip.path)
        scene = replace(scene, scale_by="height", scale_px=px, scale_metres=told.stature, scale_sigma=HEIGHT_SIGMA)
    return scene


def events_told(
    store: PoseStore, clip: ClipInfo, told: Told, settings: MeasureSettings, scene: Scene
) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """Return the events of the movement that is told, of everybody, and a sentence for each person."""
    if told.events is None:
        return (), ()
    real = scene_clip(clip, scene)
    events: list[Event] = []
    words = []
    for person in range(store.n_persons):
        measures = measure_in_store(store, real, person, settings=settings)
        search = EventSearch(told.events, person, told.angle)
        found = find_events(search, measures, np.asarray(real.pts), store.skeleton)
        events += found.events
        words.append(found.words if store.n_persons == 1 else f"Person {person + 1}: {found.words}")
    return tuple(events), tuple(words)


def told_edits(board: ItemBoard, clip: ClipInfo, scene: Scene, events: tuple[Event, ...]) -> tuple[ItemsEdit, ...]:
    """Return the edits that put a scene and events among the items of a clip; () where nothing would change."""
    edits = []
    number, before = scene_of(board)
    if scene != before:
        change = ItemChange(number or board.next_id, before if number else None, scene)
        edits.append(ItemsEdit((change,), "Set the scale and time"))
    first = board.next_id + (0 if number or not edits else 1)
    held = [event for _, event in board.of(Event)]
    new: tuple[Item, ...] = not_yet_known(events, held, scene.true_time(np.asarray(clip.pts)))
    if new:
        changes = tuple(ItemChange(first + i, None, event) for i, event in enumerate(new))
        edits.append(ItemsEdit(changes, "Find events"))
    return tuple(edits)
