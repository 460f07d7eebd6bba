-- Which articles had their chance in an issue of a frequency, and in which first. What had none is late for the next,
-- whenever another frequency saw it.
CREATE TABLE judged (
  frequency TEXT NOT NULL,
  article   TEXT NOT NULL,
  issue     INTEGER NOT NULL REFERENCES issue (number),
  PRIMARY KEY (frequency, article)
) STRICT, WITHOUT ROWID;
-- So far it was told by the clock: what anybody had first seen when the last issue looked. An issue looked at its cut-off,
-- or at its freezing, kept to the second, where that came first.
INSERT INTO judged (frequency, article, issue)
  SELECT last.frequency, seen.article, last.number
  FROM (SELECT frequency, number, max(cut_off) AS cut_off, frozen_at FROM issue
        WHERE cancelled_at IS NULL
           OR EXISTS (SELECT 1 FROM delivery WHERE delivery.issue = issue.number AND state IN (1, 5))
           OR EXISTS (SELECT 1 FROM erased WHERE erased.issue = issue.number AND state IN (1, 5))
        GROUP BY frequency) AS last
  JOIN seen ON seen.first_seen <= CASE WHEN last.cut_off / 1000 <= last.frozen_at / 1000 THEN last.cut_off ELSE last.frozen_at END;
