-- Queries of the import room: portfolios, payments, assignment.

-- name: import_batch_by_hash
SELECT batch_no, at_ms, row_count
FROM import_batch
WHERE branch_no = $branch_no AND kind = $kind AND file_hash = $file_hash

-- name: import_batch_next
SELECT COALESCE(MAX(batch_no), 0) + 1
FROM import_batch
WHERE branch_no = $branch_no

-- name: import_batch_add
INSERT INTO import_batch (branch_no, batch_no, kind, file_name, file_hash, at_ms, row_count,
                          new_count, changed_count, same_count, error_count)
VALUES ($branch_no, $batch_no, $kind, $file_name, $file_hash, $at_ms, $row_count,
        $new_count, $changed_count, $same_count, $error_count)

-- An import that did not come to its end: file_hash is x'00', the hash of the file, and
-- eight bytes of progress; the counts are those of the rows done.
-- name: import_batch_unfinished
SELECT batch_no, row_count, new_count, changed_count, same_count, error_count,
       substr(file_hash, 34)
FROM import_batch
WHERE branch_no = $branch_no AND kind = $kind AND substr(file_hash, 1, 33) = $mark

-- name: import_batch_set
UPDATE import_batch SET file_name = $file_name, file_hash = $file_hash, at_ms = $at_ms,
    row_count = $row_count, new_count = $new_count, changed_count = $changed_count,
    same_count = $same_count, error_count = $error_count
WHERE branch_no = $branch_no AND batch_no = $batch_no

-- name: import_error_add
INSERT INTO import_error (branch_no, batch_no, row_no, column_name, reason, value)
VALUES ($branch_no, $batch_no, $row_no, $column_name, $reason, $value)
ON CONFLICT DO NOTHING

-- name: import_case_by_ref
SELECT k.case_no, k.record, s.state
FROM kase k
LEFT JOIN kase_state s ON s.branch_no = k.branch_no AND s.case_no = k.case_no
WHERE k.branch_no = $branch_no AND k.client = $client AND k.case_ref = $case_ref

-- name: import_case_refs
SELECT case_no, client, case_ref
FROM kase
WHERE branch_no = $branch_no
ORDER BY case_no

-- name: import_case_count
SELECT COUNT(*)
FROM kase
WHERE branch_no = $branch_no

-- name: payments_posted_of_case
SELECT body
FROM event
WHERE branch_no = $branch_no AND case_no = $case_no AND kind = $kind

-- Arrangements that payments may still judge: asked 1, active 2, returned 7,
-- conflicting 10 of arrangement_states.def.
-- name: payments_waiting
SELECT case_no, id, state, paid_minor
FROM arrangement
WHERE branch_no = $branch_no AND state IN (1, 2, 7, 10)
ORDER BY case_no, made_at_ms, id

-- name: payments_arrangement
SELECT kind, state, amount_minor, paid_minor, due_day
FROM arrangement
WHERE branch_no = $branch_no AND case_no = $case_no AND id = $id

-- name: payments_state_of_case
SELECT k.case_ref, s.state, k.client
FROM kase k
LEFT JOIN kase_state s ON s.branch_no = k.branch_no AND s.case_no = k.case_no
WHERE k.branch_no = $branch_no AND k.case_no = $case_no

-- name: assign_people
SELECT person_no, code, name, role, team_no, is_active, areas, capacity
FROM person
WHERE branch_no = $branch_no
ORDER BY person_no

-- name: assign_cases
SELECT k.case_no, k.case_ref, k.area, k.mandate_until_day, k.record,
       COALESCE(s.life, 0), COALESCE(s.owner_no, 0), COALESCE(s.epoch, 0),
       COALESCE(s.owed_minor, -1), COALESCE(s.flags, 0)
FROM kase k
LEFT JOIN kase_state s ON s.branch_no = k.branch_no AND s.case_no = k.case_no
WHERE k.branch_no = $branch_no
ORDER BY k.case_no

-- name: assign_history
SELECT a.epoch, a.at_ms, a.why, COALESCE(p.code, ''), COALESCE(p.name, '')
FROM assignment a
LEFT JOIN person p ON p.branch_no = a.branch_no AND p.person_no = a.owner_no
WHERE a.branch_no = $branch_no AND a.case_no = $case_no
ORDER BY a.epoch
