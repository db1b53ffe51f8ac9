"""Releases, drafts and publishing, kept in the database."""
