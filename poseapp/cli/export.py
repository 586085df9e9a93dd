"""`poseapp export`: what a project holds, in a file that others read."""

from __future__ import annotations

import argparse
from pathlib import Path

from poseapp.cli.export_pages import PAGES, add_options, run_pages
from poseapp.cli.filter_options import add_filter_options, chosen_settings
from poseapp.cli.output import print_json, print_line, tell

NAME = "export"
FORMATS = (
    "h5", "csv", "csv-tidy", "xlsx", "coco", "dlc", "dlc-labels", "sleap", "sleap-analysis", "trc", "mot", "c3d", "nwb",
    "openpose", *PAGES,
)  # fmt: skip


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(NAME, help="write a project's keypoints and angles to a file")
    parser.add_argument("project", type=Path, metavar="PROJECT.poseapp")
    words = "h5: everything; csv: one table; others lose what docs/formats.md says; video, png, kinogram and report "
    words += "(.pdf or .html) are there to be looked at"
    parser.add_argument("--format", required=True, choices=FORMATS, help=words)
    parser.add_argument("--out", required=True, type=Path, metavar="PATH")
    add_filter_options(parser)
    parser.add_argument("--smoothed", action="store_true", help="positions as the angles are measured from them")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    add_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure the project with its corrections and write the file."""
    if options.format in PAGES:
        return run_pages(options)
    from poseapp.jobs.export import export_analysis
    from poseapp.jobs.run import measure_project

    analysis = measure_project(options.project, chosen_settings(options, options.project))
    written = export_analysis(analysis, options.format, options.out, smoothed=options.smoothed)
    for note in written.notes:
        tell(f"note: {note}")
    if options.json:
        print_json(
            {
                "project": options.project.name,
                "format": options.format,
                "frames": analysis.clip.n_frames,
                "persons": len(analysis.persons),
                "edits": len(analysis.journal),
                "out": str(options.out),
                "files": [path.name for path in written.paths],
                "notes": list(written.notes),
            }
        )
    else:
        where = ", ".join(str(path) for path in written.paths)
        print_line(f"{len(analysis.persons)} people over {analysis.clip.n_frames} frames, written to {where}")
    return 0
