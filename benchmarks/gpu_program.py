"""The program that XLA compiles for an H100, without one, and what each of its updates launches.

Needs JAX' CUDA plugin, which `make gpu` installs, and no GPU: the compiler is told what it would
ask one. Algorithms of cuDNN, which are chosen on the device, are left open.
"""

import os
import re
from collections import Counter
from math import prod

# What XLA asks of an NVIDIA H100 SXM, from the CUDA runtime's device properties.
H100 = """
gpu_device_info {
  threads_per_block_limit: 1024
  threads_per_warp: 32
  shared_memory_per_block: 49152
  shared_memory_per_core: 233472
  shared_memory_per_block_optin: 232448
  threads_per_core_limit: 2048
  core_count: 132
  fpus_per_core: 128
  block_dim_limit_x: 2147483647
  block_dim_limit_y: 65535
  block_dim_limit_z: 65535
  memory_bandwidth: 3352320000000
  l2_cache_size: 52428800
  clock_rate_ghz: 1.98
  device_memory_size: 84942979072
  cuda_compute_capability { major: 9 }
  registers_per_core_limit: 65536
  registers_per_block_limit: 65536
}
platform_name: "CUDA"
dnn_version_info { major: 9 minor: 8 }
runtime_version { major: 12 minor: 9 }
device_description_str: "NVIDIA H100 80GB HBM3"
"""
BYTES = {"pred": 1, "u8": 1, "s8": 1, "f16": 2, "s32": 4, "u32": 4, "f32": 4, "s64": 8, "f64": 8}
INSTRUCTION = re.compile(r"\s+(?:ROOT )?%(\S+) = (\(.*?\)|\S+) ([a-z][\w-]*)\((.*?)\)(?:, |$)")
OPERAND = re.compile(r"%([\w.-]+)")
ARRAY = re.compile(r"(\w+)\[([\d,]*)\]")
TARGET = re.compile(r'custom_call_target="__(cudnn|cublas)')
LIBRARIES = {"cudnn": "cuDNN", "cublas": "cuBLAS"}
WORKSPACE = re.compile(r", [us]8\[\d+\](\{0\})?(?=[,)])")  # of a call, after what it computes
WITHOUT_KERNEL = {"parameter", "constant", "bitcast", "get-tuple-element", "tuple"}


def h100():
    """Return a device to compile for, a `jax.Device`; to be called before JAX computes anything.

    Raises
    ------
    RuntimeError
        When JAX' CUDA plugin is not installed.
    """
    os.environ["JAX_SKIP_CUDA_CONSTRAINTS_CHECK"] = "1"  # which asks the device
    from jax.experimental import topologies

    topology = topologies.get_topology_desc("", "cuda", target_config=H100, topology="1x1x1")
    return topology.devices[0]


def launches_an_update(program: str) -> tuple[Counter, int]:
    """Count what the loop over updates launches in each turn, and the bytes that this moves.

    Parameters
    ----------
    program : str
        The compiled step, of blocks of several whole batches, as HLO text.

    Returns
    -------
    tuple[collections.Counter, int]
        Launches by kind, ``"cuDNN"``, ``"cuBLAS"``, ``"copy"`` and ``"kernel"``, where a call of a
        library may be more than one kernel; and the bytes that they read and write, as if no cache
        held any, without the workspaces of the libraries.
    """
    lines = _loop(program)
    instructions = [INSTRUCTION.match(line).groups() for line in lines]
    kinds, sizes = {}, {}
    for line, (name, shape, operation, _) in zip(lines, instructions, strict=True):
        kinds[name] = _kind(operation, line)
        of_library = kinds[name] in LIBRARIES.values()
        sizes[name] = _bytes(WORKSPACE.sub("", shape) if of_library else shape)
    launches, moved = Counter(), 0
    for name, _, operation, operands in instructions:
        if operation not in WITHOUT_KERNEL:
            launches[kinds[name]] += 1
            moved += sizes[name] + sum(sizes[each] for each in set(OPERAND.findall(operands)))
    return launches, moved


def _loop(program: str) -> list[str]:
    """Return the instructions of the loop over updates."""
    (body,) = set(re.findall(r" while\(.*body=%([\w.-]+)", program))
    return program.split(f"\n%{body} (")[1].split("\n}")[0].splitlines()[1:]


def _kind(operation: str, line: str) -> str:
    """Return what an instruction launches."""
    called = TARGET.search(line)
    if operation == "custom-call" and called:
        return LIBRARIES[called[1]]
    return "copy" if operation == "copy" else "kernel"


def _bytes(shape: str) -> int:
    """Bytes of an array such as ``f32[128,28,28,1]``, or of all in a tuple of them."""
    return sum(
        BYTES[kind] * prod(int(size) for size in sizes.split(",") if size)
        for kind, sizes in ARRAY.findall(shape)
    )
