"""`poseapp calibrate`: make the scores and spreads of a network mean what they say."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.cli.evaluate import FORMATS, read_split
from poseapp.cli.output import print_json, print_line
from poseapp.cli.progress import watched
from poseapp.cli.reliability import describe_reliability, report_reliability
from poseapp.core.errors import BadInputError

if TYPE_CHECKING:
    from poseapp.training.measuring.calibration import Reliability

NAME = "calibrate"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        NAME,
        help="make a network's scores and spreads mean what they say",
        description="Measure on labelled people what a network's scores and covariances are worth, and write a copy of "
        "it that carries the result. Afterwards about 80 % of the keypoints with the score 0.8 lie within 0.2 x the "
        "torso (left shoulder to right hip), and those that do lie within sigma as often as they should: on pictures "
        "like these. Take pictures that the network was not trained on, some hundred people at least.",
    )
    parser.add_argument("model", metavar="NAME|FILE", help="network")
    parser.add_argument("--data", required=True, type=Path, metavar="DIR|FILE", help="the data set")
    parser.add_argument("--format", required=True, choices=FORMATS, help="of the data set")
    parser.add_argument("--split", type=read_split, metavar="a:b", help="pictures a to b - 1, from 0 (default: all)")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="receives the network; may be the same")
    parser.add_argument("--keep-scores", action="store_true", help="calibrate the covariances only")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Calibrate a network, and say what came out."""
    if importlib.util.find_spec("onnx") is None:
        raise BadInputError(
            "writing a network needs onnx", where=options.model, remedy="Install it: pip install 'poseapp[train]'"
        )
    from poseapp.inference.catalog import find_model
    from poseapp.inference.network import load_network
    from poseapp.jobs.calibrate import calibrate_network
    from poseapp.jobs.evaluate import EvaluationRequest
    from poseapp.jobs.predict import Look
    from poseapp.training.describe import describe_again
    from poseapp.training.readers import read_labelled

    model = find_model(options.model)
    labelled = read_labelled(options.data, options.format)
    network = load_network(model)
    look = Look(flip=network.spec.flip_test)
    with watched("pictures") as watch:
        result = calibrate_network(
            network,
            labelled,
            EvaluationRequest(look, split=options.split),
            scores=not options.keep_scores,
            on_progress=watch.on_progress,
            cancel=watch.cancel,
        )
    describe_again(model, result.spec, options.out)
    stages = {"before": result.before, "held_out": result.held_out, "fitted": result.fitted}
    if options.json:
        print_json({"model": result.spec.name, "unit": "percent"} | _as_json(stages))
    else:
        print_line(f"{options.out.name}: {result.spec.name}, calibrated with {result.before.keypoints} keypoints")
        for name, found in stages.items():
            print_line(f"{_TITLES[name]}: {describe_reliability(found)}")
    return 0


_TITLES = {
    "before": "before",
    "held_out": "after, on pictures left out of the fit (ten-fold)",
    "fitted": "after, on the pictures fitted to",
}


def _as_json(stages: dict[str, Reliability]) -> dict[str, object]:
    return {name: report_reliability(found) for name, found in stages.items()}
