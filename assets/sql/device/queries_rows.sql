-- Report rows.

-- name: contact_put
INSERT OR REPLACE INTO contact (id, case_no, person_no, channel, outcome, result, role, cooperation,
    default_reason, ability, willingness, at_ms, dwell_s, fired_count, clock_quality, owed_minor,
    is_withdrawn, is_corrected)
VALUES ($id, $case_no, $person_no, $channel, $outcome, $result, $role, $cooperation,
    $default_reason, $ability, $willingness, $at_ms, $dwell_s, $fired_count, $clock_quality,
    $owed_minor, $is_withdrawn, $is_corrected)

-- name: arrangement_put
INSERT OR REPLACE INTO arrangement (id, case_no, person_no, kind, state, amount_minor, paid_minor,
    due_day, judged_day, made_at_ms, decided_at_ms)
VALUES ($id, $case_no, $person_no, $kind, $state, $amount_minor, $paid_minor, $due_day,
    $judged_day, $made_at_ms, $decided_at_ms)

-- name: payment_put
INSERT OR REPLACE INTO payment (id, case_no, amount_minor, paid_day, channel, is_posted,
    credited_no, after_channel)
VALUES ($id, $case_no, $amount_minor, $paid_day, $channel, $is_posted, $credited_no,
    $after_channel)

-- name: incident_put
INSERT OR REPLACE INTO incident (id, case_no, person_no, kind, code, severity, at_ms, is_withdrawn)
VALUES ($id, $case_no, $person_no, $kind, $code, $severity, $at_ms, $is_withdrawn)

-- name: day_put
-- Opening and closing are two facts: what one does not say, the other keeps.
INSERT INTO day (person_no, day, planned, visited, skipped, distance_m, opened_at_ms, closed_at_ms,
    worked_minutes, planned_distance_m)
VALUES ($person_no, $day, $planned, $visited, $skipped, $distance_m, $opened_at_ms, $closed_at_ms,
    $worked_minutes, $planned_distance_m)
ON CONFLICT (person_no, day) DO UPDATE SET
    planned = iif(excluded.planned <> 0, excluded.planned, planned),
    visited = iif(excluded.visited <> 0, excluded.visited, visited),
    skipped = iif(excluded.skipped <> 0, excluded.skipped, skipped),
    distance_m = iif(excluded.distance_m <> 0, excluded.distance_m, distance_m),
    worked_minutes = iif(excluded.worked_minutes <> 0, excluded.worked_minutes, worked_minutes),
    planned_distance_m = iif(excluded.planned_distance_m <> 0, excluded.planned_distance_m,
                             planned_distance_m),
    opened_at_ms = iif(opened_at_ms <> 0, opened_at_ms, excluded.opened_at_ms),
    closed_at_ms = iif(excluded.closed_at_ms <> 0, excluded.closed_at_ms, closed_at_ms)

-- name: kept_contact_put
INSERT OR REPLACE INTO kept_contact (id, case_no, person_no, channel, outcome, result, role, cooperation,
    default_reason, ability, willingness, at_ms, dwell_s, fired_count, clock_quality, owed_minor,
    is_withdrawn, is_corrected)
VALUES ($id, $case_no, $person_no, $channel, $outcome, $result, $role, $cooperation,
    $default_reason, $ability, $willingness, $at_ms, $dwell_s, $fired_count, $clock_quality,
    $owed_minor, $is_withdrawn, $is_corrected)

-- name: kept_arrangement_put
INSERT OR REPLACE INTO kept_arrangement (id, case_no, person_no, kind, state, amount_minor,
    paid_minor, due_day, judged_day, made_at_ms, decided_at_ms)
VALUES ($id, $case_no, $person_no, $kind, $state, $amount_minor, $paid_minor, $due_day,
    $judged_day, $made_at_ms, $decided_at_ms)

-- name: kept_payment_put
INSERT OR REPLACE INTO kept_payment (id, case_no, amount_minor, paid_day, channel, is_posted,
    credited_no, after_channel)
VALUES ($id, $case_no, $amount_minor, $paid_day, $channel, $is_posted, $credited_no,
    $after_channel)

-- name: contact_read
SELECT * FROM contact WHERE at_ms >= $from_at_ms AND at_ms < $until_at_ms ORDER BY at_ms, id

