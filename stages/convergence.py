"""convergence: set the loss curves of recipes side by side that train the same model."""

import math
from pathlib import Path

import pandas as pd

from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.reporting.convergence import convergence as stands_of
from denoise.reporting.convergence import convergence_as_markdown
from denoise.reporting.figures_convergence import draw_convergence
from denoise.storage.arrays import read_array
from denoise.storage.metric_files import read_table, write_table, write_text


def convergence(
    studies: Studies, clean: Path, own: Path, others: Path, article: Path, out: Path
) -> None:
    """Leave where the curves end as CSV and Markdown, and a figure.

    Those of the pipeline's own model, and of the networks that differ from it in their recipe
    alone. ``article`` holds where the article's own curves end; ours are told there
    too.
    """
    pipeline, networks = studies.pipeline, studies.networks()
    samples = pipeline.noise.copies * len(read_array(clean, "train_images"))
    model = pipeline.model.architecture
    of_model = networks[model].model_dump(exclude={"recipe", "seeds"})
    curves = []
    for name, training in networks.items():
        if training.model_dump(exclude={"recipe", "seeds"}) == of_model:
            path = others / f"{name}.csv"
            tables = [read_table(own).assign(seed=pipeline.seed)] if name == model else []
            table = pd.concat([*tables, *([read_table(path)] if path.exists() else [])])
            batches = math.ceil(samples / pipeline.recipes[training.recipe].batch_size)
            updates = table["epoch"] * batches
            curves.append(table.assign(method=name, recipe=training.recipe, updates=updates))
    together = pd.concat(curves, ignore_index=True)
    published = read_table(article)
    stands = stands_of(together, model, set(published["updates"]))
    write_table(stands, out / "results.csv")
    write_text(convergence_as_markdown(stands, published, model), out / "results.md")
    draw_convergence(together, published, out / "chart.png")


if __name__ == "__main__":
    run_stage(convergence, read_studies, STUDIES)
