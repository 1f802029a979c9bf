"""What is being written shows only when it is whole; what was there stays until then."""

import pytest

from denoise.io.atomic import atomic_file, atomic_folder


def test_a_file_appears_only_on_success(tmp_path):
    target = tmp_path / "made" / "curve.csv"
    with atomic_file(target) as partial:
        partial.write_text("whole", encoding="utf-8")
        assert not target.exists()
        assert partial.suffix == ".csv"
    assert target.read_text(encoding="utf-8") == "whole"
    with pytest.raises(OSError, match="full"), atomic_file(target) as partial:
        partial.write_text("ha", encoding="utf-8")
        raise OSError("disk full")
    assert target.read_text(encoding="utf-8") == "whole"
    assert [path.name for path in target.parent.iterdir()] == ["curve.csv"]


def test_a_folder_is_replaced_only_on_success(tmp_path):
    target = tmp_path / "model"
    target.mkdir()
    (target / "old").touch()
    with pytest.raises(OSError, match="full"), atomic_folder(target) as partial:
        (partial / "new").touch()
        raise OSError("disk full")
    assert [path.name for path in target.iterdir()] == ["old"]
    with atomic_folder(target) as partial:
        (partial / "new").touch()
    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("write", [atomic_file, atomic_folder])
def test_a_folder_that_was_made_for_what_fails_is_taken_away(tmp_path, write):
    (tmp_path / "there").mkdir()
    for target in (tmp_path / "made" / "in" / "it", tmp_path / "there" / "in" / "it"):
        with pytest.raises(OSError, match="full"), write(target):
            assert target.parent.exists()
            raise OSError("disk full")
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]
    with pytest.raises(OSError, match="full"), write(tmp_path / "made" / "it"):
        (tmp_path / "made" / "other").touch()
        raise OSError("disk full")
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["other"]


def test_what_a_killed_run_left_does_not_get_into_the_next_result(tmp_path):
    leftover = tmp_path / ".noisy.partial"
    leftover.mkdir()
    (leftover / "half").touch()
    with atomic_folder(tmp_path / "noisy") as partial:
        (partial / "images.npy").touch()
    assert [path.name for path in (tmp_path / "noisy").iterdir()] == ["images.npy"]
