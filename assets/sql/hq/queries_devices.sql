-- Queries about numbers of tablets, how they fare, and alarms.

-- ---- lineage and new numbers ----

-- Does any other number share facts with this one?
-- name: lineage_has
SELECT EXISTS (SELECT 1 FROM device_lineage
               WHERE branch_no = $branch_no AND device_no = $device_no)
    OR EXISTS (SELECT 1 FROM device_lineage
               WHERE branch_no = $branch_no AND origin_no = $device_no)

-- name: lineage_put
INSERT INTO device_lineage (branch_no, device_no, until_seq, origin_no, told_at_ms)
VALUES ($branch_no, $device_no, $until_seq, $origin_no, $told_at_ms)
ON CONFLICT (branch_no, device_no, until_seq, origin_no) DO NOTHING

-- name: successor_get
SELECT new_device_no FROM device_successor
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand
  AND public_key = $public_key

-- name: successor_add
INSERT INTO device_successor (branch_no, device_no, strand, public_key, new_device_no, given_at_ms)
VALUES ($branch_no, $device_no, $strand, $public_key, $new_device_no, $given_at_ms)

-- name: device_restore
INSERT INTO device (branch_no, device_no, person_no, public_key, enrolled_at_ms, is_revoked,
                    revoked_at_ms, seen_at_ms, app_version, feed_seq, holder_feed_seq, policy, model,
                    told_version)
VALUES ($branch_no, $device_no, $person_no, $public_key, $enrolled_at_ms, $is_revoked,
        $revoked_at_ms, $seen_at_ms, $app_version, 0, 0, 0, $model, $app_version)

-- name: device_key_is_revoked
SELECT (SELECT count(*) FROM device
        WHERE branch_no = $branch_no AND public_key = $public_key AND is_revoked = 1)
     + (SELECT count(*) FROM revoked_key
        WHERE branch_no = $branch_no AND public_key = $public_key)

-- name: revoked_key_add
INSERT INTO revoked_key (branch_no, public_key, device_no, revoked_at_ms)
VALUES ($branch_no, $public_key, $device_no, $revoked_at_ms)
ON CONFLICT (branch_no, public_key, device_no) DO NOTHING

-- name: revoked_key_all
SELECT public_key, device_no, revoked_at_ms FROM revoked_key
WHERE branch_no = $branch_no ORDER BY public_key, device_no

-- name: revoked_key_count
SELECT count(*) FROM revoked_key WHERE branch_no = $branch_no

-- name: person_made
SELECT made_at_ms FROM person WHERE branch_no = $branch_no AND person_no = $person_no

-- ---- health ----

-- name: health_put
INSERT INTO device_health (branch_no, device_no, at_ms, unsent_age_min, free_mib,
                           attachments_waiting, quarantined_count, clock_at_ms, clock_behind_ms)
VALUES ($branch_no, $device_no, $at_ms, $unsent_age_min, $free_mib, $attachments_waiting,
        $quarantined_count, 0, 0)
ON CONFLICT (branch_no, device_no) DO UPDATE SET
    at_ms = excluded.at_ms, unsent_age_min = excluded.unsent_age_min,
    free_mib = excluded.free_mib, attachments_waiting = excluded.attachments_waiting,
    quarantined_count = excluded.quarantined_count

-- name: health_clock_put
INSERT INTO device_health (branch_no, device_no, at_ms, unsent_age_min, free_mib,
                           attachments_waiting, quarantined_count, clock_at_ms, clock_behind_ms)
VALUES ($branch_no, $device_no, 0, 0, 0, 0, 0, $clock_at_ms, $clock_behind_ms)
ON CONFLICT (branch_no, device_no) DO UPDATE SET
    clock_at_ms = excluded.clock_at_ms, clock_behind_ms = excluded.clock_behind_ms

-- ---- alarms ----

-- name: alarm_put
INSERT INTO alarm (branch_no, id, device_no, seq, case_no, person_no, at_ms, heard_at_ms, is_early,
                   body, signature, seen_at_ms, by_name)
VALUES ($branch_no, $id, $device_no, $seq, $case_no, $person_no, $at_ms, $heard_at_ms, $is_early,
        $body, $signature, 0, '')
ON CONFLICT (branch_no, id) DO NOTHING

-- name: alarm_get
SELECT heard_at_ms, seen_at_ms, by_name, body FROM alarm WHERE branch_no = $branch_no AND id = $id

-- name: alarm_see
UPDATE alarm SET seen_at_ms = $seen_at_ms, by_name = $by_name
WHERE branch_no = $branch_no AND id = $id AND seen_at_ms = 0

-- Newest first. has_fact: its fact came in its batch.
-- name: alarm_all
SELECT a.id, a.device_no, a.seq, a.case_no, a.person_no, a.at_ms, a.heard_at_ms, a.is_early,
       a.seen_at_ms, a.by_name, a.body, coalesce(p.name, ''), coalesce(k.case_ref, ''),
       EXISTS (SELECT 1 FROM event e WHERE e.branch_no = a.branch_no AND e.case_no = a.case_no
                                       AND e.id = a.id)
       OR EXISTS (SELECT 1 FROM event e WHERE e.branch_no = a.branch_no AND e.case_no = 0
                                          AND e.id = a.id) AS has_fact
