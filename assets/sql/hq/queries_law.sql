-- Queries of the contact law's report lines (sync/server/report/law_tables.c).

-- Who beside the debtor was contacted, over all collectors. $liable: bit n is role n.
-- name: law_third_parties
SELECT c.case_no, k.case_ref, c.role, count(*), count(DISTINCT c.person_no), max(c.at_ms),
       sum(CASE WHEN c.at_ms >= $from_at_ms THEN 1 ELSE 0 END)
FROM contact c JOIN kase k ON k.branch_no = c.branch_no AND k.case_no = c.case_no
WHERE c.branch_no = $branch_no AND c.role > 0 AND ($liable >> c.role & 1) = 0
  AND c.is_withdrawn = 0 AND c.at_ms < $until_at_ms AND c.case_no IN
      (SELECT n.case_no FROM contact n
       WHERE n.branch_no = $branch_no AND n.at_ms >= $from_at_ms AND n.at_ms < $until_at_ms)
GROUP BY c.case_no, k.case_ref, c.role
HAVING sum(CASE WHEN c.at_ms >= $from_at_ms THEN 1 ELSE 0 END) > 0
ORDER BY 4 DESC, c.case_no, c.role;

-- Visits, minutes at the door, and those beside which a voice recording stands.
-- name: law_recordings
SELECT v.person_no, count(*), sum(v.dwell_s), sum(v.is_recorded),
       sum(CASE WHEN v.is_recorded = 1 THEN v.dwell_s ELSE 0 END)
FROM (SELECT c.person_no AS person_no, c.dwell_s AS dwell_s,
             EXISTS (SELECT 1 FROM incident i
                     WHERE i.branch_no = c.branch_no AND i.case_no = c.case_no
                       AND i.kind = $kind AND i.code = $voice AND i.person_no = c.person_no
                       AND i.at_ms >= c.at_ms - c.dwell_s * 1000 AND i.at_ms <= c.at_ms)
             AS is_recorded
      FROM contact c
      WHERE c.branch_no = $branch_no AND c.at_ms >= $from_at_ms AND c.at_ms < $until_at_ms
        AND c.channel = $channel AND c.is_withdrawn = 0) AS v
GROUP BY v.person_no
ORDER BY v.person_no;

-- Open cases on which a stop stands. $flag: of stop_flags.def.
-- name: law_open_stops
SELECT k.case_no, k.case_ref, k.debtor_name, s.owner_no, s.state, k.record
FROM kase_state s JOIN kase k ON k.branch_no = s.branch_no AND k.case_no = s.case_no
WHERE s.branch_no = $branch_no AND s.life = $life AND (s.flags >> $flag & 1) = 1
ORDER BY k.case_no;

-- Cases with a complaint or a call back in a time.
-- name: law_complaint_cases
SELECT DISTINCT i.case_no, k.case_ref
FROM incident i JOIN kase k ON k.branch_no = i.branch_no AND k.case_no = i.case_no
WHERE i.branch_no = $branch_no AND i.at_ms >= $from_at_ms AND i.at_ms < $until_at_ms
  AND i.kind IN ($taken, $called)
ORDER BY i.case_no;

-- What was cleared and erased in a time: facts of these kinds, and of what.
-- name: law_erased
SELECT kind, code, count(*), sum(severity) FROM incident
WHERE branch_no = $branch_no AND at_ms >= $from_at_ms AND at_ms < $until_at_ms
  AND kind IN ($cleared, $erased, $held)
GROUP BY kind, CASE WHEN kind = $held THEN code ELSE 0 END
ORDER BY kind, code DESC;

-- Cases that ended in a time: tablets that had them, and those that signed that they cleared them.
-- name: law_cleared
SELECT count(*), coalesce(sum(EXISTS (
    SELECT 1 FROM incident i
    WHERE i.branch_no = f.branch_no AND i.case_no = f.case_no AND i.kind = $cleared
      AND i.person_no = d.person_no)), 0)
FROM incident e
JOIN feed f ON f.branch_no = e.branch_no AND f.case_no = e.case_no AND f.is_withdrawn = 1
JOIN device d ON d.branch_no = f.branch_no AND d.device_no = f.device_no
WHERE e.branch_no = $branch_no AND e.at_ms >= $from_at_ms AND e.at_ms < $until_at_ms
  AND e.kind IN ($recalled, $closed);
