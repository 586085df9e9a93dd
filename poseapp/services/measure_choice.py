"""How the open clip is measured: kept with its project, said once, used by plots, exports and reports alike."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from poseapp.core.analysis import MeasureSettings
from poseapp.core.errors import BadInputError, PoseappError
from poseapp.core.settings_text import MEASURE, settings_from_json, settings_in, settings_to_json
from poseapp.services.document import Document
from poseapp.services.measuring import Measuring
from poseapp.services.playback import Zone


class MeasureChoice(QObject):
    """Between the settings of a document and what measures it.

    Attributes:
        current: The settings in force.
        usual: What clips have of which nothing was said, as the window's settings hold it.

    Signals:
        changed: The settings are others.
        failed: (exception) when they can be neither read nor kept.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, measuring: Measuring, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current = MeasureSettings()
        self.usual = MeasureSettings()
        self._measuring = measuring
        self._document: Document | None = None

    def set_usual(self, text: str) -> None:
        """Take what the window's settings hold for clips of which nothing was said; "" for the defaults."""
        try:
            self.usual = settings_from_json(text) if text else MeasureSettings()
        except BadInputError as error:
            self.failed.emit(error)

    def set_document(self, document: Document | None) -> None:
        """Take up the settings of another document, before it is measured."""
        self._document = document
        self.current = self._kept(document)
        self._measuring.settings = self.current
        self.changed.emit()

    def choose(self, settings: MeasureSettings) -> None:
        """Measure by other settings, and keep them with the document."""
        if self._document is None or settings == self.current:
            return
        try:
            self._document.keeper.set_setting(MEASURE, settings_to_json(settings))
        except PoseappError as error:
            self.failed.emit(error)
            return
        self.current = settings
        self._measuring.settings = settings
        self._measuring.set_document(self._document)
        self.changed.emit()

    def take_neutral(self, person: int, zone: Zone) -> tuple[str, float]:
        """Let the mean posture of a zone read 0; return which joint moved most in it, and how much, degrees.

        Raises:
            BadInputError: Nothing is measured there.
        """
        from poseapp.kinematics.neutral import most_movement, take_neutral

        measures = self._measuring.measures(person)
        if measures is None:
            raise BadInputError("nothing is measured yet", remedy="Analyze the clip first")
        moved = most_movement(measures.angles, zone.start, zone.stop)
        pose = take_neutral(measures.angles, person, zone.start, zone.stop)
        self.choose(self.current.with_neutral(person, pose))
        return moved

    def drop_neutral(self, person: int) -> bool:
        """Show angles as they are defined; tell whether they were not."""
        was_on = self.current.neutral_of(person) is not None
        self.choose(self.current.with_neutral(person, None))
        return was_on

    def _kept(self, document: Document | None) -> MeasureSettings:
        try:
            return self.usual if document is None else settings_in(document.keeper.settings(), self.usual)
        except PoseappError as error:
            self.failed.emit(error)
            return self.usual
