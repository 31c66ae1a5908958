-- Queries of the review queue: conflicts, and the facts behind them.

-- Numbers of 0 and an empty text filter nothing. The oldest first.
-- name: review_list
SELECT c.case_no, c.kind, c.id, c.other_id, c.device_no, c.person_no, c.other_no, c.at_ms,
       coalesce(k.case_ref, ''), coalesce(p.name, ''), coalesce(q.name, ''),
       c.is_closed, c.closed_at_ms, c.note
FROM conflict c
LEFT JOIN kase k ON k.branch_no = c.branch_no AND k.case_no = c.case_no
LEFT JOIN person p ON p.branch_no = c.branch_no AND p.person_no = c.person_no
LEFT JOIN person q ON q.branch_no = c.branch_no AND q.person_no = c.other_no
WHERE c.branch_no = $branch_no AND c.is_closed = $is_closed
  AND ($kind = 0 OR c.kind = $kind)
  AND ($case_no = 0 OR c.case_no = $case_no)
  AND ($person_no = 0 OR c.person_no = $person_no OR c.other_no = $person_no)
  AND ($team_no = 0 OR p.team_no = $team_no OR q.team_no = $team_no)
  AND c.at_ms <= $until_ms
ORDER BY c.at_ms, c.case_no, c.kind, c.id
LIMIT $row_count OFFSET $first_row

-- name: review_count
SELECT count(*) FROM conflict c
LEFT JOIN person p ON p.branch_no = c.branch_no AND p.person_no = c.person_no
LEFT JOIN person q ON q.branch_no = c.branch_no AND q.person_no = c.other_no
WHERE c.branch_no = $branch_no AND c.is_closed = $is_closed
  AND ($kind = 0 OR c.kind = $kind)
  AND ($case_no = 0 OR c.case_no = $case_no)
  AND ($person_no = 0 OR c.person_no = $person_no OR c.other_no = $person_no)
  AND ($team_no = 0 OR p.team_no = $team_no OR q.team_no = $team_no)
  AND c.at_ms <= $until_ms

-- Ids from $id_from to $id_until: those that begin with the digits somebody typed.
-- name: review_by_id
SELECT c.case_no, c.kind, c.id, c.other_id, c.device_no, c.person_no, c.other_no, c.at_ms,
       coalesce(k.case_ref, ''), coalesce(p.name, ''), coalesce(q.name, ''),
       c.is_closed, c.closed_at_ms, c.note
FROM conflict c
LEFT JOIN kase k ON k.branch_no = c.branch_no AND k.case_no = c.case_no
LEFT JOIN person p ON p.branch_no = c.branch_no AND p.person_no = c.person_no
LEFT JOIN person q ON q.branch_no = c.branch_no AND q.person_no = c.other_no
WHERE c.branch_no = $branch_no AND c.id >= $id_from AND c.id <= $id_until
ORDER BY c.id, c.is_closed, c.kind, c.case_no

-- Open conflicts in which a fact is named, on either side.
-- name: review_of_fact
SELECT case_no, kind, id, other_id, device_no FROM conflict
WHERE branch_no = $branch_no AND case_no = $case_no AND is_closed = 0
  AND (id = $id OR other_id = $id)
ORDER BY kind, id

-- name: review_close
UPDATE conflict SET is_closed = 1, closed_at_ms = $closed_at_ms, note = $note
WHERE branch_no = $branch_no AND case_no = $case_no AND kind = $kind AND id = $id AND is_closed = 0

-- One that was closed is decided anew.
-- name: review_close_again
UPDATE conflict SET closed_at_ms = $closed_at_ms, note = $note
WHERE branch_no = $branch_no AND case_no = $case_no AND kind = $kind AND id = $id AND is_closed = 1

-- name: review_told
SELECT device_no, other_id FROM conflict
WHERE branch_no = $branch_no AND case_no = $case_no AND kind = $kind AND id = $id AND is_closed = 1

