"""What is asked before a fine-tuning: with which network to begin, how long, from what, and the new one's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from poseapp.gui.improve.projects_list import ProjectsList
from poseapp.gui.improve.tone_line import ToneLine
from poseapp.gui.improve.words import earlier_words, outlook_words
from poseapp.gui.style.theme import GRID, HALF, font
from poseapp.services.improve_outlook import Outlook, name_problem
from poseapp.services.improving import DEFAULT_MINUTES, ImproveOrder

_LONGEST_NAME = 60
_MOST_MINUTES = 24 * 60


class ImproveSetup(QWidget):
    """The form.

    Signals:
        changed(): What the order would be, or whether there could be one.
        projectsChanged(): There is something else to learn from.
    """

    changed = Signal()
    projectsChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outlook: Outlook | None = None
        self._named = False  # by the person
        self.words, self.earlier = ToneLine(self), ToneLine(self)
        self.parent_network = QComboBox(self)
        self.name = QLineEdit(self)
        self.name.setMaxLength(_LONGEST_NAME)
        self._name_words = ToneLine(self)
        self.name.textEdited.connect(self._on_named)
        self.minutes = QSpinBox(self)
        self.minutes.setRange(1, _MOST_MINUTES)
        self.minutes.setValue(round(DEFAULT_MINUTES))
        self.minutes.setSuffix(self.tr(" min"))
        self.minutes.lineEdit().setTextMargins(GRID, 0, 0, 0)
        self.minutes.setToolTip(self.tr("It ends sooner when it gets no better"))
        self.specialise = QCheckBox(self.tr("&Only for clips like these"), self)
        self.specialise.setAccessibleName(self.tr("Only for clips like these"))
        self.specialise.setToolTip(self.tr("Nearer on these clips; more is forgotten of other people and poses"))
        self.projects = ProjectsList(self)
        self.projects.changed.connect(self.projectsChanged)
        self.parent_network.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self._place = QLabel(self)
        self._place.setWordWrap(True)
        self._place.setProperty("tone", "muted")
        self._place.setFont(font("small"))
        self._compose()

    @property
    def outlook(self) -> Outlook | None:
        """What there is to learn from, None while it is being looked for."""
        return self._outlook

    @property
    def ready(self) -> bool:
        """Tell whether a training can be started."""
        return (
            self._outlook is not None
            and self._outlook.enough
            and not self._name_problem()
            and bool(self.parent_network.currentText())
        )

    @property
    def unfinished(self) -> ImproveOrder | None:
        """What an earlier training was asked for that can go on, None without one."""
        return None if self._outlook is None or self._outlook.problem else self._outlook.unfinished

    @property
    def startable(self) -> bool:
        """Tell whether a training can be started, or an earlier one gone on with."""
        return self.ready or self.unfinished is not None

    def order(self, project: str, *, fresh: bool = False) -> ImproveOrder:
        """Return what is asked for, beginning with the project on show."""
        return ImproveOrder(
            (project, *self.projects.paths),
            self.parent_network.currentText(),
            self.name.text(),
            float(self.minutes.value()),
            fresh,
            self.specialise.isChecked(),
        )

    def set_outlook(self, outlook: Outlook | None, *, place: str = "") -> None:
        """Say what there is to learn from; None while that is being looked for. `place`: where the training lies."""
        self._outlook = outlook
        if outlook is None:
            self.words.set_words("info", self.tr("Looking what there is to learn from…"))
        else:
            self.words.set_words(*outlook_words(outlook))
            self.earlier.set_words("info", earlier_words(outlook.unfinished))
            self._offer(outlook.models)
            if not self._named:
                self.name.setText(outlook.suggested)
            self._name_words.set_words("error", self._name_problem() if self._named else "")
        text = self.tr("Nothing leaves this computer: pictures and report stay in {place}, beside the project.")
        self._place.setText(text.format(place=place) if place else "")
        self.changed.emit()

    def choose_parent(self, name: str) -> None:
        """Choose the network to begin with, where it is among those offered."""
        index = self.parent_network.findText(name)
        if index >= 0:
            self.parent_network.setCurrentIndex(index)

    def forget_clip(self) -> None:
        """Forget what was said of another clip."""
        self._named = False
        self.specialise.setChecked(False)
        self.projects.clear()
        self.name.clear()
        self.set_outlook(None)

    def _offer(self, models: Sequence[str]) -> None:
        if [self.parent_network.itemText(i) for i in range(self.parent_network.count())] == list(models):
            return
        chosen = self.parent_network.currentText()
        self.parent_network.clear()
        self.parent_network.addItems(list(models))
        self.choose_parent(chosen)

    def _on_named(self, text: str) -> None:
        self._named = bool(text)
        self._name_words.set_words("error", self._name_problem())
        self.changed.emit()

    def _name_problem(self) -> str:
        return name_problem(self.name.text(), () if self._outlook is None else self._outlook.models)

    def _compose(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.words)
        column.addWidget(self.earlier)
        column.addSpacing(HALF)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("&Begin with the network"), self.parent_network),
            (self.tr("&Name of the new network"), self.name),
            (self.tr("&Time it may take"), self.minutes),
            (self.tr("Learn from these pro&jects, too"), self.projects),
        )
        for title, widget in rows:
            label = QLabel(title, self)
            label.setBuddy(widget.add if isinstance(widget, ProjectsList) else widget)
            block = QVBoxLayout()
            block.setSpacing(HALF)
            block.addWidget(label)
            block.addWidget(widget)
            if widget is self.name:
                block.addWidget(self._name_words)
            column.addLayout(block)
            if not isinstance(widget, ProjectsList):
                widget.setAccessibleName(re.sub("&", "", title))
            if widget is self.minutes:
                column.addWidget(self.specialise)
        column.addWidget(self._place)
        for first, second in (
            (self.parent_network, self.name),
            (self.name, self.minutes),
            (self.minutes, self.specialise),
            (self.specialise, self.projects.list),
            (self.projects.list, self.projects.add),
            (self.projects.add, self.projects.remove),
        ):
            QWidget.setTabOrder(first, second)
