-- Queries of the store, the merge and the API. Those of import and of the
-- reports stand in queries_import.sql and queries_report.sql.

-- ---- settings, audit ----

-- name: setting_get
SELECT value FROM setting WHERE branch_no = $branch_no AND name = $name

-- name: setting_set
INSERT INTO setting (branch_no, name, value) VALUES ($branch_no, $name, $value)
ON CONFLICT (branch_no, name) DO UPDATE SET value = excluded.value

-- name: audit_last
SELECT audit_no, link FROM audit WHERE branch_no = $branch_no ORDER BY audit_no DESC LIMIT 1

-- name: audit_add
INSERT INTO audit (branch_no, audit_no, at_ms, actor, action, detail, link, origin, person_no,
                   case_no)
VALUES ($branch_no, $audit_no, $at_ms, $actor, $action, $detail, $link, $origin, $person_no,
        $case_no)

-- name: audit_all
SELECT audit_no, at_ms, actor, action, detail, link, origin, person_no, case_no FROM audit
WHERE branch_no = $branch_no ORDER BY audit_no

-- Newest first. Each bound is off when 0 or empty.
-- name: audit_page
SELECT audit_no, at_ms, actor, action, detail, link, origin, person_no, case_no FROM audit
WHERE branch_no = $branch_no AND ($before_no = 0 OR audit_no < $before_no)
AND ($person_no = 0 OR person_no = $person_no) AND ($case_no = 0 OR case_no = $case_no)
AND ($action = '' OR action = $action)
ORDER BY audit_no DESC LIMIT $limit

-- name: branch_get
SELECT name FROM branch WHERE branch_no = $branch_no

-- name: branch_set
UPDATE branch SET name = $name WHERE branch_no = $branch_no

-- name: policy_get
SELECT body FROM policy WHERE branch_no = $branch_no AND hash = $hash

-- name: policy_add
INSERT INTO policy (branch_no, hash, body, set_at_ms) VALUES ($branch_no, $hash, $body, $set_at_ms)
ON CONFLICT (branch_no, hash) DO NOTHING

-- ---- people ----

-- name: person_get
SELECT p.code, p.name, p.role, p.team_no, p.is_active, p.areas, p.capacity, coalesce(t.name, '')
FROM person p LEFT JOIN team t ON t.branch_no = p.branch_no AND t.team_no = p.team_no
WHERE p.branch_no = $branch_no AND p.person_no = $person_no

-- name: person_by_code
SELECT person_no FROM person WHERE branch_no = $branch_no AND code = $code

-- name: person_all
SELECT p.person_no, p.code, p.name, p.role, p.team_no, p.is_active, p.areas, p.capacity,
       coalesce(t.name, ''),
       (SELECT count(*) FROM kase_state s
        WHERE s.branch_no = p.branch_no AND s.owner_no = p.person_no AND s.life = 1),
       (SELECT count(*) FROM device d
        WHERE d.branch_no = p.branch_no AND d.person_no = p.person_no AND d.is_revoked = 0)
FROM person p LEFT JOIN team t ON t.branch_no = p.branch_no AND t.team_no = p.team_no
WHERE p.branch_no = $branch_no
ORDER BY p.person_no

-- Above every number ever used, also by tablets and facts that came back after a restore.
-- name: person_next
SELECT coalesce(max(n), 0) + 1 FROM (
    SELECT max(person_no) AS n FROM person WHERE branch_no = $branch_no
    UNION ALL SELECT max(person_no) FROM device WHERE branch_no = $branch_no
    UNION ALL SELECT max(owner_no) FROM kase_state WHERE branch_no = $branch_no
) AS used

-- name: person_put
INSERT INTO person (branch_no, person_no, code, name, role, team_no, is_active, areas, capacity,
                    made_at_ms)
VALUES ($branch_no, $person_no, $code, $name, $role, $team_no, $is_active, $areas, $capacity,
        coalesce($made_at_ms, 0))
ON CONFLICT (branch_no, person_no) DO UPDATE SET
    code = excluded.code, name = excluded.name, role = excluded.role, team_no = excluded.team_no,
    is_active = excluded.is_active, areas = excluded.areas, capacity = excluded.capacity

-- name: team_by_name
SELECT team_no FROM team WHERE branch_no = $branch_no AND name = $name

-- name: team_next
SELECT coalesce(max(team_no), 0) + 1 FROM team WHERE branch_no = $branch_no

-- name: team_add
INSERT INTO team (branch_no, team_no, name) VALUES ($branch_no, $team_no, $name)

-- ---- devices and enrolment ----

