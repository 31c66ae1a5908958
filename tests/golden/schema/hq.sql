CREATE TABLE account (
    branch_no       INTEGER NOT NULL,
    person_no       INTEGER NOT NULL,
    verifier        TEXT    NOT NULL, -- empty: no password yet
    code_hash       BLOB    NOT NULL, -- of the code for the first sign-in; empty: none
    code_until_ms   INTEGER NOT NULL,
    is_locked       INTEGER NOT NULL,
    totp_secret     BLOB    NOT NULL, -- empty: one factor
    totp_is_on      INTEGER NOT NULL, -- 0: shown to the person, not yet confirmed by a code
    totp_step       INTEGER NOT NULL, -- last one used; none is taken twice
    changed_at_ms   INTEGER NOT NULL, -- of the password
    PRIMARY KEY (branch_no, person_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE account_recovery (
    branch_no  INTEGER NOT NULL,
    person_no  INTEGER NOT NULL,
    code_no    INTEGER NOT NULL, -- 1, 2 …: the first sign of the code says which it is
    verifier   TEXT    NOT NULL,
    made_at_ms INTEGER NOT NULL,
    used_at_ms INTEGER NOT NULL, -- 0: not yet
    PRIMARY KEY (branch_no, person_no, code_no)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE alarm_feed (
    branch_no INTEGER NOT NULL,
    device_no INTEGER NOT NULL,
    strand    INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    id        BLOB    NOT NULL,
    feed_seq  INTEGER NOT NULL,
    PRIMARY KEY (branch_no, device_no, strand, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE arrangement (
    branch_no     INTEGER NOT NULL,
    id            BLOB    NOT NULL,
    case_no       INTEGER NOT NULL,
    person_no     INTEGER NOT NULL,
    kind          INTEGER NOT NULL,
    state         INTEGER NOT NULL,
    amount_minor  INTEGER NOT NULL,
    paid_minor    INTEGER NOT NULL,
    due_day       INTEGER NOT NULL,
    judged_day    INTEGER NOT NULL,
    made_at_ms    INTEGER NOT NULL,
    decided_at_ms INTEGER NOT NULL,
    PRIMARY KEY (branch_no, case_no, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE assignment (
    branch_no  INTEGER NOT NULL,
    case_no    INTEGER NOT NULL,
    epoch      INTEGER NOT NULL,
    owner_no   INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    why        TEXT    NOT NULL,
    PRIMARY KEY (branch_no, case_no, epoch)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE attachment_erased (
    branch_no   INTEGER NOT NULL,
    hash        BLOB    NOT NULL,
    size        INTEGER NOT NULL,
    erasure_seq INTEGER NOT NULL,
    PRIMARY KEY (branch_no, hash, size)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE audit (
    branch_no INTEGER NOT NULL,
    audit_no  INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    actor     TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    detail    TEXT    NOT NULL, -- numbers and names of lists, never a debtor's data
    link      BLOB    NOT NULL, origin TEXT NOT NULL DEFAULT '', person_no INTEGER NOT NULL DEFAULT 0, case_no INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (branch_no, audit_no)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE batch_signature (
    branch_no      INTEGER NOT NULL,
    device_no      INTEGER NOT NULL,
    strand         INTEGER NOT NULL,
    seq            INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    status_hash    BLOB    NOT NULL, -- signed with it
    signature      BLOB    NOT NULL, has_clock INTEGER NOT NULL DEFAULT 0, clock_behind_ms INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (branch_no, device_no, strand, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE branch (
    branch_no INTEGER NOT NULL PRIMARY KEY,
    name      TEXT    NOT NULL
) STRICT;
CREATE TABLE conflict (
    branch_no    INTEGER NOT NULL,
    case_no      INTEGER NOT NULL,
    kind         INTEGER NOT NULL,
    id           BLOB    NOT NULL,
    other_id     BLOB    NOT NULL, -- the fact it disagrees with; empty: none
    device_no    INTEGER NOT NULL,
    person_no    INTEGER NOT NULL,
    other_no     INTEGER NOT NULL, -- the other person; 0 none
    at_ms        INTEGER NOT NULL, -- of the fact
    is_closed    INTEGER NOT NULL,
    closed_at_ms INTEGER NOT NULL,
    note         TEXT    NOT NULL, -- of who closed it
    PRIMARY KEY (branch_no, case_no, kind, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE contact (
    branch_no      INTEGER NOT NULL,
    id             BLOB    NOT NULL,
    case_no        INTEGER NOT NULL,
    person_no      INTEGER NOT NULL,
    channel        INTEGER NOT NULL,
    outcome        INTEGER NOT NULL,
    result         INTEGER NOT NULL,
    role           INTEGER NOT NULL,
    cooperation    INTEGER NOT NULL,
    default_reason INTEGER NOT NULL,
    ability        INTEGER NOT NULL,
    willingness    INTEGER NOT NULL,
    at_ms          INTEGER NOT NULL,
    dwell_s        INTEGER NOT NULL,
    fired_count    INTEGER NOT NULL,
    clock_quality  INTEGER NOT NULL,
    owed_minor     INTEGER NOT NULL,
    is_withdrawn   INTEGER NOT NULL,
    is_corrected   INTEGER NOT NULL,
    PRIMARY KEY (branch_no, case_no, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE day (
    branch_no    INTEGER NOT NULL,
    person_no    INTEGER NOT NULL,
    day          INTEGER NOT NULL,
    planned      INTEGER NOT NULL,
    visited      INTEGER NOT NULL,
    skipped      INTEGER NOT NULL,
    distance_m   INTEGER NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    closed_at_ms INTEGER NOT NULL, worked_minutes INTEGER NOT NULL DEFAULT 0, planned_distance_m INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (branch_no, person_no, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE device (
    branch_no       INTEGER NOT NULL,
    device_no       INTEGER NOT NULL,
    person_no       INTEGER NOT NULL,
    public_key      BLOB    NOT NULL,
    enrolled_at_ms  INTEGER NOT NULL,
    is_revoked      INTEGER NOT NULL,
    revoked_at_ms   INTEGER NOT NULL,
    seen_at_ms      INTEGER NOT NULL, -- last envelope
    app_version     INTEGER NOT NULL, -- version_number()
    feed_seq        INTEGER NOT NULL, -- last number given to anything in its feed
    holder_feed_seq INTEGER NOT NULL, -- when its holder or its revocation changed last
    policy          INTEGER NOT NULL, -- hash of the policy that it holds
    model           TEXT    NOT NULL, told_version INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (branch_no, device_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE device_alarm (
    branch_no    INTEGER NOT NULL,
    vault_id     BLOB    NOT NULL,
    device_no    INTEGER NOT NULL,
    raised_at_ms INTEGER NOT NULL, -- by the tablet's clock
    heard_at_ms  INTEGER NOT NULL,
    is_silent    INTEGER NOT NULL,
    seen_at_ms   INTEGER NOT NULL, -- a person has looked at it; 0 nobody
    seen_by      TEXT    NOT NULL,
    PRIMARY KEY (branch_no, vault_id, raised_at_ms)
) STRICT, WITHOUT ROWID;
CREATE TABLE device_certificate (
    branch_no   INTEGER NOT NULL,
    device_no   INTEGER NOT NULL,
    key_id      BLOB    NOT NULL, -- SHA-256 of its SubjectPublicKeyInfo
    bound_at_ms INTEGER NOT NULL,
    is_open     INTEGER NOT NULL, -- 1: the next one that it shows takes its place
    PRIMARY KEY (branch_no, device_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE device_done (
    branch_no    INTEGER NOT NULL,
    vault_id     BLOB    NOT NULL,
    order_no     INTEGER NOT NULL,
    device_no    INTEGER NOT NULL,
    kind         INTEGER NOT NULL,
    done_at_ms   INTEGER NOT NULL, -- by the tablet's clock
    heard_at_ms  INTEGER NOT NULL,
    file_count   INTEGER NOT NULL,
    size         INTEGER NOT NULL,
    sealed_count INTEGER NOT NULL, -- sealed envelopes that were left for headquarters
    proof        BLOB    NOT NULL, -- signature of 64 bytes, then the signed bytes
    PRIMARY KEY (branch_no, vault_id, order_no)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE device_lineage (
    branch_no INTEGER NOT NULL,
    device_no INTEGER NOT NULL,
    until_seq INTEGER NOT NULL,
    origin_no INTEGER NOT NULL,
    told_at_ms INTEGER NOT NULL,
    PRIMARY KEY (branch_no, device_no, until_seq, origin_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE device_order (
    branch_no   INTEGER NOT NULL,
    device_no   INTEGER NOT NULL,
    order_no    INTEGER NOT NULL,
    kind        INTEGER NOT NULL, -- vault.h: 1 lock, 2 unlock, 3 wipe
    given_at_ms INTEGER NOT NULL,
    given_by    TEXT    NOT NULL,
    PRIMARY KEY (branch_no, device_no, order_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE device_successor (
    branch_no     INTEGER NOT NULL,
    device_no     INTEGER NOT NULL,
    strand        INTEGER NOT NULL,
    public_key    BLOB    NOT NULL,
    new_device_no INTEGER NOT NULL,
    given_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (branch_no, device_no, strand, public_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE device_tablet (
    branch_no  INTEGER NOT NULL,
    device_no  INTEGER NOT NULL,
    tablet_id  BLOB    NOT NULL, -- 16 bytes that the tablet drew
    said_at_ms INTEGER NOT NULL, -- when it said so first
    PRIMARY KEY (branch_no, device_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE device_vault (
    branch_no      INTEGER NOT NULL,
    vault_id       BLOB    NOT NULL,
    device_no      INTEGER NOT NULL,
    public_key     BLOB    NOT NULL, -- Ed25519 of the tablet's program
    guard          INTEGER NOT NULL, -- vault.h
    auth_hash      BLOB    NOT NULL, -- empty: nothing is kept here yet
    half           BLOB    NOT NULL,
    recovery       BLOB    NOT NULL, -- opens the vault when the PIN is forgotten
    armed_at_ms    INTEGER NOT NULL,
    asked_at_ms    INTEGER NOT NULL, -- last word of this vault, by headquarters' clock
    said_at_ms     INTEGER NOT NULL, -- … by the tablet's: an older one is a replay
    given_at_ms    INTEGER NOT NULL, -- the half was last given out
    wrong_count    INTEGER NOT NULL, -- wrong PINs since the last right one
    reset_hash     BLOB    NOT NULL, -- of the one-time code for a forgotten PIN; empty: none
    reset_until_ms INTEGER NOT NULL,
    reset_wrong    INTEGER NOT NULL,
    PRIMARY KEY (branch_no, vault_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE enrol_code (
    branch_no     INTEGER NOT NULL,
    hash          BLOB    NOT NULL,
    person_no     INTEGER NOT NULL,
    made_at_ms    INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    used_at_ms    INTEGER NOT NULL, -- 0: not yet
    device_no     INTEGER NOT NULL, -- that used it
    PRIMARY KEY (branch_no, hash)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE event (
    branch_no      INTEGER NOT NULL,
    device_no      INTEGER NOT NULL,
    strand         INTEGER NOT NULL,
    seq            INTEGER NOT NULL,
    id             BLOB    NOT NULL,
    kind           INTEGER NOT NULL,
    case_no        INTEGER NOT NULL,
    person_no      INTEGER NOT NULL,
    at_ms          INTEGER NOT NULL,
    order_at_ms    INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    link           BLOB    NOT NULL,
    body           BLOB    NOT NULL, origin_no INTEGER NOT NULL DEFAULT 0, is_copy INTEGER NOT NULL DEFAULT 0, true_from_ms INTEGER NOT NULL DEFAULT 0, true_until_ms INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (branch_no, device_no, strand, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE event_erased (
    branch_no   INTEGER NOT NULL,
    device_no   INTEGER NOT NULL,
    strand      INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    erasure_seq INTEGER NOT NULL, -- in headquarters' own journal
    body_hash   BLOB    NOT NULL, -- BLAKE2b-256
    PRIMARY KEY (branch_no, device_no, strand, seq, erasure_seq)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE feed (
    branch_no    INTEGER NOT NULL,
    device_no    INTEGER NOT NULL,
    case_no      INTEGER NOT NULL,
    feed_seq     INTEGER NOT NULL,
    is_withdrawn INTEGER NOT NULL,
    PRIMARY KEY (branch_no, case_no, device_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE feed_page (
    branch_no   INTEGER NOT NULL,
    device_no   INTEGER NOT NULL,
    feed_seq    INTEGER NOT NULL, -- cursor after the page
    tag         INTEGER NOT NULL,
    digest      INTEGER NOT NULL, -- of the rows that the tablet then holds; 0: more pages follow
    given_at_ms INTEGER NOT NULL, folded_seq INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (branch_no, device_no, feed_seq, tag)
) STRICT, WITHOUT ROWID;
CREATE TABLE import_batch (
    branch_no   INTEGER NOT NULL,
    batch_no    INTEGER NOT NULL,
    kind        TEXT    NOT NULL, -- cases, payments, people
    file_name   TEXT    NOT NULL,
    file_hash   BLOB    NOT NULL,
    at_ms       INTEGER NOT NULL,
    row_count   INTEGER NOT NULL,
    new_count   INTEGER NOT NULL,
    changed_count INTEGER NOT NULL,
    same_count  INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    PRIMARY KEY (branch_no, batch_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE import_error (
    branch_no INTEGER NOT NULL,
    batch_no  INTEGER NOT NULL,
    row_no    INTEGER NOT NULL, -- line of the file's record, the header is 1
    column_name TEXT  NOT NULL,
    reason    TEXT    NOT NULL, -- text key
    value     TEXT    NOT NULL,
    PRIMARY KEY (branch_no, batch_no, row_no, column_name)
) STRICT, WITHOUT ROWID;
CREATE TABLE incident (
    branch_no    INTEGER NOT NULL,
    id           BLOB    NOT NULL,
    case_no      INTEGER NOT NULL,
    person_no    INTEGER NOT NULL,
    kind         INTEGER NOT NULL,
    code         INTEGER NOT NULL,
    severity     INTEGER NOT NULL,
    at_ms        INTEGER NOT NULL,
    is_withdrawn INTEGER NOT NULL,
    PRIMARY KEY (branch_no, case_no, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE kase (
    branch_no         INTEGER NOT NULL,
    case_no           INTEGER NOT NULL,
    case_ref          TEXT    NOT NULL,
    client            TEXT    NOT NULL,
    product           TEXT    NOT NULL,
    currency          TEXT    NOT NULL,
    debtor_name       TEXT    NOT NULL,
    area              TEXT    NOT NULL, -- of the first address
    lat_e7            INTEGER NOT NULL, -- of the first address; 0,0 not located
    lon_e7            INTEGER NOT NULL,
    zone              TEXT    NOT NULL,
    due_day           INTEGER NOT NULL,
    mandate_until_day INTEGER NOT NULL,
    imported_day      INTEGER NOT NULL,
    batch_no          INTEGER NOT NULL, -- import_batch
    record            BLOB    NOT NULL,
    PRIMARY KEY (branch_no, case_no),
    UNIQUE (branch_no, client, case_ref)
) STRICT, WITHOUT ROWID;
CREATE TABLE kase_log (
    branch_no   INTEGER NOT NULL,
    log_no      INTEGER NOT NULL,
    case_no     INTEGER NOT NULL,
    batch_no    INTEGER NOT NULL, -- import_batch; 0: none
    record_hash BLOB    NOT NULL, -- BLAKE2b-256, chain_next() without a past
    link        BLOB    NOT NULL,
    PRIMARY KEY (branch_no, log_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE kase_state (
    branch_no      INTEGER NOT NULL,
    case_no        INTEGER NOT NULL,
    life           INTEGER NOT NULL, -- case_lives.def
    owner_no       INTEGER NOT NULL, -- person; 0 nobody
    epoch          INTEGER NOT NULL,
    owed_minor     INTEGER NOT NULL,
    due_day        INTEGER NOT NULL, -- days past due count from here
    last_touch_day INTEGER NOT NULL,
    next_day       INTEGER NOT NULL,
    flags          INTEGER NOT NULL, -- bit n: stop flag n raised and not cleared
    asked_count    INTEGER NOT NULL, -- arrangements that wait for a decision
    event_count    INTEGER NOT NULL,
    state          BLOB    NOT NULL,
    PRIMARY KEY (branch_no, case_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE kase_to_fold (
    branch_no INTEGER NOT NULL,
    case_no   INTEGER NOT NULL,
    PRIMARY KEY (branch_no, case_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE message (
    branch_no  INTEGER NOT NULL,
    message_no INTEGER NOT NULL,
    person_no  INTEGER NOT NULL, -- to; 0 everybody
    case_no    INTEGER NOT NULL, -- 0: not about one case
    from_name  TEXT    NOT NULL,
    at_ms      INTEGER NOT NULL,
    body       TEXT    NOT NULL, wants_answer INTEGER NOT NULL DEFAULT 0, answer_by_at_ms INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (branch_no, message_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE message_feed (
    branch_no  INTEGER NOT NULL,
    device_no  INTEGER NOT NULL,
    feed_seq   INTEGER NOT NULL,
    message_no INTEGER NOT NULL,
    PRIMARY KEY (branch_no, device_no, feed_seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE payment (
    branch_no     INTEGER NOT NULL,
    id            BLOB    NOT NULL,
    case_no       INTEGER NOT NULL,
    amount_minor  INTEGER NOT NULL,
    paid_day      INTEGER NOT NULL,
    channel       INTEGER NOT NULL,
    is_posted     INTEGER NOT NULL,
    credited_no   INTEGER NOT NULL,
    after_channel INTEGER NOT NULL,
    PRIMARY KEY (branch_no, case_no, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE person (
    branch_no INTEGER NOT NULL,
    person_no INTEGER NOT NULL,
    code      TEXT    NOT NULL, -- staff number
    name      TEXT    NOT NULL,
    role      INTEGER NOT NULL,
    team_no   INTEGER NOT NULL, -- 0: none
    is_active INTEGER NOT NULL,
    areas     TEXT    NOT NULL,
    capacity  INTEGER NOT NULL, made_at_ms INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (branch_no, person_no),
    UNIQUE (branch_no, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE person_role (
    branch_no    INTEGER NOT NULL,
    person_no    INTEGER NOT NULL,
    role         INTEGER NOT NULL, -- staff_roles.def
    in_branch_no INTEGER NOT NULL,
    PRIMARY KEY (branch_no, person_no, role, in_branch_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE policy (
    branch_no INTEGER NOT NULL,
    hash      INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    set_at_ms INTEGER NOT NULL,
    PRIMARY KEY (branch_no, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine (
    branch_no INTEGER NOT NULL,
    device_no INTEGER NOT NULL,
    strand    INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    id        BLOB    NOT NULL,
    reason    TEXT    NOT NULL,
    PRIMARY KEY (branch_no, device_no, strand, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE revoked_key (
    branch_no     INTEGER NOT NULL,
    public_key    BLOB    NOT NULL,
    device_no     INTEGER NOT NULL, -- under which it was revoked
    revoked_at_ms INTEGER NOT NULL,
    PRIMARY KEY (branch_no, public_key, device_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE setting (
    branch_no INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    value     TEXT    NOT NULL,
    PRIMARY KEY (branch_no, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE sqlite_stat1(tbl,idx,stat);
CREATE TABLE staff_session (
    branch_no  INTEGER NOT NULL,
    token_hash BLOB    NOT NULL,
    person_no  INTEGER NOT NULL,
    door       INTEGER NOT NULL, -- enum staff_door
    made_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL,
    origin     TEXT    NOT NULL, -- address, or account of the machine
    PRIMARY KEY (branch_no, token_hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE staff_throttle (
    branch_no  INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    fail_count INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL,
    until_ms   INTEGER NOT NULL, -- no try is looked at before
    PRIMARY KEY (branch_no, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE strand (
    branch_no     INTEGER NOT NULL,
    device_no     INTEGER NOT NULL,
    strand        INTEGER NOT NULL,
    parent_strand INTEGER NOT NULL,
    from_seq      INTEGER NOT NULL,
    seq           INTEGER NOT NULL, -- last stored
    link          BLOB    NOT NULL, -- after seq
    order_at_ms   INTEGER NOT NULL, safe_seq INTEGER NOT NULL DEFAULT 0, safe_at_ms INTEGER NOT NULL DEFAULT 0, safe_feed_seq INTEGER NOT NULL DEFAULT 0, told_order_at_ms INTEGER NOT NULL DEFAULT 0, -- of the fact at seq
    PRIMARY KEY (branch_no, device_no, strand)
) STRICT, WITHOUT ROWID;
CREATE TABLE team (
    branch_no INTEGER NOT NULL,
    team_no   INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    PRIMARY KEY (branch_no, team_no),
    UNIQUE (branch_no, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE verdict (
    branch_no  INTEGER NOT NULL,
    device_no  INTEGER NOT NULL,
    strand     INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    verdict    INTEGER NOT NULL, -- sync/proto/verdicts.def
    at_ms      INTEGER NOT NULL,
    note       TEXT    NOT NULL,
    is_settled INTEGER NOT NULL,
    feed_seq   INTEGER NOT NULL,
    PRIMARY KEY (branch_no, device_no, strand, seq, verdict)
) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_by_time ON alarm (branch_no, heard_at_ms);
CREATE INDEX alarm_feed_by_id ON alarm_feed (branch_no, id);
CREATE INDEX alarm_feed_by_seq ON alarm_feed (branch_no, device_no, feed_seq);
CREATE INDEX alarm_unseen ON alarm (branch_no, heard_at_ms) WHERE seen_at_ms = 0;
CREATE INDEX arrangement_by_decided ON arrangement (branch_no, decided_at_ms, case_no, id)
    WHERE decided_at_ms > 0;
CREATE INDEX arrangement_by_due ON arrangement (branch_no, due_day);
CREATE INDEX arrangement_by_made ON arrangement (branch_no, made_at_ms);
CREATE INDEX attachment_erased_by_erasure ON attachment_erased (branch_no, erasure_seq);
CREATE INDEX attachment_feed_by_hash ON attachment_feed (branch_no, hash, size);
CREATE INDEX attachment_feed_by_seq ON attachment_feed (branch_no, device_no, feed_seq)
WHERE level > 0;
CREATE INDEX attachment_feed_lacking ON attachment_feed (branch_no, device_no)
WHERE is_lacking = 1;
CREATE INDEX attachment_lacking ON attachment (branch_no, named_at_ms) WHERE stored_at_ms = 0;
CREATE INDEX attachment_unsafe ON attachment (branch_no, hash)
WHERE stored_at_ms > 0 AND safe_at_ms = 0;
CREATE INDEX contact_by_time ON contact (branch_no, at_ms);
CREATE INDEX device_alarm_by_heard ON device_alarm (branch_no, heard_at_ms);
CREATE INDEX device_by_person ON device (branch_no, person_no);
CREATE INDEX device_certificate_by_key ON device_certificate (branch_no, key_id);
CREATE INDEX device_done_by_device ON device_done (branch_no, device_no, order_no);
CREATE INDEX device_lineage_by_origin ON device_lineage (branch_no, origin_no);
CREATE INDEX device_tablet_by_tablet ON device_tablet (branch_no, tablet_id);
CREATE INDEX device_vault_by_device ON device_vault (branch_no, device_no);
CREATE UNIQUE INDEX event_apart_by_id ON event (branch_no, id, device_no, strand)
WHERE case_no = 0;
CREATE INDEX event_by_case ON event (branch_no, case_no, order_at_ms, device_no, seq);
CREATE INDEX event_erased_by_erasure ON event_erased (branch_no, erasure_seq);
CREATE INDEX evidence_by_hash ON evidence (branch_no, hash, size);
CREATE UNIQUE INDEX feed_by_seq ON feed (branch_no, device_no, feed_seq);
CREATE INDEX incident_by_message ON incident (branch_no, kind, code, person_no)
WHERE kind IN (56, 57);
CREATE INDEX incident_by_time ON incident (branch_no, at_ms);
CREATE INDEX kase_log_by_case ON kase_log (branch_no, case_no, log_no);
CREATE INDEX kase_state_asked ON kase_state (branch_no, case_no) WHERE asked_count > 0;
CREATE INDEX kase_state_by_owner ON kase_state (branch_no, owner_no, case_no);
CREATE INDEX payment_by_day ON payment (branch_no, paid_day);
CREATE INDEX staff_session_by_person ON staff_session (branch_no, person_no);
CREATE INDEX verdict_by_feed ON verdict (branch_no, device_no, feed_seq);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER event_erased_is_never_changed BEFORE UPDATE ON event_erased
BEGIN
    SELECT RAISE(ABORT, 'what was erased stays on record');
END;
CREATE TRIGGER event_erased_is_never_deleted BEFORE DELETE ON event_erased
BEGIN
    SELECT RAISE(ABORT, 'what was erased stays on record');
END;
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
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER kase_log_is_never_changed BEFORE UPDATE ON kase_log
BEGIN
    SELECT RAISE(ABORT, 'the log of case records is append-only');
END;
CREATE TRIGGER kase_log_is_never_deleted BEFORE DELETE ON kase_log
BEGIN
    SELECT RAISE(ABORT, 'the log of case records is append-only');
END;
