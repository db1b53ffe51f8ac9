"""What the process does to answer sooner."""

import gc
import weakref

from app import tuning


class Knot:
    """Something that only holds itself."""

    def __init__(self) -> None:
        self.own = self


def test_rubbish_of_the_start_is_not_kept_for_ever() -> None:
    """What is left out of all later collections can never be freed: rubbish must not be among it."""
    before = gc.get_threshold()
    gc.disable()
    knot = weakref.ref(Knot())

    tuning.settle()

    try:
        assert gc.get_freeze_count() > 0
        assert knot() is None
    finally:
        gc.unfreeze()
        gc.enable()
        gc.set_threshold(*before)
