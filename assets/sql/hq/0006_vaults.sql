-- Sixth schema: what headquarters keeps of the key of each tablet, the orders it gave about it,
-- and what the tablets did.

-- A vault is the keeper of one collector's key on one tablet; see core/vault/vault.h. Of what
-- proves the PIN only the hash is kept. The half alone opens nothing.
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
CREATE INDEX device_vault_by_device ON device_vault (branch_no, device_no);

-- Orders to tablets, numbered through; every vault of a tablet obeys each of its.
CREATE TABLE device_order (
    branch_no   INTEGER NOT NULL,
    device_no   INTEGER NOT NULL,
    order_no    INTEGER NOT NULL,
    kind        INTEGER NOT NULL, -- vault.h: 1 lock, 2 unlock, 3 wipe
    given_at_ms INTEGER NOT NULL,
    given_by    TEXT    NOT NULL,
    PRIMARY KEY (branch_no, device_no, order_no)
) STRICT, WITHOUT ROWID;

-- What a vault says it did, with the bytes that it signed.
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
CREATE INDEX device_done_by_device ON device_done (branch_no, device_no, order_no);

-- Help asked for on a tablet that was shut: there is no fact of it yet.
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
CREATE INDEX device_alarm_by_heard ON device_alarm (branch_no, heard_at_ms);
