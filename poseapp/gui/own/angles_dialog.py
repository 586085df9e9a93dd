"""The dialog in which a project gets angles of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from poseapp.core.angle_forms import definition_of, form_of
from poseapp.core.angle_table import merged
from poseapp.core.errors import BadInputError, PoseappError
from poseapp.core.own_builders import build_angles
from poseapp.core.skeleton import AngleDefinition
from poseapp.core.store import ChangeSet, PoseStore
from poseapp.gui.dialogs import ask_save_path, ask_table_path
from poseapp.gui.own.angle_fields import AngleFields
from poseapp.gui.own.angle_list import AngleList
from poseapp.gui.own.angle_now import angle_now
from poseapp.gui.style.theme import GRID, lie_on_surface
from poseapp.services.angle_tables import Angles, AngleTables
from poseapp.services.session import Session

FORMATS = (("Table of angles", ".toml"),)


class AnglesDialog(QDialog):
    """Defines, changes and removes angles of the open project; every change holds at once and can be undone.

    Signals:
        defined(tuple): Names in files of angles that are new here.
    """

    defined = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("own_angles")
        self.setWindowTitle(self.tr("Angles of this project"))
        lie_on_surface(self)
        self.tables = AngleTables(session.errands.runner, self)
        self.list, self.fields = AngleList(self), AngleFields(self)
        self.now, self.words = QLabel(self), QLabel(self)
        self.add, self.change, self.remove, self.fetch, self.keep, self.import_, self.export = (
            QPushButton(self.tr(text), self)
            for text in ("&Add", "&Change", "&Remove", "Add m&ine", "Keep as min&e", "Im&port…", "E&xport…")
        )
        self._lay_out()
        self._connect()
        self._fill()
        self.fields.title.setFocus()

    def sizeHint(self) -> QSize:
        """Room for the fields beside the list."""
        return QSize(104 * GRID, 76 * GRID)

    @property
    def store(self) -> PoseStore | None:
        """The poses of the open project."""
        document = self._session.document
        return None if document is None else document.store

    def import_from(self, path: str) -> None:
        """Take the angles of a file."""
        self.tables.read_file(Path(path))

    def export_to(self, path: str) -> None:
        """Write the angles of this project to a file."""
        if self._angles():
            self.tables.write_file(Path(path), self._angles())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        sides = QHBoxLayout()
        sides.setSpacing(3 * GRID)
        left = QVBoxLayout()
        left.setSpacing(GRID)
        left.addWidget(self.list, 1)
        for pair in ((self.fetch, self.keep), (self.import_, self.export)):
            row = QHBoxLayout()
            row.setSpacing(GRID)
            for button in pair:
                row.addWidget(button)
            left.addLayout(row)
        sides.addLayout(left, 2)
        right = QVBoxLayout()
        right.setSpacing(2 * GRID)
        right.addWidget(self.fields)
        right.addWidget(self.now)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for button in (self.add, self.change, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        right.addLayout(buttons)
        right.addStretch(1)
        sides.addLayout(right, 3)
        column.addLayout(sides, 1)
        column.addWidget(self.words)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.reject)
        column.addWidget(close)
        self.fetch.setToolTip(self.tr("Take the angles that you keep for every project"))
        self.keep.setToolTip(self.tr("New projects begin with the angles that you keep"))
        self.add.setProperty("kind", "primary")
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        for label in (self.now, self.words):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(lambda *_: self._show_chosen())
        self.fields.changed.connect(self._show_now)
        self.fields.title.returnPressed.connect(self._add)
        for button, run in (
            (self.add, self._add),
            (self.change, self._change),
            (self.remove, self._remove),
            (self.fetch, self.tables.read_own),
            (self.keep, lambda: self.tables.keep_own(self._angles())),
            (self.import_, lambda: ask_table_path(self, _folder(self._session), self.import_from)),
            (self.export, self._ask_export),
        ):
            button.clicked.connect(lambda _checked=False, run=run: run())
        self.tables.read.connect(self._on_read)
        self.tables.written.connect(lambda path: self.words.setText(self.tr("Written to %1.").replace("%1", str(path))))
        self.tables.failed.connect(lambda error: self.words.setText(str(error)))
        self._session.posesChanged.connect(self._on_changed)
        self._session.measuring.measured.connect(lambda _person: self._show_now())

    def _on_changed(self, change: ChangeSet) -> None:
        if change.kind in ("skeleton", "all"):
            self._fill()

    def _fill(self) -> None:
        store = self.store
        if store is not None:
            self.fields.offer(store.skeleton)
            self.list.fill(store.skeleton)
            self._show_chosen()

    def _angles(self) -> Angles:
        store = self.store
        return () if store is None else store.skeleton.own_angles

    def _chosen(self) -> AngleDefinition | None:
        return next((angle for angle in self._angles() if angle.name == self.list.chosen), None)

    def _show_chosen(self) -> None:
        chosen = self._chosen()
        form = None if chosen is None else form_of(chosen)
        self.change.setEnabled(form is not None)
        self.remove.setEnabled(chosen is not None)
        for button in (self.keep, self.export):
            button.setEnabled(bool(self._angles()))
        if form is not None:
            self.fields.show_form(form)
        elif chosen is not None:
            self.words.setText(self.tr("This angle says more than these fields can: change it in its file."))
        self._show_now()

    def _made(self, name: str = "") -> Angles:
        """Return what the fields define. Raises BadInputError with what is missing."""
        store = self.store
        if store is None:
            raise BadInputError("nothing is open")
        forms = self.fields.forms()
        if name and len(forms) > 1:
            raise BadInputError("one angle is changed at a time", remedy="Add the other side as a new one")
        return tuple(definition_of(form, store.skeleton, name=name) for form in forms)

    def _show_now(self) -> None:
        """Show what the angle comes to in the shown frame, or what is still missing."""
        if not self.isVisible() and not self.fields.title.text():
            return
        try:
            made = self._made()
        except PoseappError as error:
            self.now.setText(str(error).capitalize())
            return
        frame = self._session.playback.playhead
        values = ", ".join(f"{angle.title}: {angle_now(self._session, angle)}" for angle in made)
        self.now.setText(self.tr("In frame %1 (not smoothed) – %2").replace("%1", str(frame)).replace("%2", values))

    def _add(self) -> None:
        self._do(lambda: (*self._angles(), *self._made()), "Define")

    def _change(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._do(lambda: merged(self._angles(), self._made(chosen.name)), "Change")

    def _remove(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._do(lambda: tuple(angle for angle in self._angles() if angle is not chosen), "Remove")

    def _on_read(self, angles: Angles) -> None:
        if angles:
            self._do(lambda: merged(self._angles(), angles), "Take")
        else:
            self.words.setText(self.tr("You keep no angles yet: define some here, then keep them as yours."))

    def _do(self, make: Callable[[], Iterable[AngleDefinition]], verb: str) -> None:
        """Give the project other angles; say in the dialog why that cannot be, or what was done."""
        store, before = self.store, self._angles()
        if store is None:
            return
        try:
            after = tuple(make())
            touched = [angle for angle in (*after, *before) if angle not in after or angle not in before]
            titles = ", ".join(dict.fromkeys(angle.title for angle in touched))
            edit = build_angles(store, after, f"{verb} the angle {titles}")
        except PoseappError as error:
            self.words.setText(str(error))
            return
        if self._session.perform(edit):
            self.list.choose(touched[0].name)
            names = {angle.name for angle in before}
            self.defined.emit(tuple(angle.name for angle in after if angle.name not in names))
            words = self.tr("%1 removed." if verb == "Remove" else "%1: measured and plotted now.")
            self.words.setText(words.replace("%1", titles))
        else:
            self.words.setText(self.tr("This could not be kept: the bar above the picture says why."))

    def _ask_export(self) -> None:
        suggestion = Path(_folder(self._session)) / "angles.toml"
        ask_save_path(self, self.tr("Export angles"), suggestion, FORMATS, self.export_to)


def _folder(session: Session) -> str:
    return "" if session.document is None else str(Path(session.document.clip.path).parent)
