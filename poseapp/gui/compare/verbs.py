"""What the keys and buttons of the comparison's window do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from poseapp.core.errors import PoseappError
from poseapp.gui.commands.cheat_sheet import CheatSheet
from poseapp.gui.compare.keys import key_rows
from poseapp.services.playback import SPEEDS, Zone

if TYPE_CHECKING:
    from poseapp.gui.compare.window import CompareWindow


class TimeVerbs:
    """Moving and synchronising; nothing happens before both clips are there."""

    def __init__(self, window: CompareWindow) -> None:
        self._window = window
        self._comparing = window.comparing
        self._playback = window.comparing.playback

    def toggle(self) -> None:
        """Play or pause."""
        if self._playback.playing:
            self._playback.pause()
        else:
            self._playback.play()

    def step(self, by: float) -> None:
        """Move both by frames of A."""
        if self._comparing.clips:
            self._playback.step(int(by))

    def seek_end(self, end: float) -> None:
        """Go to the first (0) or the last (1) frame of A."""
        if self._comparing.clips:
            self._playback.seek(int(end) * (self._comparing.clips[0].info.n_frames - 1))

    def speed(self, by: float) -> None:
        """Play faster (+1) or slower (-1)."""
        now = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self._playback.speed))
        self._playback.set_speed(SPEEDS[min(max(now + int(by), 0), len(SPEEDS) - 1)])

    def loop(self, on: bool) -> None:
        """Play the zone, or all of A, again and again."""
        self._playback.set_looping(on)

    def begin_zone(self) -> None:
        """Let what is looped over begin at the playhead."""
        if self._comparing.clips:
            here, zone = self._playback.playhead, self._playback.zone
            stop = zone.stop if zone is not None and zone.stop > here else self._comparing.clips[0].info.n_frames
            self._playback.set_zone(Zone(here, stop))

    def end_zone(self) -> None:
        """Let what is looped over end with the frame at the playhead."""
        if self._comparing.clips:
            here, zone = self._playback.playhead, self._playback.zone
            self._playback.set_zone(Zone(zone.start if zone is not None and zone.start <= here else 0, here + 1))

    def clear_zone(self) -> None:
        """Loop over all of A."""
        self._playback.set_zone(None)

    def open_sync_menu(self) -> None:
        """Ask what to synchronise at."""
        if self._comparing.clips:
            self._window.head.show_events(self._comparing.shared_events())
            self._window.head.open_sync_menu()

    def synchronise_here(self) -> None:
        """Lay the frames shown now together."""
        if not self._comparing.clips:
            return
        try:
            self._comparing.synchronise_here()
        except PoseappError as error:
            self._window.presenter.show_error(error)

    def synchronise_starts(self) -> None:
        """Lay the first frames together."""
        if self._comparing.clips:
            self._comparing.synchronise_starts()

    def event_in_second(self, by: float) -> None:
        """Lay the next or previous happening of an event in B onto A's: of the event synchronised at, or the first."""
        events = self._comparing.shared_events() if self._comparing.clips else ()
        if not events:
            return
        same = next((event for event in events if event.label == self._comparing.sync.name), None)
        self._comparing.synchronise_at(same or events[0], further=int(by) if same else 0)

    def step_second(self, by: float) -> None:
        """Move B alone by frames."""
        if self._comparing.clips:
            self._comparing.step_second(int(by))

    def swap(self) -> None:
        """Let the other clip lead."""
        if self._comparing.clips:
            self._comparing.swap()


class LookVerbs:
    """How the two clips are shown."""

    def __init__(self, window: CompareWindow) -> None:
        self._window = window

    def superpose(self, on: float) -> None:
        """Show the pictures superposed (1) or side by side (0)."""
        self._change(superposed=bool(on))

    def set_on_body(self, on: bool) -> None:
        """Lay B onto A's body, or picture on picture."""
        self._change(on_body=on)

    def set_mirrored(self, on: bool) -> None:
        """Turn B over."""
        self._change(mirrored=on)

    def change_share(self, by: float) -> None:
        """Let B be seen more or less, percent."""
        slider = self._window.head.share
        slider.setValue(slider.value() + int(by))

    def change_angle(self, by: float) -> None:
        """Plot the next or previous angle."""
        _turn(self._window.angle, int(by))

    def change_sides(self) -> None:
        """Plot both sides, the right, the left, in turn."""
        _turn(self._window.sides, 1)

    def _change(self, **chosen: bool) -> None:
        looks = self._window.presenter.looks
        looks.show(replace(looks.look, **chosen))

    def fit(self) -> None:
        """Show the whole pictures."""
        for picture in self._window.pictures:
            picture.fit_picture()

    def zoom_person(self) -> None:
        """Zoom to the compared people."""
        for picture in self._window.pictures:
            picture.fit_person()

    def zoom(self, factor: float) -> None:
        """Zoom about the middle."""
        for picture in self._window.pictures:
            picture.zoom(factor)

    def cheat_sheet(self) -> None:
        """Show every key of this window."""
        sheet = CheatSheet(key_rows(), self._window)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def close(self) -> None:
        """End the comparison."""
        self._window.close()


class CompareVerbs:
    """Both, by the names that the table of verbs uses."""

    def __init__(self, window: CompareWindow) -> None:
        self.time = TimeVerbs(window)
        self.look = LookVerbs(window)


def _turn(choice: QComboBox, by: int) -> None:
    if choice.count():
        choice.setCurrentIndex((choice.currentIndex() + by) % choice.count())
