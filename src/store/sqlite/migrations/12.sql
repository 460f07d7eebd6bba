-- The names of the topics an edition's footer tells, a line each; none in issues frozen before they were told.
ALTER TABLE edition ADD COLUMN topics TEXT NOT NULL DEFAULT '';
