-- Ninth schema: codes that let a person in once whose second factor is lost.

-- Of the code only an Argon2id text is kept. One that was used stays, so that it is known when.
CREATE TABLE account_recovery (
    branch_no  INTEGER NOT NULL,
    person_no  INTEGER NOT NULL,
    code_no    INTEGER NOT NULL, -- 1, 2 …: the first sign of the code says which it is
    verifier   TEXT    NOT NULL,
    made_at_ms INTEGER NOT NULL,
    used_at_ms INTEGER NOT NULL, -- 0: not yet
    PRIMARY KEY (branch_no, person_no, code_no)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('account_recovery', 'account_recovery', '1800 1800 6 1');
