"""`poseapp camera`: the lens of a camera from a film or pictures of a checkerboard."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from poseapp.cli.output import print_json, print_line
from poseapp.core.types import Array

NAME = "camera"
_MOST = 60  # frames that are looked at


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        NAME,
        help="learn a camera's lens from a checkerboard, write a camera file",
        description="Find a checkerboard in a video or in images, compute how the lens bends, and write a camera file.",
    )
    parser.add_argument("clip", nargs="+", metavar="VIDEO|IMAGES", help="a checkerboard, seen from all sides")
    parser.add_argument("--corners", type=_corners, default=(9, 6), metavar="CxR", help="inner corners (default 9x6)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.toml", help="camera file to write")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def _corners(text: str) -> tuple[int, int]:
    try:
        columns, rows = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not columns x rows, such as 9x6") from None
    if min(columns, rows) < 3:
        raise argparse.ArgumentTypeError("a checkerboard needs 3 x 3 inner corners at least")
    return columns, rows


def run(options: argparse.Namespace) -> int:
    """Compute the lens and write the file."""
    from poseapp.core.atomic import atomic_path
    from poseapp.kinematics.scene_lens import find_lens, lens_to_toml

    lens = find_lens(_pictures(options.clip), *options.corners)
    with atomic_path(options.out) as temporary:
        temporary.write_text(lens_to_toml(lens), encoding="utf-8")
    if options.json:
        print_json({"out": str(options.out), **vars(lens)})
    else:
        print_line(f"Corners lie {lens.error:.2f} px from where the lens puts them; written to {options.out}")
    return 0


def _pictures(paths: list[str]) -> Iterator[Array]:
    from poseapp.video import open_clip

    with open_clip(paths) as clip:
        step = max(1, clip.info.n_frames // _MOST)
        for index in range(0, clip.info.n_frames, step):
            yield clip.frame_at(index).rgb
