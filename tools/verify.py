"""Rerun the pipeline in a scratch copy and compare with what is committed, file by file.

    make verify
    make verify-all
    make verify ONLY='train measure@networks/*'

The copy is a clone of the last commit. Its DVC cache is its own and empty, so nothing is reused;
``verify-all`` also runs the studies, which takes hours. A rerun that was interrupted goes on where
it stopped. ``ONLY`` runs some stages alone, by their names, patterns of them, or the name of a
group, each on the committed outputs of the others. Every file must come out byte for byte on x86-64
processors with AVX2, and data on every machine. Other processors round otherwise, and there figures
may differ by up to the tolerances of tools/verdict.py. Leaves certificate.json: what was verified,
on what, and a verdict for every file.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

from denoise.io.dvc_files import read_stages
from denoise.storage.metric_files import read_json, write_json
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
    if changed():
        print("Your tree has changes that are not committed: these are not verified", flush=True)
    if arguments.only:
        asked = hashlib.sha256(" ".join(sorted(arguments.only)).encode()).hexdigest()
        run = Rerun(SCRATCH / f"only-{asked[:12]}")
        verdicts = rerun_only(arguments.only, run)
    else:
        run = Rerun(SCRATCH / ("all" if arguments.all else "pipeline"))
        verdicts = rerun(PIPELINES if arguments.all else PIPELINES[:1], run)
    report(verdicts, run, arguments.only)


class Rerun:
    """A rerun of the last commit in a folder: what was committed, the copy, and how far it is.

    An interrupted one goes on, unless there is a newer commit, or the processor or a version is
    another now: a certificate is of one commit on one machine.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.committed, self.copy = place / "committed", place / "denoise"
        self._state, self._machine = place / "unfinished.json", describe_machine()
        self.ended: list[str] = []  # stages that were run alone

    def goes_on(self) -> bool:
        """Whether it was begun and interrupted; say it, and read how far it is, where so."""
        if not all(path.exists() for path in (self._state, self.committed, self.copy)):
            return False
        state = read_json(self._state)
        if head(self.committed) != head() or state["machine"] != self._machine:
            return False
        print("Going on with the rerun that was interrupted", flush=True)
        self.ended = state["ended"]
        return True

    def begin(self) -> None:
        """Make its folder anew."""
        shutil.rmtree(self.place, ignore_errors=True)
        for folder in (self.committed, self.copy):
            subprocess.run(["git", "clone", "--quiet", ".", folder], check=True)
        shared = Path("..", "shared").resolve()
        if shared.exists():  # where there is one, it lies beside the copy too
            (self.place / "shared").symlink_to(shared)

    def save(self) -> None:
        """Note how far it is."""
        write_json({"machine": self._machine, "ended": self.ended}, self._state)

    def end(self) -> None:
        """Note that nothing is left to run."""
        self._state.unlink()


def rerun(pipelines: Collection[str], run: Rerun) -> dict[str, Verdict]:
    """Run whole pipelines, or what an interrupted run of them has left, and compare."""
    if not run.goes_on():
        run.begin()
        for pipeline in PIPELINES:
            # It may hold stages that are no more, and without it each is run.
            (run.copy / pipeline).with_name("dvc.lock").unlink()
        run.save()
    verdicts = {}
    for pipeline in pipelines:
        folder = Path(pipeline).parent
        dvc("repro", run=run, folder=folder)
        verdicts |= compare(run.committed, run.copy, folder)
    run.end()
    return verdicts


def rerun_only(patterns: list[str], run: Rerun) -> dict[str, Verdict]:
    """Run some stages, or what is left of them, each on the committed outputs of the others."""
    folders = [Path(pipeline).parent for pipeline in PIPELINES]
    locked = {folder: [*read_stages(folder / "dvc.lock")] for folder in folders}
    chosen = choose(patterns, [name for names in locked.values() for name in names])
    if not run.goes_on():
        run.begin()
        dvc("repro", "generate", run=run)  # data is not committed
        run.save()
    verdicts = {}
    for folder, names in locked.items():
        stages = [name for name in names if name in chosen]
        for stage in stages:
            if stage not in run.ended:
                dvc("repro", "--force", "--single-item", stage, run=run, folder=folder)
                run.ended.append(stage)
                run.save()
        verdicts |= compare(run.committed, run.copy, folder, stages)
    run.end()
    return verdicts


