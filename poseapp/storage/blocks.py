"""Poses of 256 frames as bytes: the unit in which a project keeps predictions.

Layout: 32 bytes of bits, which frames a network has looked at; then float32 little-endian (256, P, K, 6) of x, y, score
and the covariance xx, xy, yy, split into byte planes (every first byte, every second byte, ...). Codec "zlib" is this
compressed at level 1, "planes" the same uncompressed. Planes compress to 82 % where plain floats give 92 %.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from poseapp.core.layers import BLOCK_FRAMES, N_VALUES
from poseapp.core.types import Float32, PoseChunk

ZLIB_LEVEL = 1
_BITS = BLOCK_FRAMES // 8


@dataclass
class Block:
    """Poses being gathered: `values` (256, P, K, 6), NaN where nothing is; `present` (256,)."""

    values: Float32
    present: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(BLOCK_FRAMES, np.bool_))

    @classmethod
    def empty(cls, n_persons: int, n_keypoints: int) -> Block:
        """Return a block without any frame."""
        return cls(np.full((BLOCK_FRAMES, n_persons, n_keypoints, N_VALUES), np.nan, np.float32))

    @property
    def n_persons(self) -> int:
        """P."""
        return int(self.values.shape[1])

    def put(self, rows: slice, values: Float32) -> None:
        """Replace frames by values (n, P, K, 6); more persons than before widen the block."""
        missing = values.shape[1] - self.n_persons
        if missing > 0:
            self.values = np.pad(self.values, [(0, 0), (0, missing), (0, 0), (0, 0)], constant_values=np.nan)
        self.values[rows] = np.nan
        self.values[rows, : values.shape[1]] = values
        self.present[rows] = True

    def pack(self) -> tuple[str, bytes]:
        """Return codec and bytes, quickly: a block in the making is written often."""
        planes = self.values.astype("<f4").reshape(-1, 1).view(np.uint8).T
        return "planes", np.packbits(self.present).tobytes() + planes.tobytes()

    def compress(self) -> tuple[str, bytes]:
        """Return codec and bytes for good."""
        return "zlib", zlib.compress(self.pack()[1], ZLIB_LEVEL)

    def chunks(self, start: int) -> Iterator[PoseChunk]:
        """Yield the frames that are present, joined where they touch; `start` is the index of the first row."""
        edges = np.flatnonzero(np.diff(self.present.astype(np.int8), prepend=0, append=0))
        for a, b in edges.reshape(-1, 2):
            part = self.values[a:b]
            yield PoseChunk(start + int(a), part[..., :2], part[..., 2], part[..., 3:])


def unpack_block(codec: str, data: bytes, n_persons: int, n_keypoints: int) -> Block:
    """Read what `Block.pack` made.

    Raises:
        ValueError: These are not such bytes.
    """
    try:
        plain = zlib.decompress(data) if codec == "zlib" else data
    except zlib.error as error:
        raise ValueError(str(error)) from error
    size = BLOCK_FRAMES * n_persons * n_keypoints * N_VALUES
    if codec not in ("zlib", "planes") or len(plain) != _BITS + 4 * size:
        raise ValueError(f"{len(plain)} bytes of {codec} for {n_persons} persons")
    present = np.unpackbits(np.frombuffer(plain, np.uint8, _BITS)).astype(np.bool_)
    planes = np.frombuffer(plain, np.uint8, offset=_BITS).reshape(4, size)
    values = np.ascontiguousarray(planes.T).view("<f4").astype(np.float32)
    return Block(values.reshape(BLOCK_FRAMES, n_persons, n_keypoints, N_VALUES), present)
