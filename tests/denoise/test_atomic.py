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


@pytest.mark.parametrize("name", [".curve.partial.csv", ".partial.csv", ".curve.csv.partial"])
def test_no_file_of_the_users_is_lost_whatever_its_name(tmp_path, name):
    mine = tmp_path / name
    mine.write_text("mine", encoding="utf-8")
    with atomic_file(tmp_path / "curve.csv") as partial:
        partial.write_text("whole", encoding="utf-8")
    with atomic_folder(tmp_path / "curve") as partial:
        (partial / "new").touch()
    assert mine.read_text(encoding="utf-8") == "mine"


def test_what_a_killed_run_left_of_a_folder_does_not_get_into_the_next(tmp_path):
    with atomic_folder(tmp_path / "noisy") as leftover:
        pass
    leftover.mkdir()
    (leftover / "half").touch()
    with atomic_folder(tmp_path / "noisy") as partial:
        (partial / "images.npy").touch()
    assert [path.name for path in (tmp_path / "noisy").iterdir()] == ["images.npy"]
    assert [path.name for path in tmp_path.iterdir()] == ["noisy"]


def test_what_a_killed_run_left_of_a_file_does_not_get_into_the_next(tmp_path):
    with atomic_file(tmp_path / "curve.csv") as leftover:
        leftover.touch()
    leftover.write_text("half", encoding="utf-8")
    with atomic_file(tmp_path / "curve.csv") as partial, partial.open("a") as file:
        file.write("whole")
    assert (tmp_path / "curve.csv").read_text(encoding="utf-8") == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["curve.csv"]


def test_a_link_in_its_way_is_not_written_through(tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("mine", encoding="utf-8")
    with atomic_file(tmp_path / "curve.csv") as partial:
        partial.touch()
    partial.symlink_to(mine)
    with atomic_file(tmp_path / "curve.csv") as partial:
        partial.write_text("whole", encoding="utf-8")
    assert mine.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "curve.csv").is_symlink()


@pytest.mark.parametrize("length", [1, 251])
def test_a_name_may_be_as_short_and_as_long_as_the_disk_has_them(tmp_path, length):
    target = tmp_path / ("n" * length + ".csv")
    with atomic_file(target) as partial:
        partial.write_text("whole", encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "whole"
