"""Opens a video: reads its packets, tries whether they say the truth, and states what is wrong with the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from poseapp.core.errors import BadInputError
from poseapp.core.types import ClipInfo
from poseapp.video import index as indexing
from poseapp.video.container import open_container, video_stream
from poseapp.video.decoder import Decoder
from poseapp.video.display import Display, display_of
from poseapp.video.index import FrameIndex
from poseapp.video.packets import NONE, Int64, Packets, read_packets
from poseapp.video.slow_motion import told_capture_rate
from poseapp.video.source import THREADS_READING, THREADS_SEEKING, PacketSource
from poseapp.video.video_clip import VideoClip

_TRIED = 6  # frames decoded at once to see whether the index tells the truth
_SOUND_LASTS_LONGER = 0.5  # s by which a whole file may announce more than its pictures last
_WITHOUT_CLOCK = frozenset({"h264", "hevc", "m4v", "mpegvideo", "mjpeg"})  # their demuxers make up 25 frames/s
_FASTEST = 1000  # frames/s; more is the tick of a clock, not a rate
_RATE_UNKNOWN = 30.0  # frames/s of a stream without any clock


@dataclass
class _Header:
    """What the container says of its video stream."""

    codec: str
    time_base: Fraction
    rate: float
    sample_aspect: float
    frames: int
    seconds: float
    is_picture: bool
    has_clock: bool
    capture_fps: float
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
    source = PacketSource(path, packets, threads=THREADS_SEEKING)
    try:
        index, pictures = _index(source, header)
    except BadInputError:
        source.close()
        raise
    _describe(header, packets, index, pictures[0])
    display = display_of(pictures[0], header.sample_aspect)
    info = _info(path, header, index, display)
    clip = VideoClip(info, source=source, index=index, display=display, cache_bytes=cache_bytes)
    for rank, picture in enumerate(pictures):
        clip.keep(rank, picture)
    return clip


def _info(path: Path, header: _Header, index: FrameIndex, display: Display) -> ClipInfo:
    variable = indexing.is_variable(index.ticks, index.time_base)
    width, height = display.shown_size
    return ClipInfo(
        path=str(path),
        kind="image" if header.is_picture and len(index) == 1 else "video",
        width=width,
        height=height,
        pts=index.seconds,
        fps=indexing.nominal_rate(index, variable=variable, announced=header.rate),
        variable_rate=variable,
        rotation=display.rotation,
        sample_aspect=header.sample_aspect,
        codec=header.codec,
        problems=tuple(header.problems),
        capture_fps=header.capture_fps,
    )


def _read(path: Path) -> tuple[_Header, Packets]:
    with open_container(path) as container:
        stream = video_stream(container, path)
        aspect = stream.sample_aspect_ratio
        rate = stream.average_rate or stream.guessed_rate
        told = stream.codec_context.framerate
        has_clock = container.format.name not in _WITHOUT_CLOCK
        if not has_clock and told and 1 <= told <= _FASTEST:
            rate = told
        has_table = container.format.name.startswith("mov,")
        header = _Header(
            codec=stream.codec_context.name,
            time_base=stream.time_base or Fraction(1, 90000),
            rate=float(rate) if rate else _RATE_UNKNOWN,
            sample_aspect=float(aspect) if aspect else 1.0,
            frames=stream.frames if has_table else 0,
            seconds=(container.duration or 0) / av.time_base,
            is_picture=container.format.name == "gif" or container.format.name.endswith(("_pipe", "image2")),
            has_clock=has_clock,
            capture_fps=told_capture_rate(container.metadata, stream.metadata),
        )
        packets = read_packets(container, stream)
    return header, packets


def _index(source: PacketSource, header: _Header) -> tuple[FrameIndex, list[VideoFrame]]:
    """Return the index and the first pictures; the whole file is decoded once where its timestamps are not sound."""
    packets = source.packets
    if indexing.timestamps_are_sound(packets):
        index = indexing.index_by_timestamps(packets, header.time_base)
        tried = list(islice(Decoder(source).pictures_from(0), _TRIED))
        ranks = [int(index.rank[number]) if 0 <= number < len(packets) else -1 for number, _ in tried]
        if ranks and ranks[0] >= 0 and ranks == list(range(ranks[0], ranks[0] + len(ranks))):
            if ranks[0]:
                header.problems.append(f"The recording begins between keyframes: {ranks[0]} frames cannot be shown.")
                index = indexing.leave_out_first(index, ranks[0])
            return index, [picture for _, picture in tried]
    order, first = _read_all(source)
    if first is None:
        raise BadInputError(
            "No frame can be decoded",
            where=source.path.name,
            remedy="Convert it to MP4 (H.264), or choose another file",
        )
    if header.has_clock:
        header.problems.append(_clock_problem(packets, order))
    return indexing.index_by_decoding(packets, header.time_base, order, header.rate), [first]


def _read_all(source: PacketSource) -> tuple[Int64, VideoFrame | None]:
    reader = source.twin(threads=THREADS_READING)
    order: list[int] = []
    first: VideoFrame | None = None
    try:
        for number, picture in Decoder(reader).pictures_from(0):
            if 0 <= number < len(source.packets):
                first = first or picture
                order.append(number)
    finally:
        reader.close()
    return np.array(order, dtype=np.int64), first


def _clock_problem(packets: Packets, order: Int64) -> str:
    pts = packets.pts[order]
    missing = int((pts == NONE).sum())
    if missing:
        return f"{missing} of {len(pts)} frames have no timestamp: their times are interpolated."
    if len(np.unique(pts)) == len(pts):
        return "Timestamps do not follow the order of the pictures: they were sorted."
    return "Timestamps repeat or jump back: the times of those frames are interpolated."


def _describe(header: _Header, packets: Packets, index: FrameIndex, first: VideoFrame) -> None:
    missing, length = header.frames - len(packets), float(np.ptp(index.seconds))
    if missing > 0:
        header.problems.append(f"The file was cut off: {missing} of {header.frames} frames are missing.")
    elif packets.cut:
        header.problems.append("The file was cut off: its end is missing.")
    elif header.seconds - length > max(_SOUND_LASTS_LONGER, 0.02 * header.seconds):
        header.problems.append(f"The file announces {header.seconds:.1f} s, but its pictures end after {length:.1f} s.")
    lost = int(packets.damaged.sum())
    if lost:
        header.problems.append(
            f"The recording lost data: {lost} of {len(packets)} packets are damaged, frames may look wrong."
        )
    if not header.has_clock:
        header.problems.append(f"The file has no timestamps: {header.rate:g} frames/s are assumed.")
    if first.interlaced_frame:
        header.problems.append("The video is interlaced: moving edges look like combs.")
