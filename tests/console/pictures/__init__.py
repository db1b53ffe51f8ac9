"""The pictures of the console's guide, taken anew from a seeded database by one command; see ``__main__``."""
