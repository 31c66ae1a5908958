-- Second schema: numbers given anew, alarms, attachments, what a backup holds,
-- how tablets fare, and what the case records were when they came in.

-- ---- the journal ----

-- origin_no: the number under which the fact was captured, when it is not
-- device_no (a tablet that was given a new number keeps the ids of its facts);
-- 0: the same. The canonical order of facts goes by it.
ALTER TABLE event ADD COLUMN origin_no INTEGER NOT NULL DEFAULT 0;
-- The very fact (same id) stood in the journal already, in another strand or under
-- another number: kept as evidence, without effect. Its kind and case_no are 0.
ALTER TABLE event ADD COLUMN is_copy INTEGER NOT NULL DEFAULT 0;
-- When it happened as far as headquarters can tell: between these two. 0, 0: not
-- worked out (journaled before this schema).
ALTER TABLE event ADD COLUMN true_from_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event ADD COLUMN true_until_ms INTEGER NOT NULL DEFAULT 0;

-- Cases that an upgrade left to be folded anew. Emptied when the writer opens.
CREATE TABLE kase_to_fold (
    branch_no INTEGER NOT NULL,
    case_no   INTEGER NOT NULL,
    PRIMARY KEY (branch_no, case_no)
) STRICT, WITHOUT ROWID;

DROP TRIGGER event_is_never_changed;
UPDATE event SET is_copy = 1
WHERE strand > 0 AND kind = 0 AND EXISTS (
    SELECT 1 FROM event AS first
    WHERE first.branch_no = event.branch_no AND first.id = event.id
      AND first.strand < event.strand);
-- A tablet's clock in the future moved its facts behind every later decision. No fact
-- is ordered after the moment in which it arrived.
INSERT INTO kase_to_fold
SELECT DISTINCT branch_no, case_no FROM event
WHERE device_no > 0 AND order_at_ms > received_at_ms;
UPDATE event SET order_at_ms = again.order_at_ms
FROM (SELECT branch_no, device_no, strand, seq,
             max(min(at_ms, received_at_ms)) OVER (
                 PARTITION BY branch_no, device_no, strand ORDER BY seq) AS order_at_ms
      FROM event
      WHERE (branch_no, device_no) IN (
          SELECT branch_no, device_no FROM event
          WHERE device_no > 0 AND strand = 0 AND order_at_ms > received_at_ms)) AS again
WHERE event.branch_no = again.branch_no AND event.device_no = again.device_no
  AND event.strand = again.strand AND event.seq = again.seq
  AND event.strand = 0 AND event.order_at_ms > event.received_at_ms;
UPDATE event SET order_at_ms = received_at_ms -- of forks: the rest
WHERE device_no > 0 AND order_at_ms > received_at_ms;
UPDATE strand SET order_at_ms = coalesce((
    SELECT e.order_at_ms FROM event e
    WHERE e.branch_no = strand.branch_no AND e.device_no = strand.device_no
      AND e.strand = strand.strand AND e.seq = strand.seq), order_at_ms)
WHERE device_no > 0;
CREATE TRIGGER event_is_never_changed
BEFORE UPDATE OF branch_no, device_no, strand, seq, id, order_at_ms, received_at_ms, link, body,
    origin_no, is_copy, true_from_ms, true_until_ms
ON event
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

-- One id may now stand under several numbers.
DROP INDEX event_by_id;
CREATE UNIQUE INDEX event_by_id ON event (branch_no, id, device_no, strand);

