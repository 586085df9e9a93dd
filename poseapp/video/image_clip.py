"""Reads a picture, a TIFF of several pages, or a row of pictures as a clip."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.types import ClipInfo, Frame
from poseapp.video.cache import ByteCache
from poseapp.video.clip import Clip
from poseapp.video.container import check_file
from poseapp.video.picture_header import pages_of, size_of, turn_of
from poseapp.video.pictures import Rgb, read_picture

NOMINAL_RATE = 30.0  # frames/s of pictures, which carry no time
_ANIMATIONS = {".png": b"acTL", ".webp": b"ANIM"}


class ImageClip(Clip):
    """Pictures in a row.

    Pictures of different sizes lie at the top left of a black canvas as large as the largest, so that a
    position in px is the position in the picture's own file.
    """

    def __init__(self, info: ClipInfo, pages: Sequence[tuple[Path, int]], *, cache_bytes: int) -> None:
        super().__init__(info)
        self._pages = pages
        self._cache: ByteCache[Rgb] = ByteCache(cache_bytes)

    def frame_at(self, index: int) -> Frame:
        self._check_index(index)
        rgb = self._cache.get(index)
        if rgb is None:
            rgb = self._read(index)
            self._cache.put(index, rgb, rgb.nbytes)
        return Frame(index, float(self.info.pts[index]), rgb)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
        for index in range(start, self.info.n_frames if stop is None else min(stop, self.info.n_frames)):
            try:
                yield self.frame_at(index)
            except BadInputError:
                self._unreadable.add(index)

    def close(self) -> None:
        self._cache.clear()

    def _read(self, index: int) -> Rgb:
        path, page = self._pages[index]
        try:
            rgb = read_picture(path, page)
        except BadInputError:
            self._unreadable.add(index)
            raise
        rgb = _on_canvas(rgb, self.info.width, self.info.height)
        rgb.setflags(write=False)
        return rgb


def open_pictures(paths: Sequence[Path], *, opened: Path, cache_bytes: int) -> ImageClip:
    """Open pictures as one clip in the order given; `opened` is the file or folder to name.

    Raises:
        BadInputError: A file is missing or may not be read, or the first picture cannot be read.
    """
    for path in paths:
        check_file(path)
    pages = [(path, page) for path in paths for page in range(pages_of(path))]
    first = read_picture(*pages[0])
    sizes = {(first.shape[1], first.shape[0])} | {_size(*page) for page in pages[1:]} - {None}
    width, height = (max(size[axis] for size in sizes if size) for axis in (0, 1))
    alone = len(pages) == 1
    info = ClipInfo(
        path=str(opened),
        kind="image" if alone else "images",
        width=width,
        height=height,
        pts=np.arange(len(pages)) / NOMINAL_RATE,
        fps=0.0 if alone else NOMINAL_RATE,
        rotation=turn_of(paths[0]) if alone else 0,
        codec=paths[0].suffix.lower().lstrip("."),
        problems=tuple(_problems(paths, len(pages), len(sizes))),
    )
    return ImageClip(info, pages, cache_bytes=cache_bytes)


def common_folder(paths: Sequence[Path]) -> Path:
    """Return the folder that holds all of several files."""
    return Path(os.path.commonpath([path.absolute().parent for path in paths]))


def _size(path: Path, page: int) -> tuple[int, int] | None:
    """Return (width, height) px, decoding the picture only where its header does not tell; None for a damaged one."""
    size = size_of(path) if page == 0 else None
    if size is None:
        try:
            rgb = read_picture(path, page)
        except BadInputError:
            return None
        size = rgb.shape[1], rgb.shape[0]
    return size


def _on_canvas(rgb: Rgb, width: int, height: int) -> Rgb:
    if rgb.shape[:2] == (height, width):
        return rgb
    canvas = np.zeros((height, width, 3), dtype=np.uint8)
    seen = rgb[:height, :width]
    canvas[: seen.shape[0], : seen.shape[1]] = seen
    return canvas


def _problems(paths: Sequence[Path], n_pages: int, n_sizes: int) -> Iterator[str]:
    if n_pages > 1:
        yield f"Pictures carry no time: {NOMINAL_RATE:.0f} frames/s are assumed."
    if n_sizes > 1:
        yield "The pictures differ in size: smaller ones lie at the top left of a black canvas."
    if any(_is_animation(path) for path in paths):
        yield "Of an animated picture only the first frame is read."


def _is_animation(path: Path) -> bool:
    sign = _ANIMATIONS.get(path.suffix.lower())
    if sign is None:
        return False
    with path.open("rb") as file:
        return sign in file.read(4096)
