"""Rerun the pipeline in a scratch copy and compare with what is committed, file by file.

    make verify
    make verify-all
    make verify ONLY='train measure@networks/*'

The copy is a clone of the last commit with an empty DVC cache, so nothing can be reused;
``verify-all`` also runs the studies, which takes hours. A rerun that was interrupted goes on where
it stopped. ``ONLY`` runs some stages alone, by their names or patterns of them, each on the
committed outputs of the others. Every file must come out byte for byte on x86-64 processors with
AVX2, and data on every machine. Other processors round otherwise, and there figures may differ by
up to the tolerances of tools/verdict.py. Leaves certificate.json: what was verified, on what, and a
verdict for every file.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

from denoise.io.dvc_files import read_stages
from denoise.storage.metric_files import write_json
from tools.file_hash import file_hash
from tools.machine import computes_alike, describe_machine
from tools.stage_deps import PIPELINES
from tools.verdict import SAME, Outcome, Verdict, compare_files, differs

SCRATCH = Path(".verify")  # a folder in it for each kind of rerun, which leaves the others alone
CERTIFICATE = Path("certificate.json")
DATA = "data/"  # outputs below it are not committed


def main() -> None:
    """Run, compare, print a verdict per file, and exit with 1 when one differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.verify", description=__doc__)
    parser.add_argument("--all", action="store_true", help="the studies too")
    parser.add_argument("--only", nargs="+", metavar="STAGE", help="names of stages, or patterns")
    arguments = parser.parse_args()
    if arguments.only:
        place = SCRATCH / "only"
        verdicts = rerun_only(arguments.only, place)
    else:
        place = SCRATCH / ("all" if arguments.all else "pipeline")
        verdicts = rerun(PIPELINES if arguments.all else PIPELINES[:1], place)
    report(verdicts, place, arguments.only)


def rerun(pipelines: Collection[str], place: Path) -> dict[str, Verdict]:
    """Run whole pipelines, or what an interrupted run of them has left, and compare."""
    copy, unfinished = place / "denoise", place / "unfinished"
    if not goes_on(copy, unfinished):
        clone_head(copy)
        for pipeline in PIPELINES:
            # It may hold stages that are no more, and without it each is run.
            (copy / pipeline).with_name("dvc.lock").unlink()
        unfinished.touch()
    verdicts = {}
    for pipeline in pipelines:
        folder = Path(pipeline).parent
        dvc("repro", folder=copy / folder)
        verdicts |= compare(Path(), copy, folder)
    unfinished.unlink()
    return verdicts


def rerun_only(patterns: list[str], place: Path) -> dict[str, Verdict]:
    """Run some stages, or what is left of them, each on the committed outputs of the others."""
    locked = {}
    for pipeline in PIPELINES:
        folder = Path(pipeline).parent
        locked[folder] = [*read_stages(folder / "dvc.lock")]
    names = [name for stages in locked.values() for name in stages]
    for pattern in patterns:
        if not any(matches(name, pattern) for name in names):
            sys.exit(f"verify: no stage that is locked is called {pattern}; they are {names}")
    chosen = {
        folder: [name for name in stages if any(matches(name, each) for each in patterns)]
        for folder, stages in locked.items()
    }
    copy, unfinished = place / "denoise", place / "unfinished"
    asked = " ".join(patterns)
    if not goes_on(copy, unfinished, asked):
        clone_head(copy)
        dvc("repro", "generate", folder=copy)  # data is not committed
        unfinished.write_text(f"{asked}\n", encoding="utf-8")
    ended = unfinished.read_text(encoding="utf-8").splitlines()[1:]
    verdicts = {}
    for folder, stages in chosen.items():
        for name in stages:
            stage = (folder / name).as_posix()
            if stage not in ended:
                dvc("repro", "--force", "--single-item", name, folder=copy / folder)
                with unfinished.open("a", encoding="utf-8") as file:
                    file.write(f"{stage}\n")
        verdicts |= compare(Path(), copy, folder, stages)
    unfinished.unlink()
    return verdicts


def goes_on(copy: Path, unfinished: Path, asked: str = "") -> bool:
    """Whether an interrupted rerun of the last commit was asked for the same; say it where so."""
    if not unfinished.exists() or head(copy) != head(Path()):
        return False
    if unfinished.read_text(encoding="utf-8").partition("\n")[0] != asked:
        return False
    print("Going on with the rerun that was interrupted", flush=True)
    return True


