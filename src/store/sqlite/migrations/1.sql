-- Instants are milliseconds since 1970 UTC; dates are ISO 8601 text. State numbers stand in row.rs.
CREATE TABLE issue (
  number       INTEGER PRIMARY KEY,
  frequency    TEXT NOT NULL,
  date         TEXT NOT NULL,
  cut_off      INTEGER NOT NULL,
  frozen_at    INTEGER NOT NULL,
  hash         BLOB NOT NULL,
  planned      INTEGER NOT NULL,
  claimed_to   INTEGER NOT NULL DEFAULT 0,  -- the first seq no range has claimed
  refused      INTEGER NOT NULL,
  record       TEXT NOT NULL,
  cancelled_at INTEGER,
  done_at      INTEGER,
  UNIQUE (frequency, date)
) STRICT;

CREATE TABLE piece (
  issue  INTEGER NOT NULL REFERENCES issue (number),
  number INTEGER NOT NULL,
  name   TEXT NOT NULL,
  format TEXT NOT NULL,
  bytes  BLOB NOT NULL,
  PRIMARY KEY (issue, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE edition (
  issue     INTEGER NOT NULL REFERENCES issue (number),
  number    INTEGER NOT NULL,
  format    TEXT NOT NULL,
  language  TEXT NOT NULL,
  subject   TEXT NOT NULL,
  preheader TEXT NOT NULL,
  html      BLOB NOT NULL,   -- piece numbers, 4 octets each, big-endian
  text      BLOB NOT NULL,
  items     BLOB NOT NULL,   -- item numbers, likewise
  PRIMARY KEY (issue, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  issue      INTEGER NOT NULL REFERENCES issue (number),
  seq        INTEGER NOT NULL,
  subscriber BLOB NOT NULL,
  address    TEXT NOT NULL,
  name       TEXT,
  edition    INTEGER,
  state      INTEGER NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  until      INTEGER,          -- waiting rows only: due from this instant, outside the first pass
  words      TEXT,             -- the reply, or the reason of a skip
  at         INTEGER,
  PRIMARY KEY (issue, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX delivery_once ON delivery (issue, subscriber);
CREATE INDEX delivery_due ON delivery (issue, until) WHERE until IS NOT NULL;

CREATE TABLE run (
  number   INTEGER PRIMARY KEY,
  issue    INTEGER NOT NULL REFERENCES issue (number),
  boot_id  TEXT NOT NULL,
  began_at INTEGER NOT NULL
) STRICT;

CREATE TABLE claim (
  number INTEGER PRIMARY KEY,
  issue  INTEGER NOT NULL REFERENCES issue (number),
  run    INTEGER NOT NULL REFERENCES run (number),
  lo     INTEGER NOT NULL,
  hi     INTEGER NOT NULL,      -- the seq after the last
  open   INTEGER NOT NULL
) STRICT;
CREATE INDEX claim_open ON claim (issue, lo) WHERE open = 1;

CREATE TABLE printed (
  frequency TEXT NOT NULL,
  article   TEXT NOT NULL,
  issue     INTEGER NOT NULL REFERENCES issue (number),
  PRIMARY KEY (frequency, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE printed_twin (
  frequency TEXT NOT NULL,
  twin      TEXT NOT NULL,
  issue     INTEGER NOT NULL REFERENCES issue (number),
  PRIMARY KEY (frequency, twin)
) STRICT, WITHOUT ROWID;

CREATE TABLE left_over (
  frequency TEXT NOT NULL,
  article   TEXT NOT NULL,
  PRIMARY KEY (frequency, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
  article    TEXT PRIMARY KEY,
  first_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
