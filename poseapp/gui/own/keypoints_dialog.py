"""The dialog in which a project gets keypoints of its own: a racket's tip, a shoe's heel, a marker."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from poseapp.core.edits import Edit
from poseapp.core.errors import PoseappError
from poseapp.core.own_builders import (
    build_add_keypoints,
    build_change_keypoint,
    build_remove_keypoint,
    unadded,
)
from poseapp.core.own_keypoints import OwnKeypoint
from poseapp.core.skeleton import counterpart
from poseapp.core.store import ChangeSet, PoseStore
from poseapp.gui.own.keypoint_rows import KeypointRows, spoken
from poseapp.gui.style.theme import GRID, lie_on_surface
from poseapp.services.session import Session

_SIDES = (("No side", ""), ("Right", "right"), ("Left", "left"), ("Both sides", "both"))
_NOTHING = "–"


class KeypointsDialog(QDialog):
    """Adds, renames, hangs and removes keypoints of the open project; every change holds at once and can be undone.

    Signals:
        placingWanted(int): The number of the keypoint to be placed on the picture.
    """

    placingWanted = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("own_keypoints")
        self.setWindowTitle(self.tr("Keypoints of this project"))
        lie_on_surface(self)
        self.rows = KeypointRows(self)
        self.name, self.side = QLineEdit(self), QComboBox(self)
        self.bones = (QComboBox(self), QComboBox(self))
        self.offer, self.words, self.preview = QLabel(self), QLabel(self), QLabel(self)
        self.take = QPushButton(self.tr("Add &them"), self)
        self.add = QPushButton(self.tr("&Add"), self)
        self.change = QPushButton(self.tr("&Change the chosen one"), self)
        self.remove = QPushButton(self.tr("&Remove"), self)
        self.place = QPushButton(self.tr("&Place on the picture"), self)
        self._lay_out()
        self._connect()
        self._fill()
        self.name.setFocus()

    def sizeHint(self) -> QSize:
        """Room for a dozen keypoints."""
        return QSize(84 * GRID, 72 * GRID)

    @property
    def store(self) -> PoseStore | None:
        """The poses of the open project."""
        document = self._session.document
        return None if document is None else document.store

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(self.rows, 1)
        offer = QHBoxLayout()
        offer.addWidget(self.offer, 1)
        offer.addWidget(self.take)
        column.addLayout(offer)
        form = QFormLayout()
        form.setSpacing(GRID)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.name.setPlaceholderText(self.tr("such as racket tip"))
        for text, data in _SIDES:
            self.side.addItem(self.tr(text), data)
        for label, widget in (
            (self.tr("&Name"), self.name),
            (self.tr("&Side"), self.side),
            (self.tr("&Hangs on"), self.bones[0]),
            (self.tr("an&d on"), self.bones[1]),
            ("", self.preview),
        ):
            form.addRow(label, widget)
        column.addLayout(form)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for button in (self.add, self.change, self.remove, self.place):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.words)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        for button in (*self.findChildren(QPushButton),):
            button.setAutoDefault(False)
        self.add.setProperty("kind", "primary")
        for label_ in (self.offer, self.words, self.preview):
            label_.setWordWrap(True)
            label_.setTextFormat(Qt.TextFormat.PlainText)
        self.preview.setProperty("tone", "muted")

    def _connect(self) -> None:
        self.rows.currentItemChanged.connect(lambda *_: self._show_chosen())
        self.name.textChanged.connect(lambda _: self._show_preview())
        self.name.returnPressed.connect(self._add)
        self.side.currentIndexChanged.connect(lambda _: self._show_preview())
        for button, run in (
            (self.add, self._add),
            (self.change, self._change),
            (self.remove, self._remove),
            (self.take, self._take),
            (self.place, self._place),
        ):
            button.clicked.connect(lambda _checked=False, run=run: run())
        self._session.posesChanged.connect(self._on_changed)

    def _on_changed(self, change: ChangeSet) -> None:
        if change.kind in ("skeleton", "all"):
            self._fill()

    def _fill(self) -> None:
        store = self.store
        if store is None:
            return
        self.rows.fill(store)
        for combo in self.bones:
            chosen = combo.currentData()
            combo.clear()
            combo.addItem(_NOTHING, "")
            for name in store.skeleton.keypoints:
                combo.addItem(spoken(name), name)
            combo.setCurrentIndex(max(0, combo.findData(chosen)))
        found = ", ".join(spoken(point.name) for point in unadded(store))
        self.offer.setText(self.tr("The network also finds: %1.").replace("%1", found) if found else "")
        self.offer.setVisible(bool(found))
        self.take.setVisible(bool(found))
        self._show_chosen()

    def _chosen_own(self) -> OwnKeypoint | None:
        store = self.store
        return None if store is None else next((p for p in store.own if p.name == self.rows.chosen), None)

    def _show_chosen(self) -> None:
        """Fill the form with the chosen keypoint, where it is one that was added."""
        point = self._chosen_own()
        for button in (self.change, self.remove):
            button.setEnabled(point is not None)
        self.place.setEnabled(bool(self.rows.chosen))
        if point is not None:
            side, _, rest = point.name.partition("_")
            side = side if side in ("left", "right") else ""
            self.name.setText(spoken(rest if side else point.name))
            self.side.setCurrentIndex(self.side.findData(side))
            for i, combo in enumerate(self.bones):
                combo.setCurrentIndex(max(0, combo.findData(point.bones[i] if i < len(point.bones) else "")))
        self._show_preview()

    def names(self) -> tuple[str, ...]:
        """Return what the form names, () while it names nothing."""
        word = "_".join(self.name.text().casefold().split())
        side = self.side.currentData()
        if not word:
            return ()
        return {"": (word,), "both": (f"right_{word}", f"left_{word}")}.get(side, (f"{side}_{word}",))

    def _points(self) -> tuple[OwnKeypoint, ...]:
        bones = tuple(dict.fromkeys(combo.currentData() for combo in self.bones if combo.currentData()))
        names = self.names()
        if len(names) < 2:
            return tuple(OwnKeypoint(name, bones) for name in names)
        # What is said of one side holds for the other, too: a heel hangs on its own ankle.
        return tuple(OwnKeypoint(name, tuple(_turned(end, name) for end in bones)) for name in names)

    def _show_preview(self) -> None:
        names = self.names()
        self.preview.setText(self.tr("In files: %1").replace("%1", ", ".join(names)) if names else "")
        self.add.setEnabled(bool(names))

    def _add(self) -> None:
        points = self._points()
        if points and self._do(lambda store: build_add_keypoints(store, points)):
            self.rows.choose(points[0].name)
            listed = " and ".join(spoken(point.name) for point in points)
            self.words.setText(
                self.tr("%1 added. Place it on the picture, frame by frame; K chooses the next keypoint.").replace(
                    "%1", listed.capitalize()
                )
            )

    def _change(self) -> None:
        held, points = self._chosen_own(), self._points()
        if held is None or len(points) != 1:
            self.words.setText(self.tr("Choose one side: a keypoint has one name."))
            return
        self._do(lambda store: build_change_keypoint(store, held.name, points[0]))
        self.rows.choose(points[0].name)

    def _remove(self) -> None:
        held = self._chosen_own()
        if held is not None and self._do(lambda store: build_remove_keypoint(store, held.name)):
            self.words.setText(self.tr("%1 removed.").replace("%1", spoken(held.name).capitalize()))

    def _take(self) -> None:
        self._do(lambda store: build_add_keypoints(store, unadded(store)))

    def _place(self) -> None:
        store = self.store
        if store is not None and self.rows.chosen:
            keypoint = store.skeleton.index(self.rows.chosen)
            self.accept()
            self.placingWanted.emit(keypoint)

    def _do(self, build: Callable[[PoseStore], Edit]) -> bool:
        """Do an edit; say in the dialog why that cannot be."""
        store = self.store
        self.words.setText("")
        if store is None:
            return False
        try:
            edit = build(store)
        except PoseappError as error:
            self.words.setText(str(error))
            return False
        done = self._session.perform(edit)
        if not done:
            self.words.setText(self.tr("This could not be kept: the bar above the picture says why."))
        return done


def _turned(bone: str, name: str) -> str:
    """Return a bone's end on the side of a name; one in the middle of the body stays."""
    side = bone.partition("_")[0]
    return counterpart(bone) if side in ("left", "right") and not name.startswith(side) else bone
