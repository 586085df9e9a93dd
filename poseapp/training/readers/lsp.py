"""Leeds Sports Pose (LSP, 2,000 pictures) and its extension (LSPET, 10,000), one person a picture.

Three layouts: the official folders (`joints.mat` beside `images/im0001.jpg`, `im00001.jpg` for LSPET), and LSPET packed
(`joints.npz` beside `images.zip`).

What the third value of a joint says differs between the two (Johnson & Everingham, BMVC 2010 and CVPR 2011; the
conversion of bearpaw/pytorch-pose, miscs/gen_lsp.m, turns LSP's round and takes LSPET's as it is): LSP labels every
joint, and 1 = occluded; LSPET's 1 = labelled, and 0 = not, with a position that means nothing.

`joints.mat` counts pixels as MATLAB does: the centre of the first is at (1, 1), so 1 is taken from both coordinates.
The packed file counts from 0 already.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Float64
from poseapp.training.labelled import LabelledSet
from poseapp.training.readers.matlab import FIRST_PIXEL, load_variable
from poseapp.training.readers.people import Person, PictureList, gather
from poseapp.training.readers.pictures import ReadPicture, open_zip, read_files, read_zip

K = 14


def read_lsp(folder: Path) -> LabelledSet:
    """Read LSP from its official folder. Raises BadInputError where `joints.mat` is missing or something else."""
    joints = _read_mat(folder / "joints.mat")
    people = [Person(n, joint[:, :2] - FIRST_PIXEL, joint[:, 2] > 0) for n, joint in enumerate(joints)]
    return _gather("lsp", people, _official_pictures(folder / "images", len(people), digits=4))


def read_lspet(folder: Path) -> LabelledSet:
    """Read LSPET from its official folder or packed. Raises BadInputError where something is missing or broken."""
    if (folder / "joints.npz").exists():
        joints, first = _read_npz(folder / "joints.npz"), 0.0
        names = [f"im{n + 1:05d}.webp" for n in range(len(joints))]
        pictures = read_zip(open_zip(folder / "images.zip"), names)
    else:
        joints, first = _read_mat(folder / "joints.mat"), FIRST_PIXEL
        pictures = _official_pictures(folder / "images", len(joints), digits=5)
    xy = np.where(joints[..., 2:] > 0, joints[..., :2] - first, np.nan)
    return _gather("lspet", [Person(n, points) for n, points in enumerate(xy)], pictures)


def _gather(name: str, people: list[Person], pictures: ReadPicture) -> LabelledSet:
    return gather(name, load_skeleton("lsp14"), PictureList(pictures, range(len(people))), people)


def _official_pictures(folder: Path, count: int, *, digits: int) -> ReadPicture:
    # The high-resolution edition of LSPET has PNG files of the same names.
    suffix = "png" if (folder / f"im{1:0{digits}d}.png").exists() else "jpg"
    return read_files([folder / f"im{n + 1:0{digits}d}.{suffix}" for n in range(count)])


def _read_mat(path: Path) -> Float64:
    """Return (N, 14, 3): LSP keeps (3, 14, N), LSPET (14, 3, N)."""
    joints = np.asarray(load_variable(path, "joints"))
    if joints.ndim == 2:  # one person, squeezed
        joints = joints[..., None]
    shape = joints.shape
    if joints.ndim == 3 and shape[:2] == (3, K):
        joints = joints.transpose(2, 1, 0)
    elif joints.ndim == 3 and shape[:2] == (K, 3):
        joints = joints.transpose(2, 0, 1)
    else:
        what = f"its joints have the shape {shape}, not (3, {K}, N) or ({K}, 3, N)"
        raise BadInputError(what, where=str(path), remedy="Take the joints.mat of LSP or LSPET")
    return joints.astype(np.float64)


def _read_npz(path: Path) -> Float64:
    try:
        with np.load(path) as data:
            joints = np.asarray(data["joints"], np.float64)
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BadInputError(f"the joints cannot be read ({error})", where=str(path), remedy="Copy it again") from error
    if joints.ndim != 3 or joints.shape[1:] != (K, 3):
        raise BadInputError(f"its joints have the shape {joints.shape}, not (N, {K}, 3)", where=str(path))
    return joints
