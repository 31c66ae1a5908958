-- Queries of the reports. Rows are read whole and counted by core/rules/tally, so
-- that no formula stands here; the clauses only leave out what cannot count.

-- Cases taken in by $as_of_day: how each stands now, who held it at the end of
-- that day (of an ended case: who held it last), and how it ended.
-- name: report_cases
SELECT k.case_no,
       coalesce(s.due_day, k.due_day),
       k.imported_day,
       coalesce(s.life, 0),
       coalesce(s.owed_minor, 0),
       (SELECT a.owner_no FROM assignment a
        WHERE a.branch_no = k.branch_no AND a.case_no = k.case_no AND a.at_ms < $until_at_ms
          AND (s.life = 1 OR a.owner_no <> 0)
        ORDER BY a.epoch DESC LIMIT 1),
       (SELECT min(+c.at_ms) FROM contact c -- '+': through the case, not through all times
        WHERE c.branch_no = k.branch_no AND c.case_no = k.case_no AND c.is_withdrawn = 0),
       CASE WHEN s.life > 1 THEN
           (SELECT e.at_ms FROM event e
            WHERE e.branch_no = k.branch_no AND e.case_no = k.case_no AND e.kind IN (81, 82)
            ORDER BY e.order_at_ms DESC, e.device_no DESC, e.seq DESC LIMIT 1) END,
       CASE WHEN s.life > 1 THEN
           (SELECT e.body FROM event e
            WHERE e.branch_no = k.branch_no AND e.case_no = k.case_no AND e.kind IN (81, 82)
            ORDER BY e.order_at_ms DESC, e.device_no DESC, e.seq DESC LIMIT 1) END,
       CASE WHEN s.life IS NULL THEN k.record END
FROM kase k
LEFT JOIN kase_state s ON s.branch_no = k.branch_no AND s.case_no = k.case_no
WHERE k.branch_no = $branch_no AND k.imported_day <= $as_of_day;

-- name: report_contacts
SELECT id, case_no, person_no, channel, outcome, result, role, cooperation, default_reason,
       ability, willingness, at_ms, dwell_s, fired_count, clock_quality, owed_minor,
       is_withdrawn, is_corrected
FROM contact
WHERE branch_no = $branch_no AND at_ms >= $from_at_ms AND at_ms < $until_at_ms;

-- name: report_arrangements
SELECT id, case_no, person_no, kind, state, amount_minor, paid_minor, due_day, judged_day,
       made_at_ms, decided_at_ms
FROM arrangement
WHERE branch_no = $branch_no
  AND ((made_at_ms >= $from_at_ms AND made_at_ms < $until_at_ms)
       OR (judged_day >= $from_day AND judged_day <= $until_day)
       OR (decided_at_ms >= $from_at_ms AND decided_at_ms < $until_at_ms));

-- name: report_payments
SELECT id, case_no, amount_minor, paid_day, channel, is_posted, credited_no, after_channel
FROM payment
WHERE branch_no = $branch_no AND paid_day >= $from_day;

-- name: report_incidents
SELECT id, case_no, person_no, kind, code, severity, at_ms, is_withdrawn
FROM incident
WHERE branch_no = $branch_no AND at_ms >= $from_at_ms AND at_ms < $until_at_ms;

-- name: report_days
SELECT person_no, day, planned, visited, skipped, distance_m, opened_at_ms, closed_at_ms,
       worked_minutes, planned_distance_m
FROM day
WHERE branch_no = $branch_no AND day >= $from_day AND day <= $until_day;

-- Plans and closes of days, which are about no case, as they were told.
-- name: report_day_facts
SELECT e.person_no, e.body FROM event e
WHERE e.branch_no = $branch_no AND e.case_no = 0 AND e.kind IN (21, 45) AND e.is_copy = 0
  AND e.order_at_ms >= $from_at_ms AND e.order_at_ms < $until_at_ms
ORDER BY e.person_no, e.order_at_ms, e.device_no, e.seq;

-- name: report_people
SELECT p.person_no, p.name, p.team_no, coalesce(t.name, '')
FROM person p LEFT JOIN team t ON t.branch_no = p.branch_no AND t.team_no = p.team_no
WHERE p.branch_no = $branch_no
ORDER BY p.person_no;

-- name: report_devices
SELECT d.device_no, d.person_no, d.seen_at_ms, d.policy
FROM device d
WHERE d.branch_no = $branch_no AND d.device_no <> 0 AND d.is_revoked = 0
ORDER BY d.device_no;

-- The oldest day that any row speaks of: periods before it have no data.
-- name: report_first_day
SELECT (SELECT min(at_ms) FROM contact WHERE branch_no = $branch_no),
       (SELECT min(paid_day) FROM payment WHERE branch_no = $branch_no),
       (SELECT min(imported_day) FROM kase WHERE branch_no = $branch_no);

