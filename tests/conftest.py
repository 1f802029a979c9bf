"""How the tests share the machine, and what they spare it."""

import os

# In the order in which workers take them: two each to begin with, then whoever is free.
LONGEST = [
    "test_pipeline.py",
    "test_experiments.py",
    "test_interruptions.py",
    "test_environment.py",
    "test_train.py",
    "test_pair_trainer.py",
]


def pytest_configure(config):
    """Before any test imports Keras: its backend with repeatable operations, as stages have it."""
    if config.getoption("numprocesses") and not hasattr(config, "workerinput"):
        return  # this process starts the workers, and runs no test
    if hasattr(config, "workerinput") and hasattr(os, "sched_setaffinity"):
        # To each worker, and to all that it starts, its own share of the cores: threads that wait
        # for others whose core another worker has taken cost more than they bring.
        worker = int(config.workerinput["workerid"].removeprefix("gw"))
        cores = sorted(os.sched_getaffinity(0))
        share = cores[worker % len(cores) :: config.workerinput["workercount"]]
        os.sched_setaffinity(0, share)
    # What tests start is to run the code of the folder that they start it in, often a copy.
    for name in ("PYTHONPATH", "PYTHONSAFEPATH"):
        os.environ.pop(name, None)
    # What a test computes takes less time than to compile it well, with JAX or TensorFlow.
    flags = os.environ.get("XLA_FLAGS", "")
    os.environ["XLA_FLAGS"] = f"{flags} --xla_backend_optimization_level=1"

    from denoise.backends.backend import select_backend

    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    select_backend(backend)
    if backend == "tensorflow":
        import tensorflow as tf

        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def pytest_collection_modifyitems(items):
    """The longest files first: no core then waits for another that began one of them last."""
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))
