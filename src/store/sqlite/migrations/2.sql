-- What the letters of an issue say of their sender, as JSON; NULL in issues frozen before this was kept.
ALTER TABLE issue ADD COLUMN letterhead TEXT;
