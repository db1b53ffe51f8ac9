"""Zalo's signature, against vectors computed by hand."""

from __future__ import annotations

import json

import pytest

from bot.channels.zalo_oa.signature import is_signed, sign

RAW = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text","message":{"text":"Mẹ em 76 tuổi",'
    '"msg_id":"96d3cdf3af150460909"},"timestamp":"1754390853474"}'
).encode()
APP, TIME, SECRET = "360846524940903967", "1754390853474", "OA_SECRET_TEST"
GOLDEN = "d5a69cbf8cba348f00bb01f06db5c69d2afd22950477439572b18aa849d41488"
REENCODED = "c2d485c0f0d1c1c4bc6654e957a92e620432ba625047fbf58c9de77f8adc0b19"


def test_golden_vector() -> None:
    assert sign(APP, RAW, TIME, SECRET) == GOLDEN


def test_reencoded_body_has_another_signature() -> None:
    """A receiver that decodes before it verifies would refuse every Vietnamese message."""
    again = json.dumps(json.loads(RAW)).encode()

    assert sign(APP, again, TIME, SECRET) == REENCODED
    assert not is_signed(f"mac={GOLDEN}", app_id=APP, body=again, timestamp=TIME, secret_key=SECRET)


@pytest.mark.parametrize("header", [f"mac={GOLDEN}", GOLDEN, GOLDEN.upper(), f" mac={GOLDEN} "])
def test_both_spellings_are_accepted(header: str) -> None:
    assert is_signed(header, app_id=APP, body=RAW, timestamp=TIME, secret_key=SECRET)


@pytest.mark.parametrize(
    "changed",
    [
        {"header": ""},
        {"header": "mac="},
        {"header": "mac=" + GOLDEN[:-1] + "9"},
        {"header": "sha256=" + GOLDEN},
        {"header": "ký tên"},
        {"body": RAW.replace(b"76", b"77")},
        {"body": RAW + b"\n"},
        {"body": RAW[:-1]},
        {"secret_key": "OA_SECRET_TESt"},
        {"secret_key": ""},
        {"app_id": "360846524940903968"},
        {"timestamp": "1754390853475"},
    ],
)
def test_anything_changed_is_refused(changed: dict[str, object]) -> None:
    given = {"header": f"mac={GOLDEN}", "app_id": APP, "body": RAW, "timestamp": TIME, "secret_key": SECRET} | changed

    assert not is_signed(given.pop("header"), **given)  # type: ignore[arg-type]


def test_empty_secret_fails_closed() -> None:
    """Unset settings must not turn the check into one anybody can compute."""
    assert not is_signed(sign(APP, RAW, TIME, ""), app_id=APP, body=RAW, timestamp=TIME, secret_key="")
