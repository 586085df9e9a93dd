"""Find events without a window: in a measured clip, or in a project, which keeps them as one edit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from poseapp.core.analysis import Analysis
from poseapp.core.edits import ItemsEdit
from poseapp.core.errors import BadInputError
from poseapp.core.items import Event, ItemChange
from poseapp.core.movement import EventSearch, not_yet_known
from poseapp.jobs.movement import describe_movement
from poseapp.jobs.run import measure_project
from poseapp.kinematics.events import find_events
from poseapp.storage.project import ProjectFile


def with_events(analysis: Analysis, search: EventSearch) -> tuple[Analysis, str]:
    """Return an analysis with the events found as well and what they tell, and a sentence about them.

    Raises:
        UsageError: There is no such movement or angle.
        BadInputError: There is no such person.
    """
    if not 0 <= search.person < len(analysis.persons):
        raise BadInputError(f"there is no person {search.person + 1}", remedy="Analyse the clip first")
    measures = analysis.persons[search.person]
    found = find_events(search, measures, analysis.clip.pts, analysis.skeleton)
    new = not_yet_known(found.events, analysis.events, analysis.clip.pts)
    events = tuple(sorted((*analysis.events, *new), key=lambda e: (e.frame, e.name, e.side, e.person)))
    movement = tuple(
        describe_movement(one, analysis.clip, analysis.skeleton, person=i, events=events, scene=analysis.scene)
        for i, one in enumerate(analysis.persons)
    )
    return replace(analysis, events=events, movement=movement), found.words


def find_in_project(path: Path, search: EventSearch) -> tuple[Analysis, str]:
    """Find events in a project and keep those that are new there by one edit, which can be undone in the window.

    Returns:
        The clip measured with them, and a sentence about what was found.

    Raises:
        UsageError: There is no such movement or angle.
        BadInputError: There is no such person, or the project cannot be read or written.
    """
    before = measure_project(path)
    analysis, words = with_events(before, search)
    held = set(before.events)
    new: list[Event] = [event for event in analysis.events if event not in held]
    if new:
        with ProjectFile.open(path) as project:
            if project.read_only:
                raise BadInputError(f"the project cannot be written: {project.reason}", where=path.name)
            store = project.load().store
            first = store.items.next_id
            edit = ItemsEdit(tuple(ItemChange(first + i, None, event) for i, event in enumerate(new)), "Find events")
            store.apply(edit)
            project.record("do", edit)
    return analysis, words
