"""The archive: what was accepted, judged again years later from what was kept of it (docs/adr/0013)."""
