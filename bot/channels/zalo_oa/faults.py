"""What Zalo's error codes mean for a message: try again, renew the token first, give up, or call the operator.

Zalo answers HTTP 200 also for errors; the code is in ``error``.
"""

from __future__ import annotations

from datetime import timedelta

from bot.errors import RetryLater, Undeliverable

RENEW_TOKEN = frozenset({-216, -220, -124})
RETRY_LATER = frozenset({-32, -200})
NOT_THIS_PERSON = frozenset({-213, -217, -218, -227, -230, -231, -232, -244})
CALL_OPERATOR = frozenset({-204, -205, -209, -211, -212, -219, -221, -223, -224, -242, -320, -321})

WAIT_FOR_LIMIT = timedelta(seconds=20)
WAIT_FOR_OPERATOR = timedelta(minutes=5)


def explain(code: int) -> RetryLater | Undeliverable:
    """Return the error to raise for *code*."""
    reason = f"zalo_{code}"
    if code in RENEW_TOKEN or code in CALL_OPERATOR:
        return RetryLater(reason, WAIT_FOR_OPERATOR)
    if code in RETRY_LATER:
        return RetryLater(reason, WAIT_FOR_LIMIT)
    return Undeliverable(reason, gone=code in NOT_THIS_PERSON)
