"""What is said of a setting that cannot be used."""


class BadSetting(Exception):
    """A setting cannot be used as it is; the message says which, why, and what may stand there."""
