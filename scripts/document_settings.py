"""Write ``docs/settings.md`` and ``.env.example`` from the settings themselves."""

from __future__ import annotations

import json

from pydantic import SecretStr

from app.settings import ROOT, Settings

HEAD = """# Settings

Read from the environment or from `.env` beside the Makefile; written by `python scripts/document_settings.py`.
Everything has a default that works on one machine. Secrets are read from here only and never logged.

| name | default | meaning |
|---|---|---|
"""


def shown(value: object) -> str:
    """Show a default as one would type it."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    return str(value).replace(f"{ROOT}/", "")


def main() -> None:
    """Write both files."""
    rows, lines = [], ["# Copy to .env and fill in what you need; every line may stay as it is.\n"]
    for name, field in Settings.model_fields.items():
        default = shown(field.default)
        rows.append(f"| `{name.upper()}` | {f'`{default}`' if default else ''} | {field.description} |")
        lines.append(f"# {field.description}\n# {name.upper()}={default}\n")
    (ROOT / "docs" / "settings.md").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    (ROOT / ".env.example").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
