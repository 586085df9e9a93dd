"""The panel of agreement: what the poses are compared with, a table, and the plot of its chosen row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from poseapp.core.agreement import METHOD, AgreementRow, AgreementTable
from poseapp.core.readings import Held, PosesOf
from poseapp.gui.agreement.difference import DifferencePane
from poseapp.gui.agreement.head import AgreementHead
from poseapp.gui.agreement.plot import drawn_points
from poseapp.gui.agreement.table import AgreementView
from poseapp.gui.agreement.words import table_words
from poseapp.gui.style.theme import GRID, font, lie_on_surface

_LEAST_PAIRS = 3
_MOST_TABLE = 0.56  # of the panel's width, that the table takes by itself
_NOTHING = (
    "There is nothing in this project to compare with: keep a reading (Correct › Readings), or choose another project."
)


class AgreementPanel(QWidget):
    """Lies under the picture: a click on a point, or Enter on a row, shows that frame in it.

    Signals:
        exportWanted(object, str): (AgreementTable) and the name of the chosen row.
        windowWanted: It is to have a window of its own, or none any more.
        closeWanted: It is to be closed.
        leftByKey: Escape was pressed.
    """

    exportWanted = Signal(object, str)
    windowWanted = Signal()
    closeWanted = Signal()
    leftByKey = Signal()

    def __init__(
        self, name_of: Callable[[int], str], time_of: Callable[[int], str], parent: QWidget | None = None
    ) -> None:
        """`name_of`: What a person is called. `time_of`: The time of a frame in words."""
        super().__init__(parent)
        self._name_of = name_of
        self._compared: AgreementTable | None = None
        self.setObjectName("agreement")
        lie_on_surface(self)
        self.head, self.table, self.difference = AgreementHead(self), AgreementView(self), DifferencePane(time_of, self)
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about.setFont(font("small"))
        self.about.setToolTip(METHOD)
        self.about.setProperty("tone", "muted")
        self.table.setAccessibleName(self.tr("Agreement"))
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.pages, self.parts = QStackedWidget(self), QSplitter(Qt.Orientation.Horizontal, self)
        self._parted = False  # by a person
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        for widget in (*self.findChildren(QAbstractButton), *self.findChildren(QComboBox)):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click, Space goes on playing
        self.head.kindChanged.connect(self._show_rows)
        self.head.orderChanged.connect(self.table.sortByColumn)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self.head.show_order)
        self.table.rowChosen.connect(self._on_row)
        self.table.wanted.connect(self.difference.step)

    def set_held(self, held: Sequence[Held], wanted: PosesOf | None = None) -> None:
        """Offer what there is to compare with, and compare with what is wanted, else with what was chosen."""
        self.head.set_held(held, wanted)
        if self.head.poses is None:
            self.set_problem(self.tr(_NOTHING))

    def set_compared(self, table: AgreementTable) -> None:
        """Show what came of a comparison."""
        self._compared = table
        self.pages.setCurrentIndex(0)
        self._show_rows()

    def set_problem(self, words: str) -> None:
        """Say why there is nothing to show."""
        self._compared = None
        self._show_rows()
        self.about.setText("")
        self.problem.setText(words)
        self.pages.setCurrentWidget(self.problem)

    def set_busy(self) -> None:
        """Say that it takes a moment; what was there stays readable."""
        self.about.setText(self.tr("Comparing…"))
        self._enable(busy=True)

    def set_stale(self) -> None:
        """Say that the poses are others by now."""
        self.about.setText(self.tr("The poses were changed since: compare again to see what came of it."))

    def text(self) -> str:
        """Return the table with tabs between columns, and what was compared."""
        lines = ["\t".join(line) for line in self.table.lines()]
        return "\n".join([*lines, "", self.about.text(), METHOD])

    def copy(self) -> None:
        """Put the text into the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def set_floating(self, *, on: bool) -> None:
        """Say what the button for an own window does now."""
        self.buttons["window"].setText(self.tr("Into the main window") if on else self.tr("Own window"))

    def sizeHint(self) -> QSize:
        """Room for half a dozen rows beside a plot."""
        return QSize(150 * GRID, 36 * GRID)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the table what it needs, but leave room for the plot."""
        super().resizeEvent(event)
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to the picture."""
        if event.key() == Qt.Key.Key_Escape:
            self.leftByKey.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        parts = self.parts
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.table)
        parts.addWidget(self.difference)
        for place, share in enumerate((0, 1)):
            parts.setStretchFactor(place, share)
        parts.splitterMoved.connect(self._on_parted)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.about, 1)
        verbs: tuple[tuple[str, str, Callable[[], None]], ...] = (
            ("again", self.tr("Compare again"), self.head.want),
            ("copy", self.tr("Copy"), self.copy),
            ("export", self.tr("Export…"), self._export),
            ("window", self.tr("Own window"), self.windowWanted.emit),
            ("close", self.tr("Close"), self.closeWanted.emit),
        )
        for name, title, verb in verbs:
            button = QPushButton(title, self)
            button.clicked.connect(lambda _checked=False, verb=verb: verb())
            self.buttons[name] = button
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.head)
        for page in (parts, self.problem):
            self.pages.addWidget(page)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)

    def _show_rows(self) -> None:
        table, unit = self._compared, self.head.unit
        rows = () if table is None else tuple(row for row in table.rows if row.unit == unit)
        rows = tuple(row for row in rows if row.agreement.n >= _LEAST_PAIRS)
        several = len({row.person for row in rows}) > 1
        names = [f"{row.title}, {self._name_of(row.person)}" if several else row.title for row in rows]
        self.table.show_rows(rows, unit, names)
        self._share()
        if table is not None:
            none = "" if rows else self.tr(" Nothing is known of both in three frames.")
            self.about.setText(table_words(table) + none)
        self._enable(busy=False)

    def _share(self) -> None:
        whole, wanted = self.parts.width(), self.table.wanted_width()
        if not self._parted and whole > 0:
            table = min(wanted, int(_MOST_TABLE * whole))
            self.parts.setSizes([table, whole - table])

    def _on_parted(self) -> None:
        self._parted = True

    def _on_row(self, row: AgreementRow | None) -> None:
        if row is None:
            self.difference.set_row(None, "")
            return
        n, drawn = row.agreement.n, len(drawn_points(row))
        some = "" if drawn == n else self.tr(", {drawn} drawn").format(drawn=drawn)
        self.difference.set_row(row, f"{row.title}, n = {n}{some}")

    def _export(self) -> None:
        if self._compared is not None:
            row = self.table.current
            self.exportWanted.emit(self._compared, "" if row is None else row.name)

    def _enable(self, *, busy: bool) -> None:
        for name in ("copy", "export"):
            self.buttons[name].setEnabled(self._compared is not None and not busy)
        self.buttons["again"].setEnabled(self.head.poses is not None and not busy)
