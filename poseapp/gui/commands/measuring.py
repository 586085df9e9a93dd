"""What the Measure menu does about how the clip is measured: the filter, and the posture that reads zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from poseapp.core.analysis import MeasureSettings
from poseapp.core.errors import PoseappError
from poseapp.core.settings_text import settings_to_json
from poseapp.gui.measure_dialog import MeasureDialog
from poseapp.services import settings as names
from poseapp.services.types import Notice

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow

_STILL = 3.0  # degrees of standard deviation: kinematics.neutral.STILL_DEGREES, which takes scipy to import


class MeasuringCommands:
    """How the open clip is measured."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._session.measure_choice.set_usual(window.settings.get(names.MEASURE))

    def settings(self) -> None:
        """Ask how to measure."""
        choice = self._session.measure_choice
        measures = self._session.measuring.measures(self._session.selection.person)
        dialog = MeasureDialog(choice.current, None if measures is None else measures.filter, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._on_chosen)
        dialog.open()

    def neutral(self) -> None:
        """Let the mean posture of the working zone read zero."""
        zone, person = self._session.playback.zone, self._session.selection.person
        if zone is None:
            self._say(
                "Mark the stretch of standing still as the working zone first: I at its first frame, O at its last."
            )
            return
        try:
            title, moved = self._session.measure_choice.take_neutral(person, zone)
        except PoseappError as error:
            self._session.notify(error)
            return
        text = f"Joint angles are now measured from the posture in frames {zone.start} to {zone.stop - 1}."
        if moved > _STILL:
            text += f" It is not still: {title} moves by {moved:.0f}° (standard deviation)."
        self._say(text)

    def drop_neutral(self) -> None:
        """Show angles as they are defined."""
        if self._session.measure_choice.drop_neutral(self._session.selection.person):
            self._say("Joint angles are measured as they are defined again.")
        else:
            self._say("Joint angles are measured as they are defined: no posture was taken as zero.")

    def _on_chosen(self, settings: MeasureSettings, usual: bool) -> None:
        self._session.measure_choice.choose(settings)
        if usual:
            text = settings_to_json(MeasureSettings(settings.filter, settings.max_gap_seconds, settings.min_score))
            self._window.settings.set(names.MEASURE, text)
            self._session.measure_choice.set_usual(text)

    def _say(self, text: str) -> None:
        self._session.noticeRaised.emit(Notice(text))