-- name: arrangement_read
SELECT * FROM arrangement
WHERE (made_at_ms >= $from_at_ms AND made_at_ms < $until_at_ms)
   OR (due_day >= $from_day AND due_day < $until_day)
   OR (judged_day >= $from_day AND judged_day < $until_day)
   OR (decided_at_ms >= $from_at_ms AND decided_at_ms < $until_at_ms)
ORDER BY made_at_ms, id

-- name: payment_read
SELECT * FROM payment WHERE paid_day >= $from_day AND paid_day < $until_day ORDER BY paid_day, id

-- name: incident_read
SELECT * FROM incident WHERE at_ms >= $from_at_ms AND at_ms < $until_at_ms ORDER BY at_ms, id

-- name: day_read
SELECT * FROM day WHERE day >= $from_day AND day < $until_day ORDER BY day, person_no

-- name: contact_clear
DELETE FROM contact WHERE case_no = $case_no

-- name: contact_clear_all
DELETE FROM contact

-- name: arrangement_clear
DELETE FROM arrangement WHERE case_no = $case_no

-- name: arrangement_clear_all
DELETE FROM arrangement

-- name: payment_clear
DELETE FROM payment WHERE case_no = $case_no

-- name: payment_clear_all
DELETE FROM payment

-- name: incident_clear
DELETE FROM incident WHERE case_no = $case_no

-- name: incident_clear_all
DELETE FROM incident

-- name: day_clear
DELETE FROM day

-- name: contact_restore
INSERT OR REPLACE INTO contact SELECT * FROM kept_contact WHERE case_no = $case_no

-- name: contact_restore_all
INSERT OR REPLACE INTO contact SELECT * FROM kept_contact

-- name: arrangement_restore
INSERT OR REPLACE INTO arrangement SELECT * FROM kept_arrangement WHERE case_no = $case_no

-- name: arrangement_restore_all
INSERT OR REPLACE INTO arrangement SELECT * FROM kept_arrangement

-- name: payment_restore
INSERT OR REPLACE INTO payment SELECT * FROM kept_payment WHERE case_no = $case_no

-- name: payment_restore_all
INSERT OR REPLACE INTO payment SELECT * FROM kept_payment

-- name: contact_freeze
INSERT OR REPLACE INTO kept_contact SELECT * FROM contact WHERE case_no = $case_no

-- name: arrangement_freeze
INSERT OR REPLACE INTO kept_arrangement SELECT * FROM arrangement WHERE case_no = $case_no

-- name: payment_freeze
INSERT OR REPLACE INTO kept_payment SELECT * FROM payment WHERE case_no = $case_no

-- name: row_to_take_back
-- At most one: an id is in one of the tables. `person_no` of a payment is whom it is
-- credited to. Which rows may be taken back is said in core/event/rows.h.
SELECT 1 AS list, person_no, 0 AS kind, 0 AS is_posted FROM contact
WHERE case_no = $case_no AND id = $id
UNION ALL
SELECT 2, person_no, 0, 0 FROM arrangement WHERE case_no = $case_no AND id = $id
UNION ALL
SELECT 3, credited_no, 0, is_posted FROM payment WHERE case_no = $case_no AND id = $id
UNION ALL
SELECT 4, person_no, kind, 0 FROM incident WHERE case_no = $case_no AND id = $id

-- name: contact_take_back
UPDATE contact SET is_withdrawn = 1 WHERE case_no = $case_no AND id = $id

-- name: arrangement_take_back
UPDATE arrangement SET state = 8 WHERE case_no = $case_no AND id = $id

-- name: payment_take_back
UPDATE payment SET amount_minor = 0 WHERE case_no = $case_no AND id = $id

-- name: incident_take_back
UPDATE incident SET is_withdrawn = 1 WHERE case_no = $case_no AND id = $id

-- name: dump_cases
SELECT * FROM cases ORDER BY case_no

-- name: dump_search
SELECT * FROM search ORDER BY case_no

-- name: dump_contact
SELECT * FROM contact ORDER BY id

-- name: dump_arrangement
SELECT * FROM arrangement ORDER BY id

-- name: dump_payment
SELECT * FROM payment ORDER BY id

-- name: dump_incident
SELECT * FROM incident ORDER BY id

-- How long a day was is told when it closes.
-- name: dump_day
SELECT person_no, day, planned, visited, skipped, distance_m, opened_at_ms,
       iif(closed_at_ms = 0, 0, closed_at_ms || '|' || worked_minutes || '|' || planned_distance_m)
FROM day ORDER BY person_no, day
