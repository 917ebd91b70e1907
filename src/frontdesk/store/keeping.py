"""How long things are kept. Durations are integer milliseconds."""

# A client that was asleep over night may still try its last command again (protocol §7).
KEY_KEPT_MS = 86_400_000