-- What headquarters decided about a case (or about none), of one kind of fact.
-- name: decided_of_case
SELECT e.id, e.person_no, e.at_ms, e.body, coalesce(p.name, ''), coalesce(p.code, '')
FROM event e INDEXED BY event_by_case
LEFT JOIN person p ON p.branch_no = e.branch_no AND p.person_no = e.person_no
WHERE e.branch_no = $branch_no AND e.case_no = $case_no AND e.device_no = 0 AND e.kind = $kind
  AND e.is_copy = 0
ORDER BY e.order_at_ms, e.device_no, e.seq

-- Requests that were decided lately, the newest first.
-- name: arrangement_decided_lately
SELECT a.case_no, k.case_ref, k.client, k.debtor_name, s.state, a.id
FROM arrangement a
JOIN kase k ON k.branch_no = a.branch_no AND k.case_no = a.case_no
JOIN kase_state s ON s.branch_no = a.branch_no AND s.case_no = a.case_no
WHERE a.branch_no = $branch_no AND a.decided_at_ms >= $from_ms AND a.decided_at_ms > 0
  AND a.id >= $id_from AND a.id <= $id_until
ORDER BY a.decided_at_ms DESC, a.case_no, a.id LIMIT $row_count

-- Tablets that hold a case, or did, and have called since. When a tablet called last is noted once
-- in a minute only, so a page of the feed that was given to it counts, too.
-- name: feed_called_since
SELECT d.person_no, f.is_withdrawn FROM feed f
JOIN device d ON d.branch_no = f.branch_no AND d.device_no = f.device_no
WHERE f.branch_no = $branch_no AND f.case_no = $case_no
  AND (d.seen_at_ms > $since_ms
       OR EXISTS (SELECT 1 FROM feed_page p WHERE p.branch_no = f.branch_no
                  AND p.device_no = f.device_no AND p.given_at_ms >= $since_ms))

-- name: review_fact
SELECT e.device_no, e.strand, e.seq, e.case_no, e.person_no, e.at_ms, e.order_at_ms,
       e.received_at_ms, e.true_from_ms, e.true_until_ms, e.body, coalesce(p.code, ''),
       coalesce(p.name, '')
FROM (SELECT * FROM event INDEXED BY event_by_case
      WHERE branch_no = $branch_no AND case_no = $case_no AND $case_no > 0 AND id = $id
      UNION ALL
      SELECT * FROM event INDEXED BY event_apart_by_id
      WHERE branch_no = $branch_no AND case_no = 0 AND id = $id) e
LEFT JOIN person p ON p.branch_no = e.branch_no AND p.person_no = e.person_no
WHERE e.is_copy = 0
ORDER BY e.device_no, e.strand LIMIT 1

-- How a request stands that no longer waits.
-- name: arrangement_by_id
SELECT state, decided_at_ms FROM arrangement
WHERE branch_no = $branch_no AND id >= $id_from AND id <= $id_until LIMIT 1

-- name: signature_last
SELECT coalesce(max(received_at_ms), 0) FROM batch_signature WHERE branch_no = $branch_no

-- ---- quarantine ----

-- name: quarantine_list
SELECT q.device_no, q.strand, q.seq, q.id, q.reason, e.kind, e.case_no, e.at_ms, e.received_at_ms,
       length(e.body), coalesce(p.name, '')
FROM quarantine q
JOIN event e ON e.branch_no = q.branch_no AND e.device_no = q.device_no AND e.strand = q.strand
    AND e.seq = q.seq
LEFT JOIN person p ON p.branch_no = e.branch_no AND p.person_no = e.person_no
WHERE q.branch_no = $branch_no AND ($device_no = 0 OR q.device_no = $device_no)
ORDER BY q.device_no, q.strand, q.seq
LIMIT $row_count OFFSET $first_row

-- name: quarantine_at
SELECT q.id, e.body, e.case_no FROM quarantine q
JOIN event e ON e.branch_no = q.branch_no AND e.device_no = q.device_no AND e.strand = q.strand
    AND e.seq = q.seq
WHERE q.branch_no = $branch_no AND q.device_no = $device_no AND q.strand = $strand AND q.seq = $seq

