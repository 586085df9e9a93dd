"""`poseapp analyze`: a clip in, keypoints and angles out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.cli.filter_options import add_filter_options, chosen_settings
from poseapp.cli.output import print_json, print_line, tell
from poseapp.cli.progress import watched
from poseapp.cli.told import add_told_options, movement_json, print_movement, read_told, tell_quality
from poseapp.core.geometry import Box

if TYPE_CHECKING:
    from poseapp.jobs.run import ClipResult

NAME = "analyze"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        NAME,
        help="find people in a clip, measure their angles, write a file",
        description="Find people in a video or in images, measure joint angles, and write them to a file.",
    )
    parser.add_argument("clip", nargs="+", metavar="VIDEO|IMAGES", help="a video, a folder of images, or images")
    parser.add_argument("--model", default="default", metavar="NAME|FILE", help="network (default: the built-in one)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="analysis file, .h5 or .csv (default: <clip>.h5 here)")
    parser.add_argument("--project", type=Path, metavar="FILE.poseapp", help="also keep the run as a project")
    parser.add_argument("--persons", type=_count, default=1, metavar="N", help="how many people to follow (default 1)")
    parser.add_argument("--box", type=_box, metavar="x,y,w,h", help="where the person is in the first frame, px")
    parser.add_argument(
        "--mirror",
        action=argparse.BooleanOptionalAction,
        help="average with the mirrored picture: steadier, half as fast (default: as the network says)",
    )
    parser.add_argument(
        "--no-settle",
        dest="settle",
        action="store_false",
        help="keep what the network says of each frame: left and right, and what is astray, are not settled over time",
    )
    add_filter_options(parser)
    add_told_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 20:
        raise argparse.ArgumentTypeError(f"{text} is not a number of people from 1 to 20")
    return value


def _box(text: str) -> Box:
    try:
        x, y, width, height = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not x,y,w,h in pixels, such as 610,120,300,700") from None
    if not (width > 0 and height > 0):
        raise argparse.ArgumentTypeError(f"{text!r} has no area")
    return Box(x, y, width, height)


def default_out(clip: list[str]) -> Path:
    """Return where the result goes when the person did not say: the clip's name, in this folder."""
    return Path(f"{Path(clip[0]).resolve().stem}.h5")


def run(options: argparse.Namespace) -> int:
    """Analyse a clip, write the file, and say what came out."""
    from poseapp.jobs.export import export_analysis, format_of

    out = options.out or default_out(options.clip)
    file_format = format_of(out)
    result = _analyze(options)
    for sentence in result.problems + result.notes:
        tell(f"note: {sentence}")
    tell_quality(result.quality)
    export_analysis(result.analysis, file_format, out)
    if options.json:
        print_json(_report(options, result, out))
    else:
        rate = result.frames / result.seconds
        print_line(
            f"{result.frames} frames in {result.seconds:.1f} s ({rate:.1f} frames/s), "
            f"{result.persons_found} of {options.persons} people found, written to {out}"
        )
        print_movement(result)
    return 0


def _analyze(options: argparse.Namespace) -> ClipResult:
    from poseapp.jobs.run import AnalyzeRequest, analyze_clip

    request = AnalyzeRequest(
        clip=tuple(options.clip),
        model=options.model,
        persons=options.persons,
        box=options.box,
        settings=chosen_settings(options, options.project),
        project=options.project,
        mirror=options.mirror,
        told=read_told(options),
        settle=options.settle,
    )
    with watched("frames") as watch:
        return analyze_clip(request, on_progress=watch.on_progress, cancel=watch.cancel)


def _report(options: argparse.Namespace, result: ClipResult, out: Path) -> dict[str, object]:
    model = result.analysis.model
    return {
        "video": Path(options.clip[0]).name,
        "frames": result.frames,
        "seconds": round(result.seconds, 3),
        "frames_per_s": round(result.frames / result.seconds, 2),
        "persons": result.persons_found,
        "model": model.name if model else None,
        "model_sha256": model.file_sha256 if model else None,
        "out": str(out),
        "project": str(options.project) if options.project else None,
        "problems": list(result.problems),
        "notes": list(result.notes),
        **movement_json(result),
    }
