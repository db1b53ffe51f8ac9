"""Every table of the service: importing this module declares them all, for migrations and for tests."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "actions.interviews",
    "actions.privacy_log",
    "bot.daily",
    "bot.erasure",
    "bot.handover.tables",
    "bot.kept",
    "bot.reminders.tables",
    "bot.switches",
    "bot.tables",
    "console.staff.tables",
    "console.tables",
    "core.audit",
    "knowledge.tables",
    "rules.store.tables",
)

for _module in MODULES:
    import_module(_module)
