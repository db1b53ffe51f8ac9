"""Rasa as this service runs it: the model that fits its inputs, and the process that serves it on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from app.settings import ROOT, Settings
from app.supervisor import ProcessPlan, free_port

SECONDS_TO_ANSWER = 2.0


class RasaUnavailable(RuntimeError):
    """Rasa's environment is missing or its model could not be trained."""


@dataclass(frozen=True)
class Rasa:
    """Where Rasa's interpreter, models and log are."""

    interpreter: Path
    models: Path
    log_file: Path
    ready_seconds: float
    ports: tuple[int, ...]
    redis_url: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Rasa:
        """Read the places from the settings; port 0 becomes any free one, more processes take the ports after it."""
        first, count = settings.rasa_port, settings.rasa_processes
        return cls(
            interpreter=settings.rasa_interpreter,
            models=settings.state_folder / "rasa",
            log_file=settings.state_folder / "log" / "rasa.log",
            ready_seconds=settings.rasa_ready_seconds,
            ports=tuple(first + number if first else free_port() for number in range(count)),
            redis_url=settings.redis_url.get_secret_value(),
        )

    @property
    def urls(self) -> tuple[str, ...]:
        """Loopback addresses of the REST channel, one for each process."""
        return tuple(f"http://127.0.0.1:{port}" for port in self.ports)

    def model(self) -> Path:
        """Return the path of the model that fits the dialogue as it is now, trained or not."""
        return Path(self._dialogue("dialogue.train", "--name-only").splitlines()[-1])

    def train(self, say: Callable[[str], None]) -> Path:
        """Train the model unless it is there; *say* hears each step."""
        command = [str(self._checked_interpreter()), "-m", "dialogue.train", "--out", str(self.models)]
        process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        lines = []
        for line in process.stdout or ():
            lines.append(line.rstrip())
            say(lines[-1])
        if process.wait():
            raise RasaUnavailable("Rasa could not train its model. It said:\n" + "\n".join(lines[-15:]))
        return Path(lines[-1])

    def plans(self, model: Path, *, actions_url: str, actions_token: str) -> list[ProcessPlan]:
        """Say how the supervisors run Rasa with *model*, calling the actions back at *actions_url*."""
        environment = {
            **_environment(),
            "ANSINH_ACTIONS_URL": actions_url,
            "ANSINH_ACTIONS_TOKEN": actions_token,
            "ANSINH_REDIS_URL": self.redis_url,
        }
        return [self._plan(number, model, environment) for number in range(len(self.ports))]

    def _plan(self, number: int, model: Path, environment: Mapping[str, str]) -> ProcessPlan:
        port, url = self.ports[number], self.urls[number]
        name = f"rasa-{number + 1}" if number else "rasa"
        return ProcessPlan(
            name=name,
            command=[
                *(str(self._checked_interpreter()), "-m", "dialogue.serve"),
                *("--model", str(model), "--port", str(port)),
            ],
            folder=ROOT,
            environment=environment,
            log_file=self.log_file.with_stem(name),
            is_ready=partial(self.is_ready, url),
            ready_seconds=self.ready_seconds,
        )

    @staticmethod
    async def is_ready(url: str) -> bool:
        """Tell whether Rasa's web server at *url* answers."""
        try:
            async with httpx.AsyncClient(timeout=SECONDS_TO_ANSWER) as client:
                return (await client.get(url)).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False
        except asyncio.CancelledError:
            raise

    def measure(self, model: Path, messages: Path) -> dict[str, Any]:
        """Return how well the intents of *messages* (YAML: intent -> messages) are recognised by *model*."""
        told = self._run("dialogue.measure", "--model", str(model.resolve()), "--set", str(messages.resolve()))
        return dict(json.loads(told[told.index("{") :]))

    def _dialogue(self, module: str, *arguments: str) -> str:
        return self._run(module, "--out", str(self.models), *arguments)

    def _run(self, module: str, *arguments: str) -> str:
        command = [str(self._checked_interpreter()), "-m", module, *arguments]
        answer = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True)
        if answer.returncode:
            raise RasaUnavailable(f"{' '.join(command)} failed:\n{answer.stderr[-2000:]}")
        return answer.stdout.strip()

    def _checked_interpreter(self) -> Path:
        if not self.interpreter.exists():
            raise RasaUnavailable(
                f"Rasa's environment is not there ({self.interpreter}). Make it with: make setup "
                "(it needs a Python 3.10), or point RASA_PYTHON at its interpreter."
            )
        return self.interpreter


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
