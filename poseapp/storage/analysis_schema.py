"""Names, units and texts of the HDF5 analysis file, version 1: what writer and reader share."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np

from poseapp.core.analysis import PlaneFlag
from poseapp.core.types import Source

FORMAT = "poseapp-analysis"
FORMAT_VERSION = 1

# Dimension scales, in the root: name -> (units, what it counts).
SCALES = {
    "time": ("s", "when each frame is shown by the clock of the file, or was recorded where calibration tells"),
    "keypoint": ("1", "keypoint of the skeleton"),
    "angle": ("1", "joint or segment angle"),
    "axis": ("1", "image axis: x to the right, y down, pixel centres at integers, first pixel 0"),
    "edit": ("1", "number of the edit, undo or redo, oldest first"),
    "covariance_term": ("1", "term of the symmetric covariance matrix of x and y"),
}
AXES = ("x", "y")
COVARIANCE_TERMS = ("xx", "xy", "yy")

# Dataset of /persons/<n>/keypoints -> (dimension scales, units, meaning).
KEYPOINT_DATASETS = {
    "raw": (("time", "keypoint", "axis"), "px", "what the network predicted, marks left out"),
    "final": (("time", "keypoint", "axis"), "px", "with corrections on top and short gaps interpolated"),
    "filtered": (("time", "keypoint", "axis"), "px", "final, smoothed as /persons/<n>/filter says"),
    "score": (("time", "keypoint"), "1", "how sure the keypoint is, 0 to 1; 1 where a person placed it"),
    "sigma": (("time", "keypoint"), "px", "standard deviation of final, root mean square of the two axes; NaN unknown"),
    "covariance": (("time", "keypoint", "covariance_term"), "px^2", "of the prediction; 0 where a person placed it"),
    "source": (("time", "keypoint"), "1", "who placed final: see flag_values and flag_meanings"),
}

# Dataset of /persons/<n>/angles -> meaning; all (time, angle), degrees.
ANGLE_DATASETS = {
    "values": "from filtered keypoints",
    "raw": "from final, unfiltered keypoints",
    "sigma": "standard deviation from the keypoint covariances, to first order, before smoothing; NaN unknown",
}

FACING_DATASETS = {
    "start": "first frame of the stretch",
    "stop": "frame after the last one of the stretch",
    "direction": "+1 faces picture right, -1 faces picture left (x is mirrored for the angles there)",
    "support": "share of the evidence that speaks for the direction, 0.5 to 1",
    "by_user": "1 where a person set it",
}

VIEW_DATASETS = {
    "start": "first frame of the stretch",
    "stop": "frame after the last one of the stretch",
    "direction": "+1 seen from the front, -1 from behind (x is mirrored for frontal angles there), 0 from the side",
    "support": "share of the evidence that speaks for it, 0.5 to 1; 1 where a person said it",
}

PLANE_MEANING = "whether the angle lies in the plane of the picture: see flag_values and flag_meanings"
PLANE_VALUES = np.array([int(flag) for flag in PlaneFlag], dtype=np.uint8)
PLANE_MEANINGS = " ".join(flag.name.lower() for flag in PlaneFlag)
NEUTRAL_MEANING = "degrees subtracted from values (not from raw) so that a static stretch reads 0; see settings"

SUMMARY_DATASETS = {
    "min": "smallest value",
    "max": "largest value",
    "range": "max - min",
}

FLAG_VALUES = np.array([int(source) for source in Source], dtype=np.uint8)
FLAG_MEANINGS = " ".join(source.name.lower() for source in Source)


def texts(values: tuple[str, ...] | list[str]) -> Any:
    """Return strings as HDF5 holds them: variable length UTF-8, which h5py, MATLAB, R and netCDF read."""
    return np.array(values, dtype=h5py.string_dtype("utf-8"))
