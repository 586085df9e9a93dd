"""What the Model menu does about the library of networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from poseapp.gui.networks.network_words import run_words
from poseapp.gui.networks.networks_dialog import NetworksDialog
from poseapp.services import settings

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow


class NetworkCommands:
    """Shows the library, and keeps the window's choice of a network in step with it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        networks = window.session.networks
        networks.defaultChanged.connect(self._on_default_changed)
        networks.failed.connect(self._on_failed)
        for changed in (window.session.clipChanged, window.session.historyChanged):
            changed.connect(self._name_run)

    def show(self) -> None:
        """Show the library."""
        dialog = NetworksDialog(
            self._window.session.networks, self._window.settings.get(settings.LAST_FOLDER), self._window
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_default_changed(self, _name: str) -> None:
        """Analyse with the default from now on, whatever was chosen beside Analyze before."""
        self._window.settings.set(settings.MODEL, settings.MODEL.default)
        self._window.analyze_controls.set_models(self._window.session.networks.view.names, settings.MODEL.default)

    def _on_failed(self, error: Exception) -> None:
        """Tell of a failure, where no list is open that tells of it."""
        if self._window.findChild(NetworksDialog) is None:
            self._window.session.notify(error)

    def _name_run(self) -> None:
        """Say exactly which network predicted what is seen, under its title in the status bar."""
        document, label = self._window.session.document, self._window.model_name
        words = run_words(None if document is None else document.model)
        label.setToolTip(words)
        label.setAccessibleDescription(words)
