"""Remembers the working zone, and whether playing loops over it, with the document."""

from __future__ import annotations

import json
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from poseapp.core.errors import PoseappError
from poseapp.services.document import Document
from poseapp.services.playback import Playback, Zone

# Names in project files: never change them.
ZONE, LOOP = "zone", "loop"


class ZoneMemory(QObject):
    """Between the playback and the settings of a document.

    Signals:
        failed: (exception) when a setting can be neither read nor kept.
    """

    failed = Signal(object)

    def __init__(self, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._document: Document | None = None
        playback.zoneChanged.connect(lambda zone: self._keep(ZONE, _zone_to_text(zone)))
        playback.loopingChanged.connect(lambda on: self._keep(LOOP, json.dumps(on)))

    def set_document(self, document: Document | None) -> None:
        """Take up the zone of another document, whose clip is played already; None: no zone and no loop."""
        self._document = None  # what changes now is not the document's doing
        kept = self._kept(document)
        self._playback.set_zone(_zone_from_text(kept.get(ZONE, "")))
        self._playback.set_looping(kept.get(LOOP) == "true")
        self._document = document

    def _kept(self, document: Document | None) -> Mapping[str, str]:
        try:
            return {} if document is None else document.keeper.settings()
        except PoseappError as error:
            self.failed.emit(error)
            return {}

    def _keep(self, name: str, value: str) -> None:
        if self._document is None:
            return
        try:
            self._document.keeper.set_setting(name, value)
        except PoseappError as error:
            self.failed.emit(error)


def _zone_to_text(zone: Zone | None) -> str:
    return "null" if zone is None else json.dumps([zone.start, zone.stop])


def _zone_from_text(text: str) -> Zone | None:
    """Read what `_zone_to_text` wrote; None for anything else, such as the setting of a later version."""
    try:
        start, stop = json.loads(text)
        return Zone(int(start), int(stop))
    except (ValueError, TypeError, OverflowError):
        return None
