"""How much a fine-tuning brings after so many corrected frames, and what it costs: the tables of docs/finetuning.md.

python -m poseapp.training.finetuning.experiment PROJECT --frames 5 10 20 50 100 --lspet DIR --out table.jsonl

PROJECT is one in which nearly every frame of a clip is marked. Three stretches are kept away from everything; of the
frames between them some are taken as if only they had been corrected.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
import time
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import nn

from poseapp.core.skeleton import Skeleton
from poseapp.inference.catalog import find_model
from poseapp.inference.network import load_network
from poseapp.training.finetuning.control import Control
from poseapp.training.finetuning.data import MarkedPeople, read_marked
from poseapp.training.finetuning.judging import Judge, Judgement
from poseapp.training.finetuning.looks import look_at
from poseapp.training.finetuning.loop import Task, Tuner
from poseapp.training.finetuning.merging import merged_network, shipped_moments
from poseapp.training.finetuning.pace import measure_pace
from poseapp.training.finetuning.pictures import pictures_to_quantise
from poseapp.training.finetuning.proof import measure_errors
from poseapp.training.finetuning.replay import rendered_people
from poseapp.training.finetuning.run import use_threads
from poseapp.training.finetuning.settings import TuneSettings, build_recipe
from poseapp.training.finetuning.split import split_frames
from poseapp.training.finetuning.start import Trainable, load_trainable
from poseapp.training.finetuning.writing import write_tuned
from poseapp.training.measuring.evaluate import CROP_FACTOR, predict
from poseapp.training.measuring.metrics import LIMB_JOINTS, compute_pck, torso_length
from poseapp.training.pack import Pack
from poseapp.training.readers.lsp import read_lspet

log = logging.getLogger(__name__)
STRETCHES = 3
STRETCH_SHARE = 0.13  # of the marked frames, each
GUARD_SECONDS = 0.5
_TEST_EVERY = 3  # frames of a stretch
_LSPET = slice(8000, 8500)

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Row:
    """One fine-tuning. px of the clip, percent, seconds.

    Attributes:
        frames: Corrected, those held out by the fine-tuning itself included.
        before_px, after_px, before_torso, after_torso: Median error on the stretches that nothing was learnt from.
        told_px: What the fine-tuning itself measures on the frames that it held out, by which it chose.
        generic_before, generic_after: PCK@0.2 of the limbs on LSPET 8001-8500, one look; NaN without it.
        steps: Taken. seconds: Of the steps.
    """

    name: str
    frames: int
    before_px: float
    after_px: float
    before_torso: float
    after_torso: float
    told_px: float
    generic_before: float
    generic_after: float
    steps: int
    seconds: float

    @property
    def gain(self) -> float:
        """How much of the error went, percent."""
        return 100 * (1 - self.after_px / self.before_px)


@dataclass(frozen=True)
class Ground:
    """What rows are measured on: the start, people by what they serve for, generic pictures, time for the steps."""

    file: Path
    start: Trainable
    pool: MarkedPeople
    test: MarkedPeople
    generic: Pack | None
    folder: Path
    seconds: float


def carve(people: MarkedPeople) -> tuple[Bool, Bool]:
    """Return which people (N,) may be learnt from, and which are only measured on: stretches with a guard between."""
    frames = np.unique(people.frame)
    length = round(STRETCH_SHARE * len(frames))
    seconds = people.times[0]
    pool, test = np.ones(len(people), np.bool_), np.zeros(len(people), np.bool_)
    for i in range(STRETCHES):
        middle = round((i + 0.5) * len(frames) / STRETCHES)
        stretch = frames[max(0, middle - length // 2) : middle + (length + 1) // 2]
        test |= np.isin(people.frame, stretch[::_TEST_EVERY])
        low, high = seconds[stretch[0]] - GUARD_SECONDS, seconds[stretch[-1]] + GUARD_SECONDS
        pool &= ~((seconds[people.frame] >= low) & (seconds[people.frame] <= high))
    return pool, test


def spread_over(people: MarkedPeople, count: int) -> MarkedPeople:
    """Return the people of `count` frames, evenly over those there are."""
    frames = np.unique(people.frame)
    taken = frames[np.linspace(0, len(frames) - 1, count + 2)[1:-1].round().astype(int)]
    return people.chosen(np.isin(people.frame, taken))


def teach(ground: Ground, people: MarkedPeople, settings: TuneSettings) -> tuple[Tuner, nn.Module, Judgement | None]:
    """Fine-tune as the command does; return what taught, the network, its judgement."""
    spec = ground.start.spec
    split = split_frames(people.clip, people.frame, people.times)
    learnt, held = people.chosen(split.learnt), people.chosen(split.held_out)
    marked = replace(learnt.to_pack(), weights=learnt.weights, about=learnt.in_cut(learnt.pose))
    k = spec.skeleton.n_keypoints
    replay = rendered_people(settings.replay_people, k, ground.folder / "replay.npz") if settings.replay else None
    judge = Judge(held, spec) if len(held) else None
    pace = measure_pace(ground.start.network, spec, settings)
    steps = int(np.clip(0.9 * ground.seconds / pace.step_seconds, 20, settings.most_steps))
    recipe = build_recipe(spec, settings, steps=steps, bfloat16=pace.bfloat16)
    tuner = Tuner(Task(ground.start, k, marked, replay, judge), recipe, settings, seconds=ground.seconds)
    with tempfile.TemporaryDirectory() as folder:
        tuner.run(Path(folder), Control(), lambda event: log.debug("%s", event))
    network = merged_network(tuner, shipped_moments(spec))
    return tuner, network, judge(network) if judge is not None else None


def measure_row(ground: Ground, name: str, count: int, settings: TuneSettings) -> Row:
    """Return what one fine-tuning on `count` corrected frames came to."""
    tuner, network, told = teach(ground, spread_over(ground.pool, count), settings)
    shown = pictures_to_quantise(ground.start, tuner.task.marked, settings)
    spec = replace(ground.start.spec, calibration=None)
    file = write_tuned(network, spec, ground.folder / "tuned.onnx", parent=ground.file, pictures=shown)
    looks = look_at([load_network(ground.file), load_network(file)], ground.test)
    errors = measure_errors(looks, ground.test)
    row = np.nonzero(np.isfinite(errors.before))[0]
    before, after = errors.before[np.isfinite(errors.before)], errors.after[np.isfinite(errors.after)]
    torso = errors.torso[row]
    generic = [generic_pck(net, ground.generic, ground.start) for net in (ground.start.network, network)]
    return Row(
        name, count, float(np.median(before)), float(np.median(after)), float(np.median(100 * before / torso)),
        float(np.median(100 * after / torso)), told.median_px if told else float("nan"), generic[0], generic[1],
        tuner.state.step, tuner.state.seconds,
    )  # fmt: skip


def generic_pck(network: nn.Module, pack: Pack | None, start: Trainable) -> float:
    """Return PCK@0.2 over the limbs, percent; NaN without pictures."""
    if pack is None:
        return float("nan")
    spec = start.spec
    found = predict(network, pack, spec.input_size, crop_factor=CROP_FACTOR, activation=spec.activation)
    pck = compute_pck(found, pack.keypoints, torso_length(pack.keypoints, spec.skeleton))
    limbs = [k for k, name in enumerate(spec.skeleton.keypoints) if name in LIMB_JOINTS]
    return 100 * float(np.nanmean(pck[limbs]))


def read_generic(folder: Path, skeleton: Skeleton, every: int) -> Pack:
    """Return every so many of LSPET's pictures 8001 to 8500."""
    labelled = read_lspet(folder)
    rows = np.arange(len(labelled))[_LSPET][::every]
    keypoints = np.full((len(rows), skeleton.n_keypoints, 2), np.nan, np.float32)
    for joint, name in enumerate(labelled.skeleton.keypoints):
        if name in skeleton.keypoints:
            keypoints[:, skeleton.index(name)] = labelled.keypoints[rows, joint]
    return Pack(tuple(labelled.read_picture(int(labelled.picture[n])) for n in rows), keypoints)


