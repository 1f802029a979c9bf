"""Trains in a fork for every line of input, as TensorFlow takes seconds to import.

Each line is the working folder. The process' number is printed when it starts, and its exit
status (negative: the signal that killed it) when it has ended.
"""

import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

from denoise.backends.backend import select_backend
from denoise.io.command_line import run_stage
from stages.train import train

select_backend("tensorflow")
import tensorflow as tf  # noqa: E402

# Optimising its graphs takes TensorFlow longer than training this little does.
tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})

import denoise.training.fit  # noqa: E402, F401

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.chdir(line.strip())
            print(os.getpid(), flush=True)
            with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
                run_stage(train)
            status = 0
        except SystemExit as stop:
            print(stop.code, file=sys.stderr, flush=True)
        finally:
            os._exit(status)  # whatever happened: nothing of the parent's is to be run here
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
