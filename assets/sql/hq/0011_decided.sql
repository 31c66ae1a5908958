-- Eleventh schema: what was decided lately is found among what was decided, not among all that
-- collectors ever arranged; whose a certificate's key is, without a look at all of them.
CREATE INDEX arrangement_by_decided ON arrangement (branch_no, decided_at_ms, case_no, id)
    WHERE decided_at_ms > 0;
CREATE INDEX device_certificate_by_key ON device_certificate (branch_no, key_id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('arrangement', 'arrangement_by_decided', '100000 100000 1 1 1'),
    ('device_certificate', 'device_certificate_by_key', '2000 2000 1 1');
