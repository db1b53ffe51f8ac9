"""Channels and conversations: how messages come in, are kept in order, and go out."""
