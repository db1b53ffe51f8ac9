"""Every table of the service: importing this module declares them all, for migrations and for tests."""

from __future__ import annotations

import rules.store.tables  # noqa: F401
