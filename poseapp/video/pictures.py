"""Reads single pictures, upright as the camera held them, finds the pictures of a folder, and writes pictures."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.atomic import atomic_path
from poseapp.core.clip_files import clip_files
from poseapp.core.errors import BadInputError
from poseapp.video.container import check_file

Rgb = npt.NDArray[np.uint8]

_TIFF = frozenset({".tif", ".tiff"})

# OpenCV writes to stderr by itself; a picture that cannot be read comes back as None.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def list_pictures(folder: Path) -> list[Path]:
    """Return the pictures of a folder in natural order (shot2 before shot10), hidden files left out.

    Raises:
        BadInputError: No picture in it, or it may not be read.
    """
    try:
        pictures = clip_files(folder)
    except PermissionError as error:
        raise BadInputError(
            "You may not read this folder", where=folder.name, remedy="Change its permissions, or copy it elsewhere"
        ) from error
    if not pictures:
        raise BadInputError(
            "There is no picture in this folder",
            where=folder.name,
            remedy="Choose a folder of PNG, JPEG, WebP, BMP or TIFF",
        )
    return pictures


def read_picture(path: Path, page: int = 0) -> Rgb:
    """Return a picture (H, W, 3) uint8 RGB, turned upright by its EXIF orientation.

    Sixteen bits become eight; what is transparent is taken as it is stored.

    Raises:
        BadInputError: The file is missing, may not be read, or is no picture.
    """
    check_file(path)
    rgb = _decode(np.memmap(path, dtype=np.uint8, mode="r"), page, multi=path.suffix.lower() in _TIFF)
    if rgb is None:
        raise BadInputError(
            "This is no picture, or it is damaged", where=path.name, remedy="Save it again as PNG or JPEG"
        )
    return rgb


def _decode(data: npt.NDArray[np.uint8], page: int, *, multi: bool) -> Rgb | None:
    try:
        if multi:
            found, pages = cv2.imdecodemulti(data, cv2.IMREAD_COLOR, range=(page, page + 1))
            bgr = pages[0] if found and pages else None
        else:
            bgr = cv2.imdecode(data, cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if bgr is None else cast(Rgb, cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))


def write_png(path: Path, rgb: Rgb) -> None:
    """Write a picture (H, W, 3) as a PNG file without metadata, whole or not at all.

    Raises:
        BadInputError: It cannot be written.
    """
    _, data = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    with atomic_path(path) as temporary:
        temporary.write_bytes(data.tobytes())
