-- What a site has signed of a guest: who that is to the site, and an address.

ALTER TABLE person ADD COLUMN sub TEXT; -- null where no site vouches, and when erased

ALTER TABLE person ADD COLUMN email TEXT;

-- Who was here before under another name, or in another browser.
CREATE INDEX person_sub ON person (desk, sub, created_ms) WHERE sub IS NOT NULL;
