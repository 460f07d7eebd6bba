-- Where each reader stands in a plan, by the first 8 octets of the id. It takes the place of an index over the whole ids,
-- which a long plan fills in no order; plan.rs sees to it that no reader stands in a plan twice.
CREATE TABLE reader (
  issue INTEGER NOT NULL,
  short BLOB NOT NULL,
  seq   INTEGER NOT NULL,
  PRIMARY KEY (issue, short, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO reader (issue, short, seq)
  SELECT issue, substr(subscriber, 1, 8), seq FROM delivery ORDER BY 1, 2, 3;
DROP INDEX delivery_once;
