-- The lane a waiting row stands in: no range and no instant claims it, only the lane itself, in the order of the plan.
ALTER TABLE delivery ADD COLUMN lane TEXT;
CREATE INDEX delivery_lane ON delivery (issue, lane, seq) WHERE lane IS NOT NULL;

-- How many letters a relay has taken, or may have, by quarter of an hour (milliseconds since 1970 / 900000): every
-- zone's midnight lies between two. The relay without a name is one that a dead run did not note.
CREATE TABLE taken (
  relay   TEXT NOT NULL,
  quarter INTEGER NOT NULL,
  letters INTEGER NOT NULL,
  PRIMARY KEY (relay, quarter)
) STRICT, WITHOUT ROWID;
