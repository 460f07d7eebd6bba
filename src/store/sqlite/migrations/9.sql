-- An article that was updated may be printed again: each printing has a row of its own, and a cancelled one goes alone.
CREATE TABLE printed_in (
  frequency TEXT NOT NULL,
  article   TEXT NOT NULL,
  issue     INTEGER NOT NULL REFERENCES issue (number),
  PRIMARY KEY (frequency, article, issue)
) STRICT, WITHOUT ROWID;
INSERT INTO printed_in (frequency, article, issue) SELECT frequency, article, issue FROM printed ORDER BY 1, 2, 3;
DROP TABLE printed;
ALTER TABLE printed_in RENAME TO printed;

CREATE TABLE twin_in (
  frequency TEXT NOT NULL,
  twin      TEXT NOT NULL,
  issue     INTEGER NOT NULL REFERENCES issue (number),
  PRIMARY KEY (frequency, twin, issue)
) STRICT, WITHOUT ROWID;
INSERT INTO twin_in (frequency, twin, issue) SELECT frequency, twin, issue FROM printed_twin ORDER BY 1, 2, 3;
DROP TABLE printed_twin;
ALTER TABLE twin_in RENAME TO printed_twin;

-- Who answers for what was printed: the counters of their cards.
CREATE TABLE published (
  publisher TEXT NOT NULL,
  article   TEXT NOT NULL,
  is_event  INTEGER NOT NULL,
  issue     INTEGER NOT NULL REFERENCES issue (number),
  PRIMARY KEY (publisher, article, is_event, issue)
) STRICT, WITHOUT ROWID;
