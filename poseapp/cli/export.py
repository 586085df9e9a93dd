"""`poseapp export`: what a project holds, in a file that others read."""

from __future__ import annotations

import argparse
from pathlib import Path

from poseapp.cli.filter_options import add_filter_options, chosen_settings
from poseapp.cli.output import print_json, print_line

NAME = "export"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(NAME, help="write a project's keypoints and angles to a file")
    parser.add_argument("project", type=Path, metavar="PROJECT.poseapp")
    parser.add_argument("--format", required=True, choices=["h5", "csv"], help="h5: everything; csv: one table")
    parser.add_argument("--out", required=True, type=Path, metavar="PATH")
    add_filter_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure the project with its corrections and write the file."""
    from poseapp.jobs.export import export_analysis
    from poseapp.jobs.run import measure_project

    analysis = measure_project(options.project, chosen_settings(options))
    export_analysis(analysis, options.format, options.out)
    if options.json:
        print_json(
            {
                "project": options.project.name,
                "format": options.format,
                "frames": analysis.clip.n_frames,
                "persons": len(analysis.persons),
                "edits": len(analysis.journal),
                "out": str(options.out),
            }
        )
    else:
        print_line(f"{len(analysis.persons)} people over {analysis.clip.n_frames} frames, written to {options.out}")
    return 0
