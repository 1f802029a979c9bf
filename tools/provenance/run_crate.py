"""The last run as a Workflow Run RO-Crate: what was run on what, and what it left.

Profile: https://w3id.org/ro/wfrun/workflow/0.5. The crate is the repository itself.
"""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rocrate.model import ComputerLanguage, ContextEntity
from rocrate.rocrate import ROCrate
from ruamel.yaml import YAML

from tools.file_hash import file_hash
from tools.provenance.recorded import Recorded
from tools.verify import DATA

PROFILES = (
    ("https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"),
    ("https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"),
    ("https://w3id.org/workflowhub/workflow-ro-crate/1.0", "Workflow RO-Crate", "1.0"),
)
FORMATS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".keras": "application/zip",
    ".md": "text/markdown",
    ".onnx": "application/octet-stream",
    ".png": "image/png",
    ".py": "text/x-python",
    ".yaml": "application/yaml",
}
BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"


def describe_run(recorded: Recorded, certificates: list[Path]) -> dict[str, Any]:
    """Return the content of ro-crate-metadata.json.

    Parameters
    ----------
    recorded : Recorded
        What dvc.lock holds.
    certificates : list[Path]
        The files that say where the results were reproduced.
    """
    citation = YAML(typ="safe").load(Path("CITATION.cff"))
    crate = ROCrate(version="1.1")
    crate.metadata.extra_terms["sha256"] = "https://w3id.org/ro/terms/workflow-run#sha256"
    root = crate.root_dataset
    crate.name, crate.description = citation["title"], citation["abstract"]
    crate.license = _entity(crate, "https://spdx.org/licenses/MIT", "CreativeWork", name="MIT")
    crate.datePublished = str(citation["date-released"])
    root["version"] = citation["version"]
    root["keywords"] = ", ".join(citation["keywords"])
    root["conformsTo"] = [
        _entity(crate, uri, "CreativeWork", name=name, version=number)
        for uri, name, number in PROFILES
    ]
    maintainers = _entity(
        crate,
        "#maintainers",
        "Organization",
        name=citation["authors"][0]["name"],
    )
    root["author"] = root["publisher"] = maintainers

    language = crate.add(
        ComputerLanguage(
            crate,
            "https://dvc.org",
            {
                "name": "DVC pipeline",
                "alternateName": "DVC",
                "identifier": {"@id": "https://dvc.org"},
                "url": {"@id": "https://dvc.org"},
                "version": version("dvc"),
            },
        )
    )
    workflow = crate.add_workflow("dvc.yaml", "dvc.yaml", main=True, lang=language)
    workflow["name"] = "prepare, generate, train, evaluate"
    workflow["version"] = citation["version"]
    workflow["encodingFormat"] = FORMATS[".yaml"]
    workflow["conformsTo"] = _entity(
        crate, BIOSCHEMAS, "CreativeWork", name="ComputationalWorkflow"
    )
    workflow["description"] = citation["abstract"]
    workflow["license"], workflow["creator"] = crate.license, maintainers
    inputs, values = [], []
    for key, value in recorded.parameters.items():
        kind = {bool: "Boolean", int: "Integer", float: "Float"}.get(type(value), "Text")
        formal = crate.add_formal_parameter(key, kind, f"#parameter/{key}", valueRequired=True)
        inputs.append(formal)
        text = value if isinstance(value, bool | int | float | str) else json.dumps(value)
        actual = _entity(crate, f"#value/{key}", "PropertyValue", name=key, value=text)
        actual["exampleOfWork"] = formal
        values.append(actual)
    workflow["input"] = inputs
    workflow["output"] = []
    used = [_file(crate, Path("params.yaml")), *values]
    for path in recorded.code:
        if Path(path).is_dir():
            used.append(crate.add_dataset(path, f"{path}/", properties={"name": path}))
        else:
            used.append(_file(crate, Path(path)))
    results = [_file(crate, path) for path in recorded.files()]
    for path, digest in recorded.outputs.items():
        if path.startswith(DATA):
            identifier = f"md5:{digest}"
            results.append(_entity(crate, f"#{path}", "Dataset", name=path, identifier=identifier))
    action = crate.add_action(workflow, "#run", object=used, result=results)
    action["name"] = "The run that dvc.lock records"
    action["description"] = "`dvc repro`: every stage whose code, parameters or data had changed."
    action["actionStatus"] = "http://schema.org/CompletedActionStatus"
    action["agent"] = maintainers
    root["mentions"] = action
    for path in certificates:
        certificate = _file(crate, path)
        certificate["about"] = action
        certificate["description"] = "Where every file was reproduced, and how closely."
    return _ordered(crate.metadata.generate())


def _file(crate: ROCrate, path: Path):
    properties = {
        "name": path.as_posix(),
        "contentSize": str(path.stat().st_size),
        "sha256": file_hash(path),
        "encodingFormat": FORMATS.get(path.suffix, "text/plain"),
    }
    return crate.add_file(path, path.as_posix(), properties=properties)


def _entity(crate: ROCrate, name: str, kind: str, /, **properties) -> ContextEntity:
    return crate.add(ContextEntity(crate, name, {"@type": kind, **properties}))


def _ordered(content: dict[str, Any]) -> dict[str, Any]:
    """Sort entities by their identifiers: the library's own order is not promised."""
    return content | {"@graph": sorted(content["@graph"], key=lambda entity: entity["@id"])}
