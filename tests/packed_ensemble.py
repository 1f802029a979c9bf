"""An ensemble of committed networks, packed as the stage packs it."""

from pathlib import Path

from denoise.uncertainty.ensemble_model import Intervals
from denoise.uncertainty.packing import pack_members, write_packed

NETWORKS = Path(__file__).parents[1] / "studies" / "models" / "networks"
MEMBERS = [NETWORKS / "autoencoder" / str(seed) / "model.onnx" for seed in (1, 2, 3, 4)]
INTERVALS = Intervals(coverage=0.9, factor=5.0, floor=0.001)


def pack(folder):
    """Write ``model.onnx`` into a folder; its path."""
    path = folder / "model.onnx"
    write_packed(pack_members(MEMBERS), INTERVALS.as_metadata(), path)
    return path