-- name: enrol_code_add
INSERT INTO enrol_code (branch_no, hash, person_no, made_at_ms, expires_at_ms, used_at_ms, device_no)
VALUES ($branch_no, $hash, $person_no, $made_at_ms, $expires_at_ms, 0, 0)

-- name: enrol_code_get
SELECT person_no, expires_at_ms, used_at_ms, device_no FROM enrol_code
WHERE branch_no = $branch_no AND hash = $hash

-- name: enrol_code_use
UPDATE enrol_code SET used_at_ms = $used_at_ms, device_no = $device_no
WHERE branch_no = $branch_no AND hash = $hash AND used_at_ms = 0

-- name: enrol_code_void
-- A restored headquarters does not know which of its codes were used since.
UPDATE enrol_code SET expires_at_ms = $now_ms
WHERE branch_no = $branch_no AND used_at_ms = 0 AND expires_at_ms > $now_ms

-- Above every number ever heard of: also those under which other tablets captured facts
-- before this database forgot them. That is their word alone: one that lies uses up no
-- numbers, for a restored database forgot fewer than so many.
-- name: device_next
SELECT coalesce(max(n), 0) + 1 FROM (
    SELECT max(device_no) AS n FROM device WHERE branch_no = $branch_no
    UNION ALL SELECT max(origin_no) FROM device_lineage WHERE branch_no = $branch_no
        AND origin_no <= (SELECT coalesce(max(device_no), 0) + 10000 FROM device
                          WHERE branch_no = $branch_no)
    UNION ALL SELECT max(new_device_no) FROM device_successor WHERE branch_no = $branch_no
) AS used

-- name: device_add
INSERT INTO device (branch_no, device_no, person_no, public_key, enrolled_at_ms, is_revoked,
                    revoked_at_ms, seen_at_ms, app_version, feed_seq, holder_feed_seq, policy, model,
                    told_version)
VALUES ($branch_no, $device_no, $person_no, $public_key, $enrolled_at_ms, 0, 0, $enrolled_at_ms,
        $app_version, 0, 0, 0, $model, $app_version)

-- name: device_get
SELECT person_no, public_key, is_revoked, seen_at_ms, app_version, feed_seq, holder_feed_seq, policy,
       model
FROM device WHERE branch_no = $branch_no AND device_no = $device_no

-- name: device_of_person
SELECT device_no FROM device
WHERE branch_no = $branch_no AND person_no = $person_no AND is_revoked = 0 AND +device_no > 0

-- name: device_of_everybody
SELECT device_no FROM device
WHERE branch_no = $branch_no AND is_revoked = 0 AND device_no > 0

-- name: device_seen
UPDATE device SET seen_at_ms = $seen_at_ms, app_version = $app_version, policy = $policy
WHERE branch_no = $branch_no AND device_no = $device_no

-- name: device_feed_seq
SELECT feed_seq FROM device WHERE branch_no = $branch_no AND device_no = $device_no

-- name: device_feed_seq_set
UPDATE device SET feed_seq = $feed_seq WHERE branch_no = $branch_no AND device_no = $device_no

-- name: device_holder_changed
UPDATE device SET feed_seq = feed_seq + 1, holder_feed_seq = feed_seq + 1
WHERE branch_no = $branch_no AND device_no = $device_no

-- name: device_holder_changed_of_person
UPDATE device SET feed_seq = feed_seq + 1, holder_feed_seq = feed_seq + 1
WHERE branch_no = $branch_no AND person_no = $person_no AND is_revoked = 0 AND device_no > 0

-- name: device_holder_of_version
-- Once for each program newer than all before: two copies of a tablet may have two.
UPDATE device SET feed_seq = feed_seq + 1, holder_feed_seq = feed_seq + 1,
                  told_version = $app_version
WHERE branch_no = $branch_no AND device_no = $device_no AND told_version < $app_version

-- name: device_revoke
UPDATE device SET is_revoked = 1, revoked_at_ms = $revoked_at_ms
WHERE branch_no = $branch_no AND device_no = $device_no AND is_revoked = 0

-- ---- journal ----

-- name: strand_all
SELECT strand, parent_strand, from_seq, seq, link, order_at_ms, safe_seq, safe_at_ms, safe_feed_seq,
       told_order_at_ms
FROM strand
WHERE branch_no = $branch_no AND device_no = $device_no ORDER BY strand

-- name: strand_safe
UPDATE strand SET safe_seq = $safe_seq, safe_at_ms = $safe_at_ms, safe_feed_seq = $safe_feed_seq
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand

-- name: strand_put
INSERT INTO strand (branch_no, device_no, strand, parent_strand, from_seq, seq, link, order_at_ms,
                    told_order_at_ms)
VALUES ($branch_no, $device_no, $strand, $parent_strand, $from_seq, $seq, $link, $order_at_ms,
        $told_order_at_ms)
