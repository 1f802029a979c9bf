"""Experiments of the study in DVC: queued, waited for, and read from Git, where DVC keeps them."""

import hashlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
from dvc.repo import Repo
from ruamel.yaml import YAML
from tqdm import tqdm

from checks.plumbing import PLUMBING
from denoise.errors import InputError
from denoise.results import describe_noise

STAGES = {"generate", "train", "judge", "evaluate"}  # what a result of the study hangs on
VARIES = {"data/noisy", "models/denoiser"}  # with the training noise
FIGURES = ("psnr", "ssim", "legibility")
WORKER = Path(".dvc/tmp/exps/celery/dvc-exp-worker-1.pid")
POLL = 5  # seconds between two looks at the queue


@dataclass(frozen=True)
class Experiment:
    """A setting of the study and the changes to params.yaml that make it."""

    setting: str
    changes: dict[str, Any]

    @property
    def name(self) -> str:
        """DVC's name for it."""
        return f"sweep-{self.setting}"

    @cached_property
    def made_of(self) -> str:
        """A digest of the code, data and parameters in the working tree that determine it.

        Raises
        ------
        InputError
            when a change is to a key that params.yaml does not have.
        """
        parameters = _load(Path("params.yaml").read_text())
        for key, value in self.changes.items():
            *path, last = key.split(".")
            try:
                section = reduce(getitem, path, parameters)
                getitem(section, last)
            except (KeyError, TypeError):
                message = f"params.yaml has no key {key} that an experiment could change"
                raise InputError(message) from None
            section[last] = value
        return _digest(Path("dvc.lock").read_text(), parameters)

    def revision(self) -> str | None:
        """The commit that DVC keeps it in; None before it has been run on what is here now."""
        refs = _git("for-each-ref", "--format=%(objectname)", f"refs/exps/*/*/{self.name}")
        for revision in refs.split():
            lock = _git("show", f"{revision}:dvc.lock")
            parameters = _load(_git("show", f"{revision}:params.yaml"))
            if _digest(lock, parameters) == self.made_of:
                return revision
        return None

    def results(self) -> pd.DataFrame:
        """One row per noise level: each figure, with the ends of its 95 % interval."""
        revision = self.revision()
        parameters = _load(_git("show", f"{revision}:params.yaml"))
        blur, amplitude = parameters["noise"]["blur"], parameters["noise"]["amplitude"]
        weakest = describe_noise(parameters["noise"]["white"], amplitude[0])
        named = {"setting": self.setting, "made_of": self.made_of}
        named |= {"blur": _span(f"{blur[0]:g}", blur), "noise": _span(weakest, amplitude)}
        columns = [f"{figure}{end}" for figure in FIGURES for end in ("", "_low", "_high")]
        rows = []
        for level in sorted(parameters["levels"]):
            text = _git("show", f"{revision}:metrics/levels/{level}.csv")
            row = pd.read_csv(io.StringIO(text)).iloc[0]
            rows.append(named | {"level": level} | row[columns].to_dict())
        return pd.DataFrame(rows)


def run(experiments: Sequence[Experiment]) -> Iterator[Experiment]:
    """Give one experiment after another when it is finished; run those that are not yet.

    Raises
    ------
    InputError
        when an experiment failed.
    """
    waiting = [experiment for experiment in experiments if not experiment.revision()]
    yield from (experiment for experiment in experiments if experiment not in waiting)
    if not waiting:
        return
    _queue(waiting)
    ended = set()  # of those waited for, by the queue's account
    with tqdm(total=len(waiting), unit="setting", desc="trained", disable=None) as progress:
        while waiting:
            states = _states()
            if "Queued" in (states.get(experiment.name) for experiment in waiting):
                _start_worker()
            for experiment in list(waiting):
                state = states.get(experiment.name)
                if experiment.revision():
                    waiting.remove(experiment)
                    progress.update()
                    tqdm.write(f"{experiment.setting}: done", file=sys.stderr)
                    yield experiment
                elif experiment.name in ended:
                    log = _dvc("queue", "logs", experiment.name)
                    raise InputError(f"the experiment {experiment.name} failed:\n{log[-2000:]}")
                elif state == "Running":
                    progress.set_postfix_str(experiment.setting)
                elif state != "Queued":  # it may be done, and on its way into Git
                    ended.add(experiment.name)
            time.sleep(POLL if waiting else 0)


