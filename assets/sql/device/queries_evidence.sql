-- Lineage, alarms, attachments, the clock at sealing.

-- name: lineage_list
SELECT device_no, until_seq FROM lineage ORDER BY until_seq

-- name: lineage_put
INSERT INTO lineage (device_no, until_seq) VALUES ($device_no, $until_seq)

-- name: alarm_put
INSERT INTO alarm (seq) VALUES ($seq)

-- CROSS: the few alarms first, or the whole journal is walked at every sealing.
-- name: alarm_list
SELECT a.seq, j.id, j.at_ms, j.case_no, j.body, a.state, a.heard_at_ms, a.by_name
FROM alarm a CROSS JOIN journal j ON j.seq = a.seq AND j.device_no = $device_no
ORDER BY a.seq DESC

-- Only those of facts that headquarters has not stored: read with every sealing.
-- name: alarm_pending
SELECT a.seq, j.id, j.at_ms, j.case_no, j.body, a.state, a.heard_at_ms, a.by_name
FROM alarm a CROSS JOIN journal j ON j.seq = a.seq AND j.device_no = $device_no
WHERE a.seq > $stored_seq AND a.state = 0
ORDER BY a.seq

-- name: alarm_heard
UPDATE alarm SET state = $state, heard_at_ms = $heard_at_ms, by_name = $by_name
WHERE seq = $seq AND state < $state

-- name: attachment_put
INSERT INTO attachment (hash, size, evidence, media, seq, at_ms)
VALUES ($hash, $size, $evidence, $media, $seq, $at_ms)
ON CONFLICT (hash) DO NOTHING

-- name: attachment_fact_put
INSERT INTO attachment_fact (seq, hash, case_no) VALUES ($seq, $hash, $case_no)

-- Headquarters that lost the fact that names it (a restore) may have lost the bytes too: it
-- counts as held again when the fact is confirmed and no chunk was asked for.
-- name: attachment_list
SELECT a.hash, a.size, a.evidence, a.media, a.seq, a.at_ms,
       a.level * (a.seq <= coalesce((SELECT k.stored_seq FROM chain k
                                     WHERE k.device_no = $device_no), 0)) AS level, a.is_asked,
       (SELECT f.case_no FROM attachment_fact f WHERE f.seq = a.seq) AS case_no,
       (SELECT count(*) FROM lacking l WHERE l.hash = a.hash) AS lacking_count,
       NOT EXISTS (SELECT 1 FROM attachment_fact f
                   LEFT JOIN cases c ON c.case_no = f.case_no
                   WHERE f.hash = a.hash AND coalesce(c.is_withdrawn, 0) = 0) AS is_hidden
FROM attachment a WHERE length($hash) = 0 OR a.hash = $hash ORDER BY a.seq

-- name: attachment_unheld
SELECT count(*) AS unheld_count, coalesce(sum(size), 0) AS unheld_size FROM attachment
WHERE level = 0 OR seq > coalesce((SELECT k.stored_seq FROM chain k
                                   WHERE k.device_no = $device_no), 0)

-- name: attachment_ask
UPDATE attachment SET is_asked = 1, level = 0 WHERE hash = $hash

-- name: attachment_hold
UPDATE attachment SET is_asked = 0, level = max(level, $level) WHERE hash = $hash

-- name: attachment_held_put
INSERT INTO attachment_held (hash, level, held_at_ms, signature)
SELECT $hash, $level, $held_at_ms, $signature
WHERE EXISTS (SELECT 1 FROM attachment WHERE hash = $hash)
ON CONFLICT DO NOTHING

-- name: lacking_put
INSERT INTO lacking (hash, number) VALUES ($hash, $number) ON CONFLICT DO NOTHING

-- name: lacking_delete
DELETE FROM lacking WHERE hash = $hash

-- name: lacking_list
SELECT l.hash, a.size, l.number FROM lacking l JOIN attachment a ON a.hash = l.hash
ORDER BY a.seq, l.number

-- name: sealing_put
INSERT INTO sealing (name, wall_ms, monotonic_ms, boot)
VALUES ($name, $wall_ms, $monotonic_ms, $boot)
ON CONFLICT (name) DO UPDATE SET wall_ms = excluded.wall_ms,
    monotonic_ms = excluded.monotonic_ms, boot = excluded.boot

-- name: sealing_get
SELECT wall_ms, monotonic_ms, boot FROM sealing WHERE name = $name

-- name: sealing_delete
DELETE FROM sealing WHERE name = $name

-- name: sealing_clear
DELETE FROM sealing
