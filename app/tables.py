"""Every table of the service: importing this module declares them all, for migrations and for tests."""

from __future__ import annotations

import importlib

_DECLARING = (
    "actions.interviews",
    "bot.handover.tables",
    "bot.reminders.tables",
    "bot.tables",
    "console.tables",
    "core.audit",
    "knowledge.tables",
    "rules.store.tables",
)

for _module in _DECLARING:
    importlib.import_module(_module)
