"""What the library remembers beside the networks may be missing or broken: it is never in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fixtures.tiny_networks import write_dots_network
from poseapp.inference.library_facts import facts_of
from poseapp.inference.library_state import Defaults, PrivateNote, read_defaults, read_note, write_defaults, write_note


def test_defaults_step_forward_and_back() -> None:
    now = Defaults().chosen("a").chosen("b").chosen("b").chosen("")
    assert now == Defaults("", ("", "a", "b"))
    assert now.back() == Defaults("b", ("", "a"))
    assert now.renamed("a", "c") == Defaults("", ("", "c", "b"))


def test_without_a_network_the_one_before_takes_its_place() -> None:
    assert Defaults("b", ("", "a")).without("b") == Defaults("a", ("",))
    assert Defaults("b", ("", "a")).without("a") == Defaults("b", ("",))
    assert Defaults("a").without("a") == Defaults("")


@pytest.mark.parametrize(
    ("stored", "names", "expected"),
    [
        (Defaults("b", ("", "a")), ("a", "b"), Defaults("b", ("", "a"))),
        (Defaults("b", ("", "a")), ("b",), Defaults("b", ("",))),
        (Defaults("b", ("", "a")), ("a",), Defaults("", ("", "a"))),  # gone: the built-in one, and a is one step back
        (Defaults("b", ("b", "a")), ("b",), Defaults("b")),  # a step from b to b is none
        (Defaults("b", ("a",)), (), Defaults("")),
    ],
)
def test_what_is_gone_is_stepped_over(stored: Defaults, names: tuple[str, ...], expected: Defaults) -> None:
    assert stored.among(names) == expected


def test_only_the_last_twenty_are_kept() -> None:
    now = Defaults()
    for number in range(30):
        now = now.chosen(str(number))
    assert (now.name, len(now.before), now.before[0]) == ("29", 20, "9")


def test_both_survive_the_way_to_the_disk_and_back(tmp_path: Path) -> None:
    write_defaults(tmp_path, Defaults("Läufer", ("", "a")))
    assert read_defaults(tmp_path) == Defaults("Läufer", ("", "a"))
    note = PrivateNote(("tanz é.mp4",), "links", "2026-11-20")
    write_note(tmp_path / "a.onnx", note)
    assert read_note(tmp_path / "a.onnx") == note


@pytest.mark.parametrize("text", ["", "[]", "null", '{"clips": "x", "note": 5}', "\ufeff{}", "[" * 100_000])
def test_a_broken_note_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    assert read_note(tmp_path / "a.onnx").clips == ()


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1}', '{"version": 1, "files": {"x": {}}}', "[" * 100_000])
def test_what_was_known_is_found_out_again(tmp_path: Path, text: str) -> None:
    network = write_dots_network(tmp_path / "a.onnx")
    first = facts_of(tmp_path, [network])[network]
    (tmp_path / ".facts.json").write_text(text, encoding="utf-8")
    assert facts_of(tmp_path, [network])[network] == first
    assert network.name in (tmp_path / ".facts.json").read_text(encoding="utf-8")


def test_what_is_known_is_not_looked_at_again(tmp_path: Path) -> None:
    network = write_dots_network(tmp_path / "a.onnx")
    facts_of(tmp_path, [network])
    cache = tmp_path / ".facts.json"
    data = json.loads(cache.read_text(encoding="utf-8"))
    data["files"][str(network)]["title"] = "as known"
    cache.write_text(json.dumps(data), encoding="utf-8")
    assert facts_of(tmp_path, [network])[network].title == "as known"
    assert facts_of(tmp_path, [tmp_path / "gone.onnx"]) == {}
