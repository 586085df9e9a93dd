"""What the Measure menu does about events, the numbers of a walk, and the recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from poseapp.core.analysis import PersonMeasures
from poseapp.core.edits import ItemsEdit
from poseapp.core.items import Annotation, Event, ItemChange, Shape, scene_of
from poseapp.core.movement import EventSearch, Movement, not_yet_known
from poseapp.core.people import person_name
from poseapp.core.scene import Scene, rate_words, scale_words
from poseapp.gui.movement.find_dialog import FindDialog, Wish
from poseapp.gui.movement.numbers_dialog import NumbersDialog, gait_rows, gait_words
from poseapp.gui.movement.scene_dialog import Known, SceneDialog
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.services.movement import Found, Numbers, compute_numbers, find_movement
from poseapp.services.recording import height_and_floor
from poseapp.services.types import Notice

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow
    from poseapp.services.document import Document

_DELETE_ON_CLOSE = Qt.WidgetAttribute.WA_DeleteOnClose


@dataclass(frozen=True)
class _Search:
    """A wish on its way: what was open when it was asked for, and what came of it."""

    document: Document
    wish: Wish
    found: Found


@dataclass(frozen=True)
class _Asked:
    """What a clip tells of its recording, for the dialog that asks for the rest."""

    document: Document
    known: Known


class MovementCommands:
    """Events found by the program, the numbers that follow from events, and what is said of the recording."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._last: Movement = "gait"
        self._maker = LatestMaker(window)
        self._maker.set_runner(window.session.errands.runner)
        self._maker.made.connect(self._on_made)
        self._maker.failed.connect(window.session.notify)

    def find(self) -> None:
        """Ask which events are to be found."""
        document, measures = self._session.document, self._measures()
        if document is None or measures is None:
            self._say("Nothing is measured yet: analyse the clip first.")
            return
        zone = self._session.playback.zone
        where = "in the whole clip" if zone is None else "in the working zone"
        name = person_name(document.store, self._session.selection.person)
        dialog = FindDialog(measures.angles.definitions, person=name, where=where, parent=self._window)
        dialog.setAttribute(_DELETE_ON_CLOSE)
        dialog.choose(self._last)
        dialog.accepted.connect(lambda: self.search(dialog.wish()))
        dialog.open()

    def search(self, wish: Wish) -> None:
        """Find events beside the GUI thread; they are put into the clip by one edit."""
        document, measures = self._session.document, self._measures()
        if document is None or measures is None:
            return
        self._last = wish.movement
        person, zone = self._session.selection.person, self._session.playback.zone
        time, skeleton = document.time, document.store.skeleton
        span = (0, len(time)) if zone is None else (zone.start, zone.stop)

        search = EventSearch(wish.movement, person, wish.angle, span)

        def look() -> _Search:
            return _Search(document, wish, find_movement(search, measures, time, skeleton))

        self._maker.want(look, at_once=False)

    def numbers(self) -> None:
        """Show what the events of the chosen person come to."""
        document, measures = self._session.document, self._measures()
        if document is None or measures is None:
            self._say("Nothing is measured yet: analyse the clip first.")
            return
        person, clip, scene = self._session.selection.person, document.clip, document.scene
        events, skeleton = tuple(event for _, event in document.store.items.of(Event)), document.store.skeleton
        self._maker.want(
            lambda: compute_numbers(measures, clip, skeleton, person=person, events=events, scene=scene), at_once=False
        )

    def scene(self) -> None:
        """Ask what is known of the recording."""
        document = self._session.document
        if document is None:
            return
        board, clip = document.store.items, document.clip
        around, person = self._session.playback.playhead, self._session.selection.person
        measures, time, skeleton = self._measures(), document.time, document.store.skeleton
        rulers = tuple(item for _, item in board.of(Annotation) if item.shape is Shape.RULER)
        name = person_name(document.store, person)

        def look() -> _Asked:
            height, floor = height_and_floor(measures, time, skeleton, around=around)
            size = clip.width, clip.height
            return _Asked(document, Known(clip.fps, clip.capture_fps, size, rulers, height, floor, name))

        self._maker.want(look, at_once=False)

    def say(self, scene: Scene) -> None:
        """Keep what is said of the recording, by one edit."""
        document = self._session.document
        if document is None:
            return
        number, before = scene_of(document.store.items)
        if scene == before:
            return
        after = None if scene == Scene() else scene
        change = ItemChange(number or document.store.items.next_id, before if number else None, after)
        if self._session.perform(ItemsEdit((change,), "Set the scale and time")):
            words = " ".join(part for part in (scale_words(scene), rate_words(scene)) if part)
            self._say(words or "Positions are in px and times those of the file again.")

    def use_told_rate(self) -> None:
        """Believe the capture rate that the file names."""
        document = self._session.document
        if document is not None and document.clip.capture_fps and document.clip.fps:
            clip, scene = document.clip, document.scene
            self.say(Scene(**{**vars(scene), "capture_fps": clip.capture_fps, "playback_fps": clip.fps}))

    def _on_made(self, made: object) -> None:
        if isinstance(made, _Search):
            self._put(made)
        elif isinstance(made, Numbers):
            self._show_numbers(made)
        elif isinstance(made, _Asked) and made.document is self._session.document:
            self._ask_scene(made)

    def _put(self, search: _Search) -> None:
        document, found = search.document, search.found
        if document is not self._session.document:
            return
        board = document.store.items
        known = board.of(Event)
        gone: tuple[tuple[int, Event], ...] = ()
        if search.wish.afresh:
            gone = tuple((number, event) for number, event in known if found.replaces(event))
        held = tuple(event for number, event in known if (number, event) not in gone)
        new = not_yet_known(found.events, held, document.time)
        first = board.next_id
        changes = [ItemChange(number, event, None) for number, event in gone]
        changes += [ItemChange(first + i, None, event) for i, event in enumerate(new)]
        if not found.events or not changes:
            self._say(found.words if not found.events else f"{found.words} They were all marked already.")
        elif self._session.perform(ItemsEdit(tuple(changes), "Find events")):
            self._say(found.words)

    def _ask_scene(self, asked: _Asked) -> None:
        runner = self._session.errands.runner
        dialog = SceneDialog(asked.document.scene, asked.known, runner, self._window)
        dialog.setAttribute(_DELETE_ON_CLOSE)
        dialog.accepted.connect(lambda: self.say(dialog.scene()))
        dialog.open()

    def _show_numbers(self, made: Numbers) -> None:
        document = self._session.document
        if document is None:
            return
        if made.gait is None and not made.jumps:
            self._say("There are no steps and no jumps: find events first, or mark heel strikes and toe-offs.")
            return
        head: tuple[str, ...] = ("", "Time in the air", "Height")
        rows: list[tuple[str, ...]] = list(made.jump_rows)
        words = made.jump_words
        if made.gait is not None:
            head, rows = ("", "Right", "Left", "Symmetry"), gait_rows(made.gait)
            words = gait_words(made.gait, scale_words(document.scene))
        dialog = NumbersDialog("Numbers of the movement", head, rows, words, self._window)
        dialog.setAttribute(_DELETE_ON_CLOSE)
        dialog.open()

    def _measures(self) -> PersonMeasures | None:
        return self._session.measuring.measures(self._session.selection.person)

    def _say(self, text: str) -> None:
        self._session.noticeRaised.emit(Notice(text))
