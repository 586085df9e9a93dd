"""Moves the playhead: by hand, and by the clip's own clock while playing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


def _monotonic() -> Callable[[], float]:
    timer = QElapsedTimer()
    timer.start()
    return lambda: timer.nsecsElapsed() / 1e9


@dataclass(frozen=True)
class Zone:
    """The working zone: frames start .. stop, at least one."""

    start: int
    stop: int


class Playback(QObject):
    """The playhead and the clock that drives it.

    Time is that of the frames' pts, so clips of variable rate play at their true speed; a slow
    decoder makes frames drop, never the clip run late.

    Signals:
        playheadChanged: (frame index).
        playingChanged: (bool).
        speedChanged: (times real speed).
        zoneChanged: (Zone or None) the frames that playing loops over and that edits of a stretch act on.
        loopingChanged: (bool).
    """

    playheadChanged = Signal(int)
    playingChanged = Signal(bool)
    speedChanged = Signal(float)
    zoneChanged = Signal(object)
    loopingChanged = Signal(bool)

    def __init__(self, now: Callable[[], float] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now or _monotonic()
        self._pts: npt.NDArray[np.float64] = np.zeros(0)
        self._playhead = 0
        self._speed = 1.0
        self._zone: Zone | None = None
        self._looping = False
        self._origin: tuple[float, float] | None = None  # (clock s, pts s) when the clock was last set
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.tick)

    @property
    def playhead(self) -> int:
        """The frame the window shows."""
        return self._playhead

    @property
    def playing(self) -> bool:
        """Tell whether the clock runs."""
        return self._origin is not None

    @property
    def speed(self) -> float:
        """Times real speed."""
        return self._speed

    @property
    def zone(self) -> Zone | None:
        """The working zone, None for the whole clip."""
        return self._zone

    @property
    def looping(self) -> bool:
        """Tell whether playing begins again at the end of the zone, or of the clip."""
        return self._looping

    def set_zone(self, zone: Zone | None) -> None:
        """Set the working zone, cut to the clip; None or nothing left: the whole clip."""
        if zone is not None:
            start, stop = max(0, zone.start), min(len(self._pts), zone.stop)
            zone = Zone(start, stop) if start < stop else None
        if zone != self._zone:
            self._zone = zone
            self.zoneChanged.emit(zone)

    def set_looping(self, on: bool) -> None:
        """Let playing begin again at the end of the zone, or of the clip."""
        if on != self._looping:
            self._looping = on
            self.loopingChanged.emit(on)

    def set_clip(self, pts: npt.NDArray[np.float64], playhead: int = 0) -> None:
        """Take a clip's timestamps (T,), s, and stand still at a frame."""
        self.pause()
        self._pts = pts
        self._playhead = self._clamp(playhead)
        self.set_zone(None)
        self.playheadChanged.emit(self._playhead)

    def seek(self, index: int) -> None:
        """Move the playhead, clamped to the clip; while playing, go on from there."""
        index = self._clamp(index)
        if self.playing:
            self._set_clock(index)
        self._move(index)

    def step(self, n: int) -> None:
        """Stop, and move by n frames."""
        self.pause()
        self.seek(self._playhead + n)

    def play(self) -> None:
        """Start the clock; at the end of the clip, or outside the zone that loops, start from its beginning."""
        if len(self._pts) < 2 or self.playing:
            return
        first, last = _ends(self._zone if self._looping else None, len(self._pts))
        if self._playhead >= last or self._playhead < first:
            self._move(first)
        self._set_clock(self._playhead)
        self.playingChanged.emit(self.playing)
        self._arm()

    def pause(self) -> None:
        """Stop the clock."""
        if self.playing:
            self._origin = None
            self._timer.stop()
            self.playingChanged.emit(self.playing)

    def set_speed(self, speed: float) -> None:
        """Set times real speed, 0.1 to 4; takes effect at once without a jump."""
        self._speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        if self.playing:
            self._set_clock(self._playhead)
            self._arm()
        self.speedChanged.emit(self._speed)

    def tick(self) -> None:
        """Go to the frame whose time it is; after the last, stop or begin again."""
        if self._origin is None:
            return
        time = self._clip_time()
        index = int(np.clip(np.searchsorted(self._pts, time, side="right") - 1, 0, len(self._pts) - 1))
        if self._looping:
            first, last = _ends(self._zone if self._looping else None, len(self._pts))
            if time >= _end_of(self._pts, last):
                index = first
                self._set_clock(first)
            index = min(index, last)
        self._move(index)
        if index >= len(self._pts) - 1 and not self._looping:
            self.pause()
        else:
            self._arm()

    def _clamp(self, index: int) -> int:
        return max(0, min(index, len(self._pts) - 1))

    def _move(self, index: int) -> None:
        if index != self._playhead:
            self._playhead = index
            self.playheadChanged.emit(index)

    def _set_clock(self, index: int) -> None:
        self._origin = (self._now(), float(self._pts[index]))

    def _clip_time(self) -> float:
        assert self._origin is not None
        started, pts = self._origin
        return pts + (self._now() - started) * self._speed

    def _arm(self) -> None:
        """Wake up when the next frame is due."""
        due = (_end_of(self._pts, self._playhead) - self._clip_time()) / self._speed
        self._timer.start(max(0, int(np.ceil(due * 1000))))


def _ends(zone: Zone | None, n_frames: int) -> tuple[int, int]:
    """Return the first and the last frame that playing runs through."""
    return (0, n_frames - 1) if zone is None else (zone.start, zone.stop - 1)


def _end_of(pts: npt.NDArray[np.float64], index: int) -> float:
    """Return when a frame ends, pts s; the last one lasts as long as the one before it."""
    if index + 1 < len(pts):
        return float(pts[index + 1])
    return float(2 * pts[index] - pts[index - 1])
