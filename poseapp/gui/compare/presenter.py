"""Keeps the comparison's window up to date with what is compared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from poseapp.core.errors import PoseappError
from poseapp.core.store import ChangeSet
from poseapp.core.synchrony import nearest_frame
from poseapp.gui.compare.angles import CompareAngles
from poseapp.gui.compare.looks import CompareLooks
from poseapp.gui.style.wording import format_time
from poseapp.services.compared_clips import ComparedClip
from poseapp.services.comparing import BY_HAND
from poseapp.services.frame_pairs import FramePair
from poseapp.services.playback import Zone

if TYPE_CHECKING:
    from poseapp.gui.compare.window import CompareWindow


class ComparePresenter(QObject):
    """Listens to the comparison and tells the widgets.

    Attributes:
        angles, looks: What is plotted, and how the clips are shown.
    """

    def __init__(self, window: CompareWindow) -> None:
        super().__init__(window)
        self._window = window
        self._comparing = window.comparing
        self.angles = CompareAngles(window)
        self.looks = CompareLooks(window, self.angles)
        self._notice_path = ""
        self._connect()

    def show_error(self, error: BaseException) -> None:
        """Say what went wrong: in the bar, or in place of everything before there is anything to show."""
        words = str(error) if isinstance(error, PoseappError) else self.tr("Something went wrong; the log says more.")
        if self._comparing.clips:
            self._notice_path = ""
            self._window.notice.show_notice(words, "warning")
        else:
            self._window.say(self.tr("{words}\nEsc closes.").format(words=words))

    def on_changed(self, change: ChangeSet) -> None:
        """Show again what an edit of the open document has touched."""
        if not self._comparing.clips:
            return
        for layer, clip in zip(self._window.layers, self._comparing.clips, strict=True):
            if layer.scene.index >= 0 and change.start <= layer.scene.index < change.stop:
                layer.scene.poses, layer.scene.skeleton = clip.poses(layer.scene.index), clip.skeleton
        self.looks.refresh()

    def on_measured(self, _person: int = 0) -> None:
        """Show new angles of either clip."""
        if self._comparing.clips:
            self.angles.refresh()

    def close(self) -> None:
        """Hear no more."""
        self._comparing.blockSignals(True)  # noqa: FBT003
        self._comparing.playback.blockSignals(True)  # noqa: FBT003

    def _connect(self) -> None:
        window, comparing = self._window, self._comparing
        comparing.opened.connect(self._on_opened)
        comparing.failed.connect(self.show_error)
        comparing.pairReady.connect(self._show_pair)
        comparing.syncChanged.connect(self._on_sync)
        comparing.swapped.connect(self._on_swapped)
        comparing.opening.measured.connect(self.on_measured)
        comparing.playback.playheadChanged.connect(lambda _index: self._show_position())
        comparing.playback.playingChanged.connect(window.transport.set_playing)
        comparing.playback.speedChanged.connect(window.transport.set_speed)
        comparing.playback.zoneChanged.connect(self._show_zone)
        comparing.playback.loopingChanged.connect(window.transport.set_looping)
        comparing.playback.loopingChanged.connect(window.actions_by_name["loop"].setChecked)
        window.transport.loopToggled.connect(comparing.playback.set_looping)
        window.transport.zoneCleared.connect(window.verbs.time.clear_zone)
        window.transport.playToggled.connect(window.verbs.time.toggle)
        window.transport.stepRequested.connect(window.verbs.time.step)
        window.transport.seekRequested.connect(comparing.playback.seek)
        window.transport.speedChosen.connect(comparing.playback.set_speed)
        window.captions[0].frameChosen.connect(comparing.playback.seek)
        window.captions[1].frameChosen.connect(comparing.move_second)
        for place, caption in enumerate(window.captions):
            caption.personChosen.connect(lambda person, place=place: self._choose_person(place, person))
        window.plot.timeChosen.connect(self._go_to_time)
        window.head.eventChosen.connect(comparing.synchronise_at)
        window.head.shareChanged.connect(lambda percent: self.looks.show(replace(self.looks.look, share=percent)))
        window.notice.actionTriggered.connect(lambda: window.analyzeRequested.emit(self._notice_path))

    def _on_opened(self) -> None:
        self._show_clips()
        self._window.show_content()
        bare = [clip for clip in reversed(self._comparing.clips) if not clip.n_persons]
        if bare:
            self._notice_path = bare[0].info.path
            text = self.tr("“{name}” has no poses yet: only its pictures are compared.").format(name=bare[0].name)
            self._window.notice.show_notice(text, "info", self.tr("Analyze it first"))

    def _on_swapped(self) -> None:
        window = self._window
        window.layers.reverse()
        for layer, letter in zip(window.layers, "AB", strict=True):
            layer.letter = letter
        self._show_clips()

    def _show_clips(self) -> None:
        """Show which two clips these are, and where they are."""
        for caption, clip in zip(self._window.captions, self._comparing.clips, strict=True):
            persons = [clip.person_name(person) for person in range(clip.n_persons)]
            caption.show_clip(clip.name, clip.info.n_frames, persons, clip.person)
        self.angles.refresh()
        self._on_sync()

    def _choose_person(self, place: int, person: int) -> None:
        self._comparing.clips[place].person = person
        self.angles.refresh()
        self.looks.refresh()

    def _show_pair(self, pair: FramePair) -> None:
        window = self._window
        for layer, clip, frame in zip(window.layers, self._comparing.clips, (pair.first, pair.second), strict=True):
            layer.show_frame(frame)
            if frame is not None:
                layer.scene.poses, layer.scene.skeleton = clip.poses(frame.index), clip.skeleton
            layer.words = "" if frame is not None else self._words_for(clip)
        self.looks.show_arcs()
        for picture in window.pictures:
            picture.refresh()

    def _words_for(self, clip: ComparedClip) -> str:
        """Say why a clip shows nothing."""
        if clip is self._comparing.clips[0]:
            return self.tr("This frame cannot be read")
        now = self._comparing.sync.in_second(self._time())
        if now < clip.info.pts[0]:
            return self.tr("B has not begun")
        return self.tr("B has ended") if now > clip.info.pts[-1] else self.tr("This frame of B cannot be read")

    def _on_sync(self) -> None:
        sync = self._comparing.sync
        at = " = ".join(f"{letter} {format_time(s)}" for letter, s in (("A", sync.first), ("B", sync.second)))
        sign = "−" if sync.offset < -0.0005 else "+"
        how = self.tr("Synchronised by hand" if sync.name == BY_HAND else "Synchronised at {name}").format(
            name=sync.name
        )
        words = self.tr("{how}: {at} · offset {sign}{offset:.3f} s")
        self._window.together.setText(words.format(how=how, at=at, sign=sign, offset=abs(sync.offset)))
        self.angles.show_sync()
        self.looks.refresh()
        self._show_position()

    def _show_position(self) -> None:
        if not self._comparing.clips:
            return
        window, frames = self._window, self._comparing.shown()
        for caption, clip, frame in zip(window.captions, self._comparing.clips, frames, strict=True):
            caption.show_position(frame, 0.0 if frame is None else float(clip.info.pts[frame]))
        window.transport.set_position(frames[0], self._comparing.clips[0].info.n_frames, self._time())
        self.angles.show_playhead()

    def _show_zone(self, zone: Zone | None) -> None:
        words = ""
        if zone is not None and self._comparing.clips:
            pts = self._comparing.clips[0].info.pts
            first, last = (format_time(float(pts[i])) for i in (zone.start, zone.stop - 1))
            words = self.tr("zone {first} to {last}").format(first=first, last=last)
        self._window.transport.set_zone(words)

    def _time(self) -> float:
        """Return the time of the clip that leads, s of its clock."""
        return float(self._comparing.clips[0].info.pts[self._comparing.playback.playhead])

    def _go_to_time(self, seconds: float) -> None:
        pts = self._comparing.clips[0].info.pts
        self._comparing.playback.seek(nearest_frame(pts, seconds + self._comparing.sync.first))
