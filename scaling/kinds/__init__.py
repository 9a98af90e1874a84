"""The kinds of change that scale production, one module each."""