FROM alarm a
LEFT JOIN person p ON p.branch_no = a.branch_no AND p.person_no = a.person_no
LEFT JOIN kase k ON k.branch_no = a.branch_no AND k.case_no = a.case_no
WHERE a.branch_no = $branch_no ORDER BY a.heard_at_ms DESC, a.id

-- name: visit_without_word
-- Of each tablet the newer of a visit's two ends; the check-in, when it was long ago and the tablet
-- has not been heard since the visit's time was over. By the tablet's clock where that can be true,
-- else by the latest that it can have been: a clock that is hours behind must not hide anybody.
SELECT e.device_no, e.seq, e.person_no, e.began_at_ms, e.seen_at_ms, coalesce(p.name, ''),
       coalesce(k.case_ref, '')
FROM (SELECT v.*, d.seen_at_ms,
             CASE WHEN v.true_until_ms = 0 OR v.at_ms BETWEEN v.true_from_ms AND v.true_until_ms
                  THEN v.at_ms ELSE v.true_until_ms END AS began_at_ms
      FROM device d
      JOIN event v ON v.branch_no = d.branch_no AND v.device_no = d.device_no
          AND (v.strand, v.seq) = (SELECT x.strand, x.seq FROM event x
              WHERE x.branch_no = d.branch_no AND x.device_no = d.device_no
                AND x.kind IN ($started, $finished) ORDER BY x.strand DESC, x.seq DESC LIMIT 1)
      WHERE d.branch_no = $branch_no AND d.seen_at_ms >= $from_ms AND v.kind = $started) e
LEFT JOIN person p ON p.branch_no = e.branch_no AND p.person_no = e.person_no
LEFT JOIN kase k ON k.branch_no = e.branch_no AND k.case_no = e.case_no
WHERE e.seen_at_ms < e.began_at_ms + $limit_ms
  AND e.began_at_ms >= $from_ms AND e.began_at_ms < $until_ms
ORDER BY e.began_at_ms, e.device_no

-- name: alarm_unseen_count
SELECT count(*) FROM alarm WHERE branch_no = $branch_no AND seen_at_ms = 0

-- name: alarm_feed_put
INSERT INTO alarm_feed (branch_no, device_no, strand, seq, id, feed_seq)
VALUES ($branch_no, $device_no, $strand, $seq, $id, $feed_seq)
ON CONFLICT (branch_no, device_no, strand, seq) DO UPDATE SET feed_seq = excluded.feed_seq

-- name: alarm_feed_of_id
SELECT device_no, strand, seq FROM alarm_feed WHERE branch_no = $branch_no AND id = $id
ORDER BY device_no, strand

-- name: alarm_page
SELECT f.feed_seq, f.strand, f.seq, a.heard_at_ms, a.seen_at_ms, a.by_name FROM alarm_feed f
JOIN alarm a ON a.branch_no = f.branch_no AND a.id = f.id
WHERE f.branch_no = $branch_no AND f.device_no = $device_no AND f.feed_seq > $after_seq
ORDER BY f.feed_seq

-- name: verdict_of
SELECT verdict, at_ms, note, is_settled FROM verdict
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand AND seq = $seq
ORDER BY verdict

-- ---- backups ----

-- name: backup_next
SELECT coalesce(max(backup_no), 0) + 1 FROM backup_log WHERE branch_no = $branch_no

-- name: backup_add
INSERT INTO backup_log (branch_no, backup_no, at_ms, path, fact_count, case_count,
                        attachment_count, audit_no)
VALUES ($branch_no, $backup_no, $at_ms, $path, $fact_count, $case_count, $attachment_count,
        $audit_no)

-- name: backup_all
SELECT backup_no, at_ms, path, fact_count, case_count, attachment_count, audit_no FROM backup_log
WHERE branch_no = $branch_no ORDER BY backup_no DESC

-- name: backup_counts
SELECT (SELECT count(*) FROM event WHERE branch_no = $branch_no),
       (SELECT count(*) FROM kase WHERE branch_no = $branch_no),
       (SELECT count(*) FROM attachment WHERE branch_no = $branch_no AND stored_at_ms > 0),
       (SELECT coalesce(max(audit_no), 0) FROM audit WHERE branch_no = $branch_no)

-- What headquarters wrote to this person, or to all with a tablet of theirs among them, lately, and
-- they have neither read nor answered.
-- name: message_unread
SELECT m.message_no FROM message m
WHERE m.branch_no = $branch_no AND m.at_ms >= $from_at_ms AND m.body <> '*'
  AND (m.person_no = $person_no OR (m.person_no = 0 AND EXISTS (
      SELECT 1 FROM device d
      JOIN message_feed f ON f.branch_no = d.branch_no AND f.device_no = d.device_no
      WHERE d.branch_no = m.branch_no AND d.person_no = $person_no AND +d.device_no > 0
        AND f.message_no = m.message_no)))
  AND NOT EXISTS (
      SELECT 1 FROM incident i
      WHERE i.branch_no = m.branch_no AND i.kind IN (56, 57) AND i.code = m.message_no
        AND i.person_no = $person_no AND i.is_withdrawn = 0)
ORDER BY m.message_no
