"""The verbs of an incident. Each locks the row, asks the permission, applies the
model's rule, saves, and writes the timeline and the audit log in one transaction."""

from incidents.services.declaration import declare, reopen
from incidents.services.response import acknowledge, add_update, assign_lead, resolve

__all__ = ["acknowledge", "add_update", "assign_lead", "declare", "reopen", "resolve"]
