"""Everything an administrator, an invited person or the account's owner can do."""
