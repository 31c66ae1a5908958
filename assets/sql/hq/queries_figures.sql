-- What /metrics says of the database: one row. Each part reads an index or a small table.

-- name: figures
SELECT
    (SELECT count(*) FROM quarantine WHERE branch_no = $branch_no),
    (SELECT count(*) FROM conflict WHERE branch_no = $branch_no AND is_closed = 0),
    (SELECT count(*) FROM alarm WHERE branch_no = $branch_no AND seen_at_ms = 0),
    (SELECT coalesce(min(heard_at_ms), 0) FROM alarm
     WHERE branch_no = $branch_no AND seen_at_ms = 0),
    (SELECT count(*) FROM attachment WHERE branch_no = $branch_no AND stored_at_ms = 0),
    (SELECT coalesce(min(named_at_ms), 0) FROM attachment
     WHERE branch_no = $branch_no AND stored_at_ms = 0),
    (SELECT coalesce(max(h.unsent_age_min), 0) FROM device_health h
     JOIN device d ON d.branch_no = h.branch_no AND d.device_no = h.device_no
     WHERE h.branch_no = $branch_no AND d.is_revoked = 0),
    (SELECT coalesce(sum(h.quarantined_count), 0) FROM device_health h
     WHERE h.branch_no = $branch_no),
    (SELECT count(*) FROM device
     WHERE branch_no = $branch_no AND device_no > 0 AND is_revoked = 0),
    (SELECT count(*) FROM device
     WHERE branch_no = $branch_no AND device_no > 0 AND is_revoked = 0
       AND seen_at_ms < $silent_before_ms),
    (SELECT coalesce(max(at_ms), 0) FROM backup_log WHERE branch_no = $branch_no)
