"""Labels made better by teachers: photographs without labels get some, noisy ones are repaired where they are sure.

python -m poseapp.training.teachers.labels --data DATA --teacher FOLDER --out PACKS

The folder is the one that `teacher.py` and `feet.py` wrote to; what they have not seen yet is left as it is, without
feet.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Float32
from poseapp.training.pack import Pack, read_lspet, read_unlabelled, write_pack
from poseapp.training.teachers.agreement import (
    AGREE,
    DIFFER,
    Points,
    SecondOpinion,
    beyond_body,
    body_scale,
    combine,
    sees,
)
from poseapp.training.teachers.answers import read_answers, read_landmarks

log = logging.getLogger(__name__)
Opinion = tuple[Points, Points]
SURE_PERSON = 0.35  # mean peak of a photograph worth learning from
SURE_POINT = 0.2  # peak of a keypoint worth learning from
ENOUGH = 6  # labelled keypoints that make a picture worth learning from
# Right and left keypoints of the arms and of the legs, which annotators confuse together.
LIMBS = (((6, 7, 8), (11, 10, 9)), ((0, 1, 2), (5, 4, 3)))


@dataclass(frozen=True)
class Repair:
    """What was changed: limb pairs swapped, keypoints filled in, averaged, and dropped."""

    swapped: int
    filled: int
    averaged: int
    dropped: int = 0


def keep_sure(xy: Float32, peak: Float32) -> tuple[Float32, npt.NDArray[np.bool_]]:
    """Return keypoints (N, 14, 2) with the unsure ones NaN, and which pictures (N,) to keep."""
    return np.where((peak > SURE_POINT)[..., None], xy, np.float32(np.nan)), peak.mean(axis=1) > SURE_PERSON


def vote(label: Points, seen: Opinion, sides: tuple[list[int], list[int]], torso: float) -> int:
    """Return whether a teacher wants the sides of a limb pair exchanged: 1 for it, -1 against it, 0 not sure.

    Args:
        label: (14, 2) px, NaN = not labelled.
        seen: Its keypoints (14, 2) and how sure it is of each (14,).
        sides: Keypoints of both limbs, and their counterparts.
        torso: px.
    """
    (both, other), (xy, sure) = sides, seen
    known = np.isfinite(label[both, 0]) & np.isfinite(label[other, 0])
    if known.sum() < 4 or sure[both].mean() < 0.4:
        return 0
    same = np.linalg.norm(xy[both] - label[both], axis=1)[known].mean()
    crossed = np.linalg.norm(xy[both] - label[other], axis=1)[known].mean()
    if crossed < 0.5 * same and crossed < 0.3 * torso:
        return 1
    return -1 if same < crossed and same < 0.3 * torso else 0


def swap_limbs(label: Float32, opinions: Sequence[Opinion], torso: float) -> tuple[Float32, int]:
    """Return labels (14, 2) with left and right exchanged where a teacher wants it and none objects, and how often."""
    label, swaps = label.copy(), 0
    for right, left in LIMBS:
        sides = list(right + left), list(left + right)
        votes = [vote(label, seen, sides, torso) for seen in opinions]
        if 1 in votes and -1 not in votes:
            label[sides[0]] = label[sides[1]]
            swaps += 1
    return label, swaps


def repair(label: Float32, xy: Float32, peak: Float32, second: SecondOpinion | None = None) -> tuple[Float32, Repair]:
    """Return better labels (14, 2) of one picture from the teachers.

    Sides are put right, labels averaged with what a teacher sees in the same place, gaps filled where the teachers
    are sure, and labels dropped (NaN) far from where both teachers see the keypoint. The last two only in a picture
    that the teachers have understood: they see most labelled keypoints where the labels are.

    Args:
        label: px, NaN = not labelled.
        xy, peak: The first teacher's keypoints (14, 2) and peaks (14,).
        second: The second teacher.
    """
    torso = body_scale(label)
    opinions = [(xy, peak)] if second is None else [(xy, peak), second.of_body()]
    label, swaps = swap_limbs(label, opinions, torso)
    known = np.isfinite(label[:, 0])
    xy, peak = combine(xy, peak, second, label=label)
    apart = np.linalg.norm(xy - label, axis=1)
    agree = known & (apart < AGREE * torso) & (peak > 0.4)
    understood = known.sum() >= ENOUGH and agree.sum() >= 0.5 * known.sum()
    fill = ~known & (peak > 0.5) & understood
    wrong = known & (apart > DIFFER * torso) & (peak > 0.4) & understood & sees(second, xy, torso)
    label[agree] = (label[agree] + xy[agree]) / 2
    label[fill] = xy[fill]
    label[wrong] = np.nan
    return label, Repair(swaps, int(fill.sum()), int(agree.sum()), int(wrong.sum()))


def main() -> None:
    """Write the packs `exercises`, `lspet` and `validation` (as labelled) for a training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True, help="folder of the teachers' answers")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    keypoints = load_skeleton("body21").n_keypoints
    _write_exercises(args.data, args.teacher, args.out, keypoints)
    _write_lspet(args.data, args.teacher, args.out, keypoints)


