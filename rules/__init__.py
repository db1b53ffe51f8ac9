"""What the law gives to whom: dated rules in YAML, the engine that judges, the facts it judges by."""
