"""Lets `dvc plots show` and `dvc plots diff` open without a network.

    python -m tools.plots_page

DVC's own page loads its plotting library from the web, and stays blank without it. This writes a
page that holds the library, taken from an installed package, and names it in DVC's configuration
of this clone. `make` does so when it has installed the packages.
"""

import subprocess
import sys
from pathlib import Path

import vl_convert

from denoise.io.metric_files import write_text

PAGE = Path("plots", "page.html")  # below .dvc
# DVC fills in the braces. Its {scripts} is left out: that is what asks the web.
TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
{{refresh_tag}}
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Denoising: plots</title>
<style>
body {{ font-family: system-ui, sans-serif; margin: 1rem; }}
img {{ max-width: 100%; }}
table {{ border-spacing: 15px; }}
</style>
<script>{library}</script>
</head>
<body>
{{plot_divs}}
</body>
</html>
"""


def main() -> None:
    """Write the page and name it in .dvc/config.local."""
    write_text(TEMPLATE.format(library=vl_convert.javascript_bundle()), Path(".dvc", PAGE))
    dvc = Path(sys.executable).with_name("dvc")
    command = [dvc, "config", "--quiet", "--local", "plots.html_template", PAGE.as_posix()]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
