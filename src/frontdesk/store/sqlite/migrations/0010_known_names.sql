-- Guests are found by how a name begins, whatever its case and accents: as `words.py` knows names,
-- from where SQLite has the function.
ALTER TABLE person ADD COLUMN known TEXT; -- null for accounts, and when erased

UPDATE person SET known = known_name(user) WHERE kind = 'guest' AND user IS NOT NULL;

CREATE INDEX person_known ON person (desk, known, created_ms DESC) WHERE known IS NOT NULL;
