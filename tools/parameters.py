"""Check params.yaml before DVC reads it, whose own complaint would not say what to do.

python -m tools.parameters
"""

import sys
from pathlib import Path

from denoise.io.errors import InputError
from denoise.io.parameters import read_parameters

if __name__ == "__main__":
    try:
        read_parameters(Path("params.yaml"))
    except InputError as error:
        sys.exit(str(error))