ON CONFLICT (branch_no, device_no, strand) DO UPDATE SET
    seq = excluded.seq, link = excluded.link, order_at_ms = excluded.order_at_ms,
    told_order_at_ms = excluded.told_order_at_ms

-- name: strand_everyone
SELECT device_no, strand, parent_strand, from_seq, seq, link, order_at_ms FROM strand
WHERE branch_no = $branch_no ORDER BY device_no, strand

-- name: event_add
INSERT INTO event (branch_no, device_no, strand, seq, id, kind, case_no, person_no, at_ms,
                   order_at_ms, received_at_ms, link, body, origin_no, is_copy, true_from_ms,
                   true_until_ms)
VALUES ($branch_no, $device_no, $strand, $seq, $id, $kind, $case_no, $person_no, $at_ms,
        $order_at_ms, $received_at_ms, $link, $body, $origin_no, $is_copy, $true_from_ms,
        $true_until_ms)

-- name: event_link
SELECT link, order_at_ms FROM event
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand AND seq = $seq

-- name: event_body
SELECT body, EXISTS (SELECT 1 FROM event_erased x
                     WHERE x.branch_no = event.branch_no AND x.device_no = event.device_no
                       AND x.strand = event.strand AND x.seq = event.seq)
FROM event
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand AND seq = $seq

-- name: event_id_at
SELECT id FROM event
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand AND seq = $seq

-- The fact itself first, then its copies under other numbers and in other strands. A fact of
-- a case is found among those of its case; the rest (copies too) have an index of ids.
-- name: event_by_id
SELECT device_no, strand, seq, kind, case_no, person_no, at_ms, body, is_copy
FROM event INDEXED BY event_by_case
WHERE branch_no = $branch_no AND case_no = $case_no AND $case_no > 0 AND id = $id
UNION ALL
SELECT device_no, strand, seq, kind, case_no, person_no, at_ms, body, is_copy
FROM event INDEXED BY event_apart_by_id
WHERE branch_no = $branch_no AND case_no = 0 AND id = $id
ORDER BY is_copy, device_no, strand

-- name: event_time
SELECT at_ms, true_from_ms, true_until_ms FROM event
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand AND seq = $seq

-- name: event_order_last
SELECT coalesce(max(order_at_ms), 0) FROM event WHERE branch_no = $branch_no AND case_no = $case_no

-- name: event_of_case
SELECT device_no, strand, seq, id, order_at_ms, body, origin_no FROM event
WHERE branch_no = $branch_no AND case_no = $case_no AND is_copy = 0
ORDER BY order_at_ms, device_no, seq, id

-- name: event_of_strand
SELECT seq, id, kind, case_no, person_no, at_ms, order_at_ms, link, body, origin_no, is_copy,
       received_at_ms, true_from_ms, true_until_ms,
       EXISTS (SELECT 1 FROM event_erased x
               WHERE x.branch_no = event.branch_no AND x.device_no = event.device_no
                 AND x.strand = event.strand AND x.seq = event.seq)
FROM event
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand
ORDER BY seq

-- name: event_without_case
SELECT device_no, strand, seq, id, order_at_ms, body, origin_no FROM event
WHERE branch_no = $branch_no AND case_no = 0 AND is_copy = 0
ORDER BY order_at_ms, device_no, seq, id

-- name: event_read_again
UPDATE event SET kind = $kind, case_no = $case_no, person_no = $person_no, at_ms = $at_ms
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand AND seq = $seq

-- name: event_count
SELECT count(*) FROM event WHERE branch_no = $branch_no

-- name: event_cases
SELECT case_no FROM kase WHERE branch_no = $branch_no AND case_no > $after_no
UNION
SELECT case_no FROM event WHERE branch_no = $branch_no AND case_no > $after_no
ORDER BY 1 LIMIT 1000

-- name: case_rows_contact
SELECT * FROM contact WHERE branch_no = $branch_no AND case_no = $case_no ORDER BY id

-- name: case_rows_arrangement
SELECT * FROM arrangement WHERE branch_no = $branch_no AND case_no = $case_no ORDER BY id

-- name: case_rows_payment
SELECT * FROM payment WHERE branch_no = $branch_no AND case_no = $case_no ORDER BY id

-- name: case_rows_incident
SELECT * FROM incident WHERE branch_no = $branch_no AND case_no = $case_no ORDER BY id

-- name: case_rows_assignment
SELECT * FROM assignment WHERE branch_no = $branch_no AND case_no = $case_no ORDER BY epoch

-- name: case_rows_state
SELECT * FROM kase_state WHERE branch_no = $branch_no AND case_no = $case_no

