"""Put a trained network where the application finds it: the ONNX file in 8 bits, and the list of what ships.

python -m poseapp.training.exporting.ship CHECKPOINT --models models --data PACKS
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from torch import nn

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError, PoseappError
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Float32, ModelSpec
from poseapp.nets.registry import find_architecture
from poseapp.training.batches import Plan, prefetched
from poseapp.training.exporting.export import compare, export_onnx
from poseapp.training.exporting.halve import HALF_TOLERANCE, halve_weights
from poseapp.training.exporting.quantise import QUANTISED_TOLERANCE, quantise
from poseapp.training.measuring.evaluate import BETA, MEAN, STD, normalise
from poseapp.training.recipe import Recipe, StageRecipe, recipe_from_data
from poseapp.training.sources import read_sources
from poseapp.training.state import read_checkpoint
from poseapp.training.steps import output_sizes

_QUANTISED_ON = 24  # batches of the training
# Networks that ship with the application: title, source, licence.
_SHIPPED = {
    "poseapp-fast": (
        "Built-in, fast",
        "Trained from random weights by poseapp.training; see models/CARD-poseapp-fast.md",
        "Apache-2.0; trained on Leeds Sports Pose Extended (research use), see the card",
    )
}


def load_trained(checkpoint: Path) -> tuple[nn.Module, Recipe, int]:
    """Return the averaged network of a checkpoint, its recipe, and how many steps it was trained.

    Raises:
        BadInputError: No checkpoint, or one of an older version.
    """
    state = read_checkpoint(checkpoint)
    try:
        recipe = recipe_from_data(json.loads(state["recipe"]))
        network = find_architecture(recipe.network).build(load_skeleton(recipe.skeleton))
        network.load_state_dict(state["average"])
    except (TypeError, ValueError, KeyError, RuntimeError) as error:
        raise BadInputError(f"the checkpoint cannot be used ({error})", where=str(checkpoint)) from error
    return network.eval(), recipe, int(state["step"])


def describe(recipe: Recipe, size: tuple[int, int], digest: str) -> ModelSpec:
    """Return the description that travels in the ONNX file; `size` is the input's height and width, px."""
    trained_on = ", ".join(source.name for source in recipe.sources)
    plain = (recipe.name, f"Trained by poseapp.training on {trained_on}", "As the pictures that it was trained on")
    title, source, licence = _SHIPPED.get(recipe.name, plain)
    return ModelSpec(
        name=recipe.name,
        title=title,
        architecture=recipe.network,
        skeleton=load_skeleton(recipe.skeleton),
        input_size=size,
        mean=MEAN,
        std=STD,
        activation=recipe.activation,
        beta=BETA,
        crop_factor=recipe.augment.crop_factor,
        source=source,
        licence=licence,
        sha256=digest,
    )


def export_trained(checkpoint: Path, path: Path, *, size: tuple[int, int] | None = None) -> Path:
    """Write the averaged network of a checkpoint as an ONNX file that the application takes.

    Args:
        size: Input height and width, px; the last stage's when None.

    Raises:
        PoseappError: The exported network answers otherwise than the trained one.
    """
    network, _, spec = _trained_with_spec(checkpoint, size)
    return export_onnx(network, spec, path, any_size=find_architecture(spec.architecture).any_size)


@dataclass(frozen=True)
class Use:
    """How a network is meant to be used.

    Attributes:
        size: Input height and width, px; the last stage's of its training when None.
        gain: `confidence_gain` of its description: brings the peaks of plain keypoints to 0.8 to 1.
        flip_test: As in its description.
        crop_factor: As in its description; that of the training when None.
    """

    size: tuple[int, int] | None = None
    gain: float = 1.0
    flip_test: bool = False
    crop_factor: float | None = None


def ship(checkpoint: Path, models: Path, use: Use | None = None, *, data: Path | None = None) -> Path:
    """Write <name>.onnx into the folder `models`, in 8 bits or at half precision, and enter it as the default.

    Args:
        data: Folder of what the network was trained on, to measure the ranges of 8 bits; None for half precision.

    Raises:
        BadInputError: The data are missing.
        PoseappError: The exported network answers otherwise than the trained one: at half precision by more than 1 %
            of its largest value, in 8 bits by more than 15 %.
    """
    use = use or Use()
    network, recipe, spec = _trained_with_spec(checkpoint, use.size)
    crop_factor = use.crop_factor or spec.crop_factor
    spec = replace(spec, confidence_gain=use.gain, flip_test=use.flip_test, crop_factor=crop_factor)
    target = models / f"{spec.name}.onnx"
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models) as folder:
        any_size = find_architecture(spec.architecture).any_size
        whole = export_onnx(network, spec, Path(folder) / "whole.onnx", any_size=any_size)
        small = Path(folder) / target.name
        if data is None:
            halve_weights(whole, small)
        else:
            quantise(whole, small, _pictures(network, recipe, spec, data))
        most = HALF_TOLERANCE if data is None else QUANTISED_TOLERANCE
        difference = compare(network, small.read_bytes(), spec)
        if not difference <= most:
            what = "half precision" if data is None else "8 bits"
            raise PoseappError(f"{what} changes the answers by {difference:.1e}", where=spec.name)
        small.replace(target)
    enter_in_manifest(models / "manifest.json", spec.name, target)
    return target


def _pictures(network: nn.Module, recipe: Recipe, spec: ModelSpec, data: Path) -> Iterator[Float32]:
    """Yield pictures as the training's last stage shows them."""
    stage = StageRecipe(_QUANTISED_ON, spec.input_size)
    recipe = replace(recipe, length=_QUANTISED_ON, stages=(stage,), validation=None)
    packs, _ = read_sources(recipe, data)
    sizes = {spec.input_size: output_sizes(network, spec.input_size)}
    for _, batch in prefetched(Plan(recipe, spec.skeleton, packs, sizes), 0):
        yield normalise(batch.images, spec.mean, spec.std).numpy()


def _trained_with_spec(checkpoint: Path, size: tuple[int, int] | None) -> tuple[nn.Module, Recipe, ModelSpec]:
    network, recipe, _ = load_trained(checkpoint)
    log = checkpoint.with_name("log.jsonl")
    digest = hashlib.sha256(log.read_bytes()).hexdigest() if log.exists() else ""
    return network, recipe, describe(recipe, size or recipe.stages[-1].size, digest)


def enter_in_manifest(manifest: Path, name: str, file: Path) -> None:
    """Enter a network as the default one; others stay listed."""
    entries = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else []
    entries = [entry | {"default": False} for entry in entries if entry["name"] != name]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    entries.insert(0, {"name": name, "file": file.name, "sha256": digest, "default": True})
    with atomic_path(manifest) as temporary:
        temporary.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Ship a checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--size", type=int)
    parser.add_argument("--gain", type=float, default=1.0, help="what peaks are multiplied with, up to 1")
    parser.add_argument("--flip", action="store_true", help="analyses average with the mirrored crop")
    parser.add_argument("--data", type=Path, help="folder of what it was trained on: writes a network of 8 bits")
    parser.add_argument("--crop-factor", type=float, help="side of the crop over that of the keypoints' box")
    args = parser.parse_args()
    size = (args.size, args.size) if args.size else None
    use = Use(size, args.gain, args.flip, args.crop_factor)
    ship(args.checkpoint, args.models, use, data=args.data)


if __name__ == "__main__":
    main()
