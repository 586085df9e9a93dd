"""What one does with a clip: analyse, measure, write, draw, compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from poseapp.core.agreement import AgreementTable
from poseapp.core.analysis import Analysis, MeasureSettings
from poseapp.core.errors import UsageError
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.geometry import Box
from poseapp.core.movement import EventSearch, Movement
from poseapp.core.readings import PosesOf
from poseapp.jobs import readings as jobs_readings
from poseapp.jobs.agreement import compare
from poseapp.jobs.drawn_frames import DrawnRequest, Style
from poseapp.jobs.drawn_video import make_video
from poseapp.jobs.export import Written, export_analysis, format_of
from poseapp.jobs.find_events import with_events
from poseapp.jobs.kinogram import KinogramRequest, make_kinogram
from poseapp.jobs.reference_curves import ReferenceTable, compare_with_reference
from poseapp.jobs.reporting.report import write_project_report
from poseapp.jobs.reporting.request import DEFAULT_ANGLES, ReportRequest
from poseapp.jobs.run import AnalyzeRequest, analyze_clip, measure_project, project_clip
from poseapp.video import open_clip

__all__ = ["Analysis", "Box", "FilterSettings", "MeasureSettings"]

File = str | Path


class Options(TypedDict, total=False):
    """How to analyse; what is left out is as the command line has it.

    Attributes:
        model: Name of an installed network, or the path of an ONNX file exported by poseapp.
        persons: How many people to follow; 1.
        box: Where the person is in the first frame, px; None to search.
        settings: How to measure; None as the project says where there is one, else the defaults.
        project: A project file to write as well; None for none.
        mirror: Average with the mirrored picture: steadier, half as fast; as the network's description says.
        settle: Settle left and right, and keypoints that are astray for a moment, over time; True.
    """

    model: str
    persons: int
    box: Box | None
    settings: MeasureSettings | None
    project: File | None
    mirror: bool
    settle: bool


def analyze(clip: File | Sequence[File], **options: Unpack[Options]) -> Analysis:
    """Find people in a clip and measure them.

    Args:
        clip: A video, a folder of images, or a list of images.
        options: By name, see `Options`: model, persons, box, settings, project, mirror, settle.

    Returns:
        Arrays (T, K, 2) px and (T, A) degrees for each person; NaN where something is missing.

    Raises:
        BadInputError: The clip, the network or the project cannot be used.
    """
    paths = [clip] if isinstance(clip, str | Path) else list(clip)
    project = options.get("project")
    request = AnalyzeRequest(
        clip=tuple(str(path) for path in paths),
        model=options.get("model", "default"),
        persons=options.get("persons", 1),
        box=options.get("box"),
        settings=options.get("settings"),
        project=None if project is None else Path(project),
        mirror=options.get("mirror"),
        settle=options.get("settle", True),
    )
    return analyze_clip(request).analysis


def measure(project: File, settings: MeasureSettings | None = None) -> Analysis:
    """Measure what a project holds, with its corrections. Raises BadInputError where it cannot be read."""
    return measure_project(Path(project), settings)


def export(analysis: Analysis, path: File, *, format: str = "", smoothed: bool = False) -> Written:  # noqa: A002
    """Write an analysis: everything as .h5, or what another format holds of it (`docs/formats.md`).

    Args:
        format: Such as "trc", "sleap", "coco"; "" takes the first one of the file's suffix.
        smoothed: In formats of other tools, positions as the angles were measured from them.

    Returns:
        The files made, and what a reader of them must know.

    Raises:
        UsageError: There is no such format, or none has this suffix.
        BadInputError: The file cannot be written, or a library is missing.
    """
    return export_analysis(analysis, format or format_of(path), path, smoothed=smoothed)


def video(
    project: File,
    path: File,
    *,
    style: Style = "overlay",
    hide_faces: bool = False,
    frames: tuple[int, int | None] = (0, None),
) -> None:
    """Write the clip of a project with its poses as an H.264 video, without sound.

    Args:
        style: "overlay", "side-by-side" or "skeleton".
        hide_faces: Of the people who were followed; not of bystanders.
        frames: First frame and end; None is the end of the clip.

    Raises:
        BadInputError: The project or its clip cannot be read, or the file cannot be written.
    """
    request = DrawnRequest(style, hide_faces, *frames)
    analysis = measure(project)
    with open_clip(project_clip(Path(project))) as clip:
        for _ in make_video(clip, analysis, Path(path), request):
            pass


def kinogram(project: File, path: File, *, person: int = 1, count: int = 8, hide_faces: bool = False) -> None:
    """Write one picture of a person (from 1) at several times. Raises BadInputError where that cannot be."""
    request = KinogramRequest(person=person - 1, count=count, hide_faces=hide_faces)
    analysis = measure(project)
    with open_clip(project_clip(Path(project))) as clip:
        make_kinogram(clip, analysis, Path(path), request)


def report(
    project: File,
    path: File,
    *,
    subject: str = "",
    person: int = 1,
    angles: Sequence[str] = DEFAULT_ANGLES,
    earlier: File | None = None,
) -> None:
    """Write the report of a person (from 1) on one page, as .pdf or .html.

    Args:
        subject: As it stands on the page.
        angles: Without their side, four at most.
        earlier: Project or .h5 file of an earlier session of the same person, to compare with.

    Raises:
        UsageError: No report has this suffix.
        BadInputError: Something cannot be read or written, or a library is missing.
    """
    request = ReportRequest(person=person - 1, subject=subject, angles=tuple(angles))
    write_project_report(Path(project), Path(path), request, earlier=None if earlier is None else Path(earlier))


def find_events(analysis: Analysis, movement: Movement, *, person: int = 1, angle: str = "") -> Analysis:
    """Return an analysis with the events of a movement of a person (from 1), and what they tell: `.movement`.

    Args:
        movement: "gait", "gait-velocity", "jump", "squat" or "repetitions".
        angle: Whose repetitions, such as "right_elbow_flexion".

    Raises:
        UsageError: There is no such movement or angle.
        BadInputError: There is no such person.
    """
    return with_events(analysis, EventSearch(movement, person - 1, angle))[0]


def agree(
    first: File, second: File | None = None, *, reading: str = "", run: int = 0, marked_only: bool = False
) -> AgreementTable:
    """Compare two readings of one clip: ICC, SEM, MDC and limits of agreement of every angle and coordinate.

    Args:
        first: A project.
        second: Another one of the same clip; None to compare with a reading or a run of the first.
        reading: Name of a reading, see `keep_reading`. run: Number of a run, as it predicted.
        marked_only: Only what both placed by hand.

    Raises:
        UsageError: There is not exactly one thing to compare with.
        BadInputError: They are not of the same clip, have no keypoint in common, or nothing was placed by both.
    """
    if (second is not None) + bool(reading) + bool(run) != 1:
        raise UsageError("a project is compared with one thing", remedy="Give another project, a reading, or a run")
    mine = Path(first)
    other = PosesOf(mine, run, reading) if second is None else PosesOf(Path(second))
    return compare(PosesOf(mine), other, marked_only=marked_only)


def agree_with_reference(
    project: File, reference: File, *, offset: float | None = 0.0, person: int = 1
) -> ReferenceTable:
    """Compare the angles of a person with those of another system, frame by frame: RMSE, bias, limits, ICC and r.

    Args:
        project: Whose angles. reference: A motion file (.mot, .sto) of OpenSim, Sports2D or poseapp.
        offset: s that are added to the times of the file, whose 0 s is the first frame; None: where both fit best.

    Raises:
        BadInputError: A file cannot be read, or they have no angle or no time in common.
    """
    return compare_with_reference(Path(project), Path(reference), offset=offset, person=person - 1)


def keep_reading(project: File, name: str) -> None:
    """Keep the poses of a project, as they are, under a name, to compare later ones with.

    Raises:
        BadInputError: There is nothing to keep, the name is taken, or the project cannot be written.
    """
    jobs_readings.keep_reading(Path(project), name)
