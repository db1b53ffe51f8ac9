"""The web chat: a page at ``/`` that needs nothing from any other host.

``web_router(WebDeps(...))`` gives its routes; the composition root fills in what they need.
"""

from bot.channels.web.config import EmbedOriginError, WebConfig
from bot.channels.web.readiness import Readiness
from bot.channels.web.router import WebDeps, web_router

__all__ = ["EmbedOriginError", "Readiness", "WebConfig", "WebDeps", "web_router"]
