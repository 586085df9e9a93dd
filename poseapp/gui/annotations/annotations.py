"""Between the session and the canvas for annotations: shows those of the frame, and turns gestures into edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Signal

from poseapp.core.annotations import default_stretch, is_shown, metres_per_px
from poseapp.core.edits import ItemsEdit
from poseapp.core.items import Annotation, ItemChange, Shape
from poseapp.core.store import ChangeSet
from poseapp.gui.annotations.field import AnnotationField
from poseapp.gui.annotations.input import AnnotationInput, moved
from poseapp.gui.annotations.layout import AnnotationScene, Point, lay_out
from poseapp.gui.annotations.words import LENGTH_HINT, SHAPE_WORDS, length_text, parse_length
from poseapp.gui.canvas.canvas import Canvas
from poseapp.services.session import Session

_HOW = {
    Shape.LINE: "drag from end to end",
    Shape.RULER: "drag from end to end",
    Shape.GONIOMETER: "click a leg, the corner, the other leg",
}
_TYPED = {Shape.RULER: "length", Shape.TEXT: "words"}


class Annotations(QObject):
    """The annotations of the clip on the canvas.

    Attributes:
        hands: Mouse and keys. field: Where words are typed.
        hidden: None is shown; `refresh` makes it so.

    Signals:
        stateChanged: Another one is chosen, or another tool is taken up.
    """

    stateChanged = Signal()

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self.hands = AnnotationInput(canvas)
        self.field = AnnotationField(canvas)
        self.hidden = False
        self._every: tuple[tuple[int, Annotation], ...] | None = None  # of the clip, while they are known
        self._connect()

    @property
    def chosen(self) -> tuple[int, Annotation] | None:
        """The chosen annotation with its number, None for none."""
        number = self._scene.chosen
        annotation = self._scene.find(number)
        return None if number is None or annotation is None else (number, annotation)

    def refresh(self) -> None:
        """Show the annotations of the frame as they are now."""
        scene, document = self._scene, self._session.document
        if document is None:
            self._canvas.scene.annotations = AnnotationScene()
            return
        frame = self._canvas.scene.index
        if frame != scene.frame:
            self.hands.cancel_drag()
        if self._every is None:
            self._every = document.store.items.of(Annotation)
        every = self._every
        scene.frame, scene.pts = frame, document.time
        scene.size = document.clip.width, document.clip.height
        scene.metres_per_px = metres_per_px((annotation for _, annotation in every), frame)
        scene.items = tuple(item for item in every if not self.hidden and is_shown(item[1], frame))
        if scene.chosen is not None and scene.find(scene.chosen) is None:
            self.choose(None)
        self._canvas.update()

    def choose(self, number: int | None) -> None:
        """Choose an annotation that the frame shows, None for none; keypoints are left alone from then on."""
        scene = self._scene
        if number == scene.chosen:
            return
        scene.chosen, scene.point = number, None
        annotation = scene.find(number)
        if annotation is not None:
            self._session.select(self._session.selection.person, None)
            words = f"{SHAPE_WORDS[annotation.shape]} {scene.words(annotation)}".rstrip()
            self._canvas.setAccessibleDescription(self.tr("{name} is chosen").format(name=words))
        self._canvas.update()
        self.stateChanged.emit()

    def choose_next(self, by: int) -> None:
        """Choose the next (+1) or previous (-1) annotation of the frame."""
        numbers = [number for number, _ in self._scene.items]
        if numbers:
            now = self._scene.chosen
            place = (numbers.index(now) + by) if now in numbers else min(by, 0)
            self.choose(numbers[place % len(numbers)])
            self._canvas.setFocus()

    def edit(self, number: int) -> None:
        """Let the words of an annotation be typed: the length of a ruler, the name of anything else."""
        annotation = self._scene.find(number)
        if annotation is None:
            return
        self.choose(number)
        if annotation.shape is Shape.RULER:
            text, hint = length_text(annotation.metres), LENGTH_HINT
        else:
            text, hint = annotation.text, _hint(annotation.shape)
        self._ask(annotation, text, hint, lambda typed: self._set_words(number, typed))

    def change(self, number: int, after: Annotation, verb: str = "Move") -> None:
        """Make an annotation another one: one edit."""
        before = self._scene.find(number)
        if before is not None and before != after:
            _perform(self._session, ItemChange(number, before, after), f"{verb} the {SHAPE_WORDS[after.shape]}")

    def show_in(self, start: int, stop: int) -> None:
        """Show the chosen annotation in other frames."""
        if self.chosen is not None:
            number, annotation = self.chosen
            self.change(number, replace(annotation, start=start, stop=stop), "Change when to show")

    def remove(self) -> None:
        """Take the chosen annotation away."""
        if self.chosen is not None:
            number, annotation = self.chosen
            _perform(self._session, ItemChange(number, annotation, None), f"Remove the {SHAPE_WORDS[annotation.shape]}")

    @property
    def _scene(self) -> AnnotationScene:
        return self._canvas.scene.annotations

    def _connect(self) -> None:
        self._session.frameReady.connect(lambda _frame: self._on_frame())
        self._session.posesChanged.connect(self._on_change)
        self._session.clipChanged.connect(self._on_clip)
        self._session.selectionChanged.connect(lambda new: None if new.keypoint is None else self.choose(None))
        self.hands.drawn.connect(self._add)
        self.hands.changed.connect(self.change)
        self.hands.chosen.connect(self.choose)
        self.hands.editRequested.connect(self.edit)
        self.hands.toolChanged.connect(lambda _shape: self.stateChanged.emit())
        self.hands.keys.nudged.connect(self._nudge)
        self.hands.keys.cycled.connect(self._cycle)
        self.hands.keys.removed.connect(self.remove)
        self.hands.keys.left.connect(lambda: self.choose(None))

    def _on_frame(self) -> None:
        if self._canvas.scene.index != self._scene.frame and self.field.isVisible():
            self._canvas.setFocus()  # which takes what was typed for the frame it was typed in
        self.refresh()

    def _on_change(self, change: ChangeSet) -> None:
        if change.kind in ("items", "all"):
            self._every = None
            self.refresh()

    def _on_clip(self) -> None:
        self._every = None
        self.field.give_up()
        self._canvas.scene.annotations = AnnotationScene()
        self.stateChanged.emit()

    def _add(self, shape: Shape, points: tuple[Point, ...]) -> None:
        document = self._session.document
        if document is None:
            return
        zone = self._session.playback.zone
        limits = None if zone is None else (zone.start, zone.stop)
        start, stop = default_stretch(shape, self._scene.frame, document.clip.n_frames, limits)
        new = Annotation(shape, points, start, stop)
        if shape is Shape.TEXT:  # a note is nothing before there are words
            self._ask(new, "", _hint(shape), lambda typed: self._put_in(replace(new, text=typed)))
            return
        is_first = shape is Shape.RULER and self._scene.metres_per_px is None
        self._put_in(new)
        if is_first and self.chosen is not None:
            self.edit(self.chosen[0])

    def _put_in(self, annotation: Annotation) -> None:
        if self._session.document is not None:
            number = self._session.document.store.items.next_id
            _perform(self._session, ItemChange(number, None, annotation), f"Add a {SHAPE_WORDS[annotation.shape]}")
            self.choose(number if self._scene.find(number) is not None else None)

    def _set_words(self, number: int, typed: str) -> None:
        annotation = self._scene.find(number)
        if annotation is None:
            return
        if annotation.shape is Shape.RULER:
            self.change(number, replace(annotation, metres=parse_length(typed) or 0.0), "Set the length of")
        else:
            self.change(number, replace(annotation, text=typed), "Name")

    def _ask(self, annotation: Annotation, text: str, hint: str, answer: Callable[[str], None]) -> None:
        layout = lay_out(annotation, self._scene, self._canvas.view)
        at = layout.points[0] if annotation.shape in (Shape.TEXT, Shape.STOPWATCH) else layout.points[-1]
        place = QPoint(round(at.x()), round(at.y()))
        self.field.ask(place, text, hint, understood=_understood(annotation), answer=answer)

    def _nudge(self, dx: float, dy: float) -> None:
        if self.chosen is not None:
            number, annotation = self.chosen
            self.change(number, moved(annotation, self._scene.point, (dx, dy), self._canvas))

    def _cycle(self, by: int) -> None:
        """Go round the points and the whole."""
        if self.chosen is not None:
            n = len(self.chosen[1].points)
            now = -1 if self._scene.point is None else self._scene.point
            place = (now + 1 + by) % (n + 1) - 1
            self._scene.point = None if place < 0 or n == 1 else place
            self._canvas.update()


def _perform(session: Session, change: ItemChange, label: str) -> None:
    session.perform(ItemsEdit((change,), label))


def _hint(shape: Shape) -> str:
    return "What the note says" if shape is Shape.TEXT else f"Name of the {SHAPE_WORDS[shape]}"


def _understood(annotation: Annotation) -> Callable[[str], bool]:
    """Return what tells whether words can be taken; only a note cannot do without any."""
    if annotation.shape is Shape.RULER:
        return lambda typed: not typed or parse_length(typed) is not None
    return bool if annotation.shape is Shape.TEXT else lambda _typed: True


def drawing_hint(annotations: Annotations) -> str:
    """Return what can be done next about drawings, "" where none is being worked on."""
    tool = annotations.hands.scene.tool
    if tool is not None:
        how = _HOW.get(tool, "click where it belongs")
        return f"{SHAPE_WORDS[tool].capitalize()}: {how} · Enter puts it into the middle · Esc gives up"
    if annotations.chosen is None:
        return ""
    shape = annotations.chosen[1].shape
    typed = _TYPED.get(shape, "name")
    return f"{SHAPE_WORDS[shape].capitalize()}: arrows move it, Tab chooses a point · F2: {typed} · Del removes it"
