-- Queries of retention and erasure (sync/server/store/erase.h).

-- Facts of a case; copies stand apart and are found by their id.
-- name: erase_events
SELECT device_no, strand, seq, id, order_at_ms, link, body FROM event
WHERE branch_no = $branch_no AND case_no = $case_no
ORDER BY device_no, strand, seq

-- What was answered to messages about a case: facts of no case.
-- name: erase_answers
SELECT e.device_no, e.strand, e.seq, e.id, e.order_at_ms, e.link, e.body
FROM message m
JOIN incident i ON i.branch_no = m.branch_no AND i.kind = 57 AND i.code = m.message_no
JOIN event e ON e.branch_no = i.branch_no AND e.case_no = 0 AND e.id = i.id AND e.is_copy = 0
WHERE m.branch_no = $branch_no AND m.case_no = $case_no
ORDER BY e.device_no, e.strand, e.seq

-- name: erase_copies
SELECT device_no, strand, seq, id, order_at_ms, link, body
FROM event INDEXED BY event_apart_by_id
WHERE branch_no = $branch_no AND case_no = 0 AND id = $id AND is_copy <> 0
ORDER BY device_no, strand

-- name: erase_event_add
INSERT INTO event_erased (branch_no, device_no, strand, seq, erasure_seq, body_hash)
VALUES ($branch_no, $device_no, $strand, $seq, $erasure_seq, $body_hash)

-- name: erase_event_body
UPDATE event SET body = $body
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand AND seq = $seq

-- An alarm that came before its fact has the same words, signed; what is left is nobody's word.
-- name: erase_alarm
UPDATE alarm SET body = $body, signature = x'' WHERE branch_no = $branch_no AND id = $id

-- Files that only this case names.
-- name: erase_files
SELECT DISTINCT e.hash, e.size, e.evidence FROM evidence e
JOIN attachment a ON a.branch_no = e.branch_no AND a.hash = e.hash AND a.size = e.size
WHERE e.branch_no = $branch_no AND e.case_no = $case_no AND NOT EXISTS (
    SELECT 1 FROM evidence o
    WHERE o.branch_no = e.branch_no AND o.hash = e.hash AND o.size = e.size
      AND o.case_no <> e.case_no)
ORDER BY e.hash, e.size

-- name: erase_file_add
INSERT INTO attachment_erased (branch_no, hash, size, erasure_seq)
VALUES ($branch_no, $hash, $size, $erasure_seq) ON CONFLICT DO NOTHING

-- name: erase_file_drop
DELETE FROM attachment WHERE branch_no = $branch_no AND hash = $hash AND size = $size

-- name: erase_file_feed_drop
DELETE FROM attachment_feed WHERE branch_no = $branch_no AND hash = $hash AND size = $size

-- name: erase_file_is
SELECT count(*) FROM attachment_erased
WHERE branch_no = $branch_no AND hash = $hash AND size = $size

-- name: erase_file_all
SELECT hash, size FROM attachment_erased WHERE branch_no = $branch_no ORDER BY hash, size

-- name: erase_letters
UPDATE message SET body = '*' WHERE branch_no = $branch_no AND case_no = $case_no

-- name: erase_letter_count
SELECT count(*) FROM message
WHERE branch_no = $branch_no AND case_no = $case_no AND body <> '*'

-- name: erase_evidence_notes
UPDATE evidence SET note = '' WHERE branch_no = $branch_no AND case_no = $case_no

-- name: erase_conflict_notes
UPDATE conflict SET note = '' WHERE branch_no = $branch_no AND case_no = $case_no

-- name: erase_verdict_notes
UPDATE verdict SET note = ''
WHERE branch_no = $branch_no AND note <> '' AND EXISTS (
    SELECT 1 FROM event e INDEXED BY event_by_case
    WHERE e.branch_no = verdict.branch_no AND e.case_no = $case_no
      AND e.device_no = verdict.device_no AND e.strand = verdict.strand AND e.seq = verdict.seq)

-- name: erase_record
SELECT record, batch_no FROM kase WHERE branch_no = $branch_no AND case_no = $case_no

-- ---- what was erased ----

-- name: erase_all
SELECT seq, case_no, body FROM event
WHERE branch_no = $branch_no AND device_no = 0 AND strand = 0 AND kind = 91 ORDER BY seq

-- name: erase_facts_of
SELECT x.device_no, x.strand, x.seq, e.link, x.body_hash, e.body,
       (SELECT max(l.erasure_seq) FROM event_erased l
        WHERE l.branch_no = x.branch_no AND l.device_no = x.device_no AND l.strand = x.strand
          AND l.seq = x.seq)
FROM event_erased x INDEXED BY event_erased_by_erasure
JOIN event e ON e.branch_no = x.branch_no AND e.device_no = x.device_no AND e.strand = x.strand
    AND e.seq = x.seq
WHERE x.branch_no = $branch_no AND x.erasure_seq = $erasure_seq
ORDER BY x.device_no, x.strand, x.seq

-- name: erase_files_of
SELECT hash, size FROM attachment_erased INDEXED BY attachment_erased_by_erasure
WHERE branch_no = $branch_no AND erasure_seq = $erasure_seq ORDER BY hash, size

