"""MATLAB files (version 5 to 7.2): arrays, and structs whose fields may be empty or absent."""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io
from scipy.io.matlab import MatReadError

from poseapp.core.errors import BadInputError

FIRST_PIXEL = 1.0  # coordinate of the first pixel's centre, as MATLAB counts

_BROKEN = (OSError, EOFError, ValueError, TypeError, KeyError, IndexError, NotImplementedError, MatReadError)


def load_variable(path: Path, name: str) -> Any:
    """Return a variable of a .mat file; structs have their fields as attributes, sizes of 1 are squeezed away.

    Raises:
        BadInputError: The file is missing or broken, or has no such variable.
    """
    try:
        data = scipy.io.loadmat(str(path), variable_names=[name], struct_as_record=False, squeeze_me=True)
    except (*_BROKEN, struct.error, zlib.error) as error:
        what = f"not a MATLAB file that can be read ({error})"
        raise BadInputError(what, where=str(path), remedy="Take the data set's own file") from error
    if name not in data:
        raise BadInputError(f"it has no variable {name}", where=str(path), remedy="Take the data set's own file")
    return data[name]


def items(value: Any) -> list[Any]:
    """Return the elements of a struct or cell array: one that was squeezed, many, or none."""
    return list(np.atleast_1d(value))


def field(value: Any, name: str) -> Any:
    """Return a field of a struct; None where it is absent or empty."""
    found = getattr(value, name, None)
    return None if isinstance(found, np.ndarray) and found.size == 0 else found


def number(value: Any, name: str) -> float:
    """Return a field as a number; NaN where it is absent, empty or none."""
    found = field(value, name)
    try:
        return math.nan if found is None else float(found)
    except (TypeError, ValueError):
        return math.nan