-- name: case_rows_conflict
SELECT case_no, kind, id, other_id, device_no, person_no, other_no, at_ms FROM conflict
WHERE branch_no = $branch_no AND case_no = $case_no AND kind < 100 ORDER BY kind, id

-- name: day_all
SELECT * FROM day WHERE branch_no = $branch_no ORDER BY person_no, day

-- name: signature_add
INSERT INTO batch_signature (branch_no, device_no, strand, seq, received_at_ms, status_hash, signature,
                             has_clock, clock_behind_ms)
VALUES ($branch_no, $device_no, $strand, $seq, $received_at_ms, $status_hash, $signature,
        $has_clock, $clock_behind_ms)
ON CONFLICT (branch_no, device_no, strand, seq) DO NOTHING

-- name: signature_of_strand
SELECT seq, status_hash, signature FROM batch_signature
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand ORDER BY seq

-- ---- cases ----

-- name: kase_log_last
SELECT log_no, link FROM kase_log WHERE branch_no = $branch_no ORDER BY log_no DESC LIMIT 1

-- name: kase_log_add
INSERT INTO kase_log (branch_no, log_no, case_no, batch_no, record_hash, link)
VALUES ($branch_no, $log_no, $case_no, $batch_no, $record_hash, $link)

-- name: kase_log_all
SELECT log_no, case_no, batch_no, record_hash, link FROM kase_log
WHERE branch_no = $branch_no ORDER BY log_no

-- name: kase_log_of_case
SELECT record_hash FROM kase_log
WHERE branch_no = $branch_no AND case_no = $case_no ORDER BY log_no DESC LIMIT 1

-- name: kase_records
SELECT case_no, record FROM kase
WHERE branch_no = $branch_no AND case_no > $after_no ORDER BY case_no LIMIT 1000

-- name: kase_records_unsealed
SELECT k.case_no, k.batch_no, k.record FROM kase k
WHERE k.branch_no = $branch_no AND NOT EXISTS (
    SELECT 1 FROM kase_log l WHERE l.branch_no = k.branch_no AND l.case_no = k.case_no)
ORDER BY k.case_no LIMIT 1000

-- name: kase_to_fold_next
SELECT case_no FROM kase_to_fold WHERE branch_no = $branch_no ORDER BY case_no LIMIT 1

-- name: kase_to_fold_drop
DELETE FROM kase_to_fold WHERE branch_no = $branch_no AND case_no = $case_no

-- name: kase_ref
SELECT case_ref FROM kase WHERE branch_no = $branch_no AND case_no = $case_no

-- name: kase_get
SELECT record FROM kase WHERE branch_no = $branch_no AND case_no = $case_no

-- name: kase_head
SELECT case_ref, client, debtor_name FROM kase WHERE branch_no = $branch_no AND case_no = $case_no

-- name: kase_by_ref
SELECT case_no FROM kase
WHERE branch_no = $branch_no AND client = $client AND case_ref = $case_ref

-- name: kase_by_ref_only
SELECT case_no FROM kase WHERE branch_no = $branch_no AND case_ref = $case_ref LIMIT 2

-- Above every number ever used, also by facts about cases that are not here (a
-- database restored from a backup), but not by a number that no one ever gave.
-- name: kase_next
SELECT coalesce(max(n), 0) + 1 FROM (
    SELECT max(case_no) AS n FROM kase WHERE branch_no = $branch_no
    UNION ALL
    SELECT max(case_no) AS n FROM event
    WHERE branch_no = $branch_no AND kind > 0 AND case_no < 1000000000000000
) AS used

-- name: kase_put
INSERT INTO kase (branch_no, case_no, case_ref, client, product, currency, debtor_name, area,
                  lat_e7, lon_e7, zone, due_day, mandate_until_day, imported_day, batch_no, record)
VALUES ($branch_no, $case_no, $case_ref, $client, $product, $currency, $debtor_name, $area,
        $lat_e7, $lon_e7, $zone, $due_day, $mandate_until_day, $imported_day, $batch_no, $record)
ON CONFLICT (branch_no, case_no) DO UPDATE SET
    case_ref = excluded.case_ref, client = excluded.client, product = excluded.product,
    currency = excluded.currency, debtor_name = excluded.debtor_name, area = excluded.area,
    lat_e7 = excluded.lat_e7, lon_e7 = excluded.lon_e7, zone = excluded.zone,
    due_day = excluded.due_day, mandate_until_day = excluded.mandate_until_day,
    imported_day = excluded.imported_day, batch_no = excluded.batch_no, record = excluded.record

-- name: kase_and_state
SELECT k.record, s.state FROM kase k
LEFT JOIN kase_state s ON s.branch_no = k.branch_no AND s.case_no = k.case_no
WHERE k.branch_no = $branch_no AND k.case_no = $case_no

