"""What `poseapp export` writes to be looked at: videos, pictures, kinograms and reports."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from poseapp.cli.output import print_json, print_line
from poseapp.cli.progress import watched

PAGES = ("video", "png", "kinogram", "report")
STYLES = ("overlay", "side-by-side", "skeleton")
LAYOUTS = ("auto", "overlaid", "strip")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of these formats."""
    group = parser.add_argument_group("video, png, kinogram, report")
    group.add_argument(
        "--frames", type=_span, default=(0, None), metavar="a:b", help="frames a to b - 1 (default: all)"
    )
    group.add_argument("--hide-faces", action="store_true", help="of the people who were followed; not of bystanders")
    group.add_argument("--person", type=int, default=1, metavar="N", help="of a kinogram or report (default: 1)")
    group.add_argument("--style", choices=STYLES, default="overlay", help="of a video or of png pictures")
    group.add_argument("--layout", choices=LAYOUTS, default="auto", help="of a kinogram")
    group.add_argument("--count", type=int, default=8, metavar="N", help="poses in a kinogram (default: 8)")
    group.add_argument("--subject", default="", metavar="TEXT", help="as it stands on a report")
    group.add_argument("--angles", default="", metavar="a,b", help="of a report, such as knee_flexion,hip_flexion")
    group.add_argument(
        "--earlier", type=Path, metavar="FILE", help="project or .h5 of an earlier session, for a report"
    )


def _span(text: str) -> tuple[int, int | None]:
    from poseapp.cli.evaluate import read_split

    first, stop = read_split(text)
    return first, stop


def run_pages(options: argparse.Namespace) -> int:
    """Write one of these formats and say what was made."""
    write = {"video": _write_video, "png": _write_video, "kinogram": _write_kinogram, "report": _write_report}
    write[options.format](options)
    if options.json:
        print_json({"project": options.project.name, "format": options.format, "out": str(options.out)})
    else:
        print_line(f"Written to {options.out}")
    return 0


def _write_video(options: argparse.Namespace) -> None:
    from poseapp.jobs.drawn_frames import DrawnRequest
    from poseapp.jobs.drawn_video import make_pictures, make_video
    from poseapp.jobs.run import measure_project, project_clip
    from poseapp.video import open_clip

    request = DrawnRequest(options.style, options.hide_faces, *options.frames)
    analysis = measure_project(options.project)
    make = make_video if options.format == "video" else make_pictures
    with watched("frames") as watch, open_clip(project_clip(options.project)) as clip:
        steps: Iterable[tuple[int, int]] = make(clip, analysis, options.out, request, cancel=watch.cancel)
        for done, total in steps:
            watch.on_progress(done, total)


def _write_kinogram(options: argparse.Namespace) -> None:
    from poseapp.jobs.kinogram import KinogramRequest, make_kinogram
    from poseapp.jobs.run import measure_project, project_clip
    from poseapp.video import open_clip

    request = KinogramRequest(
        person=options.person - 1,
        count=options.count,
        start=options.frames[0],
        stop=options.frames[1],
        layout=options.layout,
        hide_faces=options.hide_faces,
    )
    with open_clip(project_clip(options.project)) as clip:
        make_kinogram(clip, measure_project(options.project), options.out, request)


def _write_report(options: argparse.Namespace) -> None:
    from poseapp.jobs.reporting.report import write_project_report
    from poseapp.jobs.reporting.request import DEFAULT_ANGLES, ReportRequest

    chosen = tuple(name.strip() for name in options.angles.split(",") if name.strip())
    request = ReportRequest(
        person=options.person - 1,
        subject=options.subject,
        angles=chosen or DEFAULT_ANGLES,
        start=options.frames[0],
        stop=options.frames[1],
        hide_faces=options.hide_faces,
    )
    write_project_report(options.project, options.out, request, earlier=options.earlier)
