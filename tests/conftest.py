"""Before any test imports Keras: TensorFlow with repeatable operations, as the stages have it."""

import os

if "PYTEST_XDIST_WORKER" in os.environ and hasattr(os, "sched_setaffinity"):
    # To each worker, and to all that it starts, its own share of the cores: threads that wait
    # for others whose core another worker has taken cost more than they bring.
    worker = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    cores = sorted(os.sched_getaffinity(0))
    share = cores[worker % len(cores) :: int(os.environ["PYTEST_XDIST_WORKER_COUNT"])]
    os.sched_setaffinity(0, share)

from denoise.backend import select_backend

select_backend("tensorflow")

import tensorflow as tf  # noqa: E402  once its environment is set

# Optimising its graphs takes TensorFlow longer than what tests do with them.
tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})

LONGEST = ["test_pipeline.py", "test_interruptions.py"]


def pytest_collection_modifyitems(items):
    """The longest files first: no core then waits for another that began one of them last."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
