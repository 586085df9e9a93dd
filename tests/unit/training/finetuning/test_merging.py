"""Old and new weights are merged so that what is heard on marked pictures is new, and on generic ones old."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from poseapp.core.errors import BadInputError, CancelledError  # noqa: E402
from poseapp.core.lineage import Lineage  # noqa: E402
from poseapp.core.own_keypoints import OwnKeypoint, extended  # noqa: E402
from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.core.types import ModelSpec  # noqa: E402
from poseapp.inference.catalog import find_model  # noqa: E402
from poseapp.inference.network import load_network  # noqa: E402
from poseapp.nets.folding import fold  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402
from poseapp.training.finetuning.loop import Task, Tuner  # noqa: E402
from poseapp.training.finetuning.merging import (  # noqa: E402
    fresh_outputs,
    keep_fresh,
    merge,
    merged_network,
    moved_layers,
    refit_fresh,
    shipped_moments,
)
from poseapp.training.finetuning.moments import Listening, Moments, hear, read_moments, write_moments  # noqa: E402
from poseapp.training.finetuning.settings import TuneSettings, build_recipe  # noqa: E402
from poseapp.training.finetuning.start import Trainable, extend_head  # noqa: E402
from poseapp.training.measuring.evaluate import MEAN, STD, normalise  # noqa: E402
from poseapp.training.pack import Pack  # noqa: E402

SPEC = ModelSpec(
    "tiny", "Tiny", "fasterpose-slim", load_skeleton("body18"), (32, 32), MEAN, STD, "sigmoid", crop_factor=1.25
)
SETTINGS = TuneSettings(marked=2, replay=2)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def start() -> Trainable:
    torch.manual_seed(1)
    return Trainable(fold(find_architecture("fasterpose-slim").build(SPEC.skeleton)).eval(), SPEC)


def people(seed: int) -> Pack:
    rng = np.random.default_rng(seed)
    images = tuple(rng.integers(0, 255, (40, 40, 3), np.uint8) for _ in range(3))
    return Pack(images, rng.uniform(8, 32, (3, 18, 2)).astype(np.float32))


def moments_of(rows: torch.Tensor) -> torch.Tensor:
    """Return (1, D + 1, D + 1) of rows (N, D)."""
    rows = torch.cat([rows, torch.ones(len(rows), 1)], dim=1)
    return (rows.T @ rows / len(rows))[None]


def test_what_a_layer_is_given_is_summed_by_hand() -> None:
    network = nn.Sequential(nn.Conv2d(1, 1, (1, 2), bias=True))
    with Listening(network, ["0"]) as heard:
        network(torch.tensor([[[[1.0, 2.0, 4.0]]]]))  # the kernel sees (1, 2) and (2, 4)
        network(torch.tensor([[[[3.0, 0.0, 0.0]]]]))  # (3, 0) and (0, 0)
    network(torch.full((1, 1, 1, 3), 100.0))  # nobody listens any more
    first = torch.tensor([[5.0, 10.0, 3.0], [10.0, 20.0, 6.0], [3.0, 6.0, 2.0]]) / 2
    second = torch.tensor([[9.0, 0.0, 3.0], [0.0, 0.0, 0.0], [3.0, 0.0, 2.0]]) / 2
    torch.testing.assert_close(heard.moments["0"], ((first + second) / 2)[None])


def test_a_layer_answers_by_its_moments_in_every_group() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(4, 6, 3, stride=2, padding=1, dilation=1, groups=2))
    pictures = torch.randn(3, 4, 9, 9)  # 25 positions: all of them count
    with Listening(network, ["0"]) as heard, torch.no_grad():
        answers = network(pictures)
    layer, moments = network[0], heard.moments["0"]
    rows = torch.cat([layer.weight.flatten(1), layer.bias[:, None]], 1).reshape(2, 3, -1)
    energy = (rows @ moments @ rows.mT).diagonal(dim1=1, dim2=2).flatten()
    torch.testing.assert_close(energy, answers.square().mean(dim=(0, 2, 3)))


def test_layers_that_are_no_convolutions_are_passed_over() -> None:
    network = nn.Sequential(nn.ConvTranspose2d(2, 2, 2), nn.Conv2d(2, 2, 1))
    with Listening(network, ["0", "1"]) as heard, torch.no_grad():
        network(torch.ones(1, 2, 3, 3))
    assert set(heard.moments) == {"1"}


def test_the_merged_layer_is_the_least_squares_solution() -> None:
    torch.manual_seed(2)
    marked, generic, keep = torch.randn(200, 5) @ torch.randn(5, 5), torch.randn(300, 5) @ torch.randn(5, 5), 0.7
    old = {"a.weight": torch.randn(3, 5, 1, 1), "a.bias": torch.randn(3)}
    new = {"a.weight": torch.randn(3, 5, 1, 1), "a.bias": torch.randn(3)}
    merged = merge(old, new, {"a": moments_of(marked)}, {"a": moments_of(generic)}, keep=keep, share=0.5)
    scale, kept = len(marked) ** -0.5, (keep / len(generic)) ** 0.5
    rows = torch.cat([torch.cat([x, torch.ones(len(x), 1)], 1) * s for x, s in ((marked, scale), (generic, kept))])

    def answer(state: dict[str, torch.Tensor], part: slice) -> torch.Tensor:
        return rows[part] @ torch.cat([state["a.weight"].flatten(1), state["a.bias"][:, None]], 1).T

    wanted = torch.cat([answer(new, slice(200)), answer(old, slice(200, None))])
    best = torch.linalg.lstsq(rows.double(), wanted.double()).solution.T
    torch.testing.assert_close(merged["a.weight"].flatten(1).double(), best[:, :-1], rtol=0.02, atol=0.02)
    torch.testing.assert_close(merged["a.bias"].double(), best[:, -1], rtol=0.02, atol=0.02)


def test_what_only_marked_pictures_hold_is_new_and_what_only_generic_ones_hold_is_old() -> None:
    old, new = {"a.weight": torch.zeros(1, 2, 1, 1)}, {"a.weight": torch.ones(1, 2, 1, 1)}
    marked = {"a": torch.diag(torch.tensor([1.0, 0.0, 1.0]))[None]}
    generic = {"a": torch.diag(torch.tensor([0.0, 1.0, 1.0]))[None]}
    merged = merge(old, new, marked, generic, keep=2.0, share=0.5)
    torch.testing.assert_close(merged["a.weight"].flatten(), torch.tensor([1.0, 0.0]), rtol=0, atol=0.01)


def test_without_moments_a_share_is_taken() -> None:
    old = {"a.weight": torch.zeros(2, 2), "count": torch.tensor(3)}
    new = {"a.weight": torch.ones(2, 2), "count": torch.tensor(5)}
    merged = merge(old, new, {}, {}, keep=2.0, share=0.25)
    torch.testing.assert_close(merged["a.weight"], torch.full((2, 2), 0.25))
    assert int(merged["count"]) == 5
    assert moved_layers(old, new) == ("a",)


def taught(start: Trainable, settings: TuneSettings, marked: Pack, replay: Pack | None) -> Tuner:
    """Return a tuner whose network is another one, as if it had been taught."""
    task = Task(start, SPEC.skeleton.n_keypoints, marked, replay)
    recipe = build_recipe(SPEC, replace(settings, replay=2 if replay else 0), steps=2, bfloat16=False)
    tuner = Tuner(task, recipe, settings, seconds=10)
    torch.manual_seed(5)
    with torch.no_grad():
        for weight in list(tuner.state.average.parameters())[-6:]:
            weight += 0.003 * torch.randn_like(weight)
    return tuner


def answers(network: nn.Module, pack: Pack) -> torch.Tensor:
    """Return what a network says of the pictures of a pack."""
    with torch.no_grad():
        return network(normalise(np.stack([image[:32, :32] for image in pack.images]), MEAN, STD))


def test_the_more_is_kept_the_more_a_network_answers_as_before(start: Trainable) -> None:
    marked, generic = people(0), people(1)
    before, moved = answers(start.network, generic), []
    for keep in (0.0, 0.5, 50.0):
        tuner = taught(start, replace(SETTINGS, keep=keep), marked, generic)
        moved.append(float((answers(merged_network(tuner, None), generic) - before).norm()))
    assert moved[0] == pytest.approx(float((answers(tuner.taught(), generic) - before).norm()))
    assert moved[0] > 1.1 * moved[1] > 1.5 * moved[2]


def test_what_ships_is_used_instead_of_rendered_people(start: Trainable) -> None:
    marked, generic = people(0), people(1)
    tuner = taught(start, replace(SETTINGS, keep=50.0), marked, generic)
    layers = moved_layers(start.network.state_dict(), tuner.taught().state_dict())
    nothing: Moments = {name: torch.zeros_like(m) for name, m in hear(start, layers, marked, SETTINGS).items()}
    before, new = answers(start.network, marked), answers(tuner.taught(), marked)
    free = answers(merged_network(tuner, nothing), marked)
    assert float((free - new).norm()) < 0.3 * float((before - new).norm())  # there is nothing to keep
    assert float((answers(merged_network(tuner, None), marked) - new).norm()) > 0.5 * float((before - new).norm())


def test_weights_of_new_keypoints_are_not_merged_with_fresh_ones(start: Trainable) -> None:
    wider = extend_head(start.network, SPEC, extended(SPEC.skeleton, (OwnKeypoint("tip"),)), seed=4)
    tuner = taught(wider, SETTINGS, people(0).widened(19), people(1).widened(19))
    name, rows = "regressor.project.weight", 18 * 4 * 4  # of each keypoint 4 x 4 pixels
    new = tuner.taught().state_dict()[name]
    merged = keep_fresh(wider.network.state_dict(), tuner.taught().state_dict(), wider.known)[name]
    assert torch.equal(merged[rows:], new[rows:])
    assert torch.equal(merged[:rows], wider.network.state_dict()[name][:rows])


def test_new_keypoints_are_read_from_the_merged_features_as_from_the_taught_ones(start: Trainable) -> None:
    marked = people(0).widened(19)
    wider = extend_head(start.network, SPEC, extended(SPEC.skeleton, (OwnKeypoint("tip"),)), seed=4)
    tuner = taught(wider, SETTINGS, marked, people(1).widened(19))
    new, old = tuner.taught(), wider.network.state_dict()
    crude = tuner.taught()
    crude.load_state_dict(keep_fresh(old, new.state_dict(), wider.known))  # features of before, readout of after
    wanted, before = answers(new, marked)[:, 18], answers(crude, marked)
    assert fresh_outputs(new, wider.known) == {"regressor.project": slice(18 * 16, None)}
    refit_fresh(crude, new, wider, marked, replace(SETTINGS, marked=16))
    after = answers(crude, marked)
    torch.testing.assert_close(after[:, :18], before[:, :18])  # what is known answers as it did
    assert float((after[:, 18] - wanted).norm()) < 0.8 * float((before[:, 18] - wanted).norm())


def test_a_cancel_is_heard(start: Trainable) -> None:
    with pytest.raises(CancelledError):
        merged_network(taught(start, SETTINGS, people(0), people(1)), None, cancel=lambda: True)


def test_moments_come_back_from_their_file(tmp_path: Path) -> None:
    torch.manual_seed(3)
    thin = torch.randn(6, 2)
    moments = {"a.b": (thin @ thin.T + torch.diag(torch.arange(6.0)))[None]}
    write_moments(tmp_path / "m.npz", moments, rank=6, sha256="ab" * 32)
    again, sha256 = read_moments(tmp_path / "m.npz")
    assert sha256 == "ab" * 32
    torch.testing.assert_close(again["a.b"], moments["a.b"], rtol=0.02, atol=0.05)
    write_moments(tmp_path / "m.npz", moments, rank=2, sha256="")
    again, _ = read_moments(tmp_path / "m.npz")
    torch.testing.assert_close(again["a.b"][0].diagonal(), moments["a.b"][0].diagonal(), rtol=5e-3, atol=5e-3)


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04broken"])
def test_a_broken_file_of_moments_is_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "m.npz").write_bytes(data)
    with pytest.raises(BadInputError, match="not a file of moments"):
        read_moments(tmp_path / "m.npz")


def test_the_built_in_network_and_its_children_have_moments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEAPP_MODELS", str(tmp_path))
    spec = load_network(find_model("poseapp-fast")).spec
    shipped = shipped_moments(spec)
    assert shipped is not None
    assert "regressor.project" in shipped
    child = replace(spec, file_sha256="cd" * 32, lineage=Lineage(spec.name, spec.file_sha256, "2026-11-21", 1, 15, 200))
    assert shipped_moments(child) is not None
    assert shipped_moments(replace(spec, file_sha256="cd" * 32)) is None
    orphan = replace(child, lineage=Lineage("other", "ef" * 32, "2026-11-21", 1, 15, 200))
    assert shipped_moments(orphan) is None
    assert float(shipped["regressor.project"][0, -1, -1]) == pytest.approx(1, abs=0.01)  # the 1 beside the bias
