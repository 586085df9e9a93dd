"""Packs made small enough to travel: cut, shrunk and compressed, a tenth of their size.

python -m poseapp.training.squeezed PACKS OUT --names lspet exercises moves --side 160

reads PACKS/<name>.npz and writes OUT/<name>.npz, which train as they are.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from poseapp.training.pack import read_pack, write_pack
from poseapp.training.packing import squeeze
from poseapp.training.sources import MARGIN

log = logging.getLogger(__name__)


def squeeze_files(packs: Path, out: Path, names: list[str], *, side: int, quality: int) -> int:
    """Write the small form of the named packs and return the bytes of all of them together.

    Args:
        side: Longer side of a person at most, px: that of the largest training pictures is enough, since a crop of
            1.3 times the box zoomed in 1.3 times shows a person no larger.
        quality: Of lossy WebP, 1 to 100.

    Raises:
        BadInputError: One of them is missing or no pack.
    """
    out.mkdir(parents=True, exist_ok=True)
    total = 0
    for name in names:
        pack = squeeze(read_pack(packs / f"{name}.npz"), margin=MARGIN, person_side=side)
        write_pack(out / f"{name}.npz", pack, quality=quality)
        size = (out / f"{name}.npz").stat().st_size
        total += size
        log.info("%s: %d pictures, %.1f MiB", name, len(pack), size / 2**20)
    return total


def main() -> None:
    """Squeeze the packs of a folder into another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--names", nargs="+", required=True)
    parser.add_argument("--side", type=int, default=160)
    parser.add_argument("--quality", type=int, default=75)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    total = squeeze_files(args.packs, args.out, args.names, side=args.side, quality=args.quality)
    log.info("%.1f MiB together", total / 2**20)


if __name__ == "__main__":
    main()
