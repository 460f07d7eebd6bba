-- Since when the rows of an issue are being turned into counts: who it went to is forgotten.
ALTER TABLE issue ADD COLUMN erased_at INTEGER;

-- What is left of those rows.
CREATE TABLE erased (
  issue   INTEGER NOT NULL REFERENCES issue (number),
  state   INTEGER NOT NULL,
  edition INTEGER NOT NULL,      -- -1 where the reader got none
  letters INTEGER NOT NULL,
  PRIMARY KEY (issue, state, edition)
) STRICT, WITHOUT ROWID;
