"""Measure how well intents are recognised: ``.venv-rasa/bin/python -m dialogue.measure --model FILE --set FILE``.

Prints one JSON object: accuracy as written and without accents, parity of the two, how often the action that follows is
the right one (several intents lead to the same), and what was mistaken for what.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from dialogue.train import ROOT, quiet


def actions_of(folder: Path) -> dict[str, str]:
    """Return the action that follows each intent by the rules, where no question is pending."""
    following: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            intent, action = rule["steps"][0]["intent"], rule["steps"][1]["action"]
            following.setdefault(intent, action)
    return following


async def measure(model: Path, messages: dict[str, list[str]]) -> dict[str, Any]:
    """Parse every message as written and without accents."""
    from rasa.core.agent import load_agent

    from core.vietnamese.text import fold

    agent = await load_agent(str(model))
    spent, mistakes = 0.0, []
    right = {"written": 0, "bare": 0, "alike": 0, "action": 0, "bare_action": 0}
    following = actions_of(ROOT / "dialogue" / "data" / "rules")
    total = sum(map(len, messages.values()))
    for intent, texts in messages.items():
        for text in texts:
            started = time.process_time()
            found = [(await agent.parse_message(form))["intent"] for form in (text, fold(text))]
            spent += time.process_time() - started
            names = [one["name"] for one in found]
            right["written"] += names[0] == intent
            right["bare"] += names[1] == intent
            right["alike"] += names[0] == names[1]
            led = [following.get(name, name) == following.get(intent, intent) for name in names]
            right["action"] += led[0]
            right["bare_action"] += led[1]
            if names != [intent, intent]:
                mistakes.append({"text": text, "is": intent, "taken_for": names, "right_action": all(led)})
    return {
        "messages": total,
        **{f"{name}_accuracy": round(count / total, 4) for name, count in right.items()},
        "cpu_ms_per_parse": round(spent / total / 2 * 1000, 2),
        "mistakes": mistakes,
    }


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--set", type=Path, required=True, help="YAML: intent -> messages")
    arguments = parser.parse_args()
    model, messages = arguments.model.resolve(), yaml.safe_load(arguments.set.read_text(encoding="utf-8"))
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    quiet()
    import logging

    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    print(json.dumps(asyncio.run(measure(model, messages)), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
