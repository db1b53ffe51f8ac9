"""The dialogue's hands: what Rasa calls to read facts, ask, decide and answer."""
