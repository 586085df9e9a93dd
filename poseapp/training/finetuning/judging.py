"""How far a network is from the held-out marks while it is being taught: quick, and the same every time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from poseapp.core.codec import decode
from poseapp.core.geometry import Affine, resize_map
from poseapp.core.types import Float32, Float64, ModelSpec
from poseapp.training.augment import Placement, move_image, place
from poseapp.training.finetuning.data import MarkedPeople
from poseapp.training.finetuning.looks import torso_of
from poseapp.training.finetuning.weak import PLACED
from poseapp.training.measuring.evaluate import normalise
from poseapp.training.pack import UInt8

_AT_ONCE = 8
_THRESHOLD = 0.2


@dataclass(frozen=True)
class Judgement:
    """Median error px of the clips' pictures, and the share of marks within 20 % of the torso, 0 to 1."""

    median_px: float
    pck: float


class Judge:
    """Asks a network about held-out people, in one crop each about the pose that the project shows.

    The proof at the end looks as an analysis does, twice and mirrored; this is for choosing while training.
    """

    def __init__(self, people: MarkedPeople, spec: ModelSpec) -> None:
        """Cut the crops once. Raises ValueError where nobody was cut out."""
        if people.to_cut is None:
            raise ValueError("nothing was cut out")
        about = people.in_cut(people.pose)
        placements = [place(pose, spec.input_size, crop_factor=spec.crop_factor) for pose in about]
        self._crops: list[UInt8] = [
            move_image(image, placement, spec.input_size, (0, 0, 0))
            for image, placement in zip(people.images, placements, strict=True)
        ]
        self._to_input = [_whole(p, matrix) for p, matrix in zip(placements, people.to_cut, strict=True)]
        placed = np.isin(people.labels, PLACED)[..., None]
        self._truth: Float32 = np.where(placed, people.keypoints, np.float32(np.nan))
        self._torso = torso_of(people)
        self._spec = spec

    def __call__(self, network: nn.Module, *, cancel: Callable[[], bool] = lambda: False) -> Judgement | None:
        """Return how good a network is, None where it was cancelled or nothing is marked."""
        network.eval()
        errors: list[Float64] = []
        for first in range(0, len(self._crops), _AT_ONCE):
            if cancel():
                return None
            crops = np.stack(self._crops[first : first + _AT_ONCE])
            with torch.no_grad():
                maps = network(normalise(crops, self._spec.mean, self._spec.std)).float().numpy()
            errors.extend(self._errors(maps, first))
        off = np.stack(errors) if errors else np.empty((0, 1))
        known = np.isfinite(off)
        if not known.any():
            return None
        within = (off <= _THRESHOLD * self._torso[:, None])[known].mean()
        return Judgement(float(np.median(off[known])), float(within))

    def _errors(self, maps: Float32, first: int) -> list[Float64]:
        """Return the errors (K,) px of each of some people; what is not seen is off by a torso."""
        spec = self._spec
        decoded = decode(maps, activation=spec.activation, method=spec.decode, beta=spec.beta)
        shift = Affine(np.array([[1.0, 0.0, spec.offset[0]], [0.0, 1.0, spec.offset[1]]]))
        points = shift.after(resize_map(maps.shape[2:], spec.input_size))(decoded.points)
        found = []
        for i, xy in enumerate(points):
            off = np.linalg.norm(self._to_input[first + i].inverse(xy) - self._truth[first + i], axis=-1)
            lost = np.isnan(xy[:, 0]) & np.isfinite(self._truth[first + i, :, 0])
            found.append(np.where(lost, self._torso[first + i], off))
        return found


def _whole(placement: Placement, to_cut: Float64) -> Affine:
    return placement.to_input.after(Affine(to_cut))
