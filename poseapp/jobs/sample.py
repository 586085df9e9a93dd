"""The built-in sample: a rendered walk whose keypoints and angles are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from poseapp.core.analysis import Analysis
from poseapp.core.locations import resources_folder


def sample_folder() -> Path:
    """Return the folder of the sample clip and its truth."""
    return resources_folder() / "sample"


def angle_errors(analysis: Analysis) -> dict[str, float]:
    """Return the median absolute error, degrees, of each joint angle of the first person against the truth.

    Frames in which truth or measure is missing are left out; an angle that was never measured has no entry.
    """
    with np.load(sample_folder() / "walk_truth.npz") as truth:
        names = [str(name) for name in truth["angle_names"]]
        values = truth["angles"]
    measured = analysis.persons[0].angles
    errors: dict[str, float] = {}
    for column, definition in enumerate(measured.definitions):
        if definition.name not in names:
            continue
        difference = measured.values[:, column] - values[:, names.index(definition.name)]
        difference = (difference + 180.0) % 360.0 - 180.0
        known = np.isfinite(difference)
        if known.any():
            errors[definition.name] = float(np.median(np.abs(difference[known])))
    return errors