-- name: state_get
SELECT state FROM kase_state WHERE branch_no = $branch_no AND case_no = $case_no

-- name: state_put
INSERT INTO kase_state (branch_no, case_no, life, owner_no, epoch, owed_minor, due_day,
                        last_touch_day, next_day, flags, asked_count, event_count, state)
VALUES ($branch_no, $case_no, $life, $owner_no, $epoch, $owed_minor, $due_day,
        $last_touch_day, $next_day, $flags, $asked_count, $event_count, $state)
ON CONFLICT (branch_no, case_no) DO UPDATE SET
    life = excluded.life, owner_no = excluded.owner_no, epoch = excluded.epoch,
    owed_minor = excluded.owed_minor, due_day = excluded.due_day,
    last_touch_day = excluded.last_touch_day, next_day = excluded.next_day,
    flags = excluded.flags, asked_count = excluded.asked_count,
    event_count = excluded.event_count, state = excluded.state

-- A case that stays with its owner and has nothing to ask, or as much as before: most facts.
-- Neither index of the table is touched.
-- name: state_keep
UPDATE kase_state SET
    life = $life, epoch = $epoch, owed_minor = $owed_minor, due_day = $due_day,
    last_touch_day = $last_touch_day, next_day = $next_day, flags = $flags,
    event_count = $event_count, state = $state
WHERE branch_no = $branch_no AND case_no = $case_no

-- name: state_of_owner
SELECT case_no FROM kase_state
WHERE branch_no = $branch_no AND owner_no = $owner_no AND life = 1 ORDER BY case_no

-- name: state_asked
SELECT s.case_no, k.case_ref, k.client, k.debtor_name, s.state, k.record FROM kase_state s
JOIN kase k ON k.branch_no = s.branch_no AND k.case_no = s.case_no
WHERE s.branch_no = $branch_no AND s.asked_count > 0 ORDER BY s.case_no

-- name: assignment_put
INSERT INTO assignment (branch_no, case_no, epoch, owner_no, at_ms, why)
VALUES ($branch_no, $case_no, $epoch, $owner_no, $at_ms, $why)
ON CONFLICT (branch_no, case_no, epoch) DO UPDATE SET
    owner_no = excluded.owner_no, at_ms = excluded.at_ms, why = excluded.why

-- name: assignment_clear
DELETE FROM assignment WHERE branch_no = $branch_no AND case_no = $case_no

-- ---- report rows ----

-- name: contact_put
INSERT INTO contact (branch_no, id, case_no, person_no, channel, outcome, result, role, cooperation,
                     default_reason, ability, willingness, at_ms, dwell_s, fired_count,
                     clock_quality, owed_minor, is_withdrawn, is_corrected)
VALUES ($branch_no, $id, $case_no, $person_no, $channel, $outcome, $result, $role, $cooperation,
        $default_reason, $ability, $willingness, $at_ms, $dwell_s, $fired_count,
        $clock_quality, $owed_minor, $is_withdrawn, $is_corrected)
ON CONFLICT (branch_no, case_no, id) DO UPDATE SET
    person_no = excluded.person_no, channel = excluded.channel, outcome = excluded.outcome,
    result = excluded.result, role = excluded.role, cooperation = excluded.cooperation,
    default_reason = excluded.default_reason, ability = excluded.ability,
    willingness = excluded.willingness, at_ms = excluded.at_ms, dwell_s = excluded.dwell_s,
    fired_count = excluded.fired_count, clock_quality = excluded.clock_quality,
    owed_minor = excluded.owed_minor, is_withdrawn = excluded.is_withdrawn,
    is_corrected = excluded.is_corrected

-- name: contact_clear
DELETE FROM contact WHERE branch_no = $branch_no AND case_no = $case_no

-- name: arrangement_put
INSERT INTO arrangement (branch_no, id, case_no, person_no, kind, state, amount_minor, paid_minor,
                         due_day, judged_day, made_at_ms, decided_at_ms)
VALUES ($branch_no, $id, $case_no, $person_no, $kind, $state, $amount_minor, $paid_minor,
        $due_day, $judged_day, $made_at_ms, $decided_at_ms)
ON CONFLICT (branch_no, case_no, id) DO UPDATE SET
    person_no = excluded.person_no, kind = excluded.kind, state = excluded.state,
    amount_minor = excluded.amount_minor, paid_minor = excluded.paid_minor,
    due_day = excluded.due_day, judged_day = excluded.judged_day,
    made_at_ms = excluded.made_at_ms, decided_at_ms = excluded.decided_at_ms

-- name: arrangement_clear
DELETE FROM arrangement WHERE branch_no = $branch_no AND case_no = $case_no

