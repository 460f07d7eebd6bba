-- 1 where a failed row's server said that there is no such mailbox.
ALTER TABLE delivery ADD COLUMN no_mailbox INTEGER;
CREATE INDEX delivery_no_mailbox ON delivery (issue, seq) WHERE no_mailbox = 1;
