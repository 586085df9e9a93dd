"""From the poses of a clip to a measured clip."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from poseapp.core.analysis import Analysis, MeasureSettings, PersonMeasures
from poseapp.core.edits import Edit, MarkChange, MarksEdit, edit_to_json
from poseapp.core.history import JournalRow
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, Mark, ModelSpec
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
        clip: With its timestamps.
        settings: None for the defaults.
        model: The network that predicted, None when nothing was predicted.
        journal: Every edit, oldest first; who made them is left out of the analysis.
        source_sha256: Of the media file, "" when it could not be read.
    """
    settings = settings or MeasureSettings()
    return Analysis(
        clip=clip,
        source_sha256=source_sha256,
        skeleton=store.skeleton,
        model=model,
        persons=tuple(measure_in_store(store, clip, person, settings=settings) for person in range(store.n_persons)),
        journal=tuple(journal_text(row) for row in journal),
        settings=settings,
    )


def measure_in_store(
    store: PoseStore, clip: ClipInfo, person: int, *, settings: MeasureSettings | None = None
) -> PersonMeasures:
    """Measure one person again, as after an edit."""
    track = store.track(person)
    user_facing = store.facing(person)
    return measure_person(track, clip.pts, store.skeleton, settings=settings, user_facing=user_facing)


def journal_text(row: JournalRow) -> str:
    """Return a row of the journal as JSON: kind, ISO 8601 time and the edit, without the names of people."""
    at = datetime.fromtimestamp(row.time, tz=UTC).isoformat(timespec="seconds")
    edit = json.loads(edit_to_json(_anonymous(row.edit)))
    return json.dumps({"kind": row.kind, "time": at, "edit": edit}, ensure_ascii=False, separators=(",", ":"))


def _anonymous(edit: Edit) -> Edit:
    if not isinstance(edit, MarksEdit):
        return edit
    changes = [MarkChange(c.key, _unsigned(c.before), _unsigned(c.after)) for c in edit.changes]
    return replace(edit, changes=tuple(changes))


def _unsigned(mark: Mark | None) -> Mark | None:
    return None if mark is None else replace(mark, author="")
