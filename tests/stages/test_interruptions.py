"""Training that is killed at any moment goes on, and ends with the same bytes."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.stages.small_run import ENVIRONMENT, ROOT, train_options, write_parameters

KILLS = 20
LOOKS = 10  # trainings, at most, to see a moment that a busy machine may not show in the first
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]


class Training:
    """The train stage in a folder of its own, and what it leaves when nothing interrupts it."""

    def __init__(self, folder, server, errors):
        self.folder, self.errors = folder, errors
        self.duration = float("inf")  # seconds, of the shortest run that came to its end
        self._server = server
        self.start()
        assert self.end() == 0
        self.expected = outputs(folder)
        self.clear()

    def start(self):
        """Start a process; its number."""
        self._begun = time.monotonic()
        self._server.stdin.write(f"{self.folder}\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def end(self):
        """Wait for it; its exit status."""
        status = int(self._server.stdout.readline())
        if status == 0:
            self.duration = min(self.duration, time.monotonic() - self._begun)
        return status

    def clear(self):
        """Delete what a finished run left, as DVC does before the next."""
        for name in ("loss.csv", "train.json"):
            (self.folder / name).unlink()
        shutil.rmtree(self.folder / "model")


@pytest.fixture(scope="module")
def training(tmp_path_factory, small_data):
    """Training by a recipe of three short epochs, quick to trace and with a state."""
    folder = tmp_path_factory.mktemp("training")
    write_parameters(folder)
    yaml = YAML()
    parameters = yaml.load(folder / "params.yaml")
    momentum = {"name": "sgd", "momentum": 0.9, "nesterov": False}
    parameters["recipes"]["quick"] |= {"optimizer": momentum, "epochs": 3}
    yaml.dump(parameters, folder / "params.yaml")
    errors = folder / "errors"
    with (
        errors.open("a", encoding="utf-8") as said,
        subprocess.Popen(
            [sys.executable, "-m", "tests.stages.train_server", *train_options(small_data)],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            encoding="utf-8",
        ) as server,
    ):
        yield Training(folder, server, errors)
        server.stdin.close()


def outputs(folder):
    names = ("loss.csv", "train.json", "model/model.keras", "model/model.onnx")
    return {name: (folder / name).read_bytes() for name in names}


def half_written(folder):
    """Checkpoints that are being written, or were when a process was killed, and since when."""
    try:
        written_aside = folder.glob("checkpoints/*/.*.partial.checkpoint")
        return {(path, path.stat().st_mtime_ns) for path in written_aside}
    except FileNotFoundError:  # deleted meanwhile
        return set()


def test_twenty_kills_at_random_moments_change_no_byte(training):
    chance, hits, curves = random.Random(1), [], set()
    for _ in range(KILLS * LOOKS):
        hits += start_and_kill(training, chance, aim_at_writing=len(hits) % 3 == 0)
        if training.end() == 0:
            assert_as_if_uninterrupted(training)
        else:
            curves.add(curve(training))
        if len(hits) == KILLS:
            break
    else:
        pytest.fail(f"training was killed {len(hits)} times, and over before each other time")
    training.start()
    assert training.end() == 0
    assert_as_if_uninterrupted(training)
    assert sum(hits) >= 3
    assert_beginnings(curves, training)


def test_the_loss_curve_has_a_row_more_after_each_epoch(training):
    curves = set()
    for _ in range(LOOKS):
        child = training.start()
        while Path(f"/proc/{child}").exists():
            curves.add(curve(training))
            time.sleep(0.005)
        assert training.end() == 0
        assert_as_if_uninterrupted(training)
        if {2, 3, 4} <= {content.count(b"\n") for content in curves}:
            break
    else:
        pytest.fail(f"rows after an epoch were never seen: {curves}")
    assert_beginnings(curves, training)


def curve(training):
    """The loss curve as it is now, without a row when there is none yet."""
    try:
        return (training.folder / "loss.csv").read_bytes()
    except FileNotFoundError:
        return b""


def assert_beginnings(curves, training):
    """Of the curve of a training that nothing interrupts, by whole rows."""
    whole = training.expected["loss.csv"]
    beginnings = {whole[: end + 1] for end in range(len(whole)) if whole[end : end + 1] == b"\n"}
    assert curves <= {b"", *beginnings}


def start_and_kill(training, chance, aim_at_writing):
    """Whether the kill hit a writing, in a list; an empty one when training was over before."""
    before = half_written(training.folder)
    moment = time.monotonic() + chance.uniform(0, training.duration)
    child = training.start()
    while Path(f"/proc/{child}").exists():
        # Looking takes time from training: often only where a writing is not to be missed.
        time.sleep(0.001 if aim_at_writing else 0.02)
        writing = not half_written(training.folder) <= before
        if writing if aim_at_writing else time.monotonic() > moment:
            os.kill(child, chance.choice(SIGNALS))
            return [writing]
    return []


def assert_as_if_uninterrupted(training):
    assert outputs(training.folder) == training.expected
    assert not any((training.folder / "checkpoints").iterdir())
    training.clear()


@pytest.mark.skipif(sys.platform != "linux", reason="limits file sizes as Linux does")
def test_a_disk_that_fills_up_is_told_and_training_goes_on_when_there_is_room(training):
    kept = training.folder / "checkpoints"
    for _ in range(LOOKS):
        os.truncate(training.errors, 0)
        child = training.start()
        while not any(kept.glob("*/epoch-000002.checkpoint")) and Path(f"/proc/{child}").exists():
            time.sleep(0.005)
        with suppress(ProcessLookupError):  # on a busy machine training may be over by now
            resource.prlimit(child, resource.RLIMIT_FSIZE, (1000, 1000))
        if training.end() == 1:
            break
        assert_as_if_uninterrupted(training)
    else:
        pytest.fail("training was over before the disk was full, each time")
    said = training.errors.read_text(encoding="utf-8")
    assert "File too large. Nothing half-written is left: make room" in said
    names = sorted(path.name for path in kept.glob("*/*"))
    assert names in (  # the limit may come a moment after the next was written
        ["epoch-000001.checkpoint", "epoch-000002.checkpoint"],
        ["epoch-000002.checkpoint", "epoch-000003.checkpoint"],
    )
    assert not (training.folder / "model").exists()
    training.start()
    assert training.end() == 0
    assert_as_if_uninterrupted(training)


def test_a_training_that_diverges_leaves_no_result_of_an_earlier_one(training):
    training.start()
    assert training.end() == 0
    os.truncate(training.errors, 0)
    path = training.folder / "params.yaml"
    text = path.read_text(encoding="utf-8")
    yaml = YAML()
    parameters = yaml.load(text)
    parameters["recipes"]["quick"]["learning_rate"] = 1e30
    yaml.dump(parameters, path)
    training.start()
    assert training.end() == 1
    path.write_text(text, encoding="utf-8")
    said = training.errors.read_text(encoding="utf-8")
    assert "the loss became NaN or infinite in epoch 1: training was stopped" in said
    assert not any((training.folder / name).exists() for name in training.expected)