def choose(patterns: list[str], names: list[str]) -> set[str]:
    """Return the stages that patterns name, or exit with a sentence where one names none.

    ``train`` is the stage of that name alone. ``measure`` is none, so it is its whole group, such
    as ``measure@networks/unet``.
    """
    chosen = set()
    for pattern in patterns:
        found = {name for name in names if fnmatchcase(name, pattern)}
        found = found or {name for name in names if fnmatchcase(name.split("@")[0], pattern)}
        if not found:
            sys.exit(f"verify: no stage that is locked is called {pattern}; they are {names}")
        chosen |= found
    return chosen


def report(verdicts: dict[str, Verdict], run: Rerun, only: list[str] | None) -> None:
    """Print every verdict, leave the certificate, and exit with 1 when a file differs."""
    width = max(len(name) for name in verdicts)
    for name, verdict in verdicts.items():
        print(f"{name:{width}}  {verdict}")
    write_json(certificate(verdicts, run.committed, only), CERTIFICATE)
    if not computes_alike():
        print(
            "This is no x86-64 processor with AVX2: what is trained or measured is not expected"
            " to have the same bytes, and was compared within tolerances."
        )
    failed = sum(verdict.outcome is Outcome.DIFFERS for verdict in verdicts.values())
    if failed:
        sys.exit(f"{failed} of {len(verdicts)} files differ; the copy is kept in {run.place}")
    same = sum(verdict.outcome is Outcome.SAME for verdict in verdicts.values())
    print(f"All {len(verdicts)} files reproduced, {same} of them to the byte: {CERTIFICATE}")
    shutil.rmtree(run.place)


def dvc(*command: str, run: Rerun, folder: Path = Path()) -> None:
    """Run DVC in a folder of the copy; exit with a sentence where it fails."""
    # The copy must find MNIST where this checkout does, below data/ too.
    found = {"MNIST_DIR": str(Path("data", "mnist").resolve())}
    # A cache that your own settings of DVC name would hand out results of earlier runs.
    own = run.place.resolve() / "no-settings"
    closed = {"DVC_GLOBAL_CONFIG_DIR": str(own), "DVC_SYSTEM_CONFIG_DIR": str(own)}
    environment = {**found, **os.environ, **closed, "DENOISE_PYTHON": sys.executable}
    program, place = Path(sys.executable).with_name("dvc"), run.copy / folder
    ended = subprocess.run([program, *command], cwd=place, env=environment, check=False)
    if ended.returncode:
        sys.exit(f"verify: dvc {' '.join(command)} failed in {place}, which is kept")


def head(repository: Path = Path()) -> str:
    """Return the hash of a repository's last commit."""
    command = ["git", "rev-parse", "HEAD"]
    return subprocess.check_output(command, cwd=repository, encoding="utf-8").strip()


def changed() -> bool:
    """Whether a file that is committed has changes that are not."""
    command = ["git", "status", "--porcelain", "--untracked-files=no"]
    return bool(subprocess.check_output(command))


def certificate(
    verdicts: dict[str, Verdict], committed: Path, only: list[str] | None = None
) -> dict:
    """Return what certificate.json holds: the commit, the machine, and every verdict.

    Where ``only`` some stages were run, it says which. Of files with the same bytes it has the
    SHA-256, so that it still speaks of them at later commits. Data is no single file.
    """
    files = {name: str(verdict) for name, verdict in verdicts.items()}
    hashes = {
        name: file_hash(committed / name)
        for name, verdict in verdicts.items()
        if verdict.outcome is Outcome.SAME and (committed / name).is_file()
    }
    content = {"commit": head(committed), "machine": describe_machine(), "files": files}
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
