"""A checkpoint is whole or not there, damage is noticed, and the one before it is used."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from denoise.training.checkpoints import Checkpoints
from denoise.training.fingerprint import fingerprint


def state(epoch):
    return {"weights": np.full((3, 4), epoch, np.float32), "curve": np.arange(epoch) / 3}


@pytest.fixture
def kept(tmp_path):
    """Checkpoints after epochs 1 to 5."""
    checkpoints = Checkpoints(tmp_path, "abc")
    for epoch in range(1, 6):
        checkpoints.save(epoch, state(epoch))
    return checkpoints


def files(folder):
    return sorted((folder / "abc").iterdir())


def test_the_last_one_comes_back_bit_by_bit(kept):
    epoch, arrays = kept.latest()
    assert epoch == 5
    assert arrays.keys() == state(5).keys()
    for name, array in state(5).items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)


def test_two_are_kept(kept, tmp_path):
    assert [path.stem for path in files(tmp_path)] == ["epoch-000004", "epoch-000005"]


@pytest.mark.parametrize("damage", ["truncated", "empty", "flipped"])
def test_a_damaged_one_is_said_and_the_one_before_it_used(kept, tmp_path, capsys, damage):
    last = files(tmp_path)[-1]
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 1
    last.write_bytes({"truncated": content[:100], "empty": b"", "flipped": content}[damage])
    epoch, arrays = kept.latest()
    assert epoch == 4
    np.testing.assert_array_equal(arrays["weights"], state(4)["weights"])
    assert f"{last} is damaged: going back to the one before it" in capsys.readouterr().out


def test_nothing_is_found_where_nothing_or_only_damage_is(kept, tmp_path):
    assert Checkpoints(tmp_path, "def").latest() is None
    for path in files(tmp_path):
        path.write_bytes(b"nothing")
    assert kept.latest() is None


def test_discarding_leaves_nothing_of_this_training_and_all_of_others(kept, tmp_path):
    other = Checkpoints(tmp_path, "def")
    other.save(1, state(1))
    with kept:
        kept.discard()
    assert [path.name for path in tmp_path.iterdir()] == ["def"]
    assert other.latest()[0] == 1


@pytest.mark.skipif(sys.platform != "linux", reason="limits file sizes as Linux does")
def test_a_full_disk_leaves_the_one_before(kept, tmp_path):
    program = (
        "import sys, numpy; from pathlib import Path;"
        "from denoise.training.checkpoints import Checkpoints;"
        f"Checkpoints(Path({str(tmp_path)!r}), 'abc').save(6, {{'w': numpy.zeros(10**6)}})"
    )
    result = subprocess.run(
        ["sh", "-c", 'ulimit -f 1000; exec "$0" -c "$1"', sys.executable, program],
        capture_output=True,
        encoding="utf-8",
    )
    assert "OSError: [Errno 27] File too large" in result.stderr
    assert kept.latest()[0] == 5
    assert [path.stem for path in files(tmp_path)] == ["epoch-000004", "epoch-000005"]


def test_one_process_waits_for_another(kept, tmp_path):
    program = (
        "from pathlib import Path; from denoise.training.checkpoints import Checkpoints;"
        f"kept = Checkpoints(Path({str(tmp_path)!r}), 'abc'); kept.__enter__(); print('in')"
    )
    with kept:
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, encoding="utf-8"
        )
        assert "waiting for it" in process.stdout.readline()
        assert process.poll() is None
    assert process.communicate(timeout=60)[0] == "in\n"


def test_a_fingerprint_changes_with_every_setting_the_data_and_the_code(tmp_path):
    data = np.arange(6, dtype=np.uint8)
    here, other = Path(__file__), tmp_path / "program.py"
    other.write_text("", encoding="utf-8")
    names = {
        fingerprint({"seed": 1}, [data], here),
        fingerprint({"seed": 2}, [data], here),
        fingerprint({"seed": 1}, [data.reshape(2, 3)], here),
        fingerprint({"seed": 1}, [data + np.uint8(1)], here),
        fingerprint({"seed": 1}, [data.view(np.int8)], here),
        fingerprint({"seed": 1}, [data], other),
    }
    assert len(names) == 6
    assert fingerprint({"a": 1, "b": 2}, [], here) == fingerprint({"b": 2, "a": 1}, [], here)
