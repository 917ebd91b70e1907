-- What guests said of how it was in a room that is over; the last one counts. The comment is a text.

CREATE TABLE rating (
    desk   TEXT NOT NULL,
    room   TEXT NOT NULL,
    offset INTEGER NOT NULL,
    rating INTEGER NOT NULL,
    PRIMARY KEY (desk, room, offset)
) STRICT, WITHOUT ROWID;
