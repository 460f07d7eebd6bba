-- Where the state folder is at home, and how many runs of it were begun: one row, once it was sent from.
CREATE TABLE home (
  only     INTEGER PRIMARY KEY CHECK (only = 1),
  machine  TEXT,                 -- a hash of the machine's id under the salt; NULL where it has none
  salt     TEXT NOT NULL,
  path     TEXT NOT NULL,
  counter  INTEGER NOT NULL,
  sentinel TEXT                  -- the file elsewhere that repeats the counter
) STRICT;

-- How many letters a run handed over, and in how many milliseconds; NULL in runs that did not end, and in older ones.
ALTER TABLE run ADD COLUMN letters INTEGER;
ALTER TABLE run ADD COLUMN took INTEGER;
