"""How long networks take on this processor, as the application runs them: exported, one crop at a time.

python -m poseapp.training.measuring.speed --out speed.json [NAME ...]

Rounds are interleaved, so that a busy moment meets all networks alike; the ratio to the reference is the median of the
ratios within a round, and holds on a noisy machine where milliseconds do not.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import ModelSpec
from poseapp.inference.network import Network
from poseapp.nets.registry import architectures, find_architecture
from poseapp.training.exporting.export import export_onnx
from poseapp.training.measuring.evaluate import MEAN, STD

log = logging.getLogger(__name__)

REFERENCE = "efficientpose-rt"
ROUNDS, AT_ONCE = 15, 4
THREADS = 2


@dataclass(frozen=True)
class Speed:
    """Of one network at the input size of its paper.

    Attributes:
        milliseconds: Median for one crop, from pixels to heatmaps.
        ratio: To the reference network, in the same rounds.
    """

    name: str
    input: tuple[int, int]
    milliseconds: float
    ratio: float


def export_fresh(name: str, folder: Path) -> Path:
    """Write an architecture with fresh weights, as its paper has it; how long it takes does not hang on the weights."""
    architecture = find_architecture(name)
    skeleton = load_skeleton(architecture.skeleton)
    spec = ModelSpec(
        name=name,
        title=name,
        architecture=name,
        skeleton=skeleton,
        input_size=architecture.input_size,
        mean=MEAN,
        std=STD,
        source="fresh weights",
        licence="Apache-2.0",
    )
    return export_onnx(architecture.build(skeleton).eval(), spec, folder / f"{name}.onnx")


def measure_speed(networks: dict[str, Network], *, rounds: int = ROUNDS, seed: int = 0) -> tuple[Speed, ...]:
    """Return the speed of every network; `networks` holds the reference too. All rounds in a new order."""
    order, rng = list(networks), random.Random(seed)
    crops = {
        name: np.random.default_rng(0).integers(0, 255, (1, *network.spec.input_size, 3), np.uint8)
        for name, network in networks.items()
    }
    times: dict[str, list[float]] = {name: [] for name in networks}
    for _ in range(rounds):
        rng.shuffle(order)
        for name in order:
            networks[name].heatmaps(crops[name])  # warm
            began = time.perf_counter()
            for _ in range(AT_ONCE):
                networks[name].heatmaps(crops[name])
            times[name].append((time.perf_counter() - began) / AT_ONCE * 1000)
    reference = np.array(times[REFERENCE])
    return tuple(
        Speed(name, network.spec.input_size, float(np.median(times[name])), float(np.median(times[name] / reference)))
        for name, network in networks.items()
    )


def main() -> None:
    """Measure the named networks, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    known = [architecture.name for architecture in architectures()]
    names = args.names or known
    if unknown := [name for name in names if name not in known]:
        raise BadInputError("there is no such network", where=", ".join(unknown))
    with tempfile.TemporaryDirectory() as folder:
        files = {name: export_fresh(name, Path(folder)) for name in dict.fromkeys([REFERENCE, *names])}
        found = measure_speed({name: Network(path, THREADS) for name, path in files.items()})
    for speed in found:
        log.info("%s: %.1f ms, %.2f x %s", speed.name, speed.milliseconds, speed.ratio, REFERENCE)
    args.out.write_text(json.dumps([asdict(speed) for speed in found], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
