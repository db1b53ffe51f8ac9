"""Every table of the service: importing this module declares them all, for migrations and for tests."""

from __future__ import annotations

import actions.interviews  # noqa: F401
import bot.daily
import bot.erasure
import bot.handover.tables
import bot.switches
import bot.tables  # noqa: F401
import console.tables  # noqa: F401
import core.audit  # noqa: F401
import knowledge.tables  # noqa: F401
import rules.store.tables  # noqa: F401
