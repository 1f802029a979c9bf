"""Streams are told apart by name, and by nothing else."""

from denoise.seeding import integer_seed, seed_sequence


def test_a_stream_depends_on_the_seed_and_its_name_alone():
    first = integer_seed(1, "train/weights")
    integer_seed(1, "another stream asked for in between")
    assert integer_seed(1, "train/weights") == first
    assert integer_seed(2, "train/weights") != first
    assert integer_seed(1, "train/shuffle/epoch-0") != first


def test_a_name_that_begins_like_another_is_another_stream():
    names = ("test/1", "test/10", "test/100", "test")
    states = {tuple(seed_sequence(7, name).generate_state(4)) for name in names}
    assert len(states) == len(names)
