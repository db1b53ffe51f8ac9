"""Reminders: with her consent, a citizen hears when an age or a decree changes her verdict or amount."""
