-- Queries of the plan room: who can go, what is to be visited, who holds a case now.

-- The text of setting plan.staff.<person_no> is read by staff_terms_read().
-- name: plan_people
SELECT p.person_no, p.code, p.name, p.role, p.is_active, p.areas, p.capacity,
       coalesce(s.value, ''),
       coalesce((SELECT max(d.seen_at_ms) FROM device d
                 WHERE d.branch_no = p.branch_no AND d.person_no = p.person_no
                   AND d.is_revoked = 0), 0)
FROM person p
LEFT JOIN setting s ON s.branch_no = p.branch_no AND s.name = 'plan.staff.' || p.person_no
WHERE p.branch_no = $branch_no
ORDER BY p.person_no

-- name: plan_cases
SELECT k.case_no, k.case_ref, k.client, k.product, k.area, k.mandate_until_day,
       k.lat_e7, k.lon_e7, k.record, coalesce(s.life, 0), coalesce(s.owner_no, 0),
       coalesce(s.epoch, 0), coalesce(s.last_touch_day, 0), s.state
FROM kase k
LEFT JOIN kase_state s ON s.branch_no = k.branch_no AND s.case_no = k.case_no
WHERE k.branch_no = $branch_no
ORDER BY k.case_no

-- name: plan_holder
SELECT coalesce(s.life, 0), coalesce(s.owner_no, 0), coalesce(s.epoch, 0)
FROM kase k
LEFT JOIN kase_state s ON s.branch_no = k.branch_no AND s.case_no = k.case_no
WHERE k.branch_no = $branch_no AND k.case_no = $case_no

-- Of the last visits what came of them and when they began.
-- name: chance_visits
SELECT outcome, at_ms - dwell_s * 1000
FROM contact
WHERE branch_no = $branch_no AND at_ms >= $from_at_ms AND at_ms < $until_at_ms
  AND channel = 1 AND is_withdrawn = 0
ORDER BY at_ms DESC
LIMIT $most
