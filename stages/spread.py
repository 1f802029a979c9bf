"""spread: say how far trainings that differ by their seed alone lie apart."""

from pathlib import Path

import pandas as pd

from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.metric_files import read_table, write_table, write_text
from denoise.io.parameters import Parameters, Variant
from denoise.reporting.seed_spread import spread_as_markdown, spread_over_seeds


def spread(parameters: Parameters, own: Path, others: Path, levels: Path, out: Path) -> None:
    """Leave mean, standard deviation and range of every model's trainings, as CSV and Markdown."""
    train = parameters.train
    described = {
        parameters.model.architecture: Variant(
            model=parameters.model,
            noise=parameters.noise,
            target=train.target,
            recipe=train.recipe,
        ),
        **parameters.studies.networks,
    }
    tables = [read_table(own / "results.csv")]
    tables += [read_table(others / f"{name}.csv") for name in parameters.studies.networks]
    models = {}
    for name, variant in parameters.studies.seeds.items():
        model = described.get(variant.of)
        if model is None or variant.model_dump(exclude={"of", "seed"}) != model.model_dump():
            raise InputError(
                f"studies.seeds.{name} in params.yaml must be as {variant.of} but for its seed:"
                " give it the same model, noise, target and recipe"
            )
        models[name] = variant.of
        tables.append(read_table(levels / f"{name}.csv"))
    results = pd.concat(tables, ignore_index=True)
    results["model"] = results["method"].map({name: name for name in models.values()} | models)
    spreads = spread_over_seeds(results.dropna(subset="model"))
    write_table(spreads, out / "results.csv")
    write_text(spread_as_markdown(spreads), out / "results.md")


if __name__ == "__main__":
    run_stage(spread)