-- Something that claims to be erased by a fact that is no erasure.
-- name: erase_orphans
SELECT device_no, seq FROM event_erased x
WHERE x.branch_no = $branch_no AND NOT EXISTS (
    SELECT 1 FROM event e WHERE e.branch_no = x.branch_no AND e.device_no = 0 AND e.strand = 0
      AND e.seq = x.erasure_seq AND e.kind = 91)
ORDER BY device_no, seq LIMIT 20

-- ---- who asks, who erases ----

-- name: erase_request_next
SELECT coalesce(max(request_no), 0) + 1 FROM erasure_request WHERE branch_no = $branch_no

-- name: erase_request_add
INSERT INTO erasure_request (branch_no, request_no, case_no, classes, ground, note, asked_no,
                             asked_at_ms, decided_no, decided_at_ms, erasure_seq)
VALUES ($branch_no, $request_no, $case_no, $classes, $ground, $note, $asked_no, $asked_at_ms,
        0, 0, 0)

-- name: erase_request_get
SELECT case_no, classes, ground, note, asked_no, decided_no FROM erasure_request
WHERE branch_no = $branch_no AND request_no = $request_no

-- name: erase_request_decide
UPDATE erasure_request SET decided_no = $decided_no, decided_at_ms = $decided_at_ms,
    erasure_seq = $erasure_seq
WHERE branch_no = $branch_no AND request_no = $request_no AND decided_no = 0

-- name: erase_request_all
SELECT r.request_no, r.case_no, coalesce(k.case_ref, ''), r.classes, r.ground, r.note, r.asked_no,
       coalesce(p.code, ''), r.asked_at_ms, r.decided_no, r.decided_at_ms, r.erasure_seq
FROM erasure_request r
LEFT JOIN kase k ON k.branch_no = r.branch_no AND k.case_no = r.case_no
LEFT JOIN person p ON p.branch_no = r.branch_no AND p.person_no = r.asked_no
WHERE r.branch_no = $branch_no ORDER BY r.request_no

-- ---- holds and clocks ----

-- Whether a hold stands: what headquarters said last.
-- name: hold_of_case
SELECT body FROM event INDEXED BY event_by_case
WHERE branch_no = $branch_no AND case_no = $case_no AND device_no = 0 AND kind = 92
ORDER BY order_at_ms DESC, seq DESC LIMIT 1

-- What was said last of each case that ever had one.
-- name: hold_all
SELECT e.case_no, coalesce(k.case_ref, ''), e.at_ms, e.body FROM event e
LEFT JOIN kase k ON k.branch_no = e.branch_no AND k.case_no = e.case_no
WHERE e.branch_no = $branch_no AND e.device_no = 0 AND e.strand = 0 AND e.kind = 92
  AND NOT EXISTS (SELECT 1 FROM event n INDEXED BY event_by_case
                  WHERE n.branch_no = e.branch_no AND n.case_no = e.case_no AND n.kind = 92
                    AND n.device_no = 0 AND n.seq > e.seq)
ORDER BY e.seq

-- When a case ended, for each that did: the clocks of most data begin there.
-- name: retention_ended
SELECT k.case_no, k.case_ref, k.zone, max(i.at_ms) FROM kase_state s
JOIN kase k ON k.branch_no = s.branch_no AND k.case_no = s.case_no
JOIN incident i ON i.branch_no = s.branch_no AND i.case_no = s.case_no AND i.kind IN (81, 82)
WHERE s.branch_no = $branch_no AND s.life <> 1
GROUP BY k.case_no ORDER BY 4, k.case_no

-- name: retention_ended_of
SELECT coalesce(max(i.at_ms), 0) FROM incident i
JOIN kase_state s ON s.branch_no = i.branch_no AND s.case_no = i.case_no
WHERE i.branch_no = $branch_no AND i.case_no = $case_no AND i.kind IN (81, 82) AND s.life <> 1

-- Cases with facts of tablets from before a time: where a place or a stranger may stand too long.
-- Headquarters' own facts say neither; every case has some. Of the index alone.
-- name: retention_old_facts
SELECT o.case_no, k.case_ref, k.zone FROM (
    SELECT DISTINCT e.branch_no AS branch_no, e.case_no AS case_no
    FROM event e INDEXED BY event_by_case
    WHERE e.branch_no = $branch_no AND e.case_no > 0 AND e.order_at_ms < $before_at_ms
      AND e.device_no > 0) AS o
JOIN kase k ON k.branch_no = o.branch_no AND k.case_no = o.case_no
ORDER BY o.case_no

-- ---- what tablets erased ----

-- name: cleared_all
SELECT e.device_no, e.seq, e.case_no, coalesce(k.case_ref, ''), e.at_ms, e.body FROM incident i
JOIN event e ON e.branch_no = i.branch_no AND e.case_no = i.case_no AND e.id = i.id
    AND e.is_copy = 0
LEFT JOIN kase k ON k.branch_no = e.branch_no AND k.case_no = e.case_no
WHERE i.branch_no = $branch_no AND i.kind = 61 AND ($case_no = 0 OR i.case_no = $case_no)
ORDER BY e.at_ms DESC, e.device_no, e.seq LIMIT 1000
