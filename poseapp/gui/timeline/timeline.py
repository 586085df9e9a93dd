"""The clip at a glance, and by hand: go to a frame, set the working zone, move events and bookmarks."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from poseapp.core.items import Bookmark, Event
from poseapp.gui.style.theme import GRID
from poseapp.gui.timeline.backdrop import Scene
from poseapp.gui.timeline.cursors import Hover, describe_item, flag_at
from poseapp.gui.timeline.editor import TextEditor
from poseapp.gui.timeline.flags import Flag, FlagPainter
from poseapp.gui.timeline.hands import Drag, ItemDrag, ZoneDrag
from poseapp.gui.timeline.view import TimelineView
from poseapp.gui.timeline.zone import describe_zone, end_at, nearest_edge

_Keys = Qt.Key


class Timeline(TimelineView):
    """The timeline. Shift and a drag make a working zone; its ends, events and bookmarks are dragged; Esc restores.

    Signals:
        zoneRequested: (Zone).
        itemChosen: (number, 0 for none). itemMoved: (number, frame). itemTexted: (number, text).
        itemRemoved: (number). itemMenuAsked: (number, place on the screen).
        pointed: (frame, px of the widget) under a pointer that holds nothing; frame -1: no longer.
    """

    zoneRequested = Signal(object)
    itemChosen = Signal(int)
    itemMoved = Signal(int, int)
    itemTexted = Signal(int, str)
    itemRemoved = Signal(int)
    itemMenuAsked = Signal(int, QPoint)
    pointed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drag: Drag | None = None
        self.editor = TextEditor(self)

    @property
    def chosen(self) -> int:
        """Number of the chosen event or bookmark, 0 for none."""
        return self.contents.chosen

    def choose(self, number: int) -> None:
        """Choose an event or bookmark, 0 for none."""
        if number != self.contents.chosen:
            self.contents.chosen = number
            self._repaint_lanes()
            self.itemChosen.emit(number)

    def edit_text(self, number: int) -> None:
        """Let the name of an event or the text of a bookmark be written where it lies."""
        item = self.contents.item(number)
        if item is None:
            return
        text = item.name if isinstance(item, Event) else item.text
        title = self.tr("Name of the event") if isinstance(item, Event) else self.tr("Text of the bookmark")
        place = self.place_of(item)
        self.editor.ask(place, title, text, lambda written: self.itemTexted.emit(number, written))

    def place_of(self, item: Event | Bookmark) -> QPoint:
        """Return the px at which an item's label begins, where it lies or would lie."""
        row = self.rows.row("events" if isinstance(item, Event) else "bookmarks")
        middle = self.rows.rows[1].middle if row is None else row.middle
        return QPoint(round(self._x_of(item.frame) + GRID), round(middle))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Left: take hold of what lies there, or go there. Right: choose. Middle: pan."""
        self.pointed.emit(-1, 0)
        scene = self.scene()
        flag = None if scene is None else flag_at(scene, event.position())
        if scene is not None and event.button() == Qt.MouseButton.LeftButton:
            self._drag = self._taken(scene, event, flag)
        if event.button() != Qt.MouseButton.MiddleButton:
            self.choose(0 if flag is None else flag.number)
        if self._drag is None:
            super().mousePressEvent(event)
        elif flag is not None:
            self._seek(flag.item.frame)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held; else scrub, pan, or follow with the hover line."""
        scene = self.scene()
        if self._drag is None or scene is None:
            super().mouseMoveEvent(event)
            self._point(event)
            return
        self._hover = event.position()
        x = min(max(event.position().x() - self.gutter, 0.0), scene.axis.width)
        self._drag = self._drag.to(scene.axis, x)
        self._show_drag(self._drag, len(scene.axis.pts))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Do what the drag asked for, in one edit."""
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        drag = self._let_go()
        if isinstance(drag, ZoneDrag) and drag.moved and self._axis is not None:
            self.zoneRequested.emit(drag.zone(len(self._axis.pts)))
        elif isinstance(drag, ItemDrag) and drag.frame != drag.item.frame:
            self.itemMoved.emit(drag.number, drag.frame)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename an item; elsewhere show the whole clip."""
        scene = self.scene()
        flag = None if scene is None else flag_at(scene, event.position())
        if flag is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.choose(flag.number)
            self.edit_text(flag.number)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hover line away."""
        self.pointed.emit(-1, 0)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives up a drag, or chooses nothing; Del removes the chosen item, F2 renames it."""
        key = event.key()
        if key == _Keys.Key_Escape and self._drag is not None:
            self._seek(self._drag.before)
            self._let_go()
        elif key == _Keys.Key_Escape and self.chosen:
            self.choose(0)
        elif key == _Keys.Key_Delete and self.chosen:
            self.itemRemoved.emit(self.chosen)
        elif key == _Keys.Key_F2 and self.chosen:
            self.edit_text(self.chosen)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the item under the pointer, or of the chosen one by the keyboard."""
        scene = self.scene()
        if scene is None:
            return
        flag = flag_at(scene, QPointF(event.pos()))
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        number = flag.number if flag is not None else self.chosen if by_key else 0
        item = self.contents.item(number)
        if item is not None:
            self.itemMenuAsked.emit(number, self.mapToGlobal(self.place_of(item)) if by_key else event.globalPos())

    def event(self, event: QEvent) -> bool:
        """Take the keys from the window's shortcuts that mean something else here."""
        if event.type() == QEvent.Type.ShortcutOverride:
            key = cast(QKeyEvent, event).key()
            is_ours = key == _Keys.Key_Escape and (self._drag is not None or self.chosen)
            if is_ours or (key in (_Keys.Key_Delete, _Keys.Key_F2) and self.chosen):
                event.accept()
                return True
        return super().event(event)

    def _taken(self, scene: Scene, event: QMouseEvent, flag: Flag | None) -> Drag | None:
        """Return what a press takes hold of."""
        x = event.position().x() - self.gutter
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            edge = nearest_edge(scene.axis, x)
            return ZoneDrag(edge, x, self._playhead, edge=edge)
        if flag is not None:
            grip = event.position().x() - flag.x
            return ItemDrag(flag.number, flag.item, grip, x, self._playhead, flag.item.frame)
        zone = self.contents.zone
        end = end_at(scene.axis, zone, x) if event.position().y() < self.rows.lanes_top + GRID else None
        return None if end is None or zone is None else ZoneDrag.of_end(zone, end, x, self._playhead)

    def _show_drag(self, drag: Drag, n_frames: int) -> None:
        """Show a drag, and the picture at the frame that is being moved."""
        if drag.moved:
            self._drafted_zone = drag.zone(n_frames) if isinstance(drag, ZoneDrag) else None
            self._seek(drag.frame if isinstance(drag, ItemDrag) else drag.shown(n_frames))

    def _let_go(self) -> Drag | None:
        drag, self._drag = self._drag, None
        self._drafted_zone = None
        self.update()
        return drag

    def _point(self, event: QMouseEvent) -> None:
        """Tell who is under a pointer that holds nothing, and show what a press would do."""
        scene = self.scene()
        if scene is None or event.buttons() or event.position().x() < self.gutter:
            self.pointed.emit(-1, 0)
            return
        x = event.position().x() - self.gutter
        flag = flag_at(scene, event.position())
        on_end = event.position().y() < self.rows.lanes_top + GRID and end_at(scene.axis, self.contents.zone, x)
        shape = Qt.CursorShape.SizeHorCursor if flag is not None or on_end else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)
        self.pointed.emit(scene.axis.frame(x), round(event.position().x()))

    def _x_of(self, frame: int) -> float:
        return self.gutter + (0.0 if self._axis is None else sum(self._axis.span(frame)) / 2)

    def _paint_draft(self, painter: QPainter, scene: Scene) -> None:
        drag = self._drag
        if not isinstance(drag, ItemDrag) or not drag.moved:
            return
        row = scene.layout.row("events" if isinstance(drag.item, Event) else "bookmarks")
        if row is not None:
            lane = scene.row(row)
            flag = Flag(drag.number, drag.draft, self._x_of(drag.frame), lane.rect.right())
            FlagPainter(painter, lane).paint(flag, is_chosen=True)

    def _hovered(self, scene: Scene) -> Hover | None:
        drag = self._drag
        if isinstance(drag, ItemDrag) and drag.moved:
            return Hover(drag.frame, describe_item(scene, drag.draft))
        if isinstance(drag, ZoneDrag) and drag.moved:
            n_frames = len(scene.axis.pts)
            return Hover(drag.shown(n_frames), describe_zone(scene.axis, drag.zone(n_frames)))
        return super()._hovered(scene)
