-- Looking back: rooms in the order in which they were opened, and their words.

-- The offset of the entry that opened it.
ALTER TABLE room ADD COLUMN opened INTEGER;

UPDATE room SET opened = found.opened
FROM (
    SELECT desk, data ->> 'room' AS room, min(offset) AS opened
    FROM entry
    WHERE kind IN ('guest_queued', 'guest_requeued', 'group_opened', 'direct_opened')
    GROUP BY 1, 2
) AS found
WHERE found.desk = room.desk AND found.room = room.room;

CREATE INDEX room_opened ON room (desk, opened) WHERE guest IS NOT NULL;

-- --- what words are looked for in: made behind the log, a little at a time ---------------------

-- How far it has come.
CREATE TABLE indexed (
    desk   TEXT PRIMARY KEY,
    offset INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A guest's room that it has come across, numbered in the order of the desk's log; how many
-- messages of it.
CREATE TABLE indexed_room (
    number   INTEGER PRIMARY KEY,
    desk     TEXT NOT NULL,
    opened   INTEGER NOT NULL,
    messages INTEGER NOT NULL DEFAULT 0,
    UNIQUE (desk, opened)
) STRICT;

-- A row for each question and each message: its rowid is the number of the room and, in the lower
-- 32 bits, the offset of the entry, so what is found comes room by room, the last opened first.
-- Texts stay where they are and are not kept twice. What is put in are the words as `words.py`
-- knows them, which the tokenizer must only tell apart: it takes all that is not ASCII for letters.
CREATE VIRTUAL TABLE word USING fts5 (
    words,
    content = '',
    contentless_delete = 1,
    tokenize = 'ascii',
    prefix = '1 2'
);

-- Parts are merged by whoever adds to them, step by step; by itself it might take long at once.
INSERT INTO word (word, rank) VALUES ('automerge', 0);
