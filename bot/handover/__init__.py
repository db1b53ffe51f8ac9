"""What staff do with conversations: see who waits, take one, answer, pass it on, give it back."""
