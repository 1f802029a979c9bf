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

from denoise.storage.metric_files import write_text
from tools.command_line import run

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
main {{
  display: grid; gap: 1.5rem 1rem; align-items: start; justify-items: center;
  grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr));
}}
main > div {{ min-width: 0; }}
main > div:not(:has(.mark-line, img)) {{ display: none; }}  /* no data: legibility without labels */
.vega-embed {{ max-width: 100%; }}
.vega-embed.has-actions {{ padding-right: 0; }}
.vega-embed > .chart-wrapper > svg {{ max-width: 100%; height: auto; }}
/* A picture, of every revision; DVC's own style would let several run out of the page. */
main > div:has(img) {{ justify-self: stretch; white-space: normal !important; }}
@media (min-width: 50rem) {{ main > div:has(img) {{ grid-column: span 2; }} }}
img {{ max-width: 100%; }}
</style>
<script>{library}</script>
</head>
<body>
<main>
{{plot_divs}}
</main>
</body>
</html>
"""


def main() -> None:
    """Write the page, and name it in .dvc/config.local of the pipeline and of the studies."""
    write_text(TEMPLATE.format(library=vl_convert.javascript_bundle()), Path(".dvc", PAGE))
    dvc = Path(sys.executable).with_name("dvc")
    for project, page in ((".", PAGE), ("studies", Path("..", "..", ".dvc", PAGE))):
        command = [dvc, "config", "--quiet", "--local", "plots.html_template", page.as_posix()]
        subprocess.run(command, cwd=project, check=True)


if __name__ == "__main__":
    run(main)