def matches(name: str, pattern: str) -> bool:
    """Whether a stage is meant: by its name, or as ``measure@networks/unet`` by its group's."""
    return any(fnmatchcase(each, pattern) for each in (name, name.split("@")[0]))


def report(verdicts: dict[str, Verdict], place: Path, only: list[str] | None) -> None:
    """Print every verdict, leave the certificate, and exit with 1 when a file differs."""
    width = max(len(name) for name in verdicts)
    for name, verdict in verdicts.items():
        print(f"{name:{width}}  {verdict}")
    write_json(certificate(verdicts, only), CERTIFICATE)
    if not computes_alike():
        print(
            "This is no x86-64 processor with AVX2: what is trained or measured is not expected"
            " to have the same bytes, and was compared within tolerances."
        )
    failed = sum(verdict.outcome is Outcome.DIFFERS for verdict in verdicts.values())
    if failed:
        sys.exit(f"{failed} of {len(verdicts)} files differ; the copy is kept in {place}")
    same = sum(verdict.outcome is Outcome.SAME for verdict in verdicts.values())
    print(f"All {len(verdicts)} files reproduced, {same} of them to the byte: {CERTIFICATE}")
    shutil.rmtree(place)


def clone_head(copy: Path) -> None:
    """Clone the last commit, beside ``../shared`` as this one is where there is one."""
    shutil.rmtree(copy.parent, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", ".", copy], check=True)
    shared = Path("..", "shared").resolve()
    if shared.exists():
        (copy.parent / "shared").symlink_to(shared)


def dvc(*command: str, folder: Path) -> None:
    """Run DVC in a folder of a copy; exit with a sentence where it fails."""
    # The copy must find MNIST where this checkout does, below data/ too.
    found = {"MNIST_DIR": str(Path("data", "mnist").resolve())}
    environment = {**found, **os.environ, "DENOISE_PYTHON": sys.executable}
    program = Path(sys.executable).with_name("dvc")
    ended = subprocess.run([program, *command], cwd=folder, env=environment, check=False)
    if ended.returncode:
        sys.exit(f"verify: dvc {' '.join(command)} failed in {folder}, which is kept")


def head(repository: Path) -> str:
    """Return the hash of a repository's last commit."""
    command = ["git", "rev-parse", "HEAD"]
    return subprocess.check_output(command, cwd=repository, encoding="utf-8").strip()


def certificate(verdicts: dict[str, Verdict], only: list[str] | None = None) -> dict:
    """Return what certificate.json holds: the commit, the machine, and every verdict.

    Where ``only`` some stages were run, it says which. Of files with the same bytes it has the
    SHA-256, so that it still speaks of them at later commits. Data is no single file.
    """
    files = {name: str(verdict) for name, verdict in verdicts.items()}
    hashes = {
        name: file_hash(Path(name))
        for name, verdict in verdicts.items()
        if verdict.outcome is Outcome.SAME and Path(name).is_file()
    }
    content = {"commit": head(Path()), "machine": describe_machine(), "files": files}
    content["sha256"] = hashes
    return content | ({"only": only} if only else {})


def compare(
    committed: Path, rerun: Path, folder: Path = Path(), stages: Collection[str] | None = None
) -> dict[str, Verdict]:
    """Give a verdict for every file that the dvc.lock of a folder speaks of, in its order.

    Where ``stages`` are named, the verdicts are on their files alone. Data is never committed: a
    folder of it has one verdict, by the hash that the lock has of it.
    """
    verdicts = {}
    locks = [read_stages(root / folder / "dvc.lock") for root in (committed, rerun)]
    for stage, entry in locks[0].items():
        if stages is not None and stage not in stages:
            continue
        again = {out["path"]: out for out in locks[1].get(stage, {}).get("outs", [])}
        for out in entry.get("outs", []):
            path = (folder / out["path"]).as_posix()
            if out["path"] not in again:
                verdicts[path] = differs("no stage leaves it any more")
            elif path.startswith(DATA):
                same = out["md5"] == again[out["path"]]["md5"]
                why = "data must be the same bytes on every machine"
                verdicts[path] = SAME if same else differs(why)
            else:
                for name in files_below(path, committed, rerun):
                    verdicts[name] = compare_files(committed / name, rerun / name)
    return verdicts


def files_below(path: str, *roots: Path) -> list[str]:
    """Return a path itself, or where it is a folder in any of the roots, the files in it."""
    inside = {
        file.relative_to(root).as_posix()
        for root in roots
        for file in (root / path).rglob("*")
        if file.is_file()
    }
    return sorted(inside) or [path]


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
