"""From the poses of a clip to a measured clip."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from poseapp.core.analysis import Analysis, MeasureSettings, PersonMeasures
from poseapp.core.edit_text import edit_to_json
from poseapp.core.edits import Edit, EditGroup, ItemsEdit, MarkChange, MarksEdit, SingleEdit
from poseapp.core.history import JournalRow
from poseapp.core.items import Annotation, Bookmark, Event, Item, ItemChange, PersonNote, scene_of
from poseapp.core.scene import scene_clip
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, Mark, ModelSpec
from poseapp.jobs.movement import describe_movement
from poseapp.kinematics.measure import measure_person


def build_analysis(
    store: PoseStore,
    clip: ClipInfo,
    settings: MeasureSettings | None = None,
    *,
    model: ModelSpec | None = None,
    journal: Iterable[JournalRow] = (),
    source_sha256: str = "",
) -> Analysis:
    """Measure everyone in a clip.

    Args:
        store: Predictions and marks of the clip's frames.
        clip: With the timestamps of its file; those of the recording are taken where the store says otherwise.
        settings: None for the defaults.
        model: The network that predicted, None when nothing was predicted.
        journal: Every edit, oldest first; the names of people are left out of the analysis.
        source_sha256: Of the media file, "" when it could not be read.
    """
    settings = settings or MeasureSettings()
    _, scene = scene_of(store.items)
    clip = scene_clip(clip, scene)
    events = tuple(sorted((e for _, e in store.items.of(Event)), key=lambda e: (e.frame, e.name, e.side, e.person)))
    persons = tuple(measure_in_store(store, clip, person, settings=settings) for person in range(store.n_persons))
    return Analysis(
        clip=clip,
        source_sha256=source_sha256,
        skeleton=store.skeleton,
        model=model,
        persons=persons,
        journal=tuple(text for row in journal if (text := journal_text(row))),
        settings=settings,
        scene=scene,
        events=events,
        movement=tuple(
            describe_movement(measures, clip, store.skeleton, person=person, events=events, scene=scene)
            for person, measures in enumerate(persons)
        ),
    )


def measure_in_store(
    store: PoseStore, clip: ClipInfo, person: int, *, settings: MeasureSettings | None = None
) -> PersonMeasures:
    """Measure one person again, as after an edit."""
    track = store.track(person)
    user_facing = store.facing(person)
    neutral = None if settings is None else settings.neutral_of(person)
    return measure_person(track, clip.pts, store.skeleton, settings=settings, user_facing=user_facing, neutral=neutral)


def journal_text(row: JournalRow) -> str:
    """Return a row of the journal as JSON: kind, ISO 8601 time and the edit, without what could name people.

    Left out are who made the edit, the names of persons in the clip, and what was written freely: notes, bookmarks.
    "" where nothing remains, as of an edit that gave a person another name.
    """
    known = _anonymous(row.edit)
    if known is None:
        return ""
    at = datetime.fromtimestamp(row.time, tz=UTC).isoformat(timespec="seconds")
    edit = json.loads(edit_to_json(known))
    return json.dumps({"kind": row.kind, "time": at, "edit": edit}, ensure_ascii=False, separators=(",", ":"))


def _anonymous(edit: Edit) -> Edit | None:
    if not isinstance(edit, EditGroup):
        return _single_anonymous(edit)
    parts = [known for part in edit.parts if (known := _single_anonymous(part)) is not None]
    return replace(edit, parts=tuple(parts)) if parts else None


def _single_anonymous(edit: SingleEdit) -> SingleEdit | None:
    if isinstance(edit, ItemsEdit):
        items = [ItemChange(c.id, _unnamed(c.before), _unnamed(c.after)) for c in edit.changes]
        kept = tuple(change for change in items if change.before != change.after)
        return replace(edit, changes=kept) if kept else None
    if not isinstance(edit, MarksEdit):
        return edit
    changes = [MarkChange(c.key, _unsigned(c.before), _unsigned(c.after)) for c in edit.changes]
    return replace(edit, changes=tuple(changes))


def _unnamed(item: Item | None) -> Item | None:
    if isinstance(item, PersonNote):
        return replace(item, name="")
    return replace(item, text="") if isinstance(item, Bookmark | Annotation) else item


def _unsigned(mark: Mark | None) -> Mark | None:
    return None if mark is None else replace(mark, author="")
