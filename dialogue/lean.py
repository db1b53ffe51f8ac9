"""What Rasa does for every message and need not: measured, and left out while it serves.

- It checks each answer of an action against a JSON schema, and with ``jsonschema.validate`` checks the schema itself
  against the schema of schemas every time: two thirds of the CPU of a message. Here the schema is checked once; the
  answer still every time.
- It looks for the class of each event of a conversation among all subclasses, event by event.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _validator() -> Any:
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    cls = validator_for(schema)
    cls.check_schema(schema)
    return cls(schema)


def _validate_action_result(_action: Any, result: dict[str, Any]) -> bool:
    from jsonschema.exceptions import best_match

    error = best_match(_validator().iter_errors(result))
    if error is not None:
        error.message += ". The answer of the action endpoint is not one of an action server."
        raise error
    return True


def make_lean() -> None:
    """Leave the repeated work out of this process."""
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import Event

    RemoteAction._validate_action_result = _validate_action_result
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))
