-- Every statement that the store makes, by name; `queries.py` reads them once.
-- Those that write take their values by place, since they are run for many rows at once.

-- --- writing: what a commit asks, once it holds the write lock --------------------------------

-- name: heads
SELECT desk, head FROM desk WHERE desk IN (SELECT value FROM json_each(:desks));

-- name: taken_keys
SELECT scope, key FROM key WHERE scope = ? AND key = ?;

-- name: begin_desk
INSERT INTO desk (desk, epoch, head, created_ms) VALUES (:desk, :epoch, 0, :created_ms)
ON CONFLICT DO NOTHING;

-- name: move_head
UPDATE desk SET head = ? WHERE desk = ?;

-- name: add_entry
INSERT INTO entry (desk, offset, kind, v, at_ms, batch, marks, data)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: add_text
INSERT INTO text (desk, offset, body) VALUES (?, ?, ?);

-- name: add_person
INSERT INTO person (person, desk, kind, user, known, topic, info, sub, email, created_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: add_key
INSERT INTO key (scope, key, desk, command, first, count, room, at_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: add_session
INSERT INTO session (token_hash, person, kind, at_ms, began, label) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: end_session
UPDATE session SET ended = 1 WHERE token_hash = ? AND person = ?;

-- name: end_sessions
UPDATE session SET ended = 1 WHERE person = ? AND NOT ended;

-- name: end_other_sessions
UPDATE session SET ended = 1
WHERE person = ? AND NOT ended AND kind <> 'token' AND token_hash <> ?;

-- name: use_session
UPDATE session SET used_ms = ? WHERE token_hash = ? AND NOT ended;

-- name: end_invites
UPDATE invite SET ended = 1 WHERE person = ? AND NOT ended;

-- name: add_invite
INSERT INTO invite (token_hash, person, until_ms, ended) VALUES (?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: add_audit
INSERT INTO audit (desk, at_ms, person, what, about, detail) VALUES (?, ?, ?, ?, ?, ?);

-- name: set_password
INSERT INTO password (person, password_hash) VALUES (?, ?)
ON CONFLICT DO UPDATE SET password_hash = excluded.password_hash;

-- name: password_of
SELECT password_hash FROM password WHERE person = ?;

-- name: forget_person
UPDATE person
SET user = NULL, known = NULL, topic = NULL, info = NULL, sub = NULL, email = NULL
WHERE person = :person AND desk = :desk AND kind = 'guest';

-- name: forget_texts
UPDATE text SET body = NULL
WHERE desk = :desk AND body IS NOT NULL AND offset IN (
    SELECT mark.offset
    FROM room CROSS JOIN mark ON mark.desk = room.desk AND mark.mark = 'room:' || room.room
    WHERE room.desk = :desk AND room.guest = :person
    UNION ALL
    SELECT rating.offset
    FROM room CROSS JOIN rating ON rating.desk = room.desk AND rating.room = room.room
    WHERE room.desk = :desk AND room.guest = :person
);

-- name: forget_own_keys
DELETE FROM key WHERE scope = :person;

-- name: forget_identify
DELETE FROM key WHERE scope IN ('identify:' || :desk, 'leave_message:' || :desk) AND room IN (
    SELECT room FROM room WHERE desk = :desk AND guest = :person
);

-- name: add_erasure
INSERT INTO erasure (desk, person, at_ms) VALUES (:desk, :person, :at_ms)
ON CONFLICT DO NOTHING;

-- --- writing: projections ----------------------------------------------------------------------

-- name: add_mark
INSERT INTO mark (desk, mark, offset) VALUES (?, ?, ?);

-- name: enter_room
INSERT INTO hearing (desk, person, room, start_offset, start_part, end_offset, end_part)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: leave_room
UPDATE hearing SET end_offset = ?, end_part = ?
WHERE desk = ? AND person = ? AND room = ? AND end_offset IS NULL;

-- name: open_room
INSERT INTO room (desk, room, kind, guest, opened, opened_ms, ended_ms, reason)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: end_room
UPDATE room SET ended_ms = ?, reason = ? WHERE desk = ? AND room = ?;

-- name: add_helped
INSERT INTO helped (desk, room, offset, agent) VALUES (?, ?, ?, ?);

-- name: add_rating
INSERT INTO rating (desk, room, offset, rating) VALUES (?, ?, ?, ?);

-- name: set_account
INSERT INTO account (person, role, disabled) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET role = excluded.role, disabled = excluded.disabled;

-- --- writing: what words are looked for in ----------------------------------------------------

-- name: any_erased_since
SELECT EXISTS (
    SELECT 1 FROM entry WHERE desk = :desk AND offset > :head AND kind = 'person_erased'
);

-- name: number_room
INSERT INTO indexed_room (desk, opened) VALUES (?, ?) ON CONFLICT DO NOTHING;

-- name: count_messages
UPDATE indexed_room SET messages = messages + ? WHERE desk = ? AND opened = ?;

-- name: add_words
INSERT INTO word (rowid, words)
SELECT (number << 32) | ?, ? FROM indexed_room WHERE desk = ? AND opened = ?;

-- name: move_indexed
INSERT INTO indexed (desk, offset) VALUES (:desk, :offset)
ON CONFLICT DO UPDATE SET offset = excluded.offset;

-- A positive number of pages goes on with what a negative one has begun: to make one of all parts.
-- name: merge_words
INSERT INTO word (word, rank) VALUES ('merge', :pages);

-- name: forget_words
DELETE FROM word WHERE rowid IN (
    SELECT rowid FROM word WHERE rowid BETWEEN :first AND :last LIMIT :limit
);

-- name: clear_words
INSERT INTO word (word) VALUES ('delete-all');

-- name: clear_indexed
DELETE FROM indexed;

-- name: clear_indexed_rooms
DELETE FROM indexed_room;

-- --- writing: what is no longer kept --------------------------------------------------------------

-- name: move_kept_from
UPDATE desk SET kept_from = max(kept_from, :kept_from) WHERE desk = :desk;

-- name: move_walked
INSERT INTO walked (desk, offset) VALUES (:desk, :offset)
ON CONFLICT DO UPDATE SET offset = excluded.offset;

-- name: add_remnant
INSERT INTO remnant (desk, room, offset) VALUES (?, ?, ?) ON CONFLICT DO NOTHING;

-- name: drop_remnant
DELETE FROM remnant WHERE desk = ? AND room = ? AND offset = ?;

-- name: drop_entry
DELETE FROM entry WHERE desk = ? AND offset = ?;

-- name: drop_text
DELETE FROM text WHERE desk = ? AND offset = ?;

-- name: drop_mark
DELETE FROM mark WHERE desk = ? AND mark = ? AND offset = ?;

-- name: drop_hearing
DELETE FROM hearing
WHERE desk = ? AND person = ? AND start_offset = ? AND start_part = ? AND room = ?;

-- A row that is not there would leave a mark in the index that it is gone.
-- name: drop_word
DELETE FROM word WHERE rowid IN (
    SELECT word.rowid FROM indexed_room CROSS JOIN word ON word.rowid = (number << 32) | ?
    WHERE desk = ? AND opened = ?
);

-- name: drop_indexed_room
DELETE FROM indexed_room WHERE desk = ? AND opened = ?;

-- name: drop_helped
DELETE FROM helped WHERE desk = ? AND room = ?;

-- name: drop_ratings
DELETE FROM rating WHERE desk = ? AND room = ?;

-- name: drop_room
DELETE FROM room WHERE desk = ? AND room = ?;

-- Of whoever was erased the id stays: a copy that is put back may know them still.
-- name: drop_guest
DELETE FROM person WHERE person = ? AND kind = 'guest' AND user IS NOT NULL;

-- name: drop_keys_of
DELETE FROM key WHERE scope = ?;

-- name: drop_sessions_of
DELETE FROM session WHERE person = ? AND NOT ended;

-- name: drop_sessions
DELETE FROM session
WHERE token_hash > :after AND token_hash <= :last AND at_ms < :before_ms
    AND (ended OR kind = 'agent');

-- name: some_sessions
SELECT max(token_hash) FROM (
    SELECT token_hash FROM session WHERE token_hash > :after ORDER BY token_hash LIMIT :limit
);

-- name: drop_invites
DELETE FROM invite WHERE token_hash IN (
    SELECT token_hash FROM invite WHERE until_ms < :before_ms LIMIT :limit
);

-- name: drop_audit
DELETE FROM audit WHERE id IN (
    SELECT id FROM (SELECT id, at_ms FROM audit ORDER BY id LIMIT :limit) WHERE at_ms < :before_ms
);

-- --- writing: the rest -------------------------------------------------------------------------

-- name: save_checkpoint
INSERT INTO checkpoint (desk, version, offset, data) VALUES (:desk, :version, :offset, :data)
ON CONFLICT DO UPDATE SET offset = excluded.offset, data = excluded.data
WHERE excluded.offset >= offset;

-- name: beat
INSERT INTO beat (one, at_ms) VALUES (1, :at_ms)
ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms;

-- name: drop_keys
DELETE FROM key WHERE id IN (
    SELECT key.id
    FROM key LEFT JOIN room ON room.desk = key.desk AND room.room = key.room
    WHERE key.id > :after AND key.id <= :last AND key.at_ms <= :before_ms
        AND (room.room IS NULL OR room.ended_ms IS NOT NULL)
);

-- name: try_erasures
UPDATE erasure SET tries = tries + 1;

-- name: end_erasure
DELETE FROM erasure WHERE desk = ? AND person = ?;

-- name: some_keys
SELECT max(id), min(at_ms) FROM (
    SELECT id, at_ms FROM key WHERE id > :after ORDER BY id LIMIT :limit
);

-- --- reading -----------------------------------------------------------------------------------

-- name: find_desk
SELECT epoch, head, kept_from FROM desk WHERE desk = :desk;

-- name: desks
SELECT desk FROM desk WHERE head > 0 ORDER BY desk;

-- name: read
SELECT entry.offset, batch, kind, v, marks, data, text.body
FROM entry LEFT JOIN text ON text.desk = entry.desk AND text.offset = entry.offset
WHERE entry.desk = :desk AND entry.offset > :after
ORDER BY entry.offset
LIMIT :limit;

-- name: read_some
SELECT entry.offset, batch, kind, v, marks, data, text.body
FROM entry LEFT JOIN text ON text.desk = entry.desk AND text.offset = entry.offset
WHERE entry.desk = :desk AND entry.offset IN (SELECT value FROM json_each(:offsets))
ORDER BY entry.offset;

-- Membership as it was at each place and not as it is now: somebody may have come and gone.
-- name: find_marked
SELECT offset FROM mark
WHERE desk = :desk AND mark IN (SELECT value FROM json_each(:marks))
    AND offset BETWEEN :low AND :high
UNION
SELECT mark.offset
FROM hearing INDEXED BY hearing_end CROSS JOIN mark
    ON mark.desk = hearing.desk AND mark.mark = 'room:' || hearing.room
    AND mark.offset BETWEEN max(hearing.start_offset, :low)
        AND min(coalesce(hearing.end_offset, :high), :high)
WHERE hearing.desk = :desk AND hearing.person = :person AND hearing.start_offset <= :high
    AND ifnull(hearing.end_offset, 9223372036854775807) >= :low
ORDER BY 1
LIMIT :limit;

-- name: hearings
SELECT room, start_offset, start_part, end_offset, end_part
FROM hearing INDEXED BY hearing_end
WHERE desk = :desk AND person = :person
    AND ifnull(end_offset, 9223372036854775807) >= :offset
    AND (end_offset IS NULL OR (end_offset, end_part) > (:offset, :part))
ORDER BY start_offset, start_part, room;

-- name: backlog
SELECT entry.offset, batch, kind, v, marks, data, text.body
FROM mark CROSS JOIN entry ON entry.desk = mark.desk AND entry.offset = mark.offset
    LEFT JOIN text ON text.desk = entry.desk AND text.offset = entry.offset
WHERE mark.desk = :desk AND mark.mark = :mark AND mark.offset < :end AND kind = :kind
ORDER BY mark.offset DESC
LIMIT :limit;

-- name: find_person
SELECT user, topic, info, sub, email FROM person WHERE person = :person;

-- name: find_guest
SELECT person, user, topic, info, sub, email, created_ms FROM person
WHERE person = :person AND desk = :desk AND kind = 'guest'
    AND EXISTS (SELECT 1 FROM room WHERE room.desk = person.desk AND room.guest = person.person);

-- name: find_guests
SELECT person, user, topic, info, sub, email, created_ms FROM person
WHERE desk = :desk AND user = :user AND kind = 'guest'
ORDER BY created_ms DESC, person
LIMIT :limit;

-- name: find_guests_known
SELECT person, user, topic, info, sub, email, created_ms FROM person INDEXED BY person_known
WHERE desk = :desk AND known >= :known AND known < :beyond
ORDER BY known, created_ms DESC, person
LIMIT :limit;

-- name: find_guests_vouched
SELECT person, user, topic, info, sub, email, created_ms FROM person INDEXED BY person_sub
WHERE desk = :desk AND sub = :sub AND (:known IS NULL OR known >= :known AND known < :beyond)
ORDER BY created_ms DESC, person DESC
LIMIT :limit;

-- name: rooms_of_guest
SELECT room, opened_ms, ended_ms, reason FROM room INDEXED BY room_guest
WHERE desk = :desk AND guest = :guest
ORDER BY opened_ms, room;

-- name: ended_room
SELECT ended_ms, guest, (
    SELECT agent FROM helped
    WHERE helped.desk = room.desk AND helped.room = room.room
    ORDER BY offset DESC
    LIMIT 1
), (SELECT count(*) FROM rating WHERE rating.desk = room.desk AND rating.room = room.room)
FROM room
WHERE desk = :desk AND room = :room AND ended_ms IS NOT NULL;

-- name: ratings
SELECT entry.offset, batch, kind, v, marks, data, text.body
FROM rating JOIN entry ON entry.desk = rating.desk AND entry.offset = rating.offset
    LEFT JOIN text ON text.desk = entry.desk AND text.offset = entry.offset
WHERE rating.desk = :desk AND rating.room = :room
ORDER BY rating.offset;

-- name: conversation
SELECT entry.offset, batch, kind, v, marks, data, text.body
FROM mark CROSS JOIN entry ON entry.desk = mark.desk AND entry.offset = mark.offset
    LEFT JOIN text ON text.desk = entry.desk AND text.offset = entry.offset
WHERE mark.desk = :desk AND mark.mark = :mark AND mark.offset > :after
ORDER BY mark.offset
LIMIT :limit;

-- name: indexed
SELECT offset FROM indexed WHERE desk = :desk;

-- What words of guests' rooms stand in these entries. Another's message has no `opened`.
-- name: unindexed
SELECT entry.offset, entry.kind = 'message_posted', room.opened,
    iif(entry.kind = 'message_posted', text.body, person.topic)
FROM entry
    LEFT JOIN room
        ON entry.kind IN ('message_posted', 'guest_queued', 'guest_requeued', 'note_left')
        AND room.desk = entry.desk AND room.room = iif(json_valid(data), data ->> 'room', NULL)
        AND room.guest IS NOT NULL
    LEFT JOIN text ON text.desk = entry.desk AND text.offset = entry.offset
    LEFT JOIN person ON person.person = room.guest
WHERE entry.desk = :desk AND entry.offset > :after
ORDER BY entry.offset
LIMIT :limit;

-- name: indexed_rooms_of
SELECT number
FROM room INDEXED BY room_guest CROSS JOIN indexed_room
    ON indexed_room.desk = room.desk AND indexed_room.opened = room.opened
WHERE room.desk = :desk AND room.guest = :person;

-- The next three give the same: a guest's room, and whether it is one of those that are wanted.
-- name: past_rooms
SELECT opened, room, guest, opened_ms, ended_ms, reason,
    (:reason IS NULL OR reason IS :reason)
    AND (:agent IS NULL OR EXISTS (
        SELECT 1 FROM helped
        WHERE helped.desk = room.desk AND helped.room = room.room AND agent = :agent
    ))
FROM room
WHERE desk = :desk AND guest IS NOT NULL AND opened < :before
ORDER BY opened DESC
LIMIT :limit;

-- name: past_rooms_of_guests
SELECT opened, room, guest, opened_ms, ended_ms, reason,
    (:reason IS NULL OR reason IS :reason)
    AND (:agent IS NULL OR EXISTS (
        SELECT 1 FROM helped
        WHERE helped.desk = room.desk AND helped.room = room.room AND agent = :agent
    ))
FROM json_each(:guests) CROSS JOIN room INDEXED BY room_guest
    ON room.desk = :desk AND room.guest = json_each.value
WHERE opened < :before
ORDER BY opened DESC
LIMIT :limit;

-- Where so many guests are wanted that the last rooms of all are as good a place to look.
-- name: past_rooms_of_many
SELECT room.opened, room, guest, opened_ms, ended_ms, reason,
    (:reason IS NULL OR reason IS :reason)
    AND (:known IS NULL OR ifnull(known >= :known AND known < :beyond, 0))
    AND (:sub IS NULL OR sub IS :sub)
    AND (:agent IS NULL OR EXISTS (
        SELECT 1 FROM helped
        WHERE helped.desk = room.desk AND helped.room = room.room AND agent = :agent
    ))
FROM room INDEXED BY room_opened CROSS JOIN person ON person.person = room.guest
WHERE room.desk = :desk AND guest IS NOT NULL AND room.opened < :before
ORDER BY room.opened DESC
LIMIT :limit;

-- Of whom the name is gone, nothing is found any more, whatever the index still holds.
-- name: past_room_numbered
SELECT room.opened, room, guest, opened_ms, ended_ms, reason,
    (:reason IS NULL OR reason IS :reason)
    AND person.user IS NOT NULL
    AND (:known IS NULL OR known >= :known AND known < :beyond)
    AND (:sub IS NULL OR sub IS :sub)
    AND (:agent IS NULL OR EXISTS (
        SELECT 1 FROM helped
        WHERE helped.desk = room.desk AND helped.room = room.room AND agent = :agent
    ))
FROM indexed_room
    CROSS JOIN room INDEXED BY room_opened
        ON room.desk = indexed_room.desk AND room.opened = indexed_room.opened
        AND guest IS NOT NULL
    LEFT JOIN person ON person.person = room.guest
WHERE number = :number AND indexed_room.desk = :desk;

-- name: past_room
SELECT opened, room, guest, opened_ms, ended_ms, reason
FROM room WHERE desk = :desk AND room = :room AND guest IS NOT NULL;

-- The same guest is the same person, or somebody of whom the site says the same.
-- name: earlier_rooms
WITH this AS (
    SELECT desk, guest, opened, (SELECT sub FROM person WHERE person = guest) AS sub
    FROM room WHERE desk = :desk AND room = :room AND guest IS NOT NULL
), same AS (
    SELECT guest FROM this
    UNION
    SELECT person FROM this CROSS JOIN person INDEXED BY person_sub
        ON person.desk = this.desk AND person.sub = this.sub
)
SELECT room.opened, room.room, room.guest, room.opened_ms, room.ended_ms, room.reason
FROM this CROSS JOIN same CROSS JOIN room INDEXED BY room_guest
    ON room.desk = this.desk AND room.guest = same.guest AND room.opened < this.opened
ORDER BY room.opened DESC
LIMIT :limit;

-- name: helpers
SELECT agent FROM helped WHERE desk = :desk AND room = :room ORDER BY offset;

-- name: last_rating
SELECT rating FROM rating WHERE desk = :desk AND room = :room ORDER BY offset DESC LIMIT 1;

-- Those that were counted, and those that came since.
-- name: messages_of
SELECT ifnull((SELECT messages FROM indexed_room WHERE desk = :desk AND opened = :opened), 0) + (
    SELECT count(*)
    FROM mark CROSS JOIN entry ON entry.desk = mark.desk AND entry.offset = mark.offset
    WHERE mark.desk = :desk AND mark = 'room:' || :room AND kind = 'message_posted'
        AND mark.offset > ifnull((SELECT indexed.offset FROM indexed WHERE desk = :desk), 0)
);

-- name: number_before
SELECT number FROM indexed_room WHERE desk = :desk AND opened >= :before ORDER BY opened LIMIT 1;

-- The room that was opened so many rooms before another, or before all that come.
-- name: room_back
SELECT number, opened FROM indexed_room
WHERE desk = :desk AND opened < :before
ORDER BY opened DESC
LIMIT 1 OFFSET :rooms;

-- name: find_words
SELECT rowid FROM word
WHERE word MATCH :asked AND rowid >= :low AND rowid < :before
ORDER BY rowid DESC;

-- name: text_at
SELECT body FROM text WHERE desk = :desk AND offset = :offset;

-- --- reading: what need not be kept ------------------------------------------------------------

-- name: walked
SELECT offset FROM walked WHERE desk = :desk;

-- Behind a checkpoint of this version, and what words are looked for in has come so far.
-- name: may_be_dropped
SELECT min(checkpoint.offset, indexed.offset)
FROM checkpoint JOIN indexed USING (desk)
WHERE desk = :desk AND version = :version;

-- name: ages
SELECT offset, at_ms FROM entry
WHERE desk = :desk AND offset BETWEEN :first AND :last
ORDER BY offset
LIMIT :limit;

-- name: rooms_there
SELECT room FROM room WHERE desk = :desk AND room IN (SELECT value FROM json_each(:rooms));

-- name: rooms_over
SELECT room, guest, opened FROM room INDEXED BY room_ended
WHERE desk = :desk AND ended_ms < :before_ms
    AND (guest IS NULL OR guest NOT IN (SELECT value FROM json_each(:people)))
ORDER BY ended_ms
LIMIT :limit;

-- name: last_of_room
SELECT max(
    opened,
    ifnull((SELECT max(offset) FROM mark
        WHERE mark.desk = :desk AND mark = 'room:' || :room), 0),
    ifnull((SELECT max(offset) FROM rating WHERE rating.desk = :desk AND rating.room = :room), 0)
)
FROM room WHERE desk = :desk AND room = :room;

-- name: remnants
SELECT offset FROM remnant WHERE desk = :desk AND room = :room ORDER BY offset LIMIT :limit;

-- name: has_other_rooms
SELECT EXISTS (
    SELECT 1 FROM room INDEXED BY room_guest
    WHERE desk = :desk AND guest = :guest AND room NOT IN (SELECT value FROM json_each(:rooms))
);

-- name: count_rooms
SELECT count(*) FROM room WHERE desk = :desk;

-- name: any_room
SELECT room, kind, guest, opened, opened_ms, ended_ms, reason
FROM room WHERE desk = :desk AND room = :room;

-- name: rooms_of_guests
SELECT room, kind, guest, opened, opened_ms, ended_ms, reason
FROM room INDEXED BY room_opened
WHERE desk = :desk AND guest IS NOT NULL AND opened > :after
ORDER BY opened
LIMIT :limit;

-- name: rooms_of_nobody
SELECT room, kind, guest, opened, opened_ms, ended_ms, reason
FROM room
WHERE desk = :desk AND guest IS NULL AND opened > :after
ORDER BY opened
LIMIT :limit;

-- name: erasures
SELECT desk, person FROM erasure ORDER BY desk, person;

-- name: any_erasure
SELECT EXISTS (SELECT 1 FROM erasure);

-- An earlier version's only where the log does not go back to its beginning.
-- name: load_checkpoint
SELECT version, data
FROM checkpoint JOIN desk USING (desk)
WHERE desk = :desk AND version <= :version AND (version = :version OR kept_from > 1)
    AND offset >= kept_from - 1
ORDER BY version DESC
LIMIT 1;

-- name: find_key
SELECT scope, key, desk, command, first, count, room, at_ms
FROM key WHERE scope = :scope AND key = :key;

-- name: find_session
SELECT token_hash, person, kind, at_ms, began, label, used_ms
FROM session WHERE token_hash = :token_hash AND NOT ended;

-- name: tokens
SELECT token_hash, person, kind, at_ms, began, label, used_ms
FROM session
WHERE NOT ended AND kind = 'token' AND (:person IS NULL OR person = :person)
ORDER BY at_ms, token_hash;

-- name: find_invite
SELECT token_hash, person, until_ms, ended FROM invite WHERE token_hash = :token_hash;

-- name: audit
SELECT id, at_ms, audit.person IS NOT NULL, user, what, about, detail
FROM audit LEFT JOIN person ON person.person = audit.person
WHERE (audit.desk = :desk OR (:shared AND audit.desk IS NULL)) AND id < :before
ORDER BY id DESC
LIMIT :limit;

-- name: count_sessions
SELECT count(*) FROM session
WHERE person = :person AND NOT ended AND kind <> 'token' AND at_ms >= :since_ms;

-- name: accounts
SELECT person, user, role, disabled, password_hash,
    (SELECT max(until_ms) FROM invite WHERE invite.person = account.person AND NOT ended)
FROM account JOIN person USING (person) LEFT JOIN password USING (person)
WHERE kind = 'agent' AND user IS NOT NULL
ORDER BY user, person;

-- name: find_account
SELECT person, user, role, disabled, password_hash,
    (SELECT max(until_ms) FROM invite WHERE invite.person = account.person AND NOT ended)
FROM person JOIN account USING (person) LEFT JOIN password USING (person)
WHERE kind = 'agent' AND user = :user
ORDER BY created_ms, person;

-- name: last_beat
SELECT at_ms FROM beat;
