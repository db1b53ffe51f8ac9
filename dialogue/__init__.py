"""The Rasa project: it decides which action comes next, and holds every sentence the bot says."""
