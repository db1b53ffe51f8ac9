"""Pages for staff and admins."""
