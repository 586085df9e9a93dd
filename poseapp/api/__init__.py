"""The same work from a script or a notebook.

from poseapp import api

analysis = api.analyze("walk.mp4")
api.export(analysis, "walk.h5")
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from poseapp.core.analysis import Analysis, MeasureSettings
from poseapp.core.geometry import Box
from poseapp.jobs.export import export_analysis, format_of
from poseapp.jobs.run import AnalyzeRequest, analyze_clip, measure_project

__all__ = ["Analysis", "Box", "MeasureSettings", "Options", "analyze", "export", "measure"]


class Options(TypedDict, total=False):
    """How to analyse; what is left out is as the command line has it.

    Attributes:
        model: Name of an installed network, or the path of an ONNX file exported by poseapp.
        persons: How many people to follow; 1.
        box: Where the person is in the first frame, px; None to search.
        settings: How to measure; None for the defaults.
        project: A project file to write as well; None for none.
        mirror: Average with the mirrored picture: steadier, half as fast; as the network's description says.
    """

    model: str
    persons: int
    box: Box | None
    settings: MeasureSettings | None
    project: str | Path | None
    mirror: bool


def analyze(clip: str | Path | Sequence[str | Path], **options: Unpack[Options]) -> Analysis:
    """Find people in a clip and measure them.

    Args:
        clip: A video, a folder of images, or a list of images.
        options: By name, see `Options`: model, persons, box, settings, project, mirror.

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
        settings=options.get("settings") or MeasureSettings(),
        project=None if project is None else Path(project),
        mirror=options.get("mirror"),
    )
    return analyze_clip(request).analysis


def measure(project: str | Path, settings: MeasureSettings | None = None) -> Analysis:
    """Measure what a project holds, with its corrections. Raises BadInputError where it cannot be read."""
    return measure_project(Path(project), settings)


def export(analysis: Analysis, path: str | Path) -> None:
    """Write an analysis in the format of the file's suffix: .h5 or .csv.

    Raises:
        UsageError: No format has this suffix.
        BadInputError: The file cannot be written.
    """
    export_analysis(analysis, format_of(path), path)
