-- Queries of the pages for people of headquarters.

-- Collectors and their day: plan and state of the day, visits that ended in it, of those with the
-- borrower in person, the last one; when a tablet was last heard, and alarms that nobody has seen.
-- name: today_people
SELECT p.person_no, p.code, p.name, coalesce(t.name, ''),
       coalesce(d.planned, 0), coalesce(d.skipped, 0), coalesce(d.opened_at_ms, 0),
       coalesce(d.closed_at_ms, 0), coalesce(c.visits, 0), coalesce(c.met, 0),
       coalesce(c.last_at_ms, 0),
       (SELECT coalesce(max(v.seen_at_ms), 0) FROM device v
        WHERE v.branch_no = p.branch_no AND v.person_no = p.person_no),
       coalesce(a.alarms, 0)
FROM person p
LEFT JOIN team t ON t.branch_no = p.branch_no AND t.team_no = p.team_no
LEFT JOIN day d ON d.branch_no = p.branch_no AND d.person_no = p.person_no AND d.day = $day
LEFT JOIN (SELECT person_no, count(*) AS visits, sum(role = $borrower) AS met,
                  max(at_ms) AS last_at_ms
           FROM contact
           WHERE branch_no = $branch_no AND at_ms >= $from_at_ms AND at_ms < $until_at_ms
             AND channel = $visit AND is_withdrawn = 0
           GROUP BY person_no) c ON c.person_no = p.person_no
LEFT JOIN (SELECT person_no, count(*) AS alarms FROM alarm
           WHERE branch_no = $branch_no AND seen_at_ms = 0 GROUP BY person_no) a
       ON a.person_no = p.person_no
WHERE p.branch_no = $branch_no AND p.role = $collector AND p.is_active = 1
ORDER BY t.name, p.name, p.person_no

-- Open cases with a stop, of which who holds them.
-- name: stops_open
SELECT k.case_no, k.case_ref, s.owner_no, coalesce(p.name, ''), s.state
FROM kase_state s
JOIN kase k ON k.branch_no = s.branch_no AND k.case_no = s.case_no
LEFT JOIN person p ON p.branch_no = s.branch_no AND p.person_no = s.owner_no
WHERE s.branch_no = $branch_no AND s.life = $life AND s.flags <> 0
ORDER BY k.case_no

-- Whose call for help nobody has seen: known by a fact, or by a tablet that was shut.
-- name: alarm_waiting
SELECT person_no FROM alarm WHERE branch_no = $branch_no AND seen_at_ms = 0
UNION ALL
SELECT d.person_no FROM device_alarm a
JOIN device d ON d.branch_no = a.branch_no AND d.device_no = a.device_no
WHERE a.branch_no = $branch_no AND a.seen_at_ms = 0
