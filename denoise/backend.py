"""Which library Keras runs on, and on which device.

Import this module, and call `select_backend`, before anything that imports Keras: Keras reads
its backend once, when it is imported.
"""

import importlib.util
import os

from denoise.errors import InputError


def select_backend(name: str) -> None:
    """Make Keras run on ``"tensorflow"`` or ``"jax"``, with operations that repeat bit by bit.

    Raises
    ------
    InputError
        when the library is not installed.
    """
    if importlib.util.find_spec(name) is None:
        raise InputError(
            f"train.backend is {name!r}, which is not installed: run `make {name}`,"
            " or choose another backend in params.yaml"
        )
    os.environ["KERAS_BACKEND"] = name
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # what matters is raised as well
    if name == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()
    else:
        flags = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = f"{flags} --xla_gpu_deterministic_ops=true".strip()


def describe_device() -> str:
    """The selected backend and the device it computes on, in words."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow

        gpus = tensorflow.config.list_physical_devices("GPU")
        details = [tensorflow.config.experimental.get_device_details(gpu) for gpu in gpus]
        names = [detail.get("device_name", "GPU") for detail in details]
        threads = tensorflow.config.threading.get_intra_op_parallelism_threads()
        library = f"TensorFlow {tensorflow.__version__}"
    else:
        import jax

        names = [d.device_kind for d in jax.devices() if d.platform != "cpu"]
        threads = 0
        library = f"JAX {jax.__version__}"
    cpu = f"CPU, {threads or os.cpu_count()} threads"
    return f"Keras {keras.__version__} on {library}: {', '.join(names) or cpu}"


def quickest_form(model):
    """The form of a sequential Keras model to train on this device; weights are shared with it.

    Returns
    -------
    keras.Model
        `denoise.fused.fuse` of the model with TensorFlow on a CPU, elsewhere the model itself
    """
    import keras

    if keras.backend.backend() != "tensorflow" or keras.distribution.list_devices("gpu"):
        return model
    from denoise.fused import fuse  # TensorFlow's own operations: not for other backends

    return fuse(model)
