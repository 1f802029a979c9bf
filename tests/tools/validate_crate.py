"""Print, in the validator's own environment, what is wrong with the run crate in a folder.

The validator asks the web for RO-Crate's vocabulary; here it is given a copy (CC0).
"""

import sys
from pathlib import Path

import requests
from rocrate_validator import services
from rocrate_validator.utils.http import HttpRequester

VOCABULARY = Path(__file__).with_name("ro-crate-1.1-context.json")


def from_the_copy(_: HttpRequester, url: str, **options) -> requests.Response:
    assert url == "https://w3id.org/ro/crate/1.1/context"
    response = requests.Response()
    response.status_code, response.url = 200, url
    response.headers["Content-Type"] = "application/ld+json"
    response._content = VOCABULARY.read_bytes()
    return response


HttpRequester.get = from_the_copy
result = services.validate(
    services.ValidationSettings(
        rocrate_uri=sys.argv[1],
        profile_identifier="workflow-run-crate-0.5",
        requirement_severity="REQUIRED",
    )
)
print(*(f"{issue.check.identifier}: {issue.message}" for issue in result.get_issues()), sep="\n")
sys.exit(0 if result.passed() else 1)
