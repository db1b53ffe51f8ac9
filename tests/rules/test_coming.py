"""Looking ahead judges only those of whom the law says something else later: nobody may be missed for it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.batch import Batch, births
from rules.engine.case import AGE_TOLD, BIRTH
from rules.screening.coming import coming, days_to_judge
from rules.service import EligibilityService
from tests.examples import often
from tests.rules.test_batch import people

BENEFITS = ("social_pension", "social_allowance", "funeral_support", "loan.ex_prisoner", "care_support")
LISTS = settings(
    max_examples=often(6), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LISTS
@given(
    told=st.lists(people(), min_size=2, max_size=8),
    day=st.sampled_from([date(2025, 6, 15), date(2026, 11, 22)]),
    province=st.sampled_from([None, "hai_phong"]),
)
def test_nobody_who_will_be_eligible_is_missed(
    told: list[dict[str, Any]], day: date, province: str | None, service: EligibilityService
) -> None:
    """The same people and days as judging everybody anew for every day."""
    batch, count = Batch(service), len(told)
    columns = batch.columns(told)
    judged = batch.judge(columns, count, as_of=day, province=province, benefits=BENEFITS)
    now = {name: judged.outcomes(name) for name in BENEFITS}
    days = days_to_judge(day, 4, service.engine.days_of_change)

    found = coming(batch, columns, count, now, days=days, province=province).found

    birth = births({column.fact: column for column in columns}, count, day)
    later = [birth, *(column for column in columns if column.fact not in (BIRTH, AGE_TOLD))]
    for name in BENEFITS:
        first = np.zeros(count, np.int8)
        for place, ahead in enumerate(days[1:], 1):
            anew = batch.judge(later, count, as_of=ahead, province=province, benefits=[name]).outcomes(name)
            first[(anew == 1) & (now[name] != 1) & (first == 0)] = place
        assert found[name].tolist() == first.tolist(), name


def test_only_who_passes_a_threshold_is_judged_again(service: EligibilityService) -> None:
    """Of a thousand people of all ages few have the birthday that counts within a month."""
    batch = Batch(service)
    told = [{"date_of_birth": f"{1936 + n % 90}-{n % 12 + 1:02}-{n % 28 + 1:02}"} for n in range(1000)]
    columns = batch.columns(told)

    before, after = (batch.judge(columns, 1000, as_of=date(2027, month, 15)) for month in (3, 4))

    moved = after.moved_since(before)
    assert 0 < moved.sum() < 100
