"""`poseapp evaluate`: how good a network is on labelled people, and how fast, so that one can choose."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.cli.output import print_json, print_line, print_table, tell
from poseapp.cli.progress import watched
from poseapp.cli.reliability import describe_reliability, report_reliability
from poseapp.core.errors import BadInputError

if TYPE_CHECKING:
    from poseapp.jobs.evaluate import Evaluation, EvaluationRequest
    from poseapp.training.measuring.metrics import PckScore

NAME = "evaluate"
FORMATS = ("lsp", "lspet", "mpii", "coco", "project")
_CROPS = {
    "extent": "square of 1.5 x the labelled extent",
    "box": "1.25 x the data set's box",
    "frame": "whole picture, person finder",
}
_AP_ROWS = (("AP", "ap"), ("AR", "ar"))
_AP_COLUMNS = (("all", ""), ("@0.5", "50"), ("@0.75", "75"), ("medium", "_medium"), ("large", "_large"))


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        NAME,
        help="measure a network on labelled people: PCK, PCKh, AP, milliseconds",
        description="Measure a network on labelled people. All scores are percent, 0 to 100. PCK@0.2: keypoints within "
        "0.2 x the torso (left shoulder to right hip) of the label, where both torso joints are labelled; the mean is "
        "that of the keypoints. PCKh: within 0.5 or 0.1 x the head size (0.6 x the diagonal of the head's box); the "
        "mean is over all labelled keypoints but pelvis and thorax. AP, AR: COCO's, by object keypoint similarity. "
        "ECE: expected calibration error, how far scores lie from the share of keypoints within 0.2 x the torso; then "
        "how many of those lie within 1 and 2 sigma. What the labels do not allow is left out.",
    )
    parser.add_argument("--model", default="default", metavar="NAME|FILE", help="network (default: the built-in one)")
    parser.add_argument("--data", required=True, type=Path, metavar="DIR|FILE", help="the data set")
    parser.add_argument("--format", required=True, choices=FORMATS, help="of the data set")
    parser.add_argument("--split", type=read_split, metavar="a:b", help="pictures a to b - 1, from 0 (default: all)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--whole-frame",
        dest="crop",
        action="store_const",
        const="frame",
        help="find the people in the whole picture (default: crop the square of 1.5 x the labelled extent)",
    )
    where.add_argument(
        "--data-boxes", dest="crop", action="store_const", const="box", help="crop 1.25 x the data set's own boxes"
    )
    parser.add_argument(
        "--flip",
        action=argparse.BooleanOptionalAction,
        help="average with the mirrored picture, or not (default: as the network says, and an analysis does)",
    )
    parser.add_argument(
        "--scales", type=_scales, default=(1.0,), metavar="0.8,1,1.2", help="average over crops of several zooms"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run, crop="extent")


def read_split(text: str) -> tuple[int, int]:
    """Return the pictures that an option a:b names; what argparse calls a type."""
    from poseapp.training.readers import parse_split

    try:
        return parse_split(text)
    except BadInputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _scales(text: str) -> tuple[float, ...]:
    scales = tuple(float(part) for part in text.split(","))
    if not all(0.25 <= scale <= 4 for scale in scales):
        raise argparse.ArgumentTypeError(f"{text!r} are not scales from 0.25 to 4, such as 0.8,1,1.2")
    return scales


def run(options: argparse.Namespace) -> int:
    """Evaluate a network and say what came out."""
    from poseapp.inference.catalog import find_model
    from poseapp.inference.network import load_network
    from poseapp.jobs.evaluate import EvaluationRequest, evaluate_network
    from poseapp.jobs.predict import Look
    from poseapp.training.readers import read_labelled

    model = find_model(options.model)
    labelled = read_labelled(options.data, options.format)
    network = load_network(model)
    flip = network.spec.flip_test if options.flip is None else options.flip
    request = EvaluationRequest(Look(options.crop, flip=flip, zooms=options.scales), split=options.split)
    with watched("pictures") as watch:
        result = evaluate_network(network, labelled, request, on_progress=watch.on_progress, cancel=watch.cancel)
    for note in result.notes:
        tell(f"note: {note}")
    if options.json:
        print_json(report(options.format, request, result))
    else:
        _print_result(options.format, request, result)
    return 0


def report(data_format: str, request: EvaluationRequest, result: Evaluation) -> dict[str, object]:
    """Return what `--json` prints; scores are percent, null where nothing was counted."""
    found: dict[str, object] = {
        "model": result.model,
        "format": data_format,
        "images": result.images,
        "people": result.people,
        "scored": result.scored,
        "split": list(result.split) if request.split else None,
        "crop": request.look.rule,
        "flip": request.look.flip,
        "scales": list(request.look.zooms),
        "unit": "percent",
        _ms_name(request): _rounded(result.ms),
    }
    found |= {name: _pck_report(score) for name, score in result.pck.items()}
    if result.ap is not None:
        figures = asdict(result.ap)
        found |= {"ap_people": figures.pop("people")}
        found |= {name: _rounded(value) for name, value in figures.items()}
    if result.reliability is not None:
        found |= report_reliability(result.reliability)
    return found | {"not_scored": list(result.unknown), "notes": list(result.notes)}


def _pck_report(score: PckScore) -> dict[str, object]:
    shares = zip(score.keypoints, score.per_keypoint.tolist(), strict=True)
    return {
        "mean": _rounded(score.mean),
        "interval": [_rounded(value) for value in score.interval],
        "mean12": _rounded(score.mean12),
        "interval12": [_rounded(value) for value in score.interval12],
        "people": score.people,
        "per_keypoint": {name: _rounded(value) for name, value in shares if math.isfinite(value)},
    }


def _print_result(data_format: str, request: EvaluationRequest, result: Evaluation) -> None:
    look = request.look
    head = f"{result.model} on {data_format}"
    head += f" {result.split[0]}:{result.split[1]}" if request.split else ""
    head += f": {result.images} images, {result.people} people, {result.scored} scored; {_CROPS[look.rule]}"
    head += "; flip test" if look.flip else ""
    head += f"; scales {', '.join(f'{zoom:g}' for zoom in look.zooms)}" if look.zooms != (1.0,) else ""
    print_line(head)
    print_line()
    if result.pck:
        scores = list(result.pck.values())
        names = scores[0].keypoints
        rows = [
            ["mean", *(_with_interval(score.mean, score.interval) for score in scores)],
            ["mean of 12 limb joints", *(_with_interval(score.mean12, score.interval12) for score in scores)],
            *([name, *(_shown(score.per_keypoint[i]) for score in scores)] for i, name in enumerate(names)),
        ]
        print_table(["percent [95 % interval]", *result.pck], [row for row in rows if set(row[1:]) != {"-"}])
        print_line()
    if result.ap is not None:
        figures = asdict(result.ap)
        table = [[title, *(_shown(figures[name + part]) for _, part in _AP_COLUMNS)] for title, name in _AP_ROWS]
        print_table(["percent", *(title for title, _ in _AP_COLUMNS)], table)
        print_line()
    if result.reliability is not None:
        print_line(describe_reliability(result.reliability))
    what = "picture" if look.rule == "frame" else "crop"
    print_line(f"{_shown(result.ms)} ms a {what}")


def _ms_name(request: EvaluationRequest) -> str:
    return "ms_per_image" if request.look.rule == "frame" else "ms_per_crop"


def _with_interval(value: float, interval: Sequence[float]) -> str:
    return f"{value:.1f} [{interval[0]:.1f}, {interval[1]:.1f}]" if math.isfinite(value) else "-"


def _shown(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "-"


def _rounded(value: float) -> float | None:
    return round(float(value), 2) if math.isfinite(value) else None
