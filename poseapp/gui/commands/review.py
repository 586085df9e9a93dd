"""What the Correct menu does about the review queue."""

from __future__ import annotations

from poseapp.core.moments import Moment, MomentKind
from poseapp.services.session import Session


class ReviewCommands:
    """Goes through the suspicious moments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def step(self, by: int) -> None:
        """Go to the next (+1) or previous (-1) suspicious moment."""
        self._session.reviewing.step(by)

    def go(self, moment: Moment) -> None:
        """Go to a moment that was picked."""
        self._session.reviewing.go(moment)

    def accept(self) -> None:
        """Say that the moment is right as it is."""
        self._session.reviewing.accept()

    def fix(self) -> None:
        """Swap left and right back where the moment says that they are exchanged."""
        self._session.reviewing.fix()

    def suggest(self) -> None:
        """Look for frames that are worth correcting for fine-tuning."""
        self._session.advising.suggest(self._session.selection.person)

    def next_suggested(self) -> None:
        """Go to the next frame that is worth correcting, looking for some first where none is listed."""
        self._session.advising.go_next(self._session.selection.person)

    def narrow(self, on: bool) -> None:
        """List only the frames that are worth correcting, or everything again."""
        reviewing = self._session.reviewing
        reviewing.narrow(on)
        if on and not reviewing.moments:
            self._session.advising.suggest(self._session.selection.person)

    def possible(self) -> frozenset[str]:
        """Return what the queue allows, in the words of the table of actions."""
        reviewing = self._session.reviewing
        given = {"moments"} if reviewing.moments else set()
        if reviewing.current is not None:
            given |= {"moment"} | ({"swap moment"} if reviewing.current.kind is MomentKind.SWAP else set())
        return frozenset(given)
