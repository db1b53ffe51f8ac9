"""What can go wrong in the console; the edge turns each into a page."""

from __future__ import annotations


class ConsoleError(Exception):
    """Base of the console's errors."""


class Refused(ConsoleError):
    """A request is answered with an error page; ``reason`` is a key under ``errors`` of the base texts."""

    def __init__(self, status: int, reason: str, *, retry_after: int | None = None) -> None:
        self.status, self.reason, self.retry_after = status, reason, retry_after
        super().__init__(f"{status} {reason}")


class NotFound(Refused):
    """There is no such thing, or not any more."""

    def __init__(self, what: str = "not_found") -> None:
        super().__init__(404, what)


class Stale(Refused):
    """Somebody else changed the thing meanwhile; nothing was changed by this request."""

    def __init__(self, what: str = "stale") -> None:
        super().__init__(409, what)


class UnguardedRoute(ConsoleError):
    """A route was added that asks for no permission; the console does not start with it."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} asks for no permission. Add it through ConsoleRouter with needs=Permission.….")


class NameTaken(ConsoleError):
    """Somebody bears that user name already."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"The name {name!r} is taken. Choose another, or reset that account.")


class UnknownUser(ConsoleError):
    """Nobody bears that user name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"Nobody is called {name!r} here. 'ansinh user list' shows the accounts.")


class BadUserName(ConsoleError):
    """A user name is not one."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"{name!r} is no user name: use 2 to 40 of a-z, 0-9, dot, hyphen and underscore, beginning with a letter."
        )


class LastAdmin(ConsoleError):
    """The change would leave nobody to manage accounts."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is the last admin; give somebody else the role first.")
