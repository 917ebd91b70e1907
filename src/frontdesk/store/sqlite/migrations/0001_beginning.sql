-- The log, what belongs to people, what stands or falls with entries, and tables to query.
-- A migration that has been released never changes: its checksum is kept and compared.

-- --- the log ---------------------------------------------------------------------------------

CREATE TABLE desk (
    desk       TEXT PRIMARY KEY,
    epoch      TEXT NOT NULL,
    head       INTEGER NOT NULL,           -- offset of the last entry; 0 when there is none
    kept_from  INTEGER NOT NULL DEFAULT 1, -- first offset that the log still holds
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
    desk   TEXT NOT NULL,
    offset INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    v      INTEGER NOT NULL,
    at_ms  INTEGER NOT NULL,
    batch  TEXT NOT NULL,
    marks  TEXT NOT NULL, -- JSON: who hears each part, in order
    data   TEXT NOT NULL, -- JSON: people by id, texts left out
    PRIMARY KEY (desk, offset)
) STRICT, WITHOUT ROWID;

-- --- what belongs to people: primary, never rebuilt, erasable ----------------------------------

CREATE TABLE person (
    person     TEXT PRIMARY KEY,
    desk       TEXT,          -- a guest's desk; null for an account
    kind       TEXT NOT NULL CHECK (kind IN ('guest', 'agent')),
    user       TEXT,          -- null when erased, as are the next two
    topic      TEXT,
    info       TEXT,          -- JSON: what else the guest gave
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX person_user ON person (user) WHERE kind = 'agent';

CREATE TABLE text (
    desk   TEXT NOT NULL,
    offset INTEGER NOT NULL,
    body   TEXT, -- null when erased
    PRIMARY KEY (desk, offset)
) STRICT, WITHOUT ROWID;

CREATE TABLE password (
    person        TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Guests' and agents' sessions and API tokens. An ended one stays, so that it cannot begin again.
CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    person     TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('guest', 'agent', 'token')),
    at_ms      INTEGER NOT NULL,
    began      TEXT NOT NULL, -- JSON: desk to id
    label      TEXT NOT NULL,
    ended      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX session_person ON session (person) WHERE NOT ended;

-- --- commands that were carried out under an idempotency key -----------------------------------

-- In order of age by `id`, so that the old ones are found at the front.
CREATE TABLE key (
    id      INTEGER PRIMARY KEY,
    scope   TEXT NOT NULL,
    key     TEXT NOT NULL,
    desk    TEXT NOT NULL,
    command TEXT NOT NULL,
    first   INTEGER NOT NULL,
    count   INTEGER NOT NULL,
    room    TEXT,
    at_ms   INTEGER NOT NULL,
    UNIQUE (scope, key)
) STRICT;

-- --- what makes a start short -------------------------------------------------------------------

CREATE TABLE checkpoint (
    desk    TEXT NOT NULL,
    version INTEGER NOT NULL,
    offset  INTEGER NOT NULL,
    data    TEXT NOT NULL, -- JSON: people by id
    PRIMARY KEY (desk, version)
) STRICT;

CREATE TABLE beat (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    at_ms INTEGER NOT NULL
) STRICT;

-- --- projections: made from the log, and made again from it at any time ------------------------

-- Where each mark occurs: what a reader's replay looks at.
CREATE TABLE mark (
    desk   TEXT NOT NULL,
    mark   TEXT NOT NULL,
    offset INTEGER NOT NULL,
    PRIMARY KEY (desk, mark, offset)
) STRICT, WITHOUT ROWID;

-- Who heard a room when: behind the start, up to and including the end; no end: still.
CREATE TABLE hearing (
    desk         TEXT NOT NULL,
    person       TEXT NOT NULL,
    room         TEXT NOT NULL,
    start_offset INTEGER NOT NULL,
    start_part   INTEGER NOT NULL,
    end_offset   INTEGER,
    end_part     INTEGER,
    PRIMARY KEY (desk, person, start_offset, start_part, room)
) STRICT, WITHOUT ROWID;

-- Nobody is in a room twice at once.
CREATE UNIQUE INDEX hearing_open ON hearing (desk, person, room) WHERE end_offset IS NULL;

-- Readers stand near the end of the log: without this a replay would walk all that they ever heard.
CREATE INDEX hearing_end
    ON hearing (desk, person, ifnull(end_offset, 9223372036854775807));

CREATE TABLE room (
    desk      TEXT NOT NULL,
    room      TEXT NOT NULL,
    guest     TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    ended_ms  INTEGER,
    reason    TEXT,
    PRIMARY KEY (desk, room)
) STRICT, WITHOUT ROWID;

-- For people who query. Not a table: what it would add to each message is a page of another room's
-- in the WAL, which is a third of all that is written when many rooms talk at once. The messages of
-- one room are found by its mark.
CREATE VIEW message AS
SELECT
    entry.desk,
    data ->> 'room' AS room,
    entry.offset,
    at_ms,
    data ->> 'author' AS person,
    text.body
FROM entry LEFT JOIN text ON text.desk = entry.desk AND text.offset = entry.offset
WHERE kind = 'message_posted' AND v = 1;

CREATE TABLE account (
    person   TEXT PRIMARY KEY,
    role     TEXT NOT NULL,
    disabled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