def _queue(experiments: Sequence[Experiment]) -> None:
    """Put into DVC's queue what is not there."""
    states = _states()
    head = _git("rev-parse", "HEAD").strip()
    for experiment in experiments:
        if states.get(experiment.name) in ("Queued", "Running"):
            continue
        ref = f"refs/exps/{head[:2]}/{head[2:]}/{experiment.name}"
        if _git("for-each-ref", ref):
            _dvc("exp", "remove", ref)  # it was made of something else
        changes = [f"{key}={json.dumps(value)}" for key, value in experiment.changes.items()]
        options = [word for change in changes for word in ("-S", change)]
        _dvc("exp", "run", "--queue", "--name", experiment.name, *options, "report")


def _start_worker() -> None:
    if not _working():
        # It keeps what it inherits open: a pipe would not end before it does.
        _dvc("queue", "start", piped=False)


def _states() -> dict[str, str]:
    """What DVC says of each named task in its queue, first of those that run or shall.

    Not by `dvc queue status`, which asks the worker by a file: one that reads it half-written dies.
    """
    working = _working()
    states = {}
    with Repo() as repo:
        for task in repo.experiments.celery_queue.status():
            # What runs by the queue's account, but without a worker, was killed.
            if task["status"] != "Running" or working:
                states.setdefault(task["name"], task["status"])
    return states


def _working() -> bool:
    """Whether the worker of DVC's queue is there."""
    try:
        return "queue-worker" in psutil.Process(int(WORKER.read_text())).cmdline()
    except (FileNotFoundError, ValueError, psutil.Error):  # none, half-written, or outlived
        return False


def _digest(lock: str, parameters: dict) -> str:
    """Of all that a result of the study was made of, by its dvc.lock and params.yaml."""
    kept = {key: parameters[key] for key in ("seed", "noise", "model", "train", "levels")}
    kept["recipe"] = parameters["recipes"][parameters["train"]["recipe"]]
    content = json.dumps([_files(lock), kept], sort_keys=True)
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()[:12]}"  # never read as a number


@cache
def _files(lock: str) -> dict[str, str]:
    """Code and data that all settings share, with their hashes, by the text of a dvc.lock."""
    return {
        dep["path"]: dep["md5"]
        for stage, entry in _load(lock)["stages"].items()
        if stage.split("@")[0] in STAGES
        for dep in entry["deps"]
        if dep["path"] not in VARIES and Path(dep["path"]).stem not in PLUMBING
    }


def _span(lowest: str, bounds: Sequence[float]) -> str:
    return lowest if bounds[0] == bounds[1] else f"{lowest} to {bounds[1]:g}"


def _load(text: str) -> dict:
    return YAML(typ="safe", pure=True).load(text)


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _dvc(*arguments: str, piped: bool = True) -> str:
    """What a DVC command prints, nothing unless ``piped``.

    Raises
    ------
    InputError
        when it fails, with what it said.
    """
    binaries = Path(sys.executable).parent
    # The worker of the queue looks for `dvc` on the path.
    path = os.pathsep.join([str(binaries), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "DENOISE_PYTHON": sys.executable}
    command = [binaries / "dvc", *arguments]
    pipe = subprocess.PIPE if piped else subprocess.DEVNULL
    result = subprocess.run(command, env=environment, stdout=pipe, stderr=pipe, text=True)
    if result.returncode:
        said = result.stderr or result.stdout or f"exit code {result.returncode}"
        raise InputError(f"`dvc {' '.join(arguments)}` failed: {said.strip()}")
    return result.stdout or ""
