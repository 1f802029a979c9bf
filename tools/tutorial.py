"""The tutorial: the script docs/tutorial.py, run as a notebook with its outputs.

make tutorial
"""

import os
import sys
import tempfile
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from denoise.io.atomic import atomic_file
from tools.command_line import run

SCRIPT = Path("docs/tutorial.py")
# In Colab, "accelerator" asks for a machine with a GPU.
METADATA = {
    "accelerator": "GPU",
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python"},
}


def main() -> None:
    """Run all cells in the folder of the repository, and write the notebook beside the script."""
    notebook = as_notebook(SCRIPT.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["IPYTHONDIR"] = folder  # none of what a user's own IPython starts with
        NotebookClient(
            notebook,
            timeout=None,
            record_timing=False,
            coalesce_streams=True,  # however many pieces a text came in
            # Without its warning that it speaks to this program unencrypted, on one machine.
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": "."}},
        ).execute()
    tidy(notebook)
    with atomic_file(SCRIPT.with_suffix(".ipynb")) as partial:
        nbformat.write(notebook, partial)


def as_notebook(script: str) -> NotebookNode:
    """Return a script in the percent format as a notebook without outputs.

    Its cells are named by their place, so that the same script makes the same bytes.
    """
    notebook = jupytext.reads(script, fmt="py:percent")
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id, cell.metadata = f"cell-{number}", NotebookNode()
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


def tidy(notebook: NotebookNode) -> None:
    """Take out of a notebook that was run what differs from run to run.

    That is the version of Python, and what TensorFlow writes to stderr, with the time; it goes to
    this program's stderr.
    """
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            logged = [each for each in cell.outputs if each.get("name") == "stderr"]
            sys.stderr.writelines(each.text for each in logged)
            cell.outputs = [each for each in cell.outputs if each.get("name") != "stderr"]


if __name__ == "__main__":
    run(main)
