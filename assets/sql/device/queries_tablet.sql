-- Settings, drafts, inbox.

-- name: setting_get
SELECT value FROM setting WHERE name = $name

-- name: setting_set
INSERT INTO setting (name, value) VALUES ($name, $value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: draft_put
INSERT INTO draft (key, case_no, bytes, changed_at_ms)
VALUES ($key, $case_no, $bytes, $changed_at_ms)
ON CONFLICT (key) DO UPDATE SET case_no = excluded.case_no, bytes = excluded.bytes,
    changed_at_ms = excluded.changed_at_ms

-- name: draft_get
SELECT key, case_no, bytes, changed_at_ms FROM draft WHERE key = $key

-- name: draft_delete
DELETE FROM draft WHERE key = $key

-- name: draft_list
SELECT key, case_no, bytes, changed_at_ms FROM draft ORDER BY changed_at_ms DESC, key

-- name: inbox_put
INSERT INTO inbox (message_no, sent_at_ms, case_no, from_name, text, read_at_ms, wants_answer,
                   answer_by_at_ms)
VALUES ($message_no, $sent_at_ms, $case_no, $from_name, $text, $read_at_ms, $wants_answer,
        $answer_by_at_ms)
ON CONFLICT (message_no) DO NOTHING

-- name: inbox_list
SELECT * FROM inbox ORDER BY sent_at_ms DESC, message_no DESC LIMIT $count_max

-- name: inbox_get
SELECT * FROM inbox WHERE message_no = $message_no

-- name: inbox_waiting
SELECT count(*) AS waiting_count FROM inbox
WHERE read_at_ms = 0 OR (wants_answer = 1 AND answered_at_ms = 0)

-- name: inbox_forget
-- What headquarters wrote about a case goes with the case.
DELETE FROM inbox WHERE case_no = $case_no

-- name: inbox_mark_read
UPDATE inbox SET read_at_ms = $read_at_ms WHERE message_no = $message_no AND read_at_ms = 0

-- name: inbox_answer
UPDATE inbox SET answer = $answer, answer_note = $answer_note, answered_at_ms = $answered_at_ms
WHERE message_no = $message_no
