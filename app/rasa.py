"""Rasa as this service runs it: the model that fits its inputs, and the process that serves it on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
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
    port: int

    @classmethod
    def of(cls, settings: Settings) -> Rasa:
        """Read the places from the settings; port 0 becomes any free one."""
        return cls(
            interpreter=settings.rasa_interpreter,
            models=settings.state_folder / "rasa",
            log_file=settings.state_folder / "log" / "rasa.log",
            ready_seconds=settings.rasa_ready_seconds,
            port=settings.rasa_port or free_port(),
        )

    @property
    def url(self) -> str:
        """Loopback address of the REST channel's server."""
        return f"http://127.0.0.1:{self.port}"

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

    def plan(self, model: Path, *, actions_url: str, actions_token: str) -> ProcessPlan:
        """Say how the supervisor runs Rasa with *model*, calling the actions back at *actions_url*."""
        return ProcessPlan(
            name="rasa",
            command=[
                *(str(self._checked_interpreter()), "-m", "dialogue.serve"),
                *("--model", str(model), "--port", str(self.port)),
            ],
            folder=ROOT,
            environment={
                **_environment(),
                "ANSINH_ACTIONS_URL": actions_url,
                "ANSINH_ACTIONS_TOKEN": actions_token,
            },
            log_file=self.log_file,
            is_ready=self.is_ready,
            ready_seconds=self.ready_seconds,
        )

    async def is_ready(self) -> bool:
        """Tell whether Rasa's web server answers."""
        try:
            async with httpx.AsyncClient(timeout=SECONDS_TO_ANSWER) as client:
                return (await client.get(self.url)).status_code == httpx.codes.OK
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