-- name: quarantine_by_id
SELECT q.device_no, q.strand, q.seq, q.id, q.reason, e.kind, e.case_no, e.person_no, e.at_ms,
       e.received_at_ms, e.body
FROM quarantine q
JOIN event e ON e.branch_no = q.branch_no AND e.device_no = q.device_no AND e.strand = q.strand
    AND e.seq = q.seq
WHERE q.branch_no = $branch_no AND q.id >= $id_from AND q.id <= $id_until
ORDER BY q.id, q.device_no, q.strand

-- ---- alarms, attachments, tablets: as commands show them ----

-- name: alarm_by_id
SELECT id, person_no, seen_at_ms, by_name FROM alarm
WHERE branch_no = $branch_no AND id >= $id_from AND id <= $id_until
ORDER BY id

-- name: attachment_shown
SELECT a.hash, a.size, a.media, a.lack_count, a.named_at_ms, a.stored_at_ms, a.safe_at_ms,
       a.wrong_count, a.missing_count,
       coalesce((SELECT k.case_ref FROM evidence e
                 JOIN kase k ON k.branch_no = e.branch_no AND k.case_no = e.case_no
                 WHERE e.branch_no = a.branch_no AND e.hash = a.hash AND e.size = a.size
                 ORDER BY e.at_ms, e.id LIMIT 1), ''),
       coalesce((SELECT p.name FROM evidence e
                 JOIN person p ON p.branch_no = e.branch_no AND p.person_no = e.person_no
                 WHERE e.branch_no = a.branch_no AND e.hash = a.hash AND e.size = a.size
                 ORDER BY e.at_ms, e.id LIMIT 1), '')
FROM attachment a
WHERE a.branch_no = $branch_no
  AND (($is_pending = 1 AND a.stored_at_ms = 0)
       OR ($is_damaged = 1 AND (a.wrong_count > 0 OR a.missing_count > 0)))
ORDER BY a.named_at_ms, a.hash
LIMIT $row_count OFFSET $first_row

-- name: device_list
SELECT d.device_no, d.person_no, coalesce(p.name, ''), d.enrolled_at_ms, d.is_revoked,
       d.seen_at_ms, d.app_version, d.model,
       (SELECT coalesce(max(seq), 0) FROM strand s
        WHERE s.branch_no = d.branch_no AND s.device_no = d.device_no),
       (SELECT count(*) FROM strand s
        WHERE s.branch_no = d.branch_no AND s.device_no = d.device_no),
       (SELECT count(*) FROM feed f
        WHERE f.branch_no = d.branch_no AND f.device_no = d.device_no AND f.is_withdrawn = 0),
       (SELECT coalesce(max(safe_seq), 0) FROM strand s
        WHERE s.branch_no = d.branch_no AND s.device_no = d.device_no),
       coalesce(h.at_ms, 0), coalesce(h.unsent_age_min, 0), coalesce(h.free_mib, 0),
       coalesce(h.attachments_waiting, 0), coalesce(h.quarantined_count, 0),
       coalesce(h.clock_at_ms, 0), coalesce(h.clock_behind_ms, 0),
       coalesce((SELECT group_concat(origin_no || '≤' || until_seq, ' ') FROM device_lineage l
                 WHERE l.branch_no = d.branch_no AND l.device_no = d.device_no), ''),
       coalesce((SELECT group_concat(new_device_no, ' ') FROM device_successor n
                 WHERE n.branch_no = d.branch_no AND n.device_no = d.device_no), ''),
       (SELECT count(*) FROM attachment_feed f
        WHERE f.branch_no = d.branch_no AND f.device_no = d.device_no AND f.is_lacking = 1)
FROM device d
LEFT JOIN person p ON p.branch_no = d.branch_no AND p.person_no = d.person_no
LEFT JOIN device_health h ON h.branch_no = d.branch_no AND h.device_no = d.device_no
WHERE d.branch_no = $branch_no AND d.device_no > 0
ORDER BY d.device_no
