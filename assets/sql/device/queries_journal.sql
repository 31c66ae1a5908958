-- Own facts, what became of them at headquarters, and what headquarters asks.

-- name: journal_insert
INSERT INTO journal (device_no, seq, id, link, at_ms, order_at_ms, kind, case_no, visit_seq,
                     body)
VALUES ($device_no, $seq, $id, $link, $at_ms, $order_at_ms, $kind, $case_no, $visit_seq,
        $body)

-- name: journal_last
SELECT seq, link, order_at_ms FROM journal
WHERE device_no = $device_no ORDER BY seq DESC LIMIT 1

-- name: journal_link
SELECT link FROM journal WHERE device_no = $device_no AND seq = $seq

-- name: journal_read
SELECT j.seq, j.id, j.link, j.at_ms, j.order_at_ms, j.kind, j.case_no, j.visit_seq,
       j.body, coalesce(c.debtor_name, '') AS debtor_name,
       EXISTS (SELECT 1 FROM question q WHERE q.seq = j.seq AND q.is_settled = 0) AS is_questioned
FROM journal j LEFT JOIN cases c ON c.case_no = j.case_no
WHERE j.device_no = $device_no AND j.seq > $after_seq ORDER BY j.seq LIMIT $count_max

-- name: journal_by_seq
SELECT seq, id, order_at_ms, body FROM journal WHERE device_no = $device_no AND seq = $seq

-- name: journal_by_id
SELECT seq, id, order_at_ms, body FROM journal WHERE id = $id AND device_no = $device_no

-- name: journal_case
SELECT j.seq, j.id, j.link, j.at_ms, j.order_at_ms, j.kind, j.case_no, j.visit_seq,
       j.body, coalesce(c.debtor_name, '') AS debtor_name,
       EXISTS (SELECT 1 FROM question q WHERE q.seq = j.seq AND q.is_settled = 0) AS is_questioned
FROM journal j LEFT JOIN cases c ON c.case_no = j.case_no
WHERE j.case_no = $case_no AND j.device_no = $device_no AND j.seq > $after_seq ORDER BY j.seq

-- name: journal_list
SELECT j.seq, j.id, j.link, j.at_ms, j.order_at_ms, j.kind, j.case_no, j.visit_seq,
       j.body, coalesce(c.debtor_name, '') AS debtor_name,
       EXISTS (SELECT 1 FROM question q WHERE q.seq = j.seq AND q.is_settled = 0) AS is_questioned
FROM journal j LEFT JOIN cases c ON c.case_no = j.case_no
WHERE j.device_no = $device_no AND j.at_ms >= $from_at_ms AND j.at_ms < $until_at_ms
  AND ($kind = 0 OR j.kind = $kind) AND ($before_seq = 0 OR j.seq < $before_seq)
ORDER BY j.seq DESC LIMIT $count_max

-- name: journal_chain
SELECT seq, id, link, body FROM journal
WHERE device_no = $device_no AND seq > $after_seq ORDER BY seq

-- name: journal_chain_copy
SELECT seq, id, link, at_ms, order_at_ms, kind, case_no, visit_seq, body FROM journal
WHERE device_no = $device_no ORDER BY seq

-- name: journal_count
SELECT count(*) AS made_count, coalesce(sum(seq <= $stored_seq), 0) AS confirmed_count
FROM journal
WHERE device_no = $device_no AND at_ms >= $from_at_ms AND at_ms < $until_at_ms
  AND ($kind = 0 OR kind = $kind)

-- name: journal_oldest_unsent
SELECT at_ms FROM journal
WHERE device_no = $device_no AND seq > $stored_seq ORDER BY seq LIMIT 1

-- name: chain_load
SELECT sealed_seq, stored_seq, safe_seq, fork_seq FROM chain WHERE device_no = $device_no

-- name: chain_save
INSERT INTO chain (device_no, sealed_seq, stored_seq, safe_seq, fork_seq)
VALUES ($device_no, $sealed_seq, $stored_seq, $safe_seq, $fork_seq)
ON CONFLICT (device_no) DO UPDATE SET sealed_seq = excluded.sealed_seq,
    stored_seq = excluded.stored_seq, safe_seq = excluded.safe_seq, fork_seq = excluded.fork_seq

-- name: envelope_put
INSERT INTO envelope (name, first_seq, last_seq, sealed_at_ms)
VALUES ($name, $first_seq, $last_seq, $sealed_at_ms)
ON CONFLICT (name) DO UPDATE SET first_seq = excluded.first_seq, last_seq = excluded.last_seq,
    sealed_at_ms = excluded.sealed_at_ms

-- name: envelope_list
SELECT name, first_seq, last_seq, sealed_at_ms FROM envelope ORDER BY first_seq, name

-- name: envelope_delete
DELETE FROM envelope WHERE name = $name

-- name: envelope_delete_stored
DELETE FROM envelope WHERE last_seq <= $stored_seq

-- name: envelope_delete_from
DELETE FROM envelope WHERE last_seq >= $from_seq

-- name: receipt_put
INSERT INTO receipt (device_no, stored_seq, level, link, stored_at_ms, bytes, signature)
VALUES ($device_no, $stored_seq, $level, $link, $stored_at_ms, $bytes, $signature)
ON CONFLICT DO NOTHING

-- Of the newest fact: receipts are never deleted, and this is read with every sealing.
-- name: receipt_last
SELECT coalesce((SELECT stored_at_ms FROM receipt WHERE device_no = $device_no
                 ORDER BY stored_seq DESC, level DESC LIMIT 1), 0) AS stored_at_ms

-- name: question_put
INSERT INTO question (seq, code, text, asked_at_ms, is_settled)
VALUES ($seq, $code, $text, $asked_at_ms, $is_settled)
ON CONFLICT (seq) DO UPDATE SET code = excluded.code, text = excluded.text,
    asked_at_ms = excluded.asked_at_ms, is_settled = excluded.is_settled

-- name: question_list
SELECT seq, code, text, asked_at_ms, is_settled FROM question
WHERE is_settled = 0 OR $only_open = 0 ORDER BY asked_at_ms DESC, seq DESC

-- name: question_settle
UPDATE question SET is_settled = 1 WHERE seq = $seq

-- name: question_count
SELECT count(*) AS question_count FROM question WHERE is_settled = 0

-- name: question_open
SELECT count(*) AS question_count FROM question WHERE is_settled = 0 AND seq = $seq

-- name: quarantine_put
INSERT INTO quarantine (name, err, bytes, at_ms) VALUES ($name, $err, $bytes, $at_ms)
ON CONFLICT (name) DO UPDATE SET err = excluded.err, bytes = excluded.bytes,
    at_ms = excluded.at_ms,
    was_exported = CASE WHEN bytes = excluded.bytes THEN was_exported ELSE 0 END

-- name: quarantine_list
SELECT name, err, bytes, at_ms, was_exported FROM quarantine
WHERE $name = '' OR name = $name ORDER BY at_ms, name

-- name: quarantine_exported
UPDATE quarantine SET was_exported = 1 WHERE name = $name

-- name: quarantine_delete
DELETE FROM quarantine WHERE name = $name

-- name: quarantine_count
SELECT count(*) AS quarantine_count FROM quarantine
