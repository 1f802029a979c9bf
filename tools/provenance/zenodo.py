"""What Zenodo is to say of a deposit of this repository: .zenodo.json, made of CITATION.cff.

Fields: https://developers.zenodo.org/#representation. Where this file is, Zenodo does not read
CITATION.cff.
"""

from typing import Any


def describe_deposit(citation: dict[str, Any]) -> dict[str, Any]:
    """Return the content of .zenodo.json.

    Parameters
    ----------
    citation : dict
        The content of CITATION.cff.
    """
    return {
        "upload_type": citation["type"],
        "title": citation["title"],
        "creators": [{"name": _name(author)} for author in citation["authors"]],
        "description": citation["abstract"],
        "access_right": "open",
        "license": citation["license"],
        "version": citation["version"],
        "language": "eng",
        "keywords": citation["keywords"],
        "references": [_reference(source) for source in citation["references"]],
    }


def _reference(source: dict[str, Any]) -> str:
    authors = "; ".join(map(_name, source["authors"]))
    year = f" ({source['year']})" if "year" in source else ""
    return f"{authors}: {source['title']}{year}"


def _name(author: dict[str, str]) -> str:
    """Return the name of a person, family name first, or of an entity."""
    return author.get("name") or f"{author['family-names']}, {author['given-names']}"
