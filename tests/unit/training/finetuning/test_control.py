"""What is said on stdin is obeyed: pause, resume, cancel, and the end of it."""

from __future__ import annotations

import os
import threading
import time

import pytest

from poseapp.core.errors import CancelledError
from poseapp.training.finetuning.control import PATIENCE_SECONDS, Control


def wait_for(condition: object, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture
def pipe() -> object:
    """A stream to read words from, and a function that writes them."""
    reading, writing = os.pipe()
    stream = os.fdopen(reading, "rb")
    yield stream, writing
    stream.close()


def test_pause_waits_and_resume_goes_on(pipe: tuple) -> None:
    stream, writing = pipe
    told: list[str] = []
    control = Control(on_pause=lambda: told.append("paused"), on_resume=lambda: told.append("resumed"))
    control.listen(stream, end=lambda _code: None)
    control.hold()  # nothing to wait for
    os.write(writing, b"nonsense\npause\n")
    wait_for(control.waits)
    held = threading.Thread(target=control.hold)
    held.start()
    wait_for(lambda: told == ["paused"])
    assert held.is_alive()
    os.write(writing, b"resume\n")
    held.join(5)
    assert told == ["paused", "resumed"]
    assert not control.cancelled
    os.close(writing)


@pytest.mark.parametrize("words", [b"cancel\n", b"pause\ncancel\n", b"", b"pause\n"])
def test_cancel_and_the_end_of_the_words_both_end_it(pipe: tuple, words: bytes) -> None:
    stream, writing = pipe
    control, codes = Control(), list[int]()
    control.listen(stream, end=codes.append)
    os.write(writing, words)
    if not words.endswith(b"cancel\n"):
        os.close(writing)  # the window died
    wait_for(lambda: control.cancelled)
    with pytest.raises(CancelledError):
        control.hold()
    with pytest.raises(CancelledError):
        control.check()
    assert codes == []
    wait_for(lambda: codes == [4], PATIENCE_SECONDS + 2)  # what does not listen is ended, with the code of a cancel
