"""Training that is killed at any moment goes on, and ends with the same bytes."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.stages.small_run import ENVIRONMENT, ROOT, train_options, write_parameters

KILLS = 20
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]


@pytest.fixture
def folder(tmp_path):
    """A working folder with a recipe of three short epochs, quick to trace and with a state."""
    write_parameters(tmp_path)
    yaml = YAML()
    parameters = yaml.load(tmp_path / "params.yaml")
    momentum = {"name": "sgd", "momentum": 0.9}
    parameters["recipes"]["quick"] |= {"optimizer": momentum, "epochs": 3}
    yaml.dump(parameters, tmp_path / "params.yaml")
    return tmp_path


@contextmanager
def training_server(data, errors=None):
    """A function that starts the train stage in a folder, and the server's output."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.stages.train_server", *train_options(data)],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors or subprocess.DEVNULL,
        text=True,
    ) as server:

        def start(folder):
            server.stdin.write(f"{folder}\n")
            server.stdin.flush()
            return int(server.stdout.readline())

        yield start, server.stdout
        server.stdin.close()


def outputs(folder):
    names = ("loss.csv", "train.json", "model/model.keras", "model/model.onnx")
    return {name: (folder / name).read_bytes() for name in names}


def is_writing(folder):
    try:
        return any(folder.glob("checkpoints/*/.epoch-*"))
    except FileNotFoundError:  # the folder was deleted meanwhile
        return False


def test_twenty_kills_at_random_moments_change_no_byte(folder, small_data):
    folders = [folder / "one", folder / "two"]  # side by side, as most of a run is one thread
    for each in folders:
        each.mkdir()
        shutil.copy(folder / "params.yaml", each)
    with ThreadPoolExecutor() as pool:
        ends = list(pool.map(kill_and_go_on, folders, [KILLS // 2] * 2, [small_data] * 2))
    assert sum(while_writing for _, while_writing in ends) >= 3
    assert ends[0][0] == ends[1][0]


def kill_and_go_on(folder, kills, data):
    """Assert that training, killed so often, ends the same; how, and how many hit a writing."""
    chance = random.Random(folder.name)
    while_writing = 0
    with training_server(data) as (start, answers):
        begun = time.monotonic()
        start(folder)
        assert answers.readline() == "0\n"
        duration = time.monotonic() - begun
        expected = outputs(folder)
        clear(folder)
        while True:
            child, begun = start(folder), time.monotonic()
            moment = begun + chance.uniform(0, duration)
            aim_at_writing = kills % 3 == 0
            while kills and Path(f"/proc/{child}").exists():
                # Looking takes time from training: often only where a writing is not to be missed.
                time.sleep(0.001 if aim_at_writing else 0.02)
                writing = is_writing(folder)
                if writing if aim_at_writing else time.monotonic() > moment:
                    os.kill(child, chance.choice(SIGNALS))
                    kills -= 1
                    while_writing += writing
                    break
            if answers.readline() == "0\n":
                duration = min(duration, time.monotonic() - begun)
                assert outputs(folder) == expected
                assert not any((folder / "checkpoints").iterdir())
                if not kills:
                    return expected, while_writing
                clear(folder)


def clear(folder):
    """Delete what a finished run left, as DVC does before the next."""
    for name in ("loss.csv", "train.json"):
        (folder / name).unlink()
    shutil.rmtree(folder / "model")


@pytest.mark.skipif(sys.platform != "linux", reason="limits file sizes as Linux does")
def test_a_disk_that_fills_up_is_told_and_training_goes_on_when_there_is_room(folder, small_data):
    kept = folder / "checkpoints"
    said = folder / "said"
    with said.open("w") as errors, training_server(small_data, errors) as (start, answers):
        child = start(folder)
        while not any(kept.glob("*/epoch-000002.checkpoint")):
            assert Path(f"/proc/{child}").exists()
            time.sleep(0.005)
        resource.prlimit(child, resource.RLIMIT_FSIZE, (1000, 1000))
        assert answers.readline() == "1\n"
        assert "File too large. Nothing half-written is left: make room" in said.read_text()
        names = sorted(path.name for path in kept.glob("*/*"))
        assert names in (  # the limit may come a moment after the next was written
            ["epoch-000001.checkpoint", "epoch-000002.checkpoint"],
            ["epoch-000002.checkpoint", "epoch-000003.checkpoint"],
        )
        assert not (folder / "model").exists()
        start(folder)
        assert answers.readline() == "0\n"
        gone_on = outputs(folder)
        clear(folder)
        start(folder)
        assert answers.readline() == "0\n"
        assert gone_on == outputs(folder)