-- name: payment_put
INSERT INTO payment (branch_no, id, case_no, amount_minor, paid_day, channel, is_posted,
                     credited_no, after_channel)
VALUES ($branch_no, $id, $case_no, $amount_minor, $paid_day, $channel, $is_posted,
        $credited_no, $after_channel)
ON CONFLICT (branch_no, case_no, id) DO UPDATE SET
    amount_minor = excluded.amount_minor, paid_day = excluded.paid_day,
    channel = excluded.channel, is_posted = excluded.is_posted,
    credited_no = excluded.credited_no, after_channel = excluded.after_channel

-- name: payment_clear
DELETE FROM payment WHERE branch_no = $branch_no AND case_no = $case_no

-- name: incident_put
INSERT INTO incident (branch_no, id, case_no, person_no, kind, code, severity, at_ms, is_withdrawn)
VALUES ($branch_no, $id, $case_no, $person_no, $kind, $code, $severity, $at_ms, $is_withdrawn)
ON CONFLICT (branch_no, case_no, id) DO UPDATE SET
    person_no = excluded.person_no, kind = excluded.kind, code = excluded.code,
    severity = excluded.severity, at_ms = excluded.at_ms, is_withdrawn = excluded.is_withdrawn

-- name: incident_clear
DELETE FROM incident WHERE branch_no = $branch_no AND case_no = $case_no

-- name: row_to_take_back
-- At most one: an id is in one of the tables. `person_no` of a payment is whom it is
-- credited to. Which rows may be taken back is said in core/event/rows.h.
SELECT 1 AS list, person_no, 0 AS kind, 0 AS is_posted FROM contact
WHERE branch_no = $branch_no AND case_no = $case_no AND id = $id
UNION ALL
SELECT 2, person_no, 0, 0 FROM arrangement WHERE branch_no = $branch_no AND case_no = $case_no AND id = $id
UNION ALL
SELECT 3, credited_no, 0, is_posted FROM payment WHERE branch_no = $branch_no AND case_no = $case_no AND id = $id
UNION ALL
SELECT 4, person_no, kind, 0 FROM incident WHERE branch_no = $branch_no AND case_no = $case_no AND id = $id

-- name: contact_take_back
UPDATE contact SET is_withdrawn = 1 WHERE branch_no = $branch_no AND case_no = $case_no AND id = $id

-- name: arrangement_take_back
UPDATE arrangement SET state = 8 WHERE branch_no = $branch_no AND case_no = $case_no AND id = $id

-- name: payment_take_back
UPDATE payment SET amount_minor = 0 WHERE branch_no = $branch_no AND case_no = $case_no AND id = $id

-- name: incident_take_back
UPDATE incident SET is_withdrawn = 1 WHERE branch_no = $branch_no AND case_no = $case_no AND id = $id

-- A day is said twice, when it opens and when it closes, perhaps by two tablets
-- and in any order: the earliest opening, the latest closing, and its counts.
-- name: day_put
INSERT INTO day (branch_no, person_no, day, planned, visited, skipped, distance_m, opened_at_ms,
                 closed_at_ms, worked_minutes, planned_distance_m)
VALUES ($branch_no, $person_no, $day, $planned, $visited, $skipped, $distance_m, $opened_at_ms,
        $closed_at_ms, $worked_minutes, $planned_distance_m)
ON CONFLICT (branch_no, person_no, day) DO UPDATE SET
    planned = CASE WHEN excluded.closed_at_ms > closed_at_ms THEN excluded.planned
                   WHEN excluded.closed_at_ms < closed_at_ms THEN planned
                   ELSE max(planned, excluded.planned) END,
    visited = CASE WHEN excluded.closed_at_ms > closed_at_ms THEN excluded.visited
                   WHEN excluded.closed_at_ms < closed_at_ms THEN visited
                   ELSE max(visited, excluded.visited) END,
    skipped = CASE WHEN excluded.closed_at_ms > closed_at_ms THEN excluded.skipped
                   WHEN excluded.closed_at_ms < closed_at_ms THEN skipped
                   ELSE max(skipped, excluded.skipped) END,
    distance_m = CASE WHEN excluded.closed_at_ms > closed_at_ms THEN excluded.distance_m
                      WHEN excluded.closed_at_ms < closed_at_ms THEN distance_m
                      ELSE max(distance_m, excluded.distance_m) END,
    worked_minutes = CASE WHEN excluded.closed_at_ms > closed_at_ms THEN excluded.worked_minutes
                          WHEN excluded.closed_at_ms < closed_at_ms THEN worked_minutes
                          ELSE max(worked_minutes, excluded.worked_minutes) END,
    planned_distance_m = CASE
        WHEN excluded.closed_at_ms > closed_at_ms THEN excluded.planned_distance_m
        WHEN excluded.closed_at_ms < closed_at_ms THEN planned_distance_m
        ELSE max(planned_distance_m, excluded.planned_distance_m) END,
    opened_at_ms = CASE WHEN opened_at_ms = 0 THEN excluded.opened_at_ms
                        WHEN excluded.opened_at_ms = 0 THEN opened_at_ms
                        ELSE min(opened_at_ms, excluded.opened_at_ms) END,
    closed_at_ms = max(closed_at_ms, excluded.closed_at_ms)

