-- The day of the consent on record, counted from the first of year 1 as day 1; NULL where none is, and in issues frozen before
-- it was kept.
ALTER TABLE delivery ADD COLUMN signed_up INTEGER;
