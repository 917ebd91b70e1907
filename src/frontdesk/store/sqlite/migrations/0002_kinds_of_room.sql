-- Rooms without a guest: group rooms, and direct ones between two agents.

CREATE TABLE new_room (
    desk      TEXT NOT NULL,
    room      TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('guest', 'group', 'direct')),
    guest     TEXT, -- null but for a guest's room
    opened_ms INTEGER NOT NULL,
    ended_ms  INTEGER,
    reason    TEXT,
    PRIMARY KEY (desk, room)
) STRICT, WITHOUT ROWID;

INSERT INTO new_room (desk, room, kind, guest, opened_ms, ended_ms, reason)
SELECT desk, room, 'guest', guest, opened_ms, ended_ms, reason FROM room;

DROP TABLE room;

ALTER TABLE new_room RENAME TO room;
