"""Vietnamese as people write it: text forms, numbers, money, dates."""
