"""The head of the panel of agreement: with what the poses are compared, and what of it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QWidget

from poseapp.core.readings import Held, PosesOf
from poseapp.gui.style.theme import GRID

_UP, _DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
_ORDERS = (  # columns of the table
    ("Body", (0, _UP)),
    ("Largest difference", (7, _DOWN)),
    ("Widest limits", (3, _DOWN)),
    ("Largest SEM", (5, _DOWN)),
    ("Lowest ICC", (4, _UP)),
)


class AgreementHead(QWidget):
    """A list of readings, runs and projects, and three switches.

    Signals:
        compareWanted(object, bool): (PosesOf) with what, and whether only what was placed by hand.
        projectWanted: Another project is to be chosen.
        kindChanged: Angles or keypoints are to be shown.
        drawnChanged(bool): Whether the compared poses are to be drawn in the picture.
        orderChanged(int, object): By which column the rows are to be sorted, and in which (Qt.SortOrder).
    """

    compareWanted = Signal(object, bool)
    projectWanted = Signal()
    kindChanged = Signal()
    drawnChanged = Signal(bool)
    orderChanged = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = 0
        self.against, self.kind, self.order = QComboBox(self), QComboBox(self), QComboBox(self)
        self.marked = QCheckBox(self.tr("Only placed by hand"), self)
        self.drawn = QCheckBox(self.tr("Draw in the picture"), self)
        self.against.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.against.setMinimumContentsLength(16)
        for title, unit in ((self.tr("Angles"), "degrees"), (self.tr("Keypoints"), "px")):
            self.kind.addItem(title, unit)
        for title, order in _ORDERS:
            self.order.addItem(self.tr(title), order)
        self.marked.setToolTip(
            self.tr("A keypoint where both placed it, an angle where both placed all that it is made of; a run places "
                    "nothing, so there it is what you placed")
        )  # fmt: skip
        self.drawn.setChecked(True)
        self.drawn.setToolTip(self.tr("What is compared with, in white with crosses"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for title, field in (
            (self.tr("Compare with"), self.against),
            (self.tr("Show"), self.kind),
            (self.tr("Sort by"), self.order),
        ):
            label = QLabel(title, self)
            field.setAccessibleName(title)
            row.addWidget(label)
            row.addWidget(field, 1 if field is self.against else 0)
            row.addSpacing(GRID)
        row.addWidget(self.marked)
        row.addWidget(self.drawn)
        self.against.activated.connect(self._on_against)
        self.kind.currentIndexChanged.connect(lambda _i: self.kindChanged.emit())
        self.order.activated.connect(lambda _i: self.orderChanged.emit(*self.order.currentData()))
        self.marked.toggled.connect(lambda _on: self.want())
        self.drawn.toggled.connect(self.drawnChanged)

    @property
    def unit(self) -> str:
        """Of what is to be shown: "degrees" or "px"."""
        return str(self.kind.currentData())

    @property
    def poses(self) -> PosesOf | None:
        """What is to be compared with, None while nothing is chosen."""
        poses = self.against.currentData()
        return poses if isinstance(poses, PosesOf) else None

    def show_order(self, column: int, order: Qt.SortOrder) -> None:
        """Say how the rows are sorted, where the head of the table was clicked."""
        places = [i for i, (_, known) in enumerate(_ORDERS) if known == (column, order)]
        self.order.setCurrentIndex(places[0] if places else -1)

    def set_held(self, held: Sequence[Held], wanted: PosesOf | None = None) -> None:
        """Offer what there is to compare with, and compare with what is wanted, what was chosen, or the first."""
        before = wanted or self.poses
        projects = [Held(poses, self.against.itemText(i)) for i in range(self.against.count())
                    if isinstance(poses := self.against.itemData(i), PosesOf) and not (poses.run or poses.reading)
                    ]  # fmt: skip
        self.against.clear()
        for one in (*held, *projects):
            self.against.addItem(one.title, one.poses)
        self.against.addItem(self.tr("Another project…"), None)
        places = [i for i, one in enumerate((*held, *projects)) if one.poses == before]
        self._chosen = places[0] if places else 0
        self.against.setCurrentIndex(self._chosen)
        self.want()

    def add_project(self, path: Path) -> None:
        """Offer another project, and compare with it."""
        place = self.against.findData(PosesOf(path))
        if place < 0:
            place = self.against.count() - 1
            self.against.insertItem(place, self.tr("Project {name}").format(name=path.name), PosesOf(path))
        self.against.setCurrentIndex(place)
        self._chosen = place
        self.want()

    def want(self) -> None:
        """Compare with what is chosen."""
        if self.poses is not None:
            self.compareWanted.emit(self.poses, self.marked.isChecked())

    def _on_against(self, index: int) -> None:
        if self.against.itemData(index) is None:
            self.against.setCurrentIndex(self._chosen)  # until there is one
            self.projectWanted.emit()
        else:
            self._chosen = index
            self.want()
