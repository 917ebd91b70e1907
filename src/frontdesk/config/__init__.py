"""The settings of the server: one table of names, kinds, defaults, units and what each is for.

A setting is given as a flag (`--data-dir`), or else in the environment (`FRONTDESK_DATA_DIR`), or
else in a file (`data_dir`), or else is its default. One kind judges all of them, so a bad value is
refused with the same sentence wherever it stands. Nothing here may import more than the standard
library and the kinds of `frontdesk.desk`: it is read before every command.
"""

from frontdesk.config.bad import BadSetting
from frontdesk.config.loading import Found, Judged, judge, load
from frontdesk.config.table import FILE, SETTINGS, Config, Setting

__all__ = [
    "FILE",
    "SETTINGS",
    "BadSetting",
    "Config",
    "Found",
    "Judged",
    "Setting",
    "judge",
    "load",
]