def _write_exercises(data: Path, teacher: Path, out: Path, keypoints: int) -> None:
    pack, names = read_unlabelled(data / "exercises" / "images.zip", keypoints)
    answers = read_answers(teacher / "teacher_exercises.npz", len(names))
    marked = read_landmarks(teacher / "feet_exercises.npz", len(names))
    keep = np.zeros(len(names), bool)
    for n in np.flatnonzero(answers.looks):
        second = SecondOpinion.of(marked, int(n))
        xy, peak = combine(answers.xy[n], answers.peak[n], second)
        sure, whole = keep_sure(xy[None], peak[None])
        pack.keypoints[n, :14], keep[n] = sure[0], whole[0]
        pack.keypoints[n, 14:] = beyond_body(sure[0], second, pack.images[n].shape)
    pack = pack.chosen(keep)
    log.info("%d of %d photographs are sure; %s", len(pack), len(names), coverage(pack))
    write_pack(out / "exercises.npz", pack)


def _write_lspet(data: Path, teacher: Path, out: Path, keypoints: int, train: int = 8000) -> None:
    pack = read_lspet(data / "lspet", keypoints)
    write_pack(out / "validation.npz", pack.subset(train, train + 500))
    labels, done = pack.keypoints[:train], []
    enough = np.isfinite(labels[..., 0]).sum(axis=1) >= ENOUGH
    answers = read_answers(teacher / "teacher_lspet.npz", train)
    marked = read_landmarks(teacher / "feet_lspet.npz", train)
    for n in np.flatnonzero(enough):
        second = SecondOpinion.of(marked, int(n))
        if answers.looks[n] or second is not None:
            labels[n, :14], change = repair(labels[n, :14], answers.xy[n], answers.peak[n], second)
            done.append(change)
        labels[n, 14:] = beyond_body(labels[n, :14], second, pack.images[n].shape)
    improved = Pack(pack.images[:train], labels).chosen(enough)
    log.info(
        "%d pictures seen: %d limb pairs swapped, %d keypoints filled, %d averaged, %d dropped; %s",
        len(done), *(sum(getattr(d, name) for d in done) for name in ("swapped", "filled", "averaged", "dropped")),
        coverage(improved),
    )  # fmt: skip
    write_pack(out / "lspet.npz", improved)


def coverage(pack: Pack) -> str:
    """Return in words how much of a pack is labelled, and how many of its pictures have a foot (heel and toe)."""
    known = np.isfinite(pack.keypoints[..., 0])
    right, left = known[:, [14, 16]].all(axis=1), known[:, [15, 17]].all(axis=1)
    share = 100 * known[:, :14].mean() if len(pack) else 0.0
    return f"{share:.0f} % of the body labelled, a foot in {(right | left).sum()}, both in {(right & left).sum()}"


if __name__ == "__main__":
    main()
