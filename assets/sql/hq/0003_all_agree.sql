-- Third schema: tablets that fell behind themselves, clocks that are ahead, and
-- revocations that outlive a restore.

-- Of the tablet's own facts, those up to here are in the states of this page or of rows
-- that come after it. A tablet that says it has fewer lost the others: an older image.
ALTER TABLE feed_page ADD COLUMN folded_seq INTEGER NOT NULL DEFAULT 0;

-- Where the tablet itself orders the fact at seq: as order_at_ms, but not bounded by its
-- arrival. While the two differ it cannot fold its facts as headquarters does.
ALTER TABLE strand ADD COLUMN told_order_at_ms INTEGER NOT NULL DEFAULT 0;
UPDATE strand SET told_order_at_ms = max(order_at_ms, coalesce((
    SELECT max(e.at_ms) FROM event e
    WHERE e.branch_no = strand.branch_no AND e.device_no = strand.device_no
      AND e.strand = strand.strand), 0))
WHERE device_no > 0;

-- The newest program of the tablet whose holder was told again because it is newer.
ALTER TABLE device ADD COLUMN told_version INTEGER NOT NULL DEFAULT 0;
UPDATE device SET told_version = app_version;

-- Keys that may never be a working tablet again, also after a restore of a backup that
-- does not know of the tablet or of its revocation. The same list lies as a file beside
-- every backup.
CREATE TABLE revoked_key (
    branch_no     INTEGER NOT NULL,
    public_key    BLOB    NOT NULL,
    device_no     INTEGER NOT NULL, -- under which it was revoked
    revoked_at_ms INTEGER NOT NULL,
    PRIMARY KEY (branch_no, public_key, device_no)
) STRICT, WITHOUT ROWID;
INSERT INTO revoked_key
SELECT branch_no, public_key, device_no, revoked_at_ms FROM device
WHERE is_revoked = 1 AND device_no > 0;
