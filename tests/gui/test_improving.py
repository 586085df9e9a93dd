"""A fine-tuning in a process of its own: told to pause, to go on and to stop; killed, deaf, or gone with the window."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from fixtures.stand_in_training import stand_in_command
from poseapp.core.finetune_events import Failed
from poseapp.services import improve_process
from poseapp.services.improve_process import ImproveProcess, ProcessEnd, own_command
from poseapp.services.improving import ImproveOrder, Improving, end_words

pytestmark = pytest.mark.gui
PATIENCE = 20_000  # ms


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and waits to be fetched does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def improving(qapp):
    improving = Improving(command=stand_in_command)
    yield improving
    improving.close()


@pytest.fixture
def order(tmp_path):
    return ImproveOrder((str(tmp_path / "walk.poseapp"),), "default", "walk-tuned", 5.0)


@pytest.fixture
def slow(monkeypatch):
    """Let the training take its time: 2 s and more."""
    monkeypatch.setenv("STAND_IN_STEPS", "200")


def wait_for(qtbot, improving, phase):
    qtbot.waitUntil(lambda: improving.state.phase == phase, timeout=PATIENCE)


def test_the_order_is_the_command_line(order):
    words = order.arguments()
    assert words[:2] == ("finetune", order.projects[0])
    assert words[2:] == ("--model", "default", "--name", "walk-tuned", "--minutes", "5", "--progress")
    assert ImproveOrder(("a",), minutes=0.5, fresh=True).arguments()[-4:] == (
        "--minutes",
        "0.5",
        "--progress",
        "--fresh",
    )
    assert ImproveOrder(("a",), specialise=True).arguments()[-1] == "--specialise"
    assert order.folder.name == "walk.training"


def test_the_program_runs_its_own_command(monkeypatch):
    assert own_command(["finetune"]) == (sys.executable, "-m", "poseapp", "finetune")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_command(["finetune"]) == (sys.executable, "finetune")


def test_a_training_tells_its_curve_and_its_proof(improving, order, qtbot):
    phases = []
    improving.changed.connect(lambda: phases.append(improving.state.phase))
    improving.start(order)
    assert improving.state.phase == "starting"
    wait_for(qtbot, improving, "finished")
    assert [phase for i, phase in enumerate(phases) if phase not in phases[:i]] == ["starting", "training", "finished"]
    assert [step for step, _ in improving.losses] == list(range(1, 21))
    assert [m.step for m in improving.measured] == [0, 5, 10, 15, 20]
    assert (improving.state.data.frames, improving.state.data.held_out) == (46, 9)
    assert (improving.state.report.before_px, improving.state.report.after_px) == (6.4, 3.9)
    assert improving.pid == 0


def test_pause_and_go_on(improving, order, qtbot, slow):
    improving.start(order)
    qtbot.waitUntil(lambda: len(improving.losses) > 3, timeout=PATIENCE)
    improving.pause()
    assert improving.state.phase == "pausing"
    wait_for(qtbot, improving, "paused")
    stood = len(improving.losses)
    qtbot.wait(150)
    assert len(improving.losses) == stood
    improving.resume()
    qtbot.waitUntil(lambda: len(improving.losses) > stood + 3, timeout=PATIENCE)
    assert improving.state.phase == "training"


def test_what_is_proved_already_is_not_paused(improving, order, qtbot):
    phases = []

    def pause_the_proof():  # which takes no time here: who looks now and then may never see it
        if improving.state.proving:
            improving.pause()
            phases.append(improving.state.phase)

    improving.changed.connect(pause_the_proof)
    improving.advanced.connect(pause_the_proof)
    improving.start(order)
    wait_for(qtbot, improving, "finished")
    assert phases
    assert set(phases) == {"training"}
    assert not improving.state.proving


def test_cancel_is_heard_at_once_and_can_be_gone_on_from(improving, order, qtbot, slow):
    improving.start(order)
    qtbot.waitUntil(lambda: len(improving.losses) > 3, timeout=PATIENCE)
    began = time.monotonic()
    improving.cancel()
    assert improving.state.phase == "cancelling"
    wait_for(qtbot, improving, "stopped")
    assert time.monotonic() - began < 2.0
    assert (improving.state.problem, improving.state.can_go_on) == ("", True)
    stood = improving.losses[-1][0]
    improving.go_on()
    qtbot.waitUntil(lambda: improving.losses[-1][0] > stood + 3, timeout=PATIENCE)
    assert [step for step, _ in improving.losses] == list(range(1, improving.losses[-1][0] + 1))


def test_a_process_that_does_not_hear_is_killed(improving, order, qtbot, slow, monkeypatch):
    monkeypatch.setenv("STAND_IN_DEAF", "1")
    monkeypatch.setenv("STAND_IN_STEPS", "100000")
    improving._process._patience.setInterval(300)
    improving.start(order)
    qtbot.waitUntil(lambda: len(improving.losses) > 3, timeout=PATIENCE)
    pid = improving.pid
    improving.cancel()
    wait_for(qtbot, improving, "stopped")
    assert not is_alive(pid)
    assert improving.state.problem == ""
    assert improve_process.KILL_AFTER_MS == 5000


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")
def test_a_killed_process_gives_one_line_and_goes_on_where_it_was(improving, order, qtbot, slow):
    improving.start(order)
    qtbot.waitUntil(lambda: len(improving.losses) > 5, timeout=PATIENCE)
    os.kill(improving.pid, signal.SIGKILL)
    wait_for(qtbot, improving, "stopped")
    assert "signal 9" in improving.state.problem
    assert "\n" not in improving.state.problem
    assert improving.state.can_go_on
    stood = improving.losses[-1][0]
    improving.go_on()
    qtbot.waitUntil(lambda: improving.losses[-1][0] > stood + 3, timeout=PATIENCE)
    steps = [step for step, _ in improving.losses]
    assert steps == sorted(set(steps))
    missing = set(range(1, steps[-1] + 1)) - set(steps)
    assert missing <= {stood + 1}  # its checkpoint was written, and its line was lost with the process


def test_a_failure_says_what_where_and_what_to_do(improving, order, qtbot, monkeypatch):
    monkeypatch.setenv("STAND_IN_FAIL", "1")
    improving.start(order)
    wait_for(qtbot, improving, "stopped")
    assert improving.state.problem == (
        "walk.poseapp: there are 3 corrected frames, too few to learn from. Correct at least 8 frames."
    )


def test_a_program_that_is_not_there(qapp, order, qtbot):
    improving = Improving(command=lambda words: ("/nowhere/poseapp", *words))
    improving.start(order)
    wait_for(qtbot, improving, "stopped")
    assert improving.state.problem == end_words(ProcessEnd("not started"))
    improving.close()


def test_what_is_no_event_is_passed_over(qapp, qtbot, tmp_path):
    code = """if True:
        import sys
        print('hello')
        print('{"event": "Paused"}')
        sys.stderr.write('first\\nposeapp: last.\\n')
        sys.exit(3)
    """
    process, said, ends = ImproveProcess(), [], []
    process.said.connect(said.append)
    process.ended.connect(ends.append)
    process.start((sys.executable, "-c", code))
    qtbot.waitUntil(lambda: bool(ends), timeout=PATIENCE)
    assert [type(event).__name__ for event in said] == ["Paused"]
    assert ends == [ProcessEnd("failed", 3, "last.")]
    assert end_words(ends[0]) == "last."


def test_the_process_keeps_its_memory_between_steps(qapp, qtbot):
    code = """if True:
        import os
        from poseapp.core.finetune_events import Failed
        kept = [os.environ[name] for name in ("MALLOC_MMAP_MAX_", "MALLOC_TRIM_THRESHOLD_")]
        print(Failed(" ".join(kept), os.environ.get("HOME", "")).to_line())
    """
    process, said = ImproveProcess(), []
    process.said.connect(said.append)
    with qtbot.waitSignal(process.ended, timeout=PATIENCE):
        process.start((sys.executable, "-c", code))
    assert said == [Failed("0 100000000000", os.environ.get("HOME", ""))]  # and everything else as here


def test_closing_leaves_no_process_behind(qapp, order, qtbot, slow):
    improving = Improving(command=stand_in_command)
    improving.start(order)
    qtbot.waitUntil(lambda: len(improving.losses) > 3, timeout=PATIENCE)
    pid = improving.pid
    improving.close()
    assert not is_alive(pid)


def test_closing_ends_a_process_that_has_not_begun_to_listen(qapp, order):
    improving = Improving(command=lambda words: (sys.executable, "-c", "import time; time.sleep(60)"))
    improving.start(order)
    pid = improving.pid
    improving.close()
    assert not is_alive(pid)


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="there are no priorities to ask for")
def test_the_window_comes_first(improving, order, qtbot, slow):
    improving.start(order)
    qtbot.waitUntil(lambda: len(improving.losses) > 3, timeout=PATIENCE)
    expected = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    assert os.getpriority(os.PRIO_PROCESS, improving.pid) == expected
