"""What a container says of the rate at which its pictures were recorded, where that is another than it plays at."""

from __future__ import annotations

import math
from collections.abc import Mapping

# Android's camera writes the rate of the sensor (MediaMuxer, KEY_CAPTURE_RATE); others use the same word.
_KEYS = ("com.android.capture.fps", "com.apple.quicktime.capture.fps", "capture_fps", "capturefps")
_LEAST, _MOST = 1.0, 100_000.0


def told_capture_rate(*metadata: Mapping[str, str]) -> float:
    """Return frames/s that the metadata of a container or of its stream name, 0.0 where they name none."""
    for words in metadata:
        lower = {key.lower(): value for key, value in words.items()}
        for key in _KEYS:
            try:
                rate = float(lower.get(key, ""))
            except ValueError:
                continue
            if math.isfinite(rate) and _LEAST <= rate <= _MOST:
                return rate
    return 0.0
