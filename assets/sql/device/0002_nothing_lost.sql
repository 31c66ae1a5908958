-- Chaining anew without changing ids, alarms, attachments, the clock at sealing.

-- A fact that is chained anew keeps its id: it stands once under each number.
DROP INDEX journal_by_id;
CREATE UNIQUE INDEX journal_by_id ON journal (id, device_no);

-- Numbers under which facts were captured before; see core/event/chain.h. Tablets that
-- were chained anew under schema 1 got new ids with it: nothing to tell.
CREATE TABLE lineage (
    device_no INTEGER PRIMARY KEY,
    until_seq INTEGER NOT NULL UNIQUE
) STRICT;

-- Safety facts that go before everything else, and what headquarters said of them.
CREATE TABLE alarm (
    seq INTEGER PRIMARY KEY,
    state INTEGER NOT NULL DEFAULT 0,
    heard_at_ms INTEGER NOT NULL DEFAULT 0,
    by_name TEXT NOT NULL DEFAULT ''
) STRICT;
-- 38 is safety_incident; which of them are alarms is read from the body.
INSERT INTO alarm (seq)
SELECT j.seq FROM journal j LEFT JOIN chain c ON c.device_no = j.device_no
WHERE j.kind = 38 AND j.seq > coalesce(c.stored_seq, 0)
  AND j.device_no = (SELECT value FROM setting WHERE name = 'device_no');

-- What the facts name; the bytes lie in the file of attachments. level: 0 headquarters has
-- not said that it holds it, 1 stored, 2 also in a verified backup.
CREATE TABLE attachment (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    size INTEGER NOT NULL,
    evidence INTEGER NOT NULL,
    media INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    level INTEGER NOT NULL DEFAULT 0,
    is_asked INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_by_seq ON attachment (seq);
-- The same bytes may be evidence in several facts, and of several cases.
CREATE TABLE attachment_fact (
    seq INTEGER PRIMARY KEY,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    case_no INTEGER NOT NULL
) STRICT;
CREATE INDEX attachment_fact_by_hash ON attachment_fact (hash);
CREATE INDEX attachment_fact_by_case ON attachment_fact (case_no);
-- Chunks that headquarters said it lacks.
CREATE TABLE lacking (
    hash BLOB NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (hash, number)
) STRICT, WITHOUT ROWID;
-- Verified words of headquarters: evidence, never deleted.
CREATE TABLE attachment_held (
    hash BLOB NOT NULL,
    level INTEGER NOT NULL,
    held_at_ms INTEGER NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    PRIMARY KEY (hash, level, held_at_ms)
) STRICT, WITHOUT ROWID;

-- The tablet's clock when an envelope was sealed: how good the hour in its answer is.
CREATE TABLE sealing (
    name TEXT PRIMARY KEY,
    wall_ms INTEGER NOT NULL,
    monotonic_ms INTEGER NOT NULL,
    boot INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE quarantine ADD COLUMN was_exported INTEGER NOT NULL DEFAULT 0;
