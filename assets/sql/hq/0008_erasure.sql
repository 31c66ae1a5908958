-- Eighth schema: personal data is erased where its time is over, and the journal still holds.

-- Facts of which something was taken, by which fact of headquarters (data_erased), and the
-- hash of what was left. The link of a fact stays what it was: all that follows is chained to it.
CREATE TABLE event_erased (
    branch_no   INTEGER NOT NULL,
    device_no   INTEGER NOT NULL,
    strand      INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    erasure_seq INTEGER NOT NULL, -- in headquarters' own journal
    body_hash   BLOB    NOT NULL, -- BLAKE2b-256
    PRIMARY KEY (branch_no, device_no, strand, seq, erasure_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_erased_by_erasure ON event_erased (branch_no, erasure_seq);

-- Files that are gone for good: no tablet is asked for them again.
CREATE TABLE attachment_erased (
    branch_no   INTEGER NOT NULL,
    hash        BLOB    NOT NULL,
    size        INTEGER NOT NULL,
    erasure_seq INTEGER NOT NULL,
    PRIMARY KEY (branch_no, hash, size)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_erased_by_erasure ON attachment_erased (branch_no, erasure_seq);

-- Who asks, and another person who erases or refuses.
CREATE TABLE erasure_request (
    branch_no     INTEGER NOT NULL,
    request_no    INTEGER NOT NULL,
    case_no       INTEGER NOT NULL,
    classes       INTEGER NOT NULL, -- bit n: data_classes.def n
    ground        INTEGER NOT NULL, -- erase_grounds.def
    note          TEXT    NOT NULL,
    asked_no      INTEGER NOT NULL, -- person
    asked_at_ms   INTEGER NOT NULL,
    decided_no    INTEGER NOT NULL, -- person; 0: waits
    decided_at_ms INTEGER NOT NULL,
    erasure_seq   INTEGER NOT NULL, -- 0: refused, or waits
    PRIMARY KEY (branch_no, request_no)
) STRICT, WITHOUT ROWID;

-- A fact may lose words, never gain or change any, and only where the erasure says so.
DROP TRIGGER event_is_never_changed;
CREATE TRIGGER event_is_never_changed
BEFORE UPDATE OF branch_no, device_no, strand, seq, id, order_at_ms, received_at_ms, link, body,
    origin_no, is_copy, true_from_ms, true_until_ms
ON event
WHEN (NEW.branch_no, NEW.device_no, NEW.strand, NEW.seq, NEW.id, NEW.order_at_ms,
      NEW.received_at_ms, NEW.link, NEW.origin_no, NEW.is_copy, NEW.true_from_ms,
      NEW.true_until_ms)
     IS NOT (OLD.branch_no, OLD.device_no, OLD.strand, OLD.seq, OLD.id, OLD.order_at_ms,
             OLD.received_at_ms, OLD.link, OLD.origin_no, OLD.is_copy, OLD.true_from_ms,
             OLD.true_until_ms)
  OR length(NEW.body) > length(OLD.body)
  OR NOT EXISTS (
    SELECT 1 FROM event_erased e
    WHERE e.branch_no = OLD.branch_no AND e.device_no = OLD.device_no AND e.strand = OLD.strand
      AND e.seq = OLD.seq)
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER event_erased_is_never_deleted BEFORE DELETE ON event_erased
BEGIN
    SELECT RAISE(ABORT, 'what was erased stays on record');
END;
CREATE TRIGGER event_erased_is_never_changed BEFORE UPDATE ON event_erased
BEGIN
    SELECT RAISE(ABORT, 'what was erased stays on record');
END;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('event_erased', 'event_erased_by_erasure', '1000000 1000000 10'),
    ('event_erased', 'event_erased', '1000000 1000000 500 500 1 1'),
    ('attachment_erased', 'attachment_erased_by_erasure', '100000 100000 5'),
    ('attachment_erased', 'attachment_erased', '100000 100000 1 1'),
    ('erasure_request', 'erasure_request', '10000 10000 1');
