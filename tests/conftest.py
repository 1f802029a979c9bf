"""Before any test imports Keras: TensorFlow with repeatable operations, as the stages have it."""

from denoise.backend import select_backend

select_backend("tensorflow")

import tensorflow as tf  # noqa: E402  once its environment is set

# Optimising its graphs takes TensorFlow longer than what tests do with them.
tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})

LONGEST = ["test_pipeline.py", "test_interruptions.py"]


def pytest_collection_modifyitems(items):
    """The longest files first: no core then waits for another that began one of them last."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
