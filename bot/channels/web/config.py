"""How the web chat is set up: whose it is, where it may be embedded, its limits."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


class EmbedOriginError(ValueError):
    """A site allowed to embed the page is not an origin such as ``https://ubnd.example.gov.vn``."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        super().__init__(
            f"Embedding is allowed by origin, such as https://ubnd.example.gov.vn; found {origin!r}. "
            "Give scheme and host, without a path, and separate several by spaces."
        )


@dataclass(frozen=True, slots=True)
class WebConfig:
    """Settings of the page; ``key`` signs sessions and names conversations."""

    key: bytes
    operator: str = ""  # the authority that runs the service; empty: the service's own name
    hotline: str = ""  # number shown for a person; empty: none is shown
    phones: tuple[str, ...] = ()  # numbers that become links to call when an answer names them
    public_url: str = ""
    accuracy_path: str = ""  # where everybody reads how exact the answers are; empty: no link
    embed_origins: tuple[str, ...] = ()
    site_verification: str = ""  # code that proves to Zalo that the site is ours, in a tag of the page
    session_days: int = 30
    message_characters: int = 4000
    body_bytes: int = 64 * 1024
    history_entries: int = 100
    messages_per_minute: float = 20
    messages_burst: int = 8
    address_factor: int = 10  # people behind one address, such as a commune's office
    streams_per_session: int = 4
    stream_beat_seconds: float = 15
    stream_minutes: float = 30
    form_wait_seconds: float = 6  # how long a page without scripts waits for the reply

    def __post_init__(self) -> None:
        for origin in self.embed_origins:
            _check_origin(origin)


def _check_origin(origin: str) -> None:
    parts = urlsplit(origin)
    bare = not (parts.path or parts.query or parts.fragment or parts.username)
    if parts.scheme not in {"https", "http"} or not parts.hostname or not bare or set(origin) & set(" ;,'\""):
        raise EmbedOriginError(origin)
