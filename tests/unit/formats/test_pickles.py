"""A table of DeepLabCut must not run code when it is opened."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest

from fixtures.tracks import make_tracks
from poseapp.core.errors import BadInputError
from poseapp.formats.pickles import check_pickles
from poseapp.formats.registry import FORMATS


class Bomb:
    """Runs a command when it is read."""

    def __reduce__(self):
        return os.system, ("true",)


# Puts the names away, covers them with harmless ones, takes those off and fetches the first again.
HIDDEN = b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94000\x8c\x05numpy\x94\x8c\x07ndarray\x9400h\x00h\x01\x93."


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_code_in_an_attribute_is_refused(protocol: int, tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    FORMATS["dlc"].write(path, make_tracks())
    check_pickles(path)
    with h5py.File(path, "r+") as file:
        file["df_with_missing"].attrs["info"] = np.void(pickle.dumps([Bomb()], protocol))
        file["df_with_missing"].attrs["note"] = np.bytes_(pickle.dumps([Bomb()], 0))
    with pytest.raises(BadInputError, match=r"could run a program \((posix|nt) system"):
        FORMATS["dlc"].read(path)


def test_code_behind_remembered_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    FORMATS["dlc"].write(path, make_tracks())
    with h5py.File(path, "r+") as file:
        file.attrs["x"] = np.void(HIDDEN)
    with pytest.raises(BadInputError, match="os system"):
        check_pickles(path)


def test_code_in_an_array_of_objects_is_refused(tmp_path: Path) -> None:
    tables = pytest.importorskip("tables")
    path = tmp_path / "a.h5"
    with tables.open_file(path, "w") as file:
        held = file.create_vlarray("/", "x", tables.ObjectAtom())
        held.append([1, "a"])
    check_pickles(path)
    with tables.open_file(path, "a") as file:
        file.root.x.append(Bomb())
    with pytest.raises(BadInputError, match="could run a program"):
        check_pickles(path)


def test_arrays_of_texts_are_harmless(tmp_path: Path) -> None:
    tables = pytest.importorskip("tables")
    path = tmp_path / "a.h5"
    with tables.open_file(path, "w") as file:
        file.create_vlarray("/", "x", tables.ObjectAtom()).append(np.array(["a", None], dtype=object))
    check_pickles(path)