-- Facts up to safe_seq of the strand (its ancestors' included) are also in a verified backup.
ALTER TABLE strand ADD COLUMN safe_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE strand ADD COLUMN safe_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE strand ADD COLUMN safe_feed_seq INTEGER NOT NULL DEFAULT 0; -- told in the feed

-- How far the tablet said that its clock was behind at the last fact of this batch.
ALTER TABLE batch_signature ADD COLUMN has_clock INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batch_signature ADD COLUMN clock_behind_ms INTEGER NOT NULL DEFAULT 0;

-- When somebody was written down first. A number that is older than the person behind
-- it was another's. 0: before this schema.
ALTER TABLE person ADD COLUMN made_at_ms INTEGER NOT NULL DEFAULT 0;

-- ---- numbers of tablets ----

-- Of a tablet with a new number: facts up to until_seq that no entry with a smaller
-- until_seq covers were captured under origin_no. As the tablet signed it.
CREATE TABLE device_lineage (
    branch_no INTEGER NOT NULL,
    device_no INTEGER NOT NULL,
    until_seq INTEGER NOT NULL,
    origin_no INTEGER NOT NULL,
    told_at_ms INTEGER NOT NULL,
    PRIMARY KEY (branch_no, device_no, until_seq, origin_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_lineage_by_origin ON device_lineage (branch_no, origin_no);

-- The new number given to a tablet, so that asked again the answer is the same.
-- A fork: its device_no and strand, public_key empty. A number that belongs to another
-- key now: that number, strand -1, the key of the tablet that asked.
CREATE TABLE device_successor (
    branch_no     INTEGER NOT NULL,
    device_no     INTEGER NOT NULL,
    strand        INTEGER NOT NULL,
    public_key    BLOB    NOT NULL,
    new_device_no INTEGER NOT NULL,
    given_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (branch_no, device_no, strand, public_key)
) STRICT, WITHOUT ROWID;

-- Every tablet is told its holder again, and with it gets the certificate by which it can
-- show later that it was enrolled.
UPDATE device SET feed_seq = feed_seq + 1, holder_feed_seq = feed_seq + 1
WHERE device_no > 0 AND is_revoked = 0;

-- What a tablet said last about itself.
CREATE TABLE device_health (
    branch_no           INTEGER NOT NULL,
    device_no           INTEGER NOT NULL,
    at_ms               INTEGER NOT NULL, -- when it said so; 0: it never did
    unsent_age_min      INTEGER NOT NULL, -- of its oldest fact that is not here; 0 none
    free_mib            INTEGER NOT NULL,
    attachments_waiting INTEGER NOT NULL,
    quarantined_count   INTEGER NOT NULL,
    clock_at_ms         INTEGER NOT NULL, -- when it told its clock; 0: never
    clock_behind_ms     INTEGER NOT NULL, -- its clock was behind headquarters' by
    PRIMARY KEY (branch_no, device_no)
) STRICT, WITHOUT ROWID;

-- ---- alarms ----

-- A person in danger. Kept when it is heard, before its fact came in order, or with
-- its fact when that was faster. One row per fact.
CREATE TABLE alarm (
    branch_no   INTEGER NOT NULL,
    id          BLOB    NOT NULL,
    device_no   INTEGER NOT NULL, -- that told it
    seq         INTEGER NOT NULL,
    case_no     INTEGER NOT NULL, -- 0: of no case, or not readable
    person_no   INTEGER NOT NULL, -- who is in danger
    at_ms       INTEGER NOT NULL, -- by the tablet's clock
    heard_at_ms INTEGER NOT NULL,
    is_early    INTEGER NOT NULL, -- came by itself, before its fact
    body        BLOB    NOT NULL,
    signature   BLOB    NOT NULL, -- of an early one; else empty
    seen_at_ms  INTEGER NOT NULL, -- 0: nobody has acknowledged it
    by_name     TEXT    NOT NULL, -- who acknowledged it
    PRIMARY KEY (branch_no, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_by_time ON alarm (branch_no, heard_at_ms);
CREATE INDEX alarm_unseen ON alarm (branch_no, heard_at_ms) WHERE seen_at_ms = 0;

-- Told in the feed to every tablet whose chain holds the fact.
CREATE TABLE alarm_feed (
    branch_no INTEGER NOT NULL,
    device_no INTEGER NOT NULL,
    strand    INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    id        BLOB    NOT NULL,
    feed_seq  INTEGER NOT NULL,
    PRIMARY KEY (branch_no, device_no, strand, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_feed_by_seq ON alarm_feed (branch_no, device_no, feed_seq);
CREATE INDEX alarm_feed_by_id ON alarm_feed (branch_no, id);

-- ---- attachments ----

-- A file that a fact names, by its content. The bytes stand below DIR/attachments.
CREATE TABLE attachment (
    branch_no     INTEGER NOT NULL,
    hash          BLOB    NOT NULL, -- BLAKE2b-256 of the file
    size          INTEGER NOT NULL,
    media         INTEGER NOT NULL, -- media_types.def, as the first fact said
    chunks        BLOB    NOT NULL, -- bit n of byte n / 8: chunk n is on disk
    lack_count    INTEGER NOT NULL, -- chunks that are not
    named_at_ms   INTEGER NOT NULL, -- when the first fact that names it came
    stored_at_ms  INTEGER NOT NULL, -- whole, checked and on disk; 0: not
    safe_at_ms    INTEGER NOT NULL, -- also in a verified backup; 0: not
    wrong_count   INTEGER NOT NULL, -- times that all chunks were here and the whole was another
    missing_count INTEGER NOT NULL, -- times that the file was gone from the disk
    ask_at_ms     INTEGER NOT NULL, -- not asked for before this
    PRIMARY KEY (branch_no, hash, size)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_lacking ON attachment (branch_no, named_at_ms) WHERE stored_at_ms = 0;
CREATE INDEX attachment_unsafe ON attachment (branch_no, hash)
WHERE stored_at_ms > 0 AND safe_at_ms = 0;

-- Which tablet has the bytes, and what it was told in its feed (level 0: nothing).
CREATE TABLE attachment_feed (
    branch_no  INTEGER NOT NULL,
    device_no  INTEGER NOT NULL,
    hash       BLOB    NOT NULL,
    size       INTEGER NOT NULL,
    is_lacking INTEGER NOT NULL,
    level      INTEGER NOT NULL, -- 1 stored, 2 safe
    feed_seq   INTEGER NOT NULL,
    PRIMARY KEY (branch_no, device_no, hash, size)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_feed_by_seq ON attachment_feed (branch_no, device_no, feed_seq)
WHERE level > 0;
CREATE INDEX attachment_feed_by_hash ON attachment_feed (branch_no, hash, size);
CREATE INDEX attachment_feed_lacking ON attachment_feed (branch_no, device_no)
WHERE is_lacking = 1;

-- The facts that name attachments. Made of the journal.
CREATE TABLE evidence (
    branch_no INTEGER NOT NULL,
    case_no   INTEGER NOT NULL,
    id        BLOB    NOT NULL,
    person_no INTEGER NOT NULL,
    evidence  INTEGER NOT NULL, -- evidence_kinds.def
    media     INTEGER NOT NULL, -- media_types.def
    hash      BLOB    NOT NULL,
    size      INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    note      TEXT    NOT NULL,
    PRIMARY KEY (branch_no, case_no, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_by_hash ON evidence (branch_no, hash, size);

-- ---- backups ----

-- Copies that were checked after they were made.
CREATE TABLE backup_log (
    branch_no        INTEGER NOT NULL,
    backup_no        INTEGER NOT NULL,
    at_ms            INTEGER NOT NULL, -- the copy holds what was committed then
    path             TEXT    NOT NULL,
    fact_count       INTEGER NOT NULL,
    case_count       INTEGER NOT NULL,
    attachment_count INTEGER NOT NULL,
    audit_no         INTEGER NOT NULL, -- the last line in the copy
    PRIMARY KEY (branch_no, backup_no)
) STRICT, WITHOUT ROWID;

-- ---- case records as they came in ----

-- Hash of every record that was ever written for a case, chained like the audit log:
-- a record that was changed in the file agrees with none.
CREATE TABLE kase_log (
    branch_no   INTEGER NOT NULL,
    log_no      INTEGER NOT NULL,
    case_no     INTEGER NOT NULL,
    batch_no    INTEGER NOT NULL, -- import_batch; 0: none
    record_hash BLOB    NOT NULL, -- BLAKE2b-256, chain_next() without a past
    link        BLOB    NOT NULL,
    PRIMARY KEY (branch_no, log_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX kase_log_by_case ON kase_log (branch_no, case_no, log_no);
CREATE TRIGGER kase_log_is_never_deleted BEFORE DELETE ON kase_log
BEGIN
    SELECT RAISE(ABORT, 'the log of case records is append-only');
END;
CREATE TRIGGER kase_log_is_never_changed BEFORE UPDATE ON kase_log
BEGIN
    SELECT RAISE(ABORT, 'the log of case records is append-only');
END;

-- ---- the planner ----

-- What the planner should think of the tables. Without it SQLite takes ten rows for one
-- branch, walks a whole table by its key instead of asking an index, and a page for one
-- tablet read every row of every tablet's feed. The numbers are of a branch of two thousand
-- tablets and a million cases; only their proportions matter.
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('setting', 'setting', '50 50 1'),
    ('policy', 'policy', '100 100 1'),
    ('team', 'sqlite_autoindex_team_2', '100 100 1'),
    ('team', 'team', '100 100 1'),
    ('person', 'sqlite_autoindex_person_2', '2000 2000 1'),
    ('person', 'person', '2000 2000 1'),
    ('device', 'device_by_person', '2000 2000 1'),
    ('device', 'device', '2000 2000 1'),
    ('strand', 'strand', '2000 2000 1 1'),
    ('enrol_code', 'enrol_code', '3000 3000 1'),
    ('event', 'event_by_id', '10000000 10000000 1 1 1'),
    ('event', 'event_by_case', '10000000 10000000 10 1 1 1'),
    ('event', 'event', '10000000 10000000 5000 5000 1'),
    ('batch_signature', 'batch_signature', '1000000 1000000 500 500 1'),
    ('kase', 'sqlite_autoindex_kase_2', '1000000 1000000 50000 1'),
    ('kase', 'kase', '1000000 1000000 1'),
    ('kase_state', 'kase_state_asked', '1000 1000 1'),
    ('kase_state', 'kase_state_by_owner', '1000000 1000000 500 1'),
    ('kase_state', 'kase_state', '1000000 1000000 1'),
    ('assignment', 'assignment', '1500000 1500000 1 1'),
    ('contact', 'contact_by_time', '3000000 3000000 3'),
    ('contact', 'contact', '3000000 3000000 3 1'),
    ('arrangement', 'arrangement_by_made', '500000 500000 1'),
    ('arrangement', 'arrangement_by_due', '500000 500000 500'),
    ('arrangement', 'arrangement', '500000 500000 1 1'),
    ('payment', 'payment_by_day', '500000 500000 500'),
    ('payment', 'payment', '500000 500000 1 1'),
    ('incident', 'incident_by_time', '10000 10000 1'),
    ('incident', 'incident', '10000 10000 1 1'),
    ('day', 'day', '500000 500000 250 1'),
    ('feed', 'feed_by_seq', '1000000 1000000 500 1'),
    ('feed', 'feed', '1000000 1000000 1 1'),
    ('feed_page', 'feed_page', '4000 4000 2 1 1'),
    ('message', 'message', '5000 5000 1'),
    ('message_feed', 'message_feed', '50000 50000 25 1'),
    ('verdict', 'verdict_by_feed', '50000 50000 25 1'),
    ('verdict', 'verdict', '50000 50000 25 25 1 1'),
    ('conflict', 'conflict', '50000 50000 1 1 1'),
    ('quarantine', 'quarantine', '1000 1000 1 1 1'),
    ('import_batch', 'import_batch', '1000 1000 1'),
    ('import_error', 'import_error', '10000 10000 10 1 1'),
    ('audit', 'audit', '100000 100000 1'),
    ('kase_to_fold', 'kase_to_fold', '1000 1000 1'),
    ('device_lineage', 'device_lineage_by_origin', '200 200 1'),
    ('device_lineage', 'device_lineage', '200 200 1 1 1'),
    ('device_successor', 'device_successor', '200 200 1 1 1'),
    ('device_health', 'device_health', '2000 2000 1'),
    ('alarm', 'alarm_unseen', '10 10 1'),
    ('alarm', 'alarm_by_time', '1000 1000 1'),
    ('alarm', 'alarm', '1000 1000 1'),
    ('alarm_feed', 'alarm_feed_by_id', '1000 1000 1'),
    ('alarm_feed', 'alarm_feed_by_seq', '1000 1000 1 1'),
    ('alarm_feed', 'alarm_feed', '1000 1000 1 1 1'),
    ('attachment', 'attachment_unsafe', '500 500 1'),
    ('attachment', 'attachment_lacking', '500 500 1'),
    ('attachment', 'attachment', '500000 500000 1 1'),
    ('attachment_feed', 'attachment_feed_lacking', '500 500 1'),
    ('attachment_feed', 'attachment_feed_by_hash', '500000 500000 1 1'),
    ('attachment_feed', 'attachment_feed_by_seq', '500 500 1 1'),
    ('attachment_feed', 'attachment_feed', '500000 500000 250 1 1'),
    ('evidence', 'evidence_by_hash', '500000 500000 1 1'),
    ('evidence', 'evidence', '500000 500000 1 1'),
    ('backup_log', 'backup_log', '1000 1000 1'),
    ('kase_log', 'kase_log_by_case', '1500000 1500000 1 1'),
    ('kase_log', 'kase_log', '1500000 1500000 1');
