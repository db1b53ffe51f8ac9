"""What an author of rules needs to know before something is released."""
