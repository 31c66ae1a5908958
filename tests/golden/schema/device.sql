CREATE INDEX arrangement_by_case ON arrangement (case_no);
CREATE INDEX arrangement_by_time ON arrangement (made_at_ms);
CREATE INDEX attachment_by_seq ON attachment (seq);
CREATE INDEX attachment_fact_by_case ON attachment_fact (case_no);
CREATE INDEX attachment_fact_by_hash ON attachment_fact (hash);
CREATE INDEX cases_by_score ON cases (score DESC, case_no) WHERE life = 1;
CREATE INDEX contact_by_case ON contact (case_no);
CREATE INDEX contact_by_time ON contact (at_ms);
CREATE INDEX inbox_by_time ON inbox (sent_at_ms);
CREATE INDEX incident_by_case ON incident (case_no);
CREATE INDEX incident_by_time ON incident (at_ms);
CREATE INDEX journal_by_case ON journal (case_no, seq);
CREATE UNIQUE INDEX journal_by_id ON journal (id, device_no);
CREATE INDEX journal_by_time ON journal (at_ms, seq);
CREATE INDEX kept_arrangement_by_case ON kept_arrangement (case_no);
CREATE INDEX kept_contact_by_case ON kept_contact (case_no);
CREATE INDEX kept_payment_by_case ON kept_payment (case_no);
CREATE INDEX payment_by_case ON payment (case_no);
CREATE INDEX payment_by_day ON payment (paid_day);
CREATE TABLE alarm (
    seq INTEGER PRIMARY KEY,
    state INTEGER NOT NULL DEFAULT 0,
    heard_at_ms INTEGER NOT NULL DEFAULT 0,
    by_name TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE arrangement (
    id BLOB PRIMARY KEY,
    case_no INTEGER NOT NULL,
    person_no INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    paid_minor INTEGER NOT NULL,
    due_day INTEGER NOT NULL,
    judged_day INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    decided_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TABLE attachment_fact (
    seq INTEGER PRIMARY KEY,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    case_no INTEGER NOT NULL
) STRICT;
CREATE TABLE attachment_held (
    hash BLOB NOT NULL,
    level INTEGER NOT NULL,
    held_at_ms INTEGER NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    PRIMARY KEY (hash, level, held_at_ms)
) STRICT, WITHOUT ROWID;
CREATE TABLE cases (
    case_no INTEGER PRIMARY KEY,
    feed_seq INTEGER NOT NULL,
    folded_seq INTEGER NOT NULL,
    is_withdrawn INTEGER NOT NULL,
    record BLOB,
    hq_state BLOB,
    state BLOB,
    case_ref TEXT NOT NULL DEFAULT '',
    debtor_name TEXT NOT NULL DEFAULT '',
    product TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    area TEXT NOT NULL DEFAULT '',
    life INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    flags INTEGER NOT NULL DEFAULT 0,
    owed_minor INTEGER NOT NULL DEFAULT 0,
    due_day INTEGER NOT NULL DEFAULT 0,
    next_day INTEGER NOT NULL DEFAULT 0,
    next_from_minute INTEGER NOT NULL DEFAULT 0,
    next_until_minute INTEGER NOT NULL DEFAULT 0,
    arrangement_kind INTEGER NOT NULL DEFAULT 0,
    arrangement_state INTEGER NOT NULL DEFAULT 0,
    arrangement_due_day INTEGER NOT NULL DEFAULT 0,
    arrangement_minor INTEGER NOT NULL DEFAULT 0,
    promises_broken INTEGER NOT NULL DEFAULT 0,
    visit_count INTEGER NOT NULL DEFAULT 0,
    last_outcome INTEGER NOT NULL DEFAULT 0,
    last_touch_day INTEGER NOT NULL DEFAULT 0,
    lat_e7 INTEGER NOT NULL DEFAULT 0,
    lon_e7 INTEGER NOT NULL DEFAULT 0,
    grade INTEGER NOT NULL DEFAULT 0,
    owner_no INTEGER NOT NULL DEFAULT 0,
    close_reason INTEGER NOT NULL DEFAULT 0,
    imported_day INTEGER NOT NULL DEFAULT 0,
    last_at_ms INTEGER NOT NULL DEFAULT 0,
    -- see struct store_rank
    score INTEGER NOT NULL DEFAULT 0,
    difficulty INTEGER NOT NULL DEFAULT 0,
    reasons BLOB NOT NULL DEFAULT x''
) STRICT;
CREATE TABLE chain (
    device_no INTEGER PRIMARY KEY,
    sealed_seq INTEGER NOT NULL DEFAULT 0,
    stored_seq INTEGER NOT NULL DEFAULT 0,
    safe_seq INTEGER NOT NULL DEFAULT 0,
    fork_seq INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE contact (
    id BLOB PRIMARY KEY,
    case_no INTEGER NOT NULL,
    person_no INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    result INTEGER NOT NULL,
    role INTEGER NOT NULL,
    cooperation INTEGER NOT NULL,
    default_reason INTEGER NOT NULL,
    ability INTEGER NOT NULL,
    willingness INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    dwell_s INTEGER NOT NULL,
    fired_count INTEGER NOT NULL,
    clock_quality INTEGER NOT NULL,
    owed_minor INTEGER NOT NULL,
    is_withdrawn INTEGER NOT NULL,
    is_corrected INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE day (
    person_no INTEGER NOT NULL,
    day INTEGER NOT NULL,
    planned INTEGER NOT NULL,
    visited INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    distance_m INTEGER NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    closed_at_ms INTEGER NOT NULL, worked_minutes INTEGER NOT NULL DEFAULT 0, planned_distance_m INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (person_no, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE draft (
    key TEXT PRIMARY KEY,
    case_no INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE envelope (
    name TEXT PRIMARY KEY,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    sealed_at_ms INTEGER NOT NULL,
    CHECK (first_seq <= last_seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE inbox (
    message_no INTEGER PRIMARY KEY,
    sent_at_ms INTEGER NOT NULL,
    case_no INTEGER NOT NULL,
    from_name TEXT NOT NULL,
    text TEXT NOT NULL,
    read_at_ms INTEGER NOT NULL
, wants_answer INTEGER NOT NULL DEFAULT 0, answer_by_at_ms INTEGER NOT NULL DEFAULT 0, answer INTEGER NOT NULL DEFAULT 0, answer_note TEXT NOT NULL DEFAULT '', answered_at_ms INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE incident (
    id BLOB PRIMARY KEY,
    case_no INTEGER NOT NULL,
    person_no INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    code INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    is_withdrawn INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE journal (
    device_no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    link BLOB NOT NULL CHECK (length(link) = 32),
    at_ms INTEGER NOT NULL,
    order_at_ms INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    case_no INTEGER NOT NULL,
    visit_seq INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (device_no, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE kept_arrangement (
    id BLOB PRIMARY KEY,
    case_no INTEGER NOT NULL,
    person_no INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    paid_minor INTEGER NOT NULL,
    due_day INTEGER NOT NULL,
    judged_day INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    decided_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE kept_contact (
    id BLOB PRIMARY KEY,
    case_no INTEGER NOT NULL,
    person_no INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    result INTEGER NOT NULL,
    role INTEGER NOT NULL,
    cooperation INTEGER NOT NULL,
    default_reason INTEGER NOT NULL,
    ability INTEGER NOT NULL,
    willingness INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    dwell_s INTEGER NOT NULL,
    fired_count INTEGER NOT NULL,
    clock_quality INTEGER NOT NULL,
    owed_minor INTEGER NOT NULL,
    is_withdrawn INTEGER NOT NULL,
    is_corrected INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE kept_payment (
    id BLOB PRIMARY KEY,
    case_no INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    paid_day INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    is_posted INTEGER NOT NULL,
    credited_no INTEGER NOT NULL,
    after_channel INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE lacking (
    hash BLOB NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (hash, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE lineage (
    device_no INTEGER PRIMARY KEY,
    until_seq INTEGER NOT NULL UNIQUE
) STRICT;
CREATE TABLE payment (
    id BLOB PRIMARY KEY,
    case_no INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    paid_day INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    is_posted INTEGER NOT NULL,
    credited_no INTEGER NOT NULL,
    after_channel INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine (
    name TEXT PRIMARY KEY,
    err INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    at_ms INTEGER NOT NULL
, was_exported INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE question (
    seq INTEGER PRIMARY KEY,
    code INTEGER NOT NULL,
    text TEXT NOT NULL,
    asked_at_ms INTEGER NOT NULL,
    is_settled INTEGER NOT NULL
) STRICT;
CREATE TABLE receipt (
    device_no INTEGER NOT NULL,
    stored_seq INTEGER NOT NULL,
    level INTEGER NOT NULL,
    link BLOB NOT NULL CHECK (length(link) = 32),
    stored_at_ms INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    PRIMARY KEY (device_no, stored_seq, level)
) STRICT, WITHOUT ROWID;
CREATE TABLE sealing (
    name TEXT PRIMARY KEY,
    wall_ms INTEGER NOT NULL,
    monotonic_ms INTEGER NOT NULL,
    boot INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE search (
    case_no INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE stop (
    day INTEGER NOT NULL,
    case_no INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state INTEGER NOT NULL,
    -- 0: done without having been planned
    is_planned INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    arrive_at_ms INTEGER NOT NULL,
    travel_m INTEGER NOT NULL,
    done_at_ms INTEGER NOT NULL, is_locked INTEGER NOT NULL DEFAULT 0, leave_at_ms INTEGER NOT NULL DEFAULT 0, travel_s INTEGER NOT NULL DEFAULT 0, wait_s INTEGER NOT NULL DEFAULT 0, is_estimated INTEGER NOT NULL DEFAULT 1, why INTEGER NOT NULL DEFAULT 0, is_proven INTEGER NOT NULL DEFAULT 0, late_s INTEGER NOT NULL DEFAULT 0, lost_score INTEGER NOT NULL DEFAULT 0, other_count INTEGER NOT NULL DEFAULT 0, other_case_no INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, case_no)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER journal_next_only BEFORE INSERT ON journal
WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM journal WHERE device_no = NEW.device_no), 0)
BEGIN
    SELECT RAISE(ABORT, 'the journal goes on with the next number');
END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE VIEW case_line AS
SELECT case_no, case_ref, debtor_name, product, address, area, life, epoch, flags, owed_minor,
       due_day, next_day, next_from_minute, next_until_minute, arrangement_kind,
       arrangement_state, arrangement_due_day, arrangement_minor, promises_broken, visit_count,
       last_outcome, last_touch_day, lat_e7, lon_e7, grade, score, difficulty, reasons
FROM cases
WHERE is_withdrawn = 0;
