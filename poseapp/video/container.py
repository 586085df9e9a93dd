"""Opens video files by libav, tells apart what is wrong with those that cannot be opened, and keeps libav quiet."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from poseapp.core.errors import BadInputError

av.logging.set_level(None)  # libav writes to stderr by itself; what matters comes back as an exception or a flag

# Formats that libav "recognises" in ordinary text and that hold no clip.
_NOT_CLIPS = frozenset({"tty", "lavfi", "hls", "concat", "dash", "imf", "sdp", "rtsp"})
# libav reads one tile of such a picture and takes it for the whole.
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
_CONVERT = "Convert it to MP4 (H.264), or choose another file"


def open_container(path: Path) -> InputContainer:
    """Open a file by libav; only the file itself is read, never an address it names.

    Raises:
        BadInputError: Missing, empty, not readable, or not a video.
    """
    check_file(path)
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp" and head[8:] in _HEIF_BRANDS:
        raise BadInputError("HEIC pictures cannot be read", where=path.name, remedy="Save it as JPEG first")
    try:
        container = av.open(f"file:{path}", options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except av.FFmpegError as error:
        raise BadInputError(_reason(head, error), where=path.name, remedy=_CONVERT) from error
    if container.format.name in _NOT_CLIPS:
        container.close()
        raise BadInputError("This is not a video or image", where=path.name, remedy="Choose a video or image file")
    return container


def check_file(path: Path) -> None:
    """Raise `BadInputError` for a file that is missing, empty or may not be read."""
    try:
        if path.stat().st_size == 0:
            raise BadInputError("The file is empty (0 bytes)", where=path.name, remedy="Copy it again from its source")
        with path.open("rb"):
            pass
    except FileNotFoundError as error:
        raise BadInputError(
            "The file does not exist", where=path.name, remedy="Check the name, or choose the file again"
        ) from error
    except PermissionError as error:
        raise BadInputError(
            "You may not read this file", where=path.name, remedy="Change its permissions, or copy it elsewhere"
        ) from error
    except OSError as error:
        raise BadInputError(
            f"The file cannot be read ({error.strerror})", where=path.name, remedy="Check the disk, or copy it again"
        ) from error


def _reason(head: bytes, error: av.FFmpegError) -> str:
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free"} and isinstance(error, av.InvalidDataError):
        return "The recording is incomplete: its table of frames is missing, so that nothing can be read"
    if isinstance(error, av.InvalidDataError):
        return "This is not a video or image"
    return f"The file cannot be read ({error.strerror})"


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """Return the main video stream, leaving out cover pictures of music.

    Raises:
        BadInputError: There is none, or no decoder for it.
    """
    cover = av.stream.Disposition.attached_pic
    streams = [stream for stream in container.streams.video if not stream.disposition & cover]
    if not streams:
        what = (
            "There is sound but no picture in this file"
            if container.streams.audio
            else "There is no picture in this file"
        )
        raise BadInputError(what, where=path.name, remedy="Choose a video or image file")
    best = cast(Any, container.streams.best("video"))
    stream = best if best in streams else streams[0]
    if stream.codec_context is None:
        raise BadInputError("The video format of this file is unknown", where=path.name, remedy=_CONVERT)
    return cast(VideoStream, stream)
