"""Pages about accounts, invitations, teams and one's own preferences."""
