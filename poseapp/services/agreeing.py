"""Agreement and readings for the window; what takes long is to be run beside the GUI thread."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from poseapp.core.agreement import AgreementTable
from poseapp.core.edits import Edit
from poseapp.core.errors import BadInputError
from poseapp.core.readings import READINGS, Held, PosesOf, Reading, readings_in, readings_to_json, with_reading
from poseapp.core.types import Key, Mark
from poseapp.services.document import Document


@dataclass(frozen=True)
class AgreementOrder:
    """What is to be compared: second minus first; only what was placed by hand, or everything."""

    first: PosesOf
    second: PosesOf
    marked: bool = False


@dataclass(frozen=True, eq=False)
class Compared:
    """What came of an order, and how many seconds it took."""

    order: AgreementOrder
    table: AgreementTable
    seconds: float


@dataclass(frozen=True, eq=False)
class ReadingMarks:
    """The marks of a reading, by the keypoints that it had."""

    name: str
    keypoints: tuple[str, ...]
    marks: dict[Key, Mark]


def project_of(document: Document) -> Path:
    """Return the project file of a document, in which everything is that was said of the clip.

    Raises:
        BadInputError: It is not there yet.
    """
    if document.saving:
        raise BadInputError("the project is being saved", remedy="Try again in a moment")
    if document.project is None:
        raise BadInputError("there is nothing to compare yet", remedy="Analyse the clip first")
    return document.project.path


def find_held(path: Path) -> tuple[Held, ...]:
    """Return what a project holds to be compared with. Raises BadInputError where it cannot be read."""
    from poseapp.jobs.readings import held_in

    return held_in(path)


def compare_poses(order: AgreementOrder) -> Compared:
    """Compare. Raises BadInputError where that cannot be."""
    from poseapp.jobs.agreement import compare

    started = time.perf_counter()
    table = compare(order.first, order.second, marked_only=order.marked)
    return Compared(order, table, time.perf_counter() - started)


def write_table(table: AgreementTable, path: Path, first: str) -> Path:
    """Write a comparison by the suffix, the plot of a row first; return where. Raises as `write_agreement`."""
    from poseapp.jobs.agreement_files import write_agreement

    write_agreement(table, path, first=first)
    return path


def kept_readings(document: Document) -> tuple[Reading, ...]:
    """Return the readings of a document, oldest first. Raises BadInputError where they cannot be read."""
    return readings_in(document.keeper.settings())


def keep_reading(document: Document, name: str) -> Reading:
    """Keep the poses of a document, as they are now, under a name.

    Raises:
        BadInputError: There is nothing to keep, the name is taken, or the project cannot be written.
    """
    from poseapp.jobs.readings import reading_of

    project_of(document)
    project = document.project
    if project is None or document.read_only:
        raise BadInputError("the project is open for reading only", remedy="Save a copy to work on")
    made = reading_of(project, name)
    put_readings(document, with_reading(kept_readings(document), made))
    return made


def put_readings(document: Document, readings: tuple[Reading, ...]) -> None:
    """Keep other readings instead, such as renamed ones. Raises BadInputError where they cannot be written."""
    if document.read_only:
        raise BadInputError("the project is open for reading only", remedy="Save a copy to work on")
    document.keeper.set_setting(READINGS, readings_to_json(readings))


def read_marks(path: Path, name: str) -> ReadingMarks:
    """Read the marks of a reading. Raises BadInputError where there is none of that name."""
    from poseapp.jobs.readings import marks_of_reading

    return ReadingMarks(name, *marks_of_reading(path, name))


def edit_to(document: Document, wanted: ReadingMarks | None, label: str) -> Edit | None:
    """Return the edit that turns the marks of a document into those of a reading, or takes all away for None.

    None where they are so already.
    """
    from poseapp.jobs.readings import marks_edit, marks_to_put

    keypoints, marks = ((), {}) if wanted is None else (wanted.keypoints, wanted.marks)
    return marks_edit(document.store, marks_to_put(document.store, keypoints, marks), label)
