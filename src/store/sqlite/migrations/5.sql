-- What the pieces of an issue are made from, as JSON; NULL in issues frozen before this was kept.
ALTER TABLE issue ADD COLUMN manuscript TEXT;
