"""Write the report of a project."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from poseapp.core.analysis import Analysis
from poseapp.core.errors import BadInputError, UsageError
from poseapp.jobs.reporting.request import Measured, ReportRequest
from poseapp.jobs.run import measure_project, project_clip
from poseapp.storage.analysis_reader import read_analysis
from poseapp.video import open_clip

SUFFIXES = (".pdf", ".html")


def write_project_report(project: Path, out: Path, request: ReportRequest, *, earlier: Path | None = None) -> None:
    """Write the report of a project as PDF or HTML, by the suffix of `out`.

    Args:
        earlier: Project or analysis file of an earlier session of the same person; its first person counts.

    Raises:
        UsageError: No report has this suffix.
        BadInputError: The project, its clip or the earlier session cannot be read, or the file cannot be written.
    """
    before = None if earlier is None else read_earlier(earlier)
    measured = Measured(measure_project(project), before)
    write_report(project_clip(project), measured, out, request)


def write_report(clip_path: Path | str, measured: Measured, out: Path, request: ReportRequest) -> None:
    """Write a report as PDF or HTML, by the suffix of `out`; errors as of `write_project_report`."""
    if out.suffix.lower() not in SUFFIXES:
        raise UsageError(f"no report has the suffix {out.suffix!r}", remedy="Choose .pdf or .html")
    for package in ("matplotlib", "jinja2"):
        if importlib.util.find_spec(package) is None:
            remedy = "Install it: pip install 'poseapp[report]'"
            raise BadInputError(f"a report needs the package {package}", where=out.name, remedy=remedy)
    from poseapp.jobs.reporting.content import build_content

    with open_clip(clip_path) as clip:
        content = build_content(clip, measured, request)
    if out.suffix.lower() == ".pdf":
        from poseapp.reports.pdf import write_pdf

        write_pdf(out, content)
    else:
        from poseapp.reports.html import write_html

        write_html(out, content)


def read_earlier(path: Path) -> Analysis:
    """Return what an earlier session came to: of a project, or of an analysis file. Raises BadInputError."""
    return measure_project(path) if path.suffix == ".poseapp" else read_analysis(path)
