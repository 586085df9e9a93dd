"""`poseapp train`: make a network by a recipe."""

from __future__ import annotations

import argparse
import importlib.util
import logging
from pathlib import Path

from poseapp.cli.output import print_json, print_line
from poseapp.core.errors import BadInputError

NAME = "train"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        NAME,
        help="train a network by a recipe",
        description="Train a network by a recipe and export it. A training that was stopped goes on where it was. "
        "Several processors or machines: torchrun --nproc-per-node N -m poseapp train ...",
    )
    parser.add_argument("recipe", metavar="RECIPE", help="a .toml file, or the name of a shipped recipe, such as lpn")
    parser.add_argument("--data", required=True, type=Path, metavar="DIR", help="folder of the data that it names")
    parser.add_argument("--out", type=Path, metavar="DIR", help="receives network, checkpoint, log (default: its name)")
    parser.add_argument("--network", default="", metavar="NAME", help="another network, at its own input size")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--threads", type=_positive, default=2, metavar="N", help="of the processor (default: 2)")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def run(options: argparse.Namespace) -> int:
    """Train, and say where the network is and what it reaches."""
    if importlib.util.find_spec("torch") is None:
        raise BadInputError(
            "training needs PyTorch", where=options.recipe, remedy="Install it: pip install 'poseapp[train]'"
        )
    from poseapp.training.run import Order, carry_out

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    out = options.out or Path(Path(options.recipe).stem)
    order = Order(options.recipe, options.data, out, options.network, options.device, options.threads)
    done = carry_out(order)
    if done is None:
        return 0
    if options.json:
        result = {"name": done.name, "network": done.network, "out": str(done.file), "steps": done.steps}
        pck = None if done.pck is None else round(done.pck, 2)
        print_json(result | {"pck@0.2": pck, "seconds": round(done.seconds, 1)})
        return 0
    print_line(f"{done.file}: {done.network} after {done.steps} steps.")
    if done.pck is not None:
        print_line(f"PCK@0.2 of the limbs on the validation pictures: {done.pck:.1f} %")
    return 0
