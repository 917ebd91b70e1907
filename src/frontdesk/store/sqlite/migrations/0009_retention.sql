-- What is old leaves the log: how far that has come, and what is left behind with its room.

-- Up to here each entry has been looked at once.
CREATE TABLE walked (
    desk   TEXT PRIMARY KEY,
    offset INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The entries up to there that stay for as long as a room does.
CREATE TABLE remnant (
    desk   TEXT NOT NULL,
    room   TEXT NOT NULL,
    offset INTEGER NOT NULL,
    PRIMARY KEY (desk, room, offset)
) STRICT, WITHOUT ROWID;

-- Those that have been over for longest come first.
CREATE INDEX room_ended ON room (desk, ended_ms) WHERE ended_ms IS NOT NULL;
