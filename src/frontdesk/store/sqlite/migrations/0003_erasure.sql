-- Guests who were erased, until no byte of the file holds anything of theirs any more.
CREATE TABLE erasure (
    desk   TEXT NOT NULL,
    person TEXT NOT NULL,
    at_ms  INTEGER NOT NULL,
    tries  INTEGER NOT NULL DEFAULT 0, -- how often the file has been gone through for them
    PRIMARY KEY (desk, person)
) STRICT, WITHOUT ROWID;

-- An erasure looks for all rooms of a guest while everybody else waits.
CREATE INDEX room_guest ON room (desk, guest) WHERE guest IS NOT NULL;

-- People ask by name for what is kept of them.
CREATE INDEX person_guest ON person (desk, user) WHERE kind = 'guest' AND user IS NOT NULL;
