"""Readings of a project: what it holds to be compared with, keeping one more, and going on with an earlier one."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from poseapp.core.edit_builders import build_marks
from poseapp.core.edits import EditGroup
from poseapp.core.errors import BadInputError
from poseapp.core.metadata import IMPORTED
from poseapp.core.pose_builders import MOST_MARKS
from poseapp.core.readings import (
    READINGS,
    Held,
    PosesOf,
    Reading,
    find_reading,
    readings_in,
    readings_to_json,
    with_reading,
)
from poseapp.core.store import PoseStore, marks_between
from poseapp.core.types import Key, Mark
from poseapp.storage.project import ProjectFile, state_of
from poseapp.storage.runs import RunInfo


def held_in(path: Path) -> tuple[Held, ...]:
    """Return what a project holds to be compared with: readings, then runs, the latest of each first.

    Raises:
        BadInputError: It cannot be read.
    """
    with ProjectFile.open(path, readonly=True, check=False) as project:
        readings, runs = readings_in(project.settings()), [run for run in project.runs() if run.n_frames]
    kept = [Held(PosesOf(path, reading=one.name), reading_title(one)) for one in reversed(readings)]
    shown = runs[-1].id if runs else 0
    titles = {run.id: run_title(run) + (", without corrections" if run.id == shown else "") for run in runs}
    return (*kept, *(Held(PosesOf(path, run=run.id), titles[run.id]) for run in reversed(runs)))


def reading_title(reading: Reading) -> str:
    """Return what a reading is called in lists."""
    return f"Reading {reading.name}"


def run_title(run: RunInfo) -> str:
    """Return what a run is called in lists."""
    title = run.model.title
    what = (
        f"imported: {title.removeprefix('Imported: ')}"
        if run.model.architecture == IMPORTED
        else f"predicted by {title}"
    )
    return f"Run {run.id}, {what} on {datetime.fromtimestamp(run.started):%Y-%m-%d %H:%M}"


def find_run(path: Path, name: str) -> PosesOf:
    """Return the run of a project by its number, or the last one of a network by name.

    Raises:
        BadInputError: There is none, or the project cannot be read.
    """
    with ProjectFile.open(path, readonly=True, check=False) as project:
        runs = [run for run in project.runs() if run.n_frames]
    for run in reversed(runs):
        if name in (str(run.id), run.model.name):
            return PosesOf(path, run=run.id)
    known = ", ".join(f"{run.id} ({run.model.name})" for run in runs)
    remedy = f"It has {known}" if known else "Analyse the clip first"
    raise BadInputError(f"the project has no run {name!r}", where=path.name, remedy=remedy)


def keep_reading(path: Path, name: str) -> Reading:
    """Keep the poses of a project, as they are now, under a name.

    Raises:
        BadInputError: There is nothing to keep, the name is taken, or the project cannot be written.
    """
    with ProjectFile.open(path) as project:
        if project.read_only:
            raise BadInputError(f"the project is read-only: {project.reason}", where=path.name)
        made = reading_of(project, name)
        project.set_setting(READINGS, readings_to_json(with_reading(readings_in(project.settings()), made)))
    return made


def reading_of(project: ProjectFile, name: str) -> Reading:
    """Return a reading of an open project as it is now. Raises BadInputError where there is nothing to keep."""
    n_rows, run = state_of(project)
    if run is None and not n_rows:
        raise BadInputError("there is nothing to keep yet", where=project.path.name, remedy="Analyse the clip first")
    return Reading(name.strip(), n_rows, run, time.time())


def marks_of_reading(path: Path, name: str) -> tuple[tuple[str, ...], dict[Key, Mark]]:
    """Return the keypoints of a reading by name, and every mark in it.

    Raises:
        BadInputError: There is none of that name, or the project cannot be read.
    """
    with ProjectFile.open(path, readonly=True, check=False) as project:
        reading = find_reading(readings_in(project.settings()), name)
        store = project.load(reading.run or 0, n_rows=reading.rows).store
    return store.skeleton.keypoints, dict(marks_between(store, 0, store.n_frames))


def marks_to_put(store: PoseStore, keypoints: tuple[str, ...], marks: dict[Key, Mark]) -> dict[Key, Mark | None]:
    """Return what turns the marks of a store into others: marks to set, None for those to be taken away.

    Keypoints that the store no longer has are left out.
    """
    place = {k: store.skeleton.index(name) for k, name in enumerate(keypoints) if name in store.skeleton.keypoints}
    wanted = {Key(k.frame, k.person, place[k.keypoint]): mark for k, mark in marks.items() if k.keypoint in place}
    held = dict(marks_between(store, 0, store.n_frames))
    gone: dict[Key, Mark | None] = dict.fromkeys(held.keys() - wanted.keys())
    return gone | {key: mark for key, mark in wanted.items() if held.get(key) != mark}


def marks_edit(store: PoseStore, marks: dict[Key, Mark | None], label: str) -> EditGroup | None:
    """Return the one edit that sets marks, None without any; nothing is healed after a group."""
    keys = sorted(marks)
    parts = tuple(
        build_marks(store, {key: marks[key] for key in keys[start : start + MOST_MARKS]}, label)
        for start in range(0, len(keys), MOST_MARKS)
    )
    return EditGroup(parts, label) if parts else None
