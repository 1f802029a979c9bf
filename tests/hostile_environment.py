"""The environment of a machine that has everything set that could change a result."""

import json
import os
import sys

KERAS = {"floatx": "float16", "epsilon": 0.1, "image_data_format": "channels_first"}


def write_hostile_environment(folder):
    """Fill a folder with a home, modules and scripts; the variables that lead to them, and more."""
    files = {
        "home/.keras/keras.json": json.dumps({**KERAS, "backend": "torch"}),
        "home/.config/matplotlib/matplotlibrc": "savefig.bbox: tight\nfont.size: 14\n",
        "modules/numpy/__init__.py": "raise SystemExit('this is another NumPy')\n",
        "modules/sitecustomize.py": "import sys\nsys.modules['pickle'] = None\n",
        "places/stages/environment": "exit 9\n",
        "places/denoise/__init__.py": "raise SystemExit('this is another denoise')\n",
        "script": "exit 9\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {
        "PATH": os.environ["PATH"],
        "DENOISE_PYTHON": sys.executable,
        "HOME": str(folder / "home"),
        **_of_the_shell(folder),
        **_of_python(folder),
        **ARITHMETIC,
        **TENSORFLOW_AND_JAX,
        **REST,
    }


def _of_the_shell(folder):
    script = str(folder / "script")
    return {
        "BASH_ENV": script,
        "CDPATH": str(folder / "places"),
        "COLUMNS": "7",
        "ENV": script,
        "GREP_OPTIONS": "--invert-match",
        "IFS": "e",
        "LANG": "de_DE.ISO-8859-1",
        "LC_ALL": "C",
        "LC_NUMERIC": "de_DE.UTF-8",
        "LINES": "2",
        "POSIXLY_CORRECT": "1",
        "TZ": "Pacific/Kiritimati",
    }


def _of_python(folder):
    return {
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONHASHSEED": "7",
        "PYTHONHOME": str(folder / "places"),
        "PYTHONINSPECT": "1",
        "PYTHONIOENCODING": "ascii",
        "PYTHONOPTIMIZE": "2",
        "PYTHONPATH": str(folder / "modules"),
        "PYTHONSAFEPATH": "yes",
        "PYTHONSTARTUP": str(folder / "script"),
        "PYTHONUTF8": "0",
        "PYTHONWARNINGS": "error",
    }


ARITHMETIC = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA",
    "MALLOC_PERTURB_": "165",
    "MKL_NUM_THREADS": "3",
    "NPY_ENABLE_CPU_FEATURES": "AVX2",
    "OMP_NUM_THREADS": "3",
    "ONEDNN_DEFAULT_FPMATH_MODE": "BF16",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "OPENBLAS_CORETYPE": "SANDYBRIDGE",
    "OPENBLAS_NUM_THREADS": "2",
    "SCIPY_ARRAY_API": "1",
    "SKLEARN_ASSUME_FINITE": "1",
}
TENSORFLOW_AND_JAX = {
    "JAX_DISABLE_JIT": "1",
    "JAX_ENABLE_X64": "1",
    "JAX_PLATFORMS": "tpu",
    "KERAS_BACKEND": "torch",
    "KERAS_MAX_EPOCHS": "1",
    "KERAS_MAX_STEPS_PER_EPOCH": "1",
    "KERAS_NNX_ENABLED": "1",
    "TF_CPP_MAX_VLOG_LEVEL": "1",
    "TF_DETERMINISTIC_OPS": "0",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_FUNCTION_JIT_COMPILE_DEFAULT": "1",
    "TF_NUM_INTRAOP_THREADS": "7",
    "TF_SET_ONEDNN_FPMATH_MODE": "BF16",
    "TF_XLA_FLAGS": "--tf_xla_auto_jit=2",
    "XLA_FLAGS": "--no_such_flag=true",
}
REST = {
    "JOBLIB_MULTIPROCESSING": "0",
    "MPLBACKEND": "no-such-backend",
    "PILLOW_BLOCK_SIZE": "4096",
    "SOURCE_DATE_EPOCH": "0",
    "TQDM_DISABLE": "1",
}
