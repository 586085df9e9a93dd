"""Opens a video: reads its packets, tries whether they say the truth, and states what is wrong with the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from poseapp.core.errors import BadInputError
from poseapp.core.types import ClipInfo
from poseapp.video import index as indexing
from poseapp.video.container import open_container, video_stream
from poseapp.video.decoder import Decoder
from poseapp.video.display import display_of
from poseapp.video.index import FrameIndex
from poseapp.video.packets import NONE, Packets, read_packets
from poseapp.video.source import PacketSource
from poseapp.video.video_clip import VideoClip

_TRIED = 12  # frames decoded at once to see whether the index tells the truth
_RATE_UNKNOWN = 30.0  # frames/s of a stream without any clock


@dataclass
class _Header:
    """What the container says of its video stream."""

    codec: str
    time_base: Fraction
    rate: float
    sample_aspect: float
    announced: int
    is_picture: bool
    problems: list[str] = field(default_factory=list)


def open_video(path: Path, *, cache_bytes: int) -> VideoClip:
    """Open a video file, or a picture that libav reads (gif).

    Raises:
        BadInputError: Nothing in it can be shown.
    """
    header, packets = _read(path)
    if not packets.shown.any():
        raise BadInputError(
            "No frame can be read; the recording is incomplete", where=path.name, remedy="Copy it again from its source"
        )
    index, first = _index(path, packets, header)
    display = display_of(first, header.sample_aspect)
    _describe(header, packets, first)
    variable = indexing.is_variable(index.ticks, index.time_base)
    width, height = display.shown_size
    info = ClipInfo(
        path=str(path),
        kind="image" if header.is_picture and len(index) == 1 else "video",
        width=width,
        height=height,
        pts=index.seconds,
        fps=indexing.nominal_rate(index.seconds, variable),
        variable_rate=variable,
        rotation=display.rotation,
        sample_aspect=header.sample_aspect,
        codec=header.codec,
        problems=tuple(header.problems),
    )
    return VideoClip(path, info, packets=packets, index=index, display=display, cache_bytes=cache_bytes)


def _read(path: Path) -> tuple[_Header, Packets]:
    with open_container(path) as container:
        stream = video_stream(container, path)
        aspect = stream.sample_aspect_ratio
        rate = stream.average_rate or stream.guessed_rate
        header = _Header(
            codec=stream.codec_context.name,
            time_base=stream.time_base or Fraction(1, 90000),
            rate=float(rate) if rate else _RATE_UNKNOWN,
            sample_aspect=float(aspect) if aspect else 1.0,
            announced=stream.frames,
            is_picture=container.format.name == "gif" or container.format.name.endswith(("_pipe", "image2")),
        )
        packets = read_packets(container, stream)
    return header, packets


def _index(path: Path, packets: Packets, header: _Header) -> tuple[FrameIndex, VideoFrame]:
    """Return the index and the first picture; the whole file is decoded once where its timestamps are not sound."""
    if indexing.timestamps_are_sound(packets):
        index = indexing.index_by_timestamps(packets, header.time_base)
        ranks, first = _try(path, packets, index)
        late = int(ranks[0]) if len(ranks) else 0
        if first is not None and (np.diff(ranks) == 1).all():
            if late:
                header.problems.append(
                    f"The recording begins between keyframes: its first {late} frames cannot be shown."
                )
                index = indexing.leave_out_first(index, late)
            return index, first
    order, first = _read_all(path, packets)
    if first is None:
        raise BadInputError(
            "No frame can be decoded", where=path.name, remedy="Convert it to MP4 (H.264), or choose another file"
        )
    header.problems.append(_clock_problem(packets, order))
    return indexing.index_by_decoding(packets, header.time_base, order, header.rate), first


def _try(path: Path, packets: Packets, index: FrameIndex) -> tuple[np.ndarray, VideoFrame | None]:
    decoder = Decoder(PacketSource(path, packets, threads="SLICE"))
    try:
        found = [
            (int(index.rank[number]), picture)
            for number, picture in islice(decoder.pictures_from(0), _TRIED)
            if number >= 0
        ]
    finally:
        decoder.close()
    shown = [(rank, picture) for rank, picture in found if rank >= 0]
    return np.array([rank for rank, _ in shown]), shown[0][1] if shown else None


def _read_all(path: Path, packets: Packets) -> tuple[np.ndarray, VideoFrame | None]:
    decoder = Decoder(PacketSource(path, packets, threads="AUTO"))
    order: list[int] = []
    first: VideoFrame | None = None
    try:
        for number, picture in decoder.pictures_from(0):
            if 0 <= number < len(packets):
                first = first or picture
                order.append(number)
    finally:
        decoder.close()
    return np.array(order, dtype=np.int64), first


def _clock_problem(packets: Packets, order: np.ndarray) -> str:
    pts = packets.pts[order]
    missing = int((pts == NONE).sum())
    if missing == len(pts):
        return "The file has no timestamps: times are frame number over nominal rate."
    if missing:
        return f"{missing} of {len(pts)} frames have no timestamp: their times are interpolated."
    if len(np.unique(pts)) == len(pts):
        return "Timestamps do not follow the order of the pictures: they were sorted."
    return "Timestamps repeat or jump back: the times of those frames are interpolated."


def _describe(header: _Header, packets: Packets, first: VideoFrame) -> None:
    if packets.cut:
        missing = header.announced - len(packets)
        count = f"{missing} of {header.announced} frames are missing" if missing > 0 else "its end is missing"
        header.problems.append(f"The file was cut off: {count}.")
    if first.interlaced_frame:
        header.problems.append("The video is interlaced: moving edges look like combs.")
