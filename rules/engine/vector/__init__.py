"""The same compiled rules, run over many people at once: eight people a byte, three values everywhere."""
