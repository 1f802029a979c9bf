"""Which library Keras runs on, on which device, and in which form it trains quickest there.

Import this module, and call `select_backend`, before anything that imports Keras: Keras reads
its backend once, when it is imported.
"""

import importlib.util
import os
import platform
from collections.abc import Callable

from denoise.io.errors import InputError

XLA_FLAGS = [
    "--xla_gpu_deterministic_ops=true",
    # jaxlib 0.10.2 computes wrong sums with YNNPACK on CPUs (JAX issue 39103): none of it.
    "--xla_cpu_experimental_ynn_fusion_type=",
]
if platform.machine() == "x86_64":
    XLA_FLAGS.append("--xla_cpu_max_isa=AVX2")  # as stages/environment has it for other libraries


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
    _set_keras(name)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # what matters is raised as well
    if name == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()
        # Threads share parts of a batch, not operations: see denoise.backends.micro_batches.
        tensorflow.config.threading.set_intra_op_parallelism_threads(1)
        # Among others it makes x / sqrt(y) a product with the processor's own estimate of
        # 1 / sqrt(y), on which AMD's and Intel's differ in the last bit.
        tensorflow.config.optimizer.set_experimental_options({"arithmetic_optimization": False})
        # A GPU would round the factors of float32 products to the 10 bits of TF32.
        tensorflow.config.experimental.enable_tensor_float_32_execution(False)
    else:
        os.environ["XLA_FLAGS"] = " ".join([os.environ.get("XLA_FLAGS", ""), *XLA_FLAGS]).strip()
        import jax

        jax.config.update("jax_default_matmul_precision", "highest")  # not TF32 either


def _set_keras(name: str) -> None:
    """Let Keras read its backend and its defaults: no user's keras.json, no limit on epochs."""
    for variable in [key for key in os.environ if key.startswith("KERAS_")]:
        if not variable.startswith("KERAS_DISTRIBUTION_"):
            del os.environ[variable]
    os.environ |= {"KERAS_BACKEND": name, "KERAS_HOME": os.devnull}


def on_accelerator() -> bool:
    """Whether Keras computes on a GPU or TPU."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow

        return bool(tensorflow.config.list_physical_devices("GPU"))
    import jax

    return jax.default_backend() != "cpu"


def describe_device() -> str:
    """Name the selected backend and the device it computes on."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow

        gpus = tensorflow.config.list_physical_devices("GPU")
        details = [tensorflow.config.experimental.get_device_details(gpu) for gpu in gpus]
        names = [detail.get("device_name", "GPU") for detail in details]
        library = f"TensorFlow {tensorflow.__version__}"
    else:
        import jax

        names = [d.device_kind for d in jax.devices() if d.platform != "cpu"]
        library = f"JAX {jax.__version__}"
    cpu = f"CPU, {os.cpu_count()} threads"
    return f"Keras {keras.__version__} on {library}: {', '.join(names) or cpu}"


def free_memory() -> int:
    """Bytes that the device, or without one this machine, has free for data.

    0 where an accelerator does not say.
    """
    import keras

    if not on_accelerator():
        import psutil

        return psutil.virtual_memory().available
    if keras.backend.backend() == "jax":
        import jax

        statistics = jax.local_devices()[0].memory_stats() or {}
        return max(0, statistics.get("bytes_limit", 0) - statistics.get("bytes_in_use", 0))
    import tensorflow

    used = tensorflow.config.experimental.get_memory_info("GPU:0")["current"]
    return max(0, memory_limit("GPU") - used)


def memory_limit(kind: str) -> int:
    """Bytes that TensorFlow may use, in all, of its first device of a kind, such as ``"GPU"``."""
    import tensorflow

    with tensorflow.compat.v1.Session() as session:
        devices = session.list_devices()
    return next(each.memory_limit_bytes for each in devices if each.device_type == kind)


def shares_batches() -> bool:
    """Whether threads share parts of a batch, see `denoise.backends.micro_batches`."""
    import keras

    return keras.backend.backend() == "tensorflow" and not on_accelerator()


def optimized_for_device(model):
    """Return the form of a Keras model to train on this device; weights are shared with it.

    Returns
    -------
    keras.Model
        With TensorFlow on a CPU, the layers of `denoise.backends.fused_layers`; with JAX, those of
        `denoise.backends.reshaped_pooling`; elsewhere those of the model itself. Never ``model``,
        so that compiling one does not compile the other.
    """
    import keras

    if keras.backend.backend() == "jax":
        from denoise.backends.reshaped_pooling import reshape_to_pool

        return reshape_to_pool(model)
    if not shares_batches():
        return keras.Model(model.inputs, model.outputs, name=f"trained_{model.name}")
    from denoise.backends.fused_layers import (
        fuse,  # TensorFlow's own operations: not for other backends
    )

    return fuse(model)


def take_rows(kept, numbers):
    """Return the rows of a `keras.Variable` that ``numbers`` (n,) names; with JAX, of its value."""
    import keras

    if keras.backend.backend() != "tensorflow":
        return keras.ops.take(kept, numbers, 0)
    import tensorflow

    # From the variable itself: TensorFlow gathers rows of a uint8 tensor on the CPU alone, and
    # would copy the whole of it there from a GPU at every update.
    return tensorflow.gather(kept.value, numbers)


def binary_crossentropy() -> Callable | str:
    """Return the loss as Keras takes it, with a gradient of the same bits on any CPU."""
    if not shares_batches():
        return "binary_crossentropy"
    from denoise.backends.cross_entropy import binary_crossentropy

    return binary_crossentropy
