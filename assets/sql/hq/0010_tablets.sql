-- Tenth schema: which numbers share a tablet, and which certificate each of them comes with.

-- What a tablet says of itself: several people may use one, each under a number of their own.
CREATE TABLE device_tablet (
    branch_no  INTEGER NOT NULL,
    device_no  INTEGER NOT NULL,
    tablet_id  BLOB    NOT NULL, -- 16 bytes that the tablet drew
    said_at_ms INTEGER NOT NULL, -- when it said so first
    PRIMARY KEY (branch_no, device_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_tablet_by_tablet ON device_tablet (branch_no, tablet_id);

-- The key of the client certificate that a number was first used with.
CREATE TABLE device_certificate (
    branch_no   INTEGER NOT NULL,
    device_no   INTEGER NOT NULL,
    key_id      BLOB    NOT NULL, -- SHA-256 of its SubjectPublicKeyInfo
    bound_at_ms INTEGER NOT NULL,
    is_open     INTEGER NOT NULL, -- 1: the next one that it shows takes its place
    PRIMARY KEY (branch_no, device_no)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('device_tablet', 'device_tablet', '2000 2000 1'),
    ('device_tablet', 'device_tablet_by_tablet', '2000 2000 2 1'),
    ('device_certificate', 'device_certificate', '2000 2000 1');
