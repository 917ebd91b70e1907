-- Accounts that are changed over the network: links to choose a password, and who has done what.

-- An ended link stays, so that it cannot begin again.
CREATE TABLE invite (
    token_hash BLOB PRIMARY KEY,
    person     TEXT NOT NULL,
    until_ms   INTEGER NOT NULL,
    ended      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX invite_person ON invite (person) WHERE NOT ended;

CREATE TABLE audit (
    id     INTEGER PRIMARY KEY,
    desk   TEXT,          -- null: what all desks share
    at_ms  INTEGER NOT NULL,
    person TEXT,          -- who did it; null: an operator
    what   TEXT NOT NULL,
    about  TEXT NOT NULL, -- the name of an account, a desk, a setting or an erased guest
    detail TEXT NOT NULL  -- JSON
) STRICT;

CREATE INDEX audit_desk ON audit (desk, id);

ALTER TABLE session ADD COLUMN used_ms INTEGER; -- an API token's last use, about

CREATE INDEX session_token ON session (person) WHERE kind = 'token' AND NOT ended;