-- name: day_clear
DELETE FROM day WHERE branch_no = $branch_no

-- ---- conflicts, quarantine ----

-- name: conflict_put
INSERT INTO conflict (branch_no, case_no, kind, id, other_id, device_no, person_no, other_no, at_ms,
                      is_closed, closed_at_ms, note)
VALUES ($branch_no, $case_no, $kind, $id, $other_id, $device_no, $person_no, $other_no, $at_ms,
        0, 0, '')
ON CONFLICT (branch_no, case_no, kind, id) DO NOTHING

-- name: conflict_clear
DELETE FROM conflict
WHERE branch_no = $branch_no AND case_no = $case_no AND is_closed = 0 AND kind < $kind_until

-- name: conflict_count
SELECT count(*) FROM conflict WHERE branch_no = $branch_no AND is_closed = 0

-- name: quarantine_put
INSERT INTO quarantine (branch_no, device_no, strand, seq, id, reason)
VALUES ($branch_no, $device_no, $strand, $seq, $id, $reason)
ON CONFLICT (branch_no, device_no, strand, seq) DO UPDATE SET reason = excluded.reason

-- name: quarantine_drop
DELETE FROM quarantine
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand AND seq = $seq

-- ---- feed ----

-- name: feed_of_case
SELECT device_no, is_withdrawn FROM feed WHERE branch_no = $branch_no AND case_no = $case_no

-- name: feed_put
INSERT INTO feed (branch_no, device_no, case_no, feed_seq, is_withdrawn)
VALUES ($branch_no, $device_no, $case_no, $feed_seq, $is_withdrawn)
ON CONFLICT (branch_no, case_no, device_no) DO UPDATE SET
    feed_seq = excluded.feed_seq, is_withdrawn = excluded.is_withdrawn

-- name: feed_page_rows
SELECT f.feed_seq, f.case_no, f.is_withdrawn, k.record, s.state FROM feed f
LEFT JOIN kase k ON k.branch_no = f.branch_no AND k.case_no = f.case_no
LEFT JOIN kase_state s ON s.branch_no = f.branch_no AND s.case_no = f.case_no
WHERE f.branch_no = $branch_no AND f.device_no = $device_no AND f.feed_seq > $after_seq
ORDER BY f.feed_seq

-- name: feed_left
SELECT count(*) FROM feed
WHERE branch_no = $branch_no AND device_no = $device_no AND feed_seq > $after_seq
AND is_withdrawn = 0

-- name: feed_held
SELECT case_no, feed_seq FROM feed
WHERE branch_no = $branch_no AND device_no = $device_no AND is_withdrawn = 0

-- name: feed_of_facts
-- Cases that the tablet holds and that its facts after after_seq are about.
SELECT DISTINCT f.case_no FROM event e
JOIN feed f ON f.branch_no = e.branch_no AND f.case_no = e.case_no AND f.device_no = e.device_no
WHERE e.branch_no = $branch_no AND e.device_no = $device_no AND e.strand = $strand
  AND e.seq > $after_seq AND f.is_withdrawn = 0 AND f.case_no > $after_case_no
ORDER BY f.case_no LIMIT $count_max

-- name: feed_all
SELECT case_no, is_withdrawn FROM feed WHERE branch_no = $branch_no AND device_no = $device_no

-- name: feed_page_put
INSERT INTO feed_page (branch_no, device_no, feed_seq, tag, digest, given_at_ms, folded_seq)
VALUES ($branch_no, $device_no, $feed_seq, $tag, $digest, $given_at_ms, $folded_seq)

-- name: feed_page_at
SELECT tag, digest, folded_seq FROM feed_page
WHERE branch_no = $branch_no AND device_no = $device_no AND feed_seq = $feed_seq
ORDER BY given_at_ms DESC

-- name: feed_page_drop_before
DELETE FROM feed_page
WHERE branch_no = $branch_no AND device_no = $device_no AND feed_seq < $feed_seq

-- name: message_next
SELECT coalesce(max(message_no), 0) + 1 FROM message WHERE branch_no = $branch_no