def parse_settings(texts: list[str]) -> TuneSettings:
    """Return settings with some changed, each as name=value. Raises ValueError for others than there are."""
    known: dict[str, Any] = {f.name: getattr(TuneSettings(), f.name) for f in fields(TuneSettings)}
    changes: dict[str, Any] = {}
    augment: dict[str, Any] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name in known:
            changes[name] = type(known[name])(float(value))
        elif hasattr(known["augment"], name):
            augment[name] = float(value)
        else:
            raise ValueError(f"there is no setting {name!r}")
    return replace(TuneSettings(), **changes, augment=replace(known["augment"], **augment))


def main() -> None:
    """Measure rows and write each as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--model", default="default")
    parser.add_argument("--frames", type=int, nargs="+", default=[5, 10, 20, 50, 100])
    parser.add_argument("--lspet", type=Path, help="folder of Leeds Sports Pose Extended")
    parser.add_argument("--every", type=int, default=1, help="of its pictures 8001 to 8500")
    parser.add_argument("--seconds", type=float, default=240, help="for the steps")
    parser.add_argument("--size", type=int, help="side of the pictures, px: smaller ones search faster")
    parser.add_argument("--variant", action="append", default=[], help='"title: name=value name=value"')
    parser.add_argument("--threads", type=int, default=0, help="of the processor (default: all)")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    use_threads(args.threads)
    file = find_model(args.model)
    start = load_trainable(file)
    if args.size:
        start = start._replace(spec=replace(start.spec, input_size=(args.size, args.size)))
    folder = args.out.with_suffix("")
    people = read_marked([args.project], start.spec, folder)
    pool, test = carve(people)
    generic = read_generic(args.lspet, start.spec.skeleton, args.every) if args.lspet else None
    ground = Ground(file, start, people.chosen(pool), people.chosen(test), generic, folder, args.seconds)
    log.info("%d frames to choose from, %d to measure on", ground.pool.n_frames, ground.test.n_frames)
    for variant in args.variant or ["chosen:"]:
        title, _, text = variant.partition(":")
        for count in args.frames:
            began, worked = time.monotonic(), time.process_time()
            row = measure_row(ground, title, count, parse_settings(text.split()))
            values = {f.name: getattr(row, f.name) for f in fields(row)}
            with args.out.open("a", encoding="utf-8") as out:
                taken = {"total": time.monotonic() - began, "processor": time.process_time() - worked}
                out.write(json.dumps(values | taken) + "\n")
            log.info("%s, -%.0f %%, in all %.0f s", row, row.gain, time.monotonic() - began)


if __name__ == "__main__":
    main()
