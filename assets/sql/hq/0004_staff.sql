-- Fourth schema: people of headquarters sign in, and the audit log says whose data was
-- looked at and from where.

-- Roles that a person holds beside person.role, each in one branch (0: in every branch).
CREATE TABLE person_role (
    branch_no    INTEGER NOT NULL,
    person_no    INTEGER NOT NULL,
    role         INTEGER NOT NULL, -- staff_roles.def
    in_branch_no INTEGER NOT NULL,
    PRIMARY KEY (branch_no, person_no, role, in_branch_no)
) STRICT, WITHOUT ROWID;

-- How a person proves who they are. Passwords are kept as Argon2id texts, one-time codes as
-- hashes.
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

-- Who is signed in. Of the token only the hash is kept.
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
CREATE INDEX staff_session_by_person ON staff_session (branch_no, person_no);

-- Wrong tries of an account ("p17") or an address ("a192.0.2.7"). Outlives a restart.
CREATE TABLE staff_throttle (
    branch_no  INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    fail_count INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL,
    until_ms   INTEGER NOT NULL, -- no try is looked at before
    PRIMARY KEY (branch_no, name)
) STRICT, WITHOUT ROWID;

-- Lines from before have nothing here; those that have are linked with it.
ALTER TABLE audit ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN person_no INTEGER NOT NULL DEFAULT 0; -- who did it
ALTER TABLE audit ADD COLUMN case_no INTEGER NOT NULL DEFAULT 0;   -- whose data it was; 0: nobody's alone

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('person_role', 'person_role', '3000 3000 2 1 1'),
    ('account', 'account', '300 300 1'),
    ('staff_session', 'staff_session_by_person', '300 300 1'),
    ('staff_session', 'staff_session', '300 300 1'),
    ('staff_throttle', 'staff_throttle', '300 300 1');
