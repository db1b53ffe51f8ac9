"""The one-page checklist: what it says, as text and as PDF."""
