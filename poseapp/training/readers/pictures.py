"""The pictures of a data set: files or entries of a zip file, decoded when they are asked for."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.training.labelled import UInt8

ReadPicture = Callable[[int], UInt8]


def decode_image(data: bytes, *, where: str = "") -> UInt8:
    """Return encoded bytes as (H, W, 3) RGB, as stored: labels count the stored pixels, so no EXIF rotation.

    Raises:
        BadInputError: They are no picture.
    """
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), flags) if data else None
    if bgr is None:
        raise BadInputError("the picture cannot be decoded", where=where, remedy="Copy it again from its source")
    return np.ascontiguousarray(bgr[..., ::-1])


def encode_webp(image: UInt8, quality: int) -> UInt8:
    """Return an RGB picture (H, W, 3) as the bytes (n,) of a lossy WebP file. Quality: 1 to 100."""
    done, data = cv2.imencode(".webp", image[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, quality])
    if not done:
        raise BadInputError("the picture cannot be stored as WebP", where=f"{image.shape[1]} x {image.shape[0]} px")
    return np.asarray(data, np.uint8).reshape(-1)


def read_files(paths: Sequence[Path]) -> ReadPicture:
    """Return a reader of picture files; it raises BadInputError for one that is missing or broken."""

    def read(index: int) -> UInt8:
        path = paths[index]
        try:
            data = path.read_bytes()
        except OSError as error:
            what = f"the picture cannot be read ({error.strerror or error})"
            raise BadInputError(what, where=str(path), remedy="Put the pictures beside the labels") from error
        return decode_image(data, where=str(path))

    return read


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip file. Raises BadInputError where it is missing, cut off or none."""
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise BadInputError(f"not a whole zip file ({error})", where=str(path), remedy="Copy it again") from error


def read_zip(archive: zipfile.ZipFile, names: Sequence[str]) -> ReadPicture:
    """Return a reader of the named entries, for any thread; it raises BadInputError for a broken one.

    Raises:
        BadInputError: The zip file lacks some of them.
    """
    where = str(archive.filename)
    absent = sorted(set(names) - set(archive.namelist()))
    if absent:
        what = f"{len(absent)} of {len(names)} pictures are missing, such as {absent[0]}"
        raise BadInputError(what, where=where, remedy="Copy the zip file again")

    def read(index: int) -> UInt8:
        name = f"{where}: {names[index]}"
        try:
            data = archive.read(names[index])
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise BadInputError(f"the picture is damaged ({error})", where=name, remedy="Copy it again") from error
        return decode_image(data, where=name)

    return read


def read_all_of_zip(path: Path) -> tuple[ReadPicture, list[str]]:
    """Return a reader of every picture of a zip file, in the order of their names, and the names.

    Raises:
        BadInputError: The zip file is missing or broken.
    """
    archive = open_zip(path)
    names = sorted(name for name in archive.namelist() if name.endswith((".webp", ".jpg", ".png")))
    return read_zip(archive, names), names


def find_pictures(folders: Sequence[Path], names: Sequence[str]) -> ReadPicture:
    """Return a reader of the files `names` in the first folder that has the first of them, else the first folder."""
    folder = next((folder for folder in folders if names and (folder / names[0]).is_file()), folders[0])
    return read_files([folder / name for name in names])
