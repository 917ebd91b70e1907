"""The store of one file: SQLite in WAL mode, every acknowledged commit on disk.

One thread writes (`writer.py`), a few read (`readers.py`), one moves the WAL into the file
(`checkpointer.py`); each has connections of its own and no connection is ever shared. Everything
goes through apsw, which carries its own SQLite: opening the same file with Python's `sqlite3` in
the same process breaks the locks of both.
"""
