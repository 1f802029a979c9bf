"""convergence: set the loss curves of recipes side by side that train the same model."""

import math
from pathlib import Path

import pandas as pd

from denoise.io.arrays import read_array
from denoise.io.command_line import run_stage
from denoise.io.metric_files import read_table, write_table, write_text
from denoise.io.parameters import Parameters
from denoise.reporting.convergence import convergence as stands_of
from denoise.reporting.convergence import convergence_as_markdown
from denoise.reporting.figures_convergence import draw_convergence


def convergence(
    parameters: Parameters, clean: Path, own: Path, others: Path, article: Path, out: Path
) -> None:
    """Leave where the curves end as CSV and Markdown, and a figure.

    Those of the pipeline's own model, and of the models of studies.networks that differ from it in
    their recipe alone. ``article`` holds where the article's own curves end; ours are told there
    too.
    """
    samples = parameters.noise.copies * len(read_array(clean, "train_images"))
    model = parameters.model.architecture
    of_model = parameters.models()[model].model_dump(exclude={"recipe"})
    curves = []
    for name, variant in parameters.models().items():
        if variant.model_dump(exclude={"recipe"}) == of_model:
            table = read_table(others / f"{name}.csv" if name != model else own)
            table.insert(0, "method", name)
            table.insert(1, "recipe", variant.recipe)
            batches = math.ceil(samples / parameters.recipes[variant.recipe].batch_size)
            table.insert(2, "updates", table["epoch"] * batches)
            curves.append(table)
    together = pd.concat(curves, ignore_index=True)
    published = read_table(article)
    stands = stands_of(together, model, set(published["updates"]))
    write_table(stands, out / "results.csv")
    write_text(convergence_as_markdown(stands, published, model), out / "results.md")
    draw_convergence(together, published, out / "chart.png")


if __name__ == "__main__":
    run_stage(convergence)
