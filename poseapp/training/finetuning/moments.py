"""Second moments of what the layers of a network are given: they tell which changes of weights are heard, and by whom.

python -m poseapp.training.finetuning.moments MODEL --lspet DIR --out models/poseapp-fast.moments.npz
"""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.inference.network_check import read_network
from poseapp.training.finetuning.pictures import varied_pictures
from poseapp.training.finetuning.settings import TuneSettings
from poseapp.training.finetuning.start import Trainable, load_trainable
from poseapp.training.pack import Pack, read_lspet

POSITIONS = 48  # of a map that count, of each batch others
BATCHES = 24
_LARGEST = 127  # of 8 bits
_PARTS = ("vectors", "scale", "rest")
_LEAST_KNOWN = 6  # keypoints, of a picture that counts
_TRAINED_ON = 8000  # of the pictures of Leeds Sports Pose Extended

# Name of a convolution to (G, D + 1, D + 1): the mean of x xT over pictures and positions, x being the
# D = C / G * h * w values under its kernel in one of its G groups, and a 1.
Moments = Mapping[str, Tensor]


class Listening:
    """Sums up what convolutions of a network are given, while it is open as a context."""

    def __init__(self, network: nn.Module, layers: Iterable[str], *, seed: int = 0) -> None:
        """Choose the layers, by name; those that are no plain convolutions are passed over."""
        modules = dict(network.named_modules())
        found = {name: modules[name] for name in layers}
        self._layers = {name: m for name, m in found.items() if type(m) is nn.Conv2d and m.padding_mode == "zeros"}
        self._sums: dict[str, Tensor] = {}
        self._calls: dict[str, int] = {}
        self._seed = seed
        self._hooks: list[torch.utils.hooks.RemovableHandle] = []

    def __enter__(self) -> Listening:
        for name, layer in self._layers.items():
            self._hooks.append(layer.register_forward_pre_hook(lambda m, given, name=name: self._hear(name, m, given)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()

    @property
    def moments(self) -> Moments:
        """What was heard so far."""
        return {name: total / self._calls[name] for name, total in self._sums.items()}

    @torch.no_grad()
    def _hear(self, name: str, layer: nn.Conv2d, given: tuple[Tensor]) -> None:
        if isinstance(layer.padding, str):
            raise ValueError(f"{name}: a padding in words is not known here")
        spread = functional.unfold(
            given[0].float(), layer.kernel_size, layer.dilation, layer.padding, layer.stride
        )  # (N, C h w, L)
        calls = self._calls.get(name, 0)
        generator = torch.Generator().manual_seed(self._seed + calls)
        chosen = torch.randperm(spread.shape[2], generator=generator)[:POSITIONS]
        rows = spread[:, :, chosen].transpose(1, 2).reshape(-1, layer.groups, spread.shape[1] // layer.groups)
        rows = torch.cat([rows, torch.ones(*rows.shape[:2], 1)], dim=2).transpose(0, 1)  # (G, N P, D + 1)
        mean = rows.transpose(1, 2) @ rows / rows.shape[1]
        self._sums[name] = mean if calls == 0 else self._sums[name] + mean
        self._calls[name] = calls + 1


def write_moments(path: Path, moments: Moments, *, rank: int, sha256: str) -> None:
    """Write moments of layers of one group, each as its `rank` largest eigenvectors in 8 bits and what is left of its
    diagonal.

    Args:
        sha256: Of the network's file.

    Raises:
        ValueError: A layer of several groups.
    """
    arrays: dict[str, np.ndarray] = {"sha256": np.array(sha256)}
    for name, moment in moments.items():
        if len(moment) != 1:
            raise ValueError(f"{name} has several groups")
        whole = moment[0].double().numpy()
        values, vectors = np.linalg.eigh(whole)
        half = vectors[:, -rank:] * np.sqrt(values[-rank:].clip(min=0))
        scale = np.abs(half).max(axis=0).clip(min=1e-12) / _LARGEST
        rounded = np.rint(half / scale).astype(np.int8)
        rest = (np.diag(whole) - ((rounded * scale) ** 2).sum(axis=1)).clip(min=0)
        arrays |= {f"{name}/vectors": rounded, f"{name}/scale": scale.astype(np.float32)}
        arrays[f"{name}/rest"] = rest.astype(np.float32)
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # its stubs know no mapping


def read_moments(path: Path) -> tuple[Moments, str]:
    """Return what `write_moments` wrote, and the sha256 of the network's file. Raises BadInputError."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            names = [key.removesuffix("/rest") for key in data.files if key.endswith("/rest")]
            moments = {name: _whole(*(data[f"{name}/{part}"] for part in _PARTS)) for name in names}
            return moments, str(data["sha256"])
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        what = f"not a file of moments ({error})"
        raise BadInputError(what, where=path.name, remedy="Install poseapp again") from error


def _whole(vectors: np.ndarray, scale: np.ndarray, rest: np.ndarray) -> Tensor:
    half = torch.from_numpy(vectors.astype(np.float32) * scale)
    return (half @ half.T + torch.diag(torch.from_numpy(rest)))[None]


def hear(
    start: Trainable,
    layers: Iterable[str],
    pack: Pack,
    settings: TuneSettings,
    *,
    batches: int = BATCHES,
    cancel: Callable[[], bool] = lambda: False,
) -> Moments:
    """Return what layers of a network are given on pictures that vary as they do in a training.

    Raises:
        CancelledError: `cancel` said so.
    """
    network = start.network.eval()
    with Listening(network, layers, seed=settings.seed) as heard, torch.no_grad():
        for pictures in varied_pictures(start, pack, settings, batches, cancel):
            network(pictures)
    return heard.moments


@torch.no_grad()
def hear_both(
    networks: tuple[nn.Module, nn.Module],
    layer: str,
    start: Trainable,
    pack: Pack,
    settings: TuneSettings,
    *,
    cancel: Callable[[], bool] = lambda: False,
) -> tuple[Tensor, Tensor]:
    """Return E[x xT] and E[y xT] (D + 1, D + 1), x being what a layer is given in the first network and y
    in the second.

    Raises:
        CancelledError: `cancel` said so.
    """
    own, cross = [], []
    for pictures in varied_pictures(start, pack, settings, BATCHES, cancel):
        x, y = (_given(network.eval(), layer, pictures) for network in networks)
        own.append(x.T @ x / len(x))
        cross.append(y.T @ x / len(x))
    return torch.stack(own).mean(dim=0), torch.stack(cross).mean(dim=0)


def convolution(network: nn.Module, layer: str) -> nn.Conv2d:
    """Return a layer by name. Raises TypeError where it is no plain convolution."""
    module = network.get_submodule(layer)
    if type(module) is not nn.Conv2d:
        raise TypeError(f"{layer} is no convolution")
    return module


def _given(network: nn.Module, layer: str, pictures: Tensor) -> Tensor:
    """Return what a convolution is given at every place (N L, D + 1), and a 1."""
    found: list[Tensor] = []
    module = convolution(network, layer)
    if isinstance(module.padding, str):
        raise ValueError(f"{layer}: a padding in words is not known here")
    hook = module.register_forward_pre_hook(lambda _, given: found.append(given[0]))
    try:
        network(pictures)
    finally:
        hook.remove()
    spread = functional.unfold(found[0], module.kernel_size, module.dilation, module.padding, module.stride)
    rows = spread.transpose(1, 2).flatten(0, 1).double()
    return torch.cat([rows, torch.ones(len(rows), 1, dtype=rows.dtype)], dim=1)


def main() -> None:
    """Measure a network on Leeds Sports Pose Extended 1-8000, and write the file that ships beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--lspet", type=Path, required=True)
    parser.add_argument("--every", type=int, default=5, help="of its pictures 1 to 8000")
    parser.add_argument("--batches", type=int, default=100)
    parser.add_argument("--rank", type=int, default=160)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    start = load_trainable(args.model)
    names = [name for name, module in start.network.named_modules() if isinstance(module, nn.Conv2d)]
    pack = read_lspet(args.lspet, start.spec.skeleton.n_keypoints).subset(0, _TRAINED_ON)
    rows = (np.arange(len(pack)) % args.every == 0) & (np.isfinite(pack.keypoints[..., 0]).sum(axis=1) >= _LEAST_KNOWN)
    settings = TuneSettings()
    layers = names[len(names) - round((1 - settings.frozen) * len(names)) - 1 :]
    moments = hear(start, layers, pack.chosen(rows), settings, batches=args.batches)
    write_moments(args.out, moments, rank=args.rank, sha256=read_network(args.model).spec.file_sha256)


if __name__ == "__main__":
    main()
