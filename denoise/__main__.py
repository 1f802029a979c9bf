"""``python -m denoise``: see `denoise.inference.cli`."""

import sys

from denoise.inference.cli import main

if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