-- name: message_add
INSERT INTO message (branch_no, message_no, person_no, case_no, from_name, at_ms, body,
                     wants_answer, answer_by_at_ms)
VALUES ($branch_no, $message_no, $person_no, $case_no, $from_name, $at_ms, $body,
        $wants_answer, $answer_by_at_ms)

-- name: message_feed_add
INSERT INTO message_feed (branch_no, device_no, feed_seq, message_no)
VALUES ($branch_no, $device_no, $feed_seq, $message_no)

-- name: message_page
SELECT f.feed_seq, m.message_no, m.at_ms, m.from_name, m.case_no, m.body, m.wants_answer,
       m.answer_by_at_ms
FROM message_feed f
JOIN message m ON m.branch_no = f.branch_no AND m.message_no = f.message_no
WHERE f.branch_no = $branch_no AND f.device_no = $device_no AND f.feed_seq > $after_seq
ORDER BY f.feed_seq

-- One row for each message and each person it is for: columns up to the name of the person,
-- then when it was read, and the last answer that stands (its id, whether it was late, when).
-- name: message_states
SELECT m.message_no, m.at_ms, m.case_no, coalesce(k.case_ref, ''), m.body, m.wants_answer,
       m.answer_by_at_ms, t.person_no, coalesce(p.name, ''),
       (SELECT coalesce(min(i.at_ms), 0) FROM incident i
        WHERE i.branch_no = m.branch_no AND i.kind IN (56, 57) AND i.code = m.message_no
          AND i.person_no = t.person_no AND i.is_withdrawn = 0) AS read_at_ms,
       a.id, coalesce(a.severity, 0), coalesce(a.at_ms, 0)
FROM (SELECT branch_no, message_no, person_no FROM message WHERE person_no <> 0
      UNION
      SELECT e.branch_no, e.message_no, d.person_no FROM message e
      JOIN message_feed f ON f.branch_no = e.branch_no AND f.message_no = e.message_no
      JOIN device d ON d.branch_no = f.branch_no AND d.device_no = f.device_no
      WHERE e.person_no = 0) t
JOIN message m ON m.branch_no = t.branch_no AND m.message_no = t.message_no
LEFT JOIN person p ON p.branch_no = t.branch_no AND p.person_no = t.person_no
LEFT JOIN kase k ON k.branch_no = m.branch_no AND k.case_no = m.case_no
LEFT JOIN incident a ON a.branch_no = t.branch_no AND a.case_no = 0 AND a.id = (
    SELECT i.id FROM incident i
    WHERE i.branch_no = t.branch_no AND i.kind = 57 AND i.code = t.message_no
      AND i.person_no = t.person_no AND i.is_withdrawn = 0
    ORDER BY i.at_ms DESC, i.id DESC LIMIT 1)
WHERE m.branch_no = $branch_no
ORDER BY m.message_no DESC, t.person_no

-- name: verdict_put
INSERT INTO verdict (branch_no, device_no, strand, seq, verdict, at_ms, note, is_settled, feed_seq)
VALUES ($branch_no, $device_no, $strand, $seq, $verdict, $at_ms, $note, $is_settled, $feed_seq)
ON CONFLICT (branch_no, device_no, strand, seq, verdict) DO UPDATE SET
    at_ms = excluded.at_ms, note = excluded.note, is_settled = excluded.is_settled,
    feed_seq = excluded.feed_seq

-- name: verdict_get
SELECT is_settled, note FROM verdict
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand AND seq = $seq
  AND verdict = $verdict

-- name: verdict_page
SELECT feed_seq, strand, seq, verdict, at_ms, note, is_settled FROM verdict
WHERE branch_no = $branch_no AND device_no = $device_no AND feed_seq > $after_seq
ORDER BY feed_seq

-- ---- what stands where ----

-- name: status_counts
SELECT (SELECT count(*) FROM kase WHERE branch_no = $branch_no),
       (SELECT count(*) FROM kase_state WHERE branch_no = $branch_no AND life = 1 AND owner_no > 0),
       (SELECT coalesce(sum(asked_count), 0) FROM kase_state
        WHERE branch_no = $branch_no AND asked_count > 0),
       (SELECT count(*) FROM person WHERE branch_no = $branch_no AND is_active = 1),
       (SELECT count(*) FROM device
        WHERE branch_no = $branch_no AND is_revoked = 0 AND device_no > 0),
       (SELECT count(*) FROM event WHERE branch_no = $branch_no),
       (SELECT count(*) FROM conflict WHERE branch_no = $branch_no AND is_closed = 0),
       (SELECT count(*) FROM quarantine WHERE branch_no = $branch_no),
       (SELECT coalesce(max(received_at_ms), 0) FROM batch_signature WHERE branch_no = $branch_no)
