"""Between the session and the canvas for how the picture is shown; kept with the project, not in its journal."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal

from poseapp.core.errors import PoseappError
from poseapp.gui.canvas.canvas import Canvas
from poseapp.gui.canvas.look_panel import LookPanel
from poseapp.gui.style.theme import GRID
from poseapp.services.document import Document
from poseapp.services.looks import PictureLook, describe_look, look_from_text, look_to_text
from poseapp.services.session import Session

LOOK = "look"  # name in project files: never change it
_GATHER_MS = 200


class Looks(QObject):
    """The look of the picture.

    Signals:
        changed(PictureLook).
    """

    changed = Signal(object)

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._document: Document | None = None
        self.look = PictureLook()
        self.panel = LookPanel(canvas)
        self.panel.changed.connect(self.set_look)
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(_GATHER_MS)
        self._keeping.timeout.connect(self._keep)
        canvas.installEventFilter(self)
        session.clipChanged.connect(self._on_clip)
        session.frameReady.connect(lambda _frame: self._show_notes())

    def set_look(self, look: PictureLook) -> None:
        """Show the picture in another way, and remember it."""
        if look != self.look:
            self._show(look, again=True)
            self._keeping.start()

    def set_mirrored(self, on: bool) -> None:
        """Exchange left and right of the picture, or no longer."""
        self.set_look(replace(self.look, mirrored=on))

    def open_panel(self) -> None:
        """Show the sliders in the upper right corner of the picture."""
        size = self.panel.sizeHint()
        corner = QPoint(max(0, self._canvas.width() - size.width() - GRID), GRID)
        self.panel.move(self._canvas.mapToGlobal(corner))
        self.panel.show()
        self.panel.brightness.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Put the sliders away with the picture."""
        if event.type() == QEvent.Type.Hide:
            self.panel.hide()
        return False

    def _show(self, look: PictureLook, *, again: bool = False) -> None:
        pixels_change = replace(look, mirrored=False) != replace(self.look, mirrored=False)
        self.look = look
        self.panel.show_look(look)
        if look.mirrored != self._canvas.view.mirrored:
            self._canvas.set_view(self._canvas.view.turned_over(self._canvas.width()))
        self._canvas.picture_maker.look = look
        if pixels_change:
            self._session.prepare_frames(self._canvas.picture_maker, again=again)
        self._show_notes()
        self.changed.emit(look)

    def _show_notes(self) -> None:
        self._canvas.scene.notes = describe_look(self.look)
        self._canvas.update()

    def _on_clip(self) -> None:
        self._keeping.stop()
        self.panel.hide()
        self._document = self._session.document
        kept = "" if self._document is None else self._kept(self._document)
        self._show(look_from_text(kept))

    def _kept(self, document: Document) -> str:
        try:
            return document.keeper.settings().get(LOOK, "")
        except PoseappError as error:
            self._session.notify(error)
            return ""

    def _keep(self) -> None:
        if self._document is None or self._document is not self._session.document:
            return
        try:
            self._document.keeper.set_setting(LOOK, look_to_text(self.look))
        except PoseappError as error:
            self._session.notify(error)
