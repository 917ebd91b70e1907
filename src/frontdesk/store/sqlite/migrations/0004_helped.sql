-- Which agents had the guest of a room: from each of these places on, until the next.

CREATE TABLE helped (
    desk   TEXT NOT NULL,
    room   TEXT NOT NULL,
    offset INTEGER NOT NULL,
    agent  TEXT NOT NULL,
    PRIMARY KEY (desk, room, offset)
) STRICT, WITHOUT ROWID;

INSERT INTO helped (desk, room, offset, agent)
SELECT desk, data ->> 'room', offset, data ->> 'agent' FROM entry WHERE kind = 'guest_taken';

INSERT INTO helped (desk, room, offset, agent)
SELECT desk, data ->> 'room', offset, data ->> 'to_agent' FROM entry
WHERE kind = 'guest_transferred';
