"""One service over the released rules for the whole room: reading them is the slow part."""

import pytest

from rules.service import EligibilityService


@pytest.fixture(scope="session")
def service() -> EligibilityService:
    return EligibilityService.load()
