"""Load for a Frontdesk server on this machine, and what it measured. Start with `README.md`."""
