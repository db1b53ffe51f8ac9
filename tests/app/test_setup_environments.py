"""The set-up finds interpreters by asking them, and says plainly what to do when there is none."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "setup_environments.py"


@pytest.fixture(scope="module")
def setup():
    spec = importlib.util.spec_from_file_location("setup_environments", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def broken_interpreter(folder: Path) -> Path:
    """A shim that exists but does not answer, as pyenv's do when no version is chosen."""
    shim = folder / "python3.10"
    shim.write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    return shim


def test_the_running_python_is_recognised(setup) -> None:
    """An interpreter is believed for what it answers, not for its file name."""
    assert setup.version_of(sys.executable) == sys.version_info[:2]


def test_a_shim_that_does_not_answer_is_no_python(setup, tmp_path: Path) -> None:
    """A pyenv shim without a version must not be taken for Python 3.10."""
    assert setup.version_of(str(broken_interpreter(tmp_path))) is None


def test_a_missing_python_is_told_with_what_to_do(setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Python 3.10 the message names ways to get one."""
    monkeypatch.setattr(setup, "candidates", lambda versions: ["/nowhere/python3.10"])

    with pytest.raises(setup.SetupFailed) as failure:
        setup.find_python(setup.RASA, None)

    assert "/nowhere/python3.10" in str(failure.value)
    assert "pyenv install 3.10" in str(failure.value)
    assert "RASA_PYTHON=" in str(failure.value)


def test_a_wished_python_of_the_wrong_version_is_refused(setup) -> None:
    """A wish is not silently replaced by another interpreter."""
    with pytest.raises(setup.SetupFailed, match="not a working Python 3.10"):
        setup.find_python(setup.RASA, sys.executable)


def test_a_changed_list_makes_the_environment_stale(setup, tmp_path: Path) -> None:
    """The stamp is a hash of the list, so an edited list is installed again."""
    listed = tmp_path / "list.txt"
    listed.write_text("a==1\n")
    environment = setup.Environment("x", tmp_path / "env", ((3, 11),), listed, False, "")
    before = environment.fingerprint()

    listed.write_text("a==2\n")

    assert environment.fingerprint() != before
    assert not environment.is_current()
