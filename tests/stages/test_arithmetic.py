"""What TensorFlow computes with is sound, whichever instructions it uses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLAGS = (
    Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    if Path("/proc/cpuinfo").exists()
    else []
)
HAS = {"SSE41": "sse4_1", "AVX": "avx", "AVX2": "avx2", "AVX512_CORE": "avx512bw"}
INSTRUCTIONS = [name for name, flag in HAS.items() if flag in FLAGS]

SMALL_BATCHES = """
import numpy as np
from denoise.backends.backend import binary_crossentropy, select_backend
select_backend("tensorflow")
import keras
from denoise.networks.autoencoder import build_autoencoder
from denoise.networks.unet import build_unet
from denoise.training.block_plan import BlockPlan
from denoise.training.pair_blocks import PairBlocks
from denoise.training.pair_trainer import PairTrainer
from denoise.training.pairs import Pairs

generator = np.random.default_rng(0)
clean = generator.integers(0, 256, (6, 28, 28)).astype(np.uint8)
noisy = (clean[..., np.newaxis] / 255 + generator.normal(0, 0.1, (6, 28, 28, 1))).astype("float16")
for network in (build_autoencoder(), build_autoencoder("transpose"), build_unet()):
    before = network.get_weights()
    pairs = Pairs(noisy, clean)
    trainer = PairTrainer(network, 5, pairs)
    trainer.compile(keras.optimizers.SGD(0.01), binary_crossentropy())
    trainer.fit(PairBlocks(pairs, BlockPlan(5, 1), seed=1), verbose=0)  # batches of 5 and of 1
    after = network.get_weights()
    assert any((a != b).any() for a, b in zip(before, after, strict=True))
    assert all(np.isfinite(weights).all() for weights in after)
    for count in range(1, 6):
        images = noisy[:count].astype(np.float32)
        outputs = trainer.predict(images, verbose=0)
        assert np.isfinite(trainer.evaluate(images, clean[:count, ..., None] / 255, verbose=0))
        np.testing.assert_allclose(outputs, network.predict(images, verbose=0), atol=1e-5)
"""


@pytest.mark.parametrize("instructions", INSTRUCTIONS)
@pytest.mark.parametrize("onednn", ["0", "1"])
def test_one_to_five_images_train_and_predict(onednn, instructions):
    chosen = {"TF_ENABLE_ONEDNN_OPTS": onednn, "ONEDNN_MAX_CPU_ISA": instructions}
    result = subprocess.run(
        [sys.executable, "-c", SMALL_BATCHES],
        cwd=ROOT,
        env={**os.environ, **chosen},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
