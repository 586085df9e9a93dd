"""`poseapp import`: keypoints of other tools into a project."""

from __future__ import annotations

import argparse
from pathlib import Path

from poseapp.cli.output import print_json, print_line, tell

NAME = "import"
_FORMATS = (
    "h5", "csv-tidy", "coco", "dlc", "dlc-labels", "sleap", "sleap-analysis", "trc", "c3d", "nwb", "openpose",
    "sports2d",
)  # fmt: skip


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(NAME, help="bring keypoints of other tools into a project")
    parser.add_argument("file", type=Path, metavar="FILE", help="a file, or a folder of OpenPose")
    parser.add_argument("--format", choices=_FORMATS, help="found out from the file where it is not given")
    parser.add_argument(
        "--project", required=True, type=Path, metavar="PROJECT.poseapp", help="made where it is not there"
    )
    parser.add_argument("--video", type=Path, metavar="CLIP", help="the clip of a new project")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Import the file and say what came of it."""
    from poseapp.jobs.import_file import import_file

    done = import_file(options.file, options.project, name=options.format, video=options.video)
    for note in done.notes:
        tell(f"note: {note}")
    if options.json:
        result = {
            "file": options.file.name,
            "format": done.format,
            "project": options.project.name,
            "frames": done.frames,
            "persons": done.persons,
            "keypoints": done.keypoints,
            "predicted_frames": done.predicted_frames,
            "marks": done.marks,
            "notes": list(done.notes),
        }
        print_json(result)
    else:
        people = "1 person" if done.persons == 1 else f"{done.persons} people"
        what = f"{done.predicted_frames} predicted frames and {done.marks} marks of {people}"
        print_line(f"{what}, imported into {options.project}")
    return 0
