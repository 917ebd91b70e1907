"""How long things are kept that no desk decides on. Durations are integer milliseconds."""

# A client that was asleep over night may still try its last command again (protocol §7).
KEY_KEPT_MS = 86_400_000

# A session that has ended stays, so that it cannot begin again while the key is known under which
# it began; an account's own has run out after 30 days (`web/identity.py`).
SESSION_KEPT_MS = 31 * 86_400_000

# Counted from the end of a link. Its key is forgotten long before, so no answer lacks its link.
INVITE_KEPT_MS = 31 * 86_400_000

# Two years, in which a team has asked whatever it will ask of who has changed what.
AUDIT_KEPT_MS = 731 * 86_400_000
