-- Queries about attachments.

-- name: attachment_name
INSERT INTO attachment (branch_no, hash, size, media, chunks, lack_count, named_at_ms, stored_at_ms,
                        safe_at_ms, wrong_count, missing_count, ask_at_ms)
VALUES ($branch_no, $hash, $size, $media, x'', $lack_count, $named_at_ms, 0, 0, 0, 0, 0)
ON CONFLICT (branch_no, hash, size) DO NOTHING

-- name: attachment_get
SELECT chunks, lack_count, stored_at_ms, safe_at_ms, wrong_count, missing_count, ask_at_ms
FROM attachment WHERE branch_no = $branch_no AND hash = $hash AND size = $size

-- name: attachment_mark
UPDATE attachment SET chunks = $chunks, lack_count = $lack_count
WHERE branch_no = $branch_no AND hash = $hash AND size = $size

-- name: attachment_stored
UPDATE attachment SET stored_at_ms = $stored_at_ms, lack_count = 0, chunks = x''
WHERE branch_no = $branch_no AND hash = $hash AND size = $size

-- name: attachment_wrong
UPDATE attachment SET chunks = x'', lack_count = $lack_count, wrong_count = wrong_count + 1,
    ask_at_ms = $ask_at_ms
WHERE branch_no = $branch_no AND hash = $hash AND size = $size

-- name: attachment_gone
UPDATE attachment SET chunks = x'', lack_count = $lack_count, stored_at_ms = 0, safe_at_ms = 0,
    missing_count = missing_count + 1
WHERE branch_no = $branch_no AND hash = $hash AND size = $size

-- name: attachment_safe
UPDATE attachment SET safe_at_ms = $safe_at_ms
WHERE branch_no = $branch_no AND hash = $hash AND size = $size AND stored_at_ms > 0
  AND safe_at_ms = 0

-- name: attachment_whole
SELECT hash, size FROM attachment
WHERE branch_no = $branch_no AND stored_at_ms > 0 ORDER BY hash, size

-- name: attachment_feed_get
SELECT is_lacking, level, feed_seq FROM attachment_feed
WHERE branch_no = $branch_no AND device_no = $device_no AND hash = $hash AND size = $size

-- name: attachment_feed_put
INSERT INTO attachment_feed (branch_no, device_no, hash, size, is_lacking, level, feed_seq)
VALUES ($branch_no, $device_no, $hash, $size, $is_lacking, $level, $feed_seq)
ON CONFLICT (branch_no, device_no, hash, size) DO UPDATE SET
    is_lacking = excluded.is_lacking, level = excluded.level, feed_seq = excluded.feed_seq

-- name: attachment_feed_of
SELECT device_no FROM attachment_feed
WHERE branch_no = $branch_no AND hash = $hash AND size = $size ORDER BY device_no

-- name: attachment_lacking_of
SELECT a.hash, a.size, a.chunks FROM attachment_feed f
JOIN attachment a ON a.branch_no = f.branch_no AND a.hash = f.hash AND a.size = f.size
WHERE f.branch_no = $branch_no AND f.device_no = $device_no AND f.is_lacking = 1
  AND a.ask_at_ms <= $now_ms
ORDER BY a.named_at_ms, a.hash, a.size LIMIT 256

-- name: attachment_page
SELECT f.feed_seq, f.hash, f.size, a.stored_at_ms, f.level FROM attachment_feed f
JOIN attachment a ON a.branch_no = f.branch_no AND a.hash = f.hash AND a.size = f.size
WHERE f.branch_no = $branch_no AND f.device_no = $device_no AND f.feed_seq > $after_seq
  AND f.level > 0
ORDER BY f.feed_seq

-- name: evidence_put
INSERT INTO evidence (branch_no, case_no, id, person_no, evidence, media, hash, size, at_ms, note)
VALUES ($branch_no, $case_no, $id, $person_no, $evidence, $media, $hash, $size, $at_ms, $note)
ON CONFLICT (branch_no, case_no, id) DO NOTHING

-- name: event_of_kind
SELECT device_no, strand, seq, id, body, is_copy FROM event
WHERE branch_no = $branch_no AND kind = $kind ORDER BY device_no, strand, seq

-- name: vault_counts
SELECT (SELECT count(*) FROM attachment WHERE branch_no = $branch_no),
       (SELECT count(*) FROM attachment WHERE branch_no = $branch_no AND stored_at_ms = 0),
       (SELECT coalesce(min(named_at_ms), 0) FROM attachment
        WHERE branch_no = $branch_no AND stored_at_ms = 0),
       (SELECT coalesce(sum(wrong_count), 0) FROM attachment WHERE branch_no = $branch_no),
       (SELECT coalesce(sum(missing_count), 0) FROM attachment WHERE branch_no = $branch_no)
