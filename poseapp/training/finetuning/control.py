"""How a fine-tuning is told to wait, to go on and to end: words on its standard input, or a signal."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import IO

from poseapp.core.errors import CancelledError

PATIENCE_SECONDS = 0.8  # after which a cancelled process ends wherever it is: what it writes is whole or not at all
_EXIT_CANCELLED = 4


class Control:
    """What the person wants; may be asked from any thread."""

    def __init__(
        self, *, on_pause: Callable[[], None] = lambda: None, on_resume: Callable[[], None] = lambda: None
    ) -> None:
        self._may_go = threading.Event()
        self._may_go.set()
        self._cancelled = threading.Event()
        self._on_pause, self._on_resume = on_pause, on_resume

    @property
    def cancelled(self) -> bool:
        """Whether it should end."""
        return self._cancelled.is_set()

    def waits(self) -> bool:
        """Tell whether it should wait."""
        return not self._may_go.is_set()

    def pause(self) -> None:
        """Let it wait."""
        self._may_go.clear()

    def resume(self) -> None:
        """Let it go on."""
        self._may_go.set()

    def cancel(self) -> None:
        """Let it end."""
        self._cancelled.set()
        self._may_go.set()

    def check(self) -> None:
        """Raise CancelledError where it should end."""
        if self.cancelled:
            raise CancelledError

    def hold(self) -> None:
        """Wait as long as it should. Raises CancelledError where it should end."""
        self.check()
        if self.waits():
            self._on_pause()
            self._may_go.wait()
            self.check()
            self._on_resume()

    def listen(self, stream: IO[bytes], *, end: Callable[[int], None] = os._exit) -> None:
        """Obey the words pause, resume and cancel of a stream, one a line; its end means cancel.

        Args:
            end: Ends the process when a cancel is not heard in time, in the middle of a long computation.
        """

        def obey() -> None:
            words = {b"pause": self.pause, b"resume": self.resume}
            for line in iter(stream.readline, b""):
                word = line.strip()
                if word == b"cancel":
                    break
                words.get(word, lambda: None)()
            self.cancel()
            watchdog = threading.Timer(PATIENCE_SECONDS, end, (_EXIT_CANCELLED,))
            watchdog.daemon = True
            watchdog.start()

        threading.Thread(target=obey, name="control", daemon=True).start()
