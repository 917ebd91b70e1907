-- A data folder of the first server that there was, with only the first migration: a morning at which
-- Ida helped Ana and helps Bo, Cy and Di wait, and Ole has been disabled. Never to be changed; who
-- they are to the server stands in first.json.

BEGIN TRANSACTION;

-- Table  account
CREATE TABLE account (
    person   TEXT PRIMARY KEY,
    role     TEXT NOT NULL,
    disabled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO account VALUES('2506ec99e1894d5662a14d6e3e2bf526','monitor',0);
INSERT INTO account VALUES('50c17ad8839039cf7b6ef65d5c5330c9','agent',1);
INSERT INTO account VALUES('a024b37b2312593d062f05dbc31b5c58','agent',0);

-- Table  beat
CREATE TABLE beat (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO beat VALUES(1,1795406225431);

-- Table  checkpoint
CREATE TABLE checkpoint (
    desk    TEXT NOT NULL,
    version INTEGER NOT NULL,
    offset  INTEGER NOT NULL,
    data    TEXT NOT NULL, -- JSON: people by id
    PRIMARY KEY (desk, version)
) STRICT;

-- Table  desk
CREATE TABLE desk (
    desk       TEXT PRIMARY KEY,
    epoch      TEXT NOT NULL,
    head       INTEGER NOT NULL,           -- offset of the last entry; 0 when there is none
    kept_from  INTEGER NOT NULL DEFAULT 1, -- first offset that the log still holds
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO desk VALUES('main','fa74a51c',17,1,1795406225403);

-- Table  entry
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
INSERT INTO entry VALUES('main',1,'person_added',1,1795406226607,'36cd1e5e7a3094ab','["agents"]','{"at_ms":1795406226607,"person":"a024b37b2312593d062f05dbc31b5c58","role":"agent","limit":3}');
INSERT INTO entry VALUES('main',2,'person_added',1,1795406227653,'d74ddd42acef096d','["agents"]','{"at_ms":1795406227653,"person":"2506ec99e1894d5662a14d6e3e2bf526","role":"monitor","limit":3}');
INSERT INTO entry VALUES('main',3,'person_added',1,1795406228507,'75b264cf3a15ead1','["agents"]','{"at_ms":1795406228507,"person":"50c17ad8839039cf7b6ef65d5c5330c9","role":"agent","limit":3}');
INSERT INTO entry VALUES('main',4,'person_changed',1,1795406228775,'b6301c24673765b7','["agents"]','{"at_ms":1795406228775,"person":"50c17ad8839039cf7b6ef65d5c5330c9","role":"agent","limit":3,"disabled":true,"was_disabled":false,"present":false}');
INSERT INTO entry VALUES('main',5,'status_set',1,1795406230239,'b564ce2b7e268185','["all","agents"]','{"at_ms":1795406230239,"agent":"a024b37b2312593d062f05dbc31b5c58","status":"available","became":"available"}');
INSERT INTO entry VALUES('main',6,'line_restored',1,1795406230239,'b564ce2b7e268185','["agents"]','{"at_ms":1795406230239,"person":"a024b37b2312593d062f05dbc31b5c58","is_agent":true,"room":null}');
INSERT INTO entry VALUES('main',7,'guest_queued',1,1795406230243,'412374546859d92c','["agents","agents"]','{"at_ms":1795406230243,"guest":"g22fd89bbeba86e055f5b13147c598949","room":"rc81f1a93e7cf4fd3637ff8b30252ea7e","ticket":7}');
INSERT INTO entry VALUES('main',8,'guest_taken',1,1795406230250,'61b32a1b7e01ca0d','["agents","agents","person:g22fd89bbeba86e055f5b13147c598949","room:rc81f1a93e7cf4fd3637ff8b30252ea7e","person:a024b37b2312593d062f05dbc31b5c58","person:a024b37b2312593d062f05dbc31b5c58"]','{"at_ms":1795406230250,"guest":"g22fd89bbeba86e055f5b13147c598949","agent":"a024b37b2312593d062f05dbc31b5c58","room":"rc81f1a93e7cf4fd3637ff8b30252ea7e","wait_ms":7,"became":null}');
INSERT INTO entry VALUES('main',9,'message_posted',1,1795406230253,'576a7bbbda7302a3','["room:rc81f1a93e7cf4fd3637ff8b30252ea7e"]','{"at_ms":1795406230253,"author":"a024b37b2312593d062f05dbc31b5c58","room":"rc81f1a93e7cf4fd3637ff8b30252ea7e","text":null,"key":""}');
INSERT INTO entry VALUES('main',10,'message_posted',1,1795406230255,'385745ef4f7077ac','["room:rc81f1a93e7cf4fd3637ff8b30252ea7e"]','{"at_ms":1795406230255,"author":"g22fd89bbeba86e055f5b13147c598949","room":"rc81f1a93e7cf4fd3637ff8b30252ea7e","text":null,"key":""}');
INSERT INTO entry VALUES('main',11,'room_ended',1,1795406230256,'291c48def0f1c19e','["room:rc81f1a93e7cf4fd3637ff8b30252ea7e","agents"]','{"at_ms":1795406230256,"room":"rc81f1a93e7cf4fd3637ff8b30252ea7e","reason":"guest","guest":"g22fd89bbeba86e055f5b13147c598949","members":["g22fd89bbeba86e055f5b13147c598949","a024b37b2312593d062f05dbc31b5c58"],"agent":"a024b37b2312593d062f05dbc31b5c58","became":null}');
INSERT INTO entry VALUES('main',12,'guest_queued',1,1795406230258,'a8d08734079343b3','["agents","agents"]','{"at_ms":1795406230258,"guest":"gf35d0d981ab5cd3d0edf11a218125e40","room":"r018991fdcaa06c668b3db40ccff8c979","ticket":12}');
INSERT INTO entry VALUES('main',13,'guest_taken',1,1795406230261,'fe5139cfc240812c','["agents","agents","person:gf35d0d981ab5cd3d0edf11a218125e40","room:r018991fdcaa06c668b3db40ccff8c979","person:a024b37b2312593d062f05dbc31b5c58","person:a024b37b2312593d062f05dbc31b5c58"]','{"at_ms":1795406230261,"guest":"gf35d0d981ab5cd3d0edf11a218125e40","agent":"a024b37b2312593d062f05dbc31b5c58","room":"r018991fdcaa06c668b3db40ccff8c979","wait_ms":3,"became":null}');
INSERT INTO entry VALUES('main',14,'message_posted',1,1795406230263,'2b91e94466b03cc0','["room:r018991fdcaa06c668b3db40ccff8c979"]','{"at_ms":1795406230263,"author":"a024b37b2312593d062f05dbc31b5c58","room":"r018991fdcaa06c668b3db40ccff8c979","text":null,"key":""}');
INSERT INTO entry VALUES('main',15,'message_posted',1,1795406230266,'130d2f1da534f68f','["room:r018991fdcaa06c668b3db40ccff8c979"]','{"at_ms":1795406230266,"author":"gf35d0d981ab5cd3d0edf11a218125e40","room":"r018991fdcaa06c668b3db40ccff8c979","text":null,"key":"key-of-lime-street-3"}');
INSERT INTO entry VALUES('main',16,'guest_queued',1,1795406230267,'57b0433bf1a55290','["agents","agents"]','{"at_ms":1795406230267,"guest":"ga74edab3a2bd24c223aced75377cead6","room":"r9184897d44f0da90252855d2c9a4d97a","ticket":16}');
INSERT INTO entry VALUES('main',17,'guest_queued',1,1795406230270,'2e05da572f48d4e8','["agents","agents"]','{"at_ms":1795406230270,"guest":"g7cbcaec3d9665627d344340de38d4a35","room":"r87b739ed3418219d25a1d028a7bf5597","ticket":17}');

-- Table  hearing
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
INSERT INTO hearing VALUES('main','a024b37b2312593d062f05dbc31b5c58','rc81f1a93e7cf4fd3637ff8b30252ea7e',8,4,11,1);
INSERT INTO hearing VALUES('main','a024b37b2312593d062f05dbc31b5c58','r018991fdcaa06c668b3db40ccff8c979',13,4,NULL,NULL);
INSERT INTO hearing VALUES('main','g22fd89bbeba86e055f5b13147c598949','rc81f1a93e7cf4fd3637ff8b30252ea7e',7,0,11,1);
INSERT INTO hearing VALUES('main','g7cbcaec3d9665627d344340de38d4a35','r87b739ed3418219d25a1d028a7bf5597',17,0,NULL,NULL);
INSERT INTO hearing VALUES('main','ga74edab3a2bd24c223aced75377cead6','r9184897d44f0da90252855d2c9a4d97a',16,0,NULL,NULL);
INSERT INTO hearing VALUES('main','gf35d0d981ab5cd3d0edf11a218125e40','r018991fdcaa06c668b3db40ccff8c979',12,0,NULL,NULL);
-- Triggers and indices on  hearing
CREATE INDEX hearing_end
    ON hearing (desk, person, ifnull(end_offset, 9223372036854775807));
CREATE UNIQUE INDEX hearing_open ON hearing (desk, person, room) WHERE end_offset IS NULL;

-- Table  key
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
INSERT INTO "key" VALUES(1,'identify:main','a847d0fe03f3f709debe822bafc4a118','main','Identify',7,1,NULL,1795406230243);
INSERT INTO "key" VALUES(2,'identify:main','89d429c42418dd6e5ed4ae0377b3c7ac','main','Identify',12,1,NULL,1795406230258);
INSERT INTO "key" VALUES(3,'gf35d0d981ab5cd3d0edf11a218125e40','key-of-lime-street-3','main','Post',15,1,'r018991fdcaa06c668b3db40ccff8c979',1795406230266);
INSERT INTO "key" VALUES(4,'identify:main','7d896292b0e9635189066baa84410773','main','Identify',16,1,NULL,1795406230267);
INSERT INTO "key" VALUES(5,'identify:main','b1a94ab8223791971d596ed2e89f9879','main','Identify',17,1,NULL,1795406230270);

-- Table  mark
CREATE TABLE mark (
    desk   TEXT NOT NULL,
    mark   TEXT NOT NULL,
    offset INTEGER NOT NULL,
    PRIMARY KEY (desk, mark, offset)
) STRICT, WITHOUT ROWID;
INSERT INTO mark VALUES('main','agents',1);
INSERT INTO mark VALUES('main','agents',2);
INSERT INTO mark VALUES('main','agents',3);
INSERT INTO mark VALUES('main','agents',4);
INSERT INTO mark VALUES('main','agents',5);
INSERT INTO mark VALUES('main','agents',6);
INSERT INTO mark VALUES('main','agents',7);
INSERT INTO mark VALUES('main','agents',8);
INSERT INTO mark VALUES('main','agents',11);
INSERT INTO mark VALUES('main','agents',12);
INSERT INTO mark VALUES('main','agents',13);
INSERT INTO mark VALUES('main','agents',16);
INSERT INTO mark VALUES('main','agents',17);
INSERT INTO mark VALUES('main','all',5);
INSERT INTO mark VALUES('main','person:a024b37b2312593d062f05dbc31b5c58',8);
INSERT INTO mark VALUES('main','person:a024b37b2312593d062f05dbc31b5c58',13);
INSERT INTO mark VALUES('main','person:g22fd89bbeba86e055f5b13147c598949',8);
INSERT INTO mark VALUES('main','person:gf35d0d981ab5cd3d0edf11a218125e40',13);
INSERT INTO mark VALUES('main','room:r018991fdcaa06c668b3db40ccff8c979',13);
INSERT INTO mark VALUES('main','room:r018991fdcaa06c668b3db40ccff8c979',14);
INSERT INTO mark VALUES('main','room:r018991fdcaa06c668b3db40ccff8c979',15);
INSERT INTO mark VALUES('main','room:rc81f1a93e7cf4fd3637ff8b30252ea7e',8);
INSERT INTO mark VALUES('main','room:rc81f1a93e7cf4fd3637ff8b30252ea7e',9);
INSERT INTO mark VALUES('main','room:rc81f1a93e7cf4fd3637ff8b30252ea7e',10);
INSERT INTO mark VALUES('main','room:rc81f1a93e7cf4fd3637ff8b30252ea7e',11);

-- Table  migration
CREATE TABLE migration (
    number   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    checksum TEXT NOT NULL,
    at_ms    INTEGER NOT NULL
) STRICT
;
INSERT INTO migration VALUES(1,'beginning','6e0fd283c4eb095ceca287e4b0a8b2fa8ba35ab1bdfa11dfe13b97dce39c354c',1795406225385);

-- Table  password
CREATE TABLE password (
    person        TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO password VALUES('2506ec99e1894d5662a14d6e3e2bf526','$argon2id$v=19$m=65536,t=3,p=4$3YibUxtEjQ3PnJBkOFvzcw$o1/7cre3sOBwNP93Yc16MlyRnrGlNnOqzz7ln6LOebo');
INSERT INTO password VALUES('50c17ad8839039cf7b6ef65d5c5330c9','$argon2id$v=19$m=65536,t=3,p=4$hY9+g6pmfUDvkgmJBjfybg$zJv2YVsFOJExO2oKwFzwe16kU6i1W2RN7VQ/Epn7N/4');
INSERT INTO password VALUES('a024b37b2312593d062f05dbc31b5c58','$argon2id$v=19$m=65536,t=3,p=4$NUpP5CUihy6Sa7xIXylGJA$c235s0MZTCPgB+Yx6gdsSBATHDGsyBw/ll8pkQCydvo');

-- Table  person
CREATE TABLE person (
    person     TEXT PRIMARY KEY,
    desk       TEXT,          -- a guest's desk; null for an account
    kind       TEXT NOT NULL CHECK (kind IN ('guest', 'agent')),
    user       TEXT,          -- null when erased, as are the next two
    topic      TEXT,
    info       TEXT,          -- JSON: what else the guest gave
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO person VALUES('2506ec99e1894d5662a14d6e3e2bf526',NULL,'agent','Mona',NULL,NULL,1795406227653);
INSERT INTO person VALUES('50c17ad8839039cf7b6ef65d5c5330c9',NULL,'agent','Ole',NULL,NULL,1795406228507);
INSERT INTO person VALUES('a024b37b2312593d062f05dbc31b5c58',NULL,'agent','Ida',NULL,NULL,1795406226607);
INSERT INTO person VALUES('g22fd89bbeba86e055f5b13147c598949','main','guest','Ana','Where is my parcel?','{"order":"17"}',1795406230243);
INSERT INTO person VALUES('g7cbcaec3d9665627d344340de38d4a35','main','guest','Di','Hello?','{"order":"17"}',1795406230270);
INSERT INTO person VALUES('ga74edab3a2bd24c223aced75377cead6','main','guest','Cy','Is anybody there?','{"order":"17"}',1795406230267);
INSERT INTO person VALUES('gf35d0d981ab5cd3d0edf11a218125e40','main','guest','Bo','Can I change the address?','{"order":"17"}',1795406230258);
-- Triggers and indices on  person
CREATE INDEX person_user ON person (user) WHERE kind = 'agent';

-- Table  room
CREATE TABLE room (
    desk      TEXT NOT NULL,
    room      TEXT NOT NULL,
    guest     TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    ended_ms  INTEGER,
    reason    TEXT,
    PRIMARY KEY (desk, room)
) STRICT, WITHOUT ROWID;
INSERT INTO room VALUES('main','r018991fdcaa06c668b3db40ccff8c979','gf35d0d981ab5cd3d0edf11a218125e40',1795406230258,NULL,NULL);
INSERT INTO room VALUES('main','r87b739ed3418219d25a1d028a7bf5597','g7cbcaec3d9665627d344340de38d4a35',1795406230270,NULL,NULL);
INSERT INTO room VALUES('main','r9184897d44f0da90252855d2c9a4d97a','ga74edab3a2bd24c223aced75377cead6',1795406230267,NULL,NULL);
INSERT INTO room VALUES('main','rc81f1a93e7cf4fd3637ff8b30252ea7e','g22fd89bbeba86e055f5b13147c598949',1795406230243,1795406230256,'guest');

-- Table  session
CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    person     TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('guest', 'agent', 'token')),
    at_ms      INTEGER NOT NULL,
    began      TEXT NOT NULL, -- JSON: desk to id
    label      TEXT NOT NULL,
    ended      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO session VALUES(X'1C01C9BAD71749E26FA77C2E54A4AAD34B5F94A5B335BB6E31F38E142B4EAE9E','ga74edab3a2bd24c223aced75377cead6','guest',1795406230267,'{"main":"fa74a51c.17.0"}','',0);
INSERT INTO session VALUES(X'336887C9932DB692BEBBF4C51B97B9BC7EB386C67692859418763E608E1B60ED','a024b37b2312593d062f05dbc31b5c58','token',1795406229024,'{"main":"fa74a51c.5.0"}','',0);
INSERT INTO session VALUES(X'909B871F8F7169492247893E83A76A92CC20336B53D2D5B1174326287207B648','g22fd89bbeba86e055f5b13147c598949','guest',1795406230243,'{"main":"fa74a51c.8.0"}','',0);
INSERT INTO session VALUES(X'CBECE0463AAB6B913A0D07AA5454011EA8DCE102856551806B74E192626AA22A','g7cbcaec3d9665627d344340de38d4a35','guest',1795406230270,'{"main":"fa74a51c.18.0"}','',0);
INSERT INTO session VALUES(X'EBB307C622DA4CBF7781B4DF616CAF426A080B1BCBAEE5F0B7FD4D1B15690408','gf35d0d981ab5cd3d0edf11a218125e40','guest',1795406230258,'{"main":"fa74a51c.13.0"}','',0);
-- Triggers and indices on  session
CREATE INDEX session_person ON session (person) WHERE NOT ended;

-- Table  text
CREATE TABLE text (
    desk   TEXT NOT NULL,
    offset INTEGER NOT NULL,
    body   TEXT, -- null when erased
    PRIMARY KEY (desk, offset)
) STRICT, WITHOUT ROWID;
INSERT INTO text VALUES('main',9,'Hello Ana! Which *order* is it?');
INSERT INTO text VALUES('main',10,'Number 17. \<b>Ünïcödé\</b> 🎁');
INSERT INTO text VALUES('main',14,'Of course. Where to?');
INSERT INTO text VALUES('main',15,'Lime Street 3');

-- Views
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

COMMIT TRANSACTION;