-- ---- lists ----

-- Cases in hand and past due at the end of $as_of_day, with who held them then, the
-- last contact before it and what is agreed now. What is owed is what is owed now
-- and what was paid since; of a case without a state row it is in the record.
-- name: report_overdue
SELECT k.case_no, k.case_ref, k.debtor_name,
       (SELECT o.owner_no FROM assignment o
        WHERE o.branch_no = k.branch_no AND o.case_no = k.case_no AND o.at_ms < $until_at_ms
          AND (s.life = 1 OR o.owner_no <> 0)
        ORDER BY o.epoch DESC LIMIT 1),
       coalesce(s.owed_minor, 0), coalesce(s.due_day, k.due_day), coalesce(s.next_day, 0),
       c.at_ms, c.channel, c.outcome, c.result,
       a.kind, a.state, a.due_day, a.amount_minor,
       (SELECT coalesce(sum(p.amount_minor), 0) FROM payment p
        WHERE p.branch_no = k.branch_no AND p.case_no = k.case_no AND p.is_posted = 1
          AND +p.paid_day > $as_of_day),
       CASE WHEN s.life IS NULL THEN k.record END
FROM kase k
LEFT JOIN kase_state s ON s.branch_no = k.branch_no AND s.case_no = k.case_no
LEFT JOIN contact c ON c.branch_no = k.branch_no AND c.case_no = k.case_no AND c.id =
    (SELECT n.id FROM contact n
     WHERE n.branch_no = k.branch_no AND n.case_no = k.case_no AND n.is_withdrawn = 0
       AND +n.at_ms < $until_at_ms
     ORDER BY +n.at_ms DESC, n.id DESC LIMIT 1)
LEFT JOIN arrangement a ON a.branch_no = k.branch_no AND a.case_no = k.case_no AND a.id =
    (SELECT n.id FROM arrangement n
     WHERE n.branch_no = k.branch_no AND n.case_no = k.case_no AND n.state IN (1, 2, 7, 10)
     ORDER BY +n.made_at_ms DESC, n.id DESC LIMIT 1)
WHERE k.branch_no = $branch_no AND k.imported_day <= $as_of_day
  AND coalesce(s.due_day, k.due_day) < $as_of_day
  AND (coalesce(s.life, 1) = 1
       OR (SELECT max(e.at_ms) FROM event e
           WHERE e.branch_no = k.branch_no AND e.case_no = k.case_no AND e.kind IN (81, 82))
          >= $until_at_ms);

-- name: report_payment_list
SELECT p.paid_day, k.case_ref, k.debtor_name, p.amount_minor, p.channel, p.credited_no,
       p.after_channel, p.is_posted
FROM payment p
JOIN kase k ON k.branch_no = p.branch_no AND k.case_no = p.case_no
WHERE p.branch_no = $branch_no AND p.paid_day >= $from_day AND p.paid_day <= $until_day
ORDER BY p.paid_day, k.case_ref, p.id;

-- name: report_contact_list
SELECT c.at_ms, c.person_no, c.channel, k.case_ref, k.debtor_name, c.outcome, c.result, c.role,
       c.dwell_s, c.fired_count
FROM contact c
JOIN kase k ON k.branch_no = c.branch_no AND k.case_no = c.case_no
WHERE c.branch_no = $branch_no AND c.at_ms >= $from_at_ms AND c.at_ms < $until_at_ms
  AND c.is_withdrawn = 0
ORDER BY c.at_ms, c.id;

-- Cases that were visited in the period, and what they were taken in with: their visits
-- are judged anew.
-- name: report_visited_cases
SELECT k.case_no, k.record FROM kase k
WHERE k.branch_no = $branch_no AND k.case_no IN
    (SELECT c.case_no FROM contact c
     WHERE c.branch_no = $branch_no AND c.at_ms >= $from_at_ms AND c.at_ms < $until_at_ms
       AND c.channel = $channel)
ORDER BY k.case_no;

-- All facts of a case in canonical order. A fact of two strands is one fact.
-- name: report_case_facts
SELECT e.id, e.device_no, e.seq, e.order_at_ms, e.body FROM event e
WHERE e.branch_no = $branch_no AND e.case_no = $case_no
ORDER BY e.order_at_ms, e.device_no, e.seq, e.strand;

-- name: report_settings
SELECT name, value FROM setting
WHERE branch_no = $branch_no AND name >= 'target.' AND name < 'target/'
ORDER BY name;

-- name: report_setting_clear
DELETE FROM setting WHERE branch_no = $branch_no AND name = $name;
