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
    words = "of a file in metres or millimetres (TRC, C3D); without it, the scale of the project holds"
    parser.add_argument("--px-per-metre", type=float, metavar="NUMBER", help=words)
    words = "px in the picture, y down, of the file's origin (default: the lower left corner)"
    parser.add_argument("--origin", type=_point, metavar="X,Y", help=words)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Import the file and say what came of it."""
    from poseapp.jobs.import_file import import_file
    from poseapp.jobs.import_scale import FileScale

    scale = None
    if options.px_per_metre is not None or options.origin is not None:
        scale = FileScale(options.px_per_metre, options.origin)
    done = import_file(options.file, options.project, name=options.format, video=options.video, scale=scale)
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


def _point(text: str) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not X,Y") from None
    return x, y
