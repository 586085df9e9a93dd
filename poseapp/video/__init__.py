"""Clips: exact frames and times of videos and pictures; the only room that knows containers and codecs."""

from __future__ import annotations

from pathlib import Path

from poseapp.video.clip import Clip
from poseapp.video.identity import fingerprint
from poseapp.video.opening import open_video

__all__ = ["Clip", "fingerprint", "open_clip"]


def open_clip(path: str | Path, *, cache_bytes: int = 256 << 20) -> Clip:
    """Open a clip."""
    return open_video(Path(path), cache_bytes=cache_bytes)
