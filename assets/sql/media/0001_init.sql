-- The file of attachments: bytes by their hash, in the pieces in which they are sent.
-- What is known about them lies in the device database.
CREATE TABLE content (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE chunk (
    hash BLOB NOT NULL,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (hash, number)
) STRICT;
