"""The composition root: settings, start-up, supervision and the command line. Nothing imports it."""
