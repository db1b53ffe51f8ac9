"""The ground floor: what every room needs and none owns (text, time, citations, database)."""
