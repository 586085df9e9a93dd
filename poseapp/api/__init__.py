"""The same work from a script or a notebook.

from poseapp import api

analysis = api.analyze("walk.mp4")
api.export(analysis, "walk.h5")
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from poseapp.core.analysis import Analysis, MeasureSettings
from poseapp.core.geometry import Box
from poseapp.jobs.export import export_analysis, format_of
from poseapp.jobs.run import AnalyzeRequest, analyze_clip, measure_project

__all__ = ["Analysis", "Box", "MeasureSettings", "analyze", "export", "measure"]


def analyze(
    clip: str | Path | Sequence[str | Path],
    *,
    model: str = "default",
    persons: int = 1,
    box: Box | None = None,
    settings: MeasureSettings | None = None,
    project: str | Path | None = None,
) -> Analysis:
    """Find people in a clip and measure them.

    Args:
        clip: A video, a folder of images, or a list of images.
        model: Name of an installed network, or the path of an ONNX file exported by poseapp.
        persons: How many people to follow.
        box: Where the person is in the first frame, px; None to search.
        settings: How to measure; None for the defaults.
        project: A project file to write as well.

    Returns:
        Arrays (T, K, 2) px and (T, A) degrees for each person; NaN where something is missing.

    Raises:
        BadInputError: The clip, the network or the project cannot be used.
    """
    paths = [clip] if isinstance(clip, str | Path) else list(clip)
    request = AnalyzeRequest(
        clip=tuple(str(path) for path in paths),
        model=model,
        persons=persons,
        box=box,
        settings=settings or MeasureSettings(),
        project=None if project is None else Path(project),
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
