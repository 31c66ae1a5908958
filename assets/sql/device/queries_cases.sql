-- Cases, lists of them, search, the day's stops.

-- name: case_load
SELECT case_no, feed_seq, folded_seq, is_withdrawn, record, state FROM cases
WHERE case_no = $case_no

-- name: case_feed_load
SELECT case_no, feed_seq, folded_seq, is_withdrawn, record, hq_state AS state FROM cases
WHERE case_no = $case_no

-- name: case_feed_seq
SELECT feed_seq FROM cases WHERE case_no = $case_no

-- name: case_put
INSERT INTO cases (case_no, feed_seq, folded_seq, is_withdrawn, record, hq_state)
VALUES ($case_no, $feed_seq, $folded_seq, 0, $record, $state)
ON CONFLICT (case_no) DO UPDATE SET feed_seq = excluded.feed_seq,
    folded_seq = excluded.folded_seq, is_withdrawn = 0, record = excluded.record,
    hq_state = excluded.hq_state

-- name: case_withdraw
-- INSERT OR REPLACE resets every column that is not named to its default: nothing
-- of the debtor can be forgotten here when a column is added.
INSERT OR REPLACE INTO cases (case_no, feed_seq, folded_seq, is_withdrawn)
VALUES ($case_no, $feed_seq, $folded_seq, 1)

-- name: case_quarantine_forget
-- A row that could not be read is the debtor's data too; journey names it so.
DELETE FROM quarantine WHERE name = 'case ' || $case_no

-- name: case_save
UPDATE cases SET state = $state, case_ref = $case_ref, debtor_name = $debtor_name,
    product = $product, address = $address, area = $area, life = $life, epoch = $epoch,
    flags = $flags, owed_minor = $owed_minor, due_day = $due_day, next_day = $next_day,
    next_from_minute = $next_from_minute, next_until_minute = $next_until_minute,
    arrangement_kind = $arrangement_kind, arrangement_state = $arrangement_state,
    arrangement_due_day = $arrangement_due_day, arrangement_minor = $arrangement_minor,
    promises_broken = $promises_broken, visit_count = $visit_count,
    last_outcome = $last_outcome, last_touch_day = $last_touch_day, lat_e7 = $lat_e7,
    lon_e7 = $lon_e7, grade = $grade, owner_no = $owner_no, close_reason = $close_reason,
    imported_day = $imported_day, last_at_ms = $last_at_ms
WHERE case_no = $case_no AND is_withdrawn = 0

-- name: case_rank
UPDATE cases SET score = $score, difficulty = $difficulty, reasons = $reasons WHERE case_no = $case_no

-- name: case_numbers
SELECT case_no FROM cases
WHERE is_withdrawn = 0 AND (life = 1 OR $open_only = 0) ORDER BY case_no

-- name: case_versions
SELECT case_no, feed_seq FROM cases WHERE is_withdrawn = 0

-- name: case_skip
INSERT INTO cases (case_no, feed_seq, folded_seq, is_withdrawn) VALUES ($case_no, $feed_seq, 0, 0)
ON CONFLICT (case_no) DO UPDATE SET feed_seq = excluded.feed_seq

-- name: case_all_numbers
SELECT case_no FROM cases
UNION
SELECT case_no FROM journal WHERE device_no = $device_no AND case_no <> 0
ORDER BY case_no

-- name: case_restart
UPDATE cases SET feed_seq = 0

-- name: case_unseen
SELECT case_no FROM cases WHERE feed_seq = 0 AND is_withdrawn = 0 ORDER BY case_no

-- The index of open cases has all that it needs: the table, ten times as large, is not read.
-- name: case_open_count
SELECT count(*) AS open_count FROM cases WHERE life = 1

-- name: case_count
SELECT coalesce(sum(life = 1), 0) AS open_count, count(*) AS in_hand_count FROM cases
WHERE is_withdrawn = 0

-- name: case_item
SELECT * FROM case_line WHERE case_no = $case_no

-- name: case_list_score
SELECT * FROM case_line WHERE life = 1
ORDER BY score DESC, case_no LIMIT $count_max OFFSET $skip_count

-- name: case_list_name
SELECT * FROM case_line WHERE life = 1
ORDER BY debtor_name, case_no LIMIT $count_max OFFSET $skip_count

-- name: case_list_owed
SELECT * FROM case_line WHERE life = 1
ORDER BY owed_minor DESC, case_no LIMIT $count_max OFFSET $skip_count

-- name: case_list_due
SELECT * FROM case_line WHERE life = 1
ORDER BY due_day, case_no LIMIT $count_max OFFSET $skip_count

-- name: case_list_touched
SELECT * FROM case_line WHERE life = 1
ORDER BY last_touch_day, case_no LIMIT $count_max OFFSET $skip_count

-- name: case_list_next
SELECT * FROM case_line WHERE life = 1
ORDER BY next_day = 0, next_day, next_from_minute, case_no LIMIT $count_max OFFSET $skip_count

-- name: case_list_area
SELECT * FROM case_line WHERE life = 1
ORDER BY area, address, case_no LIMIT $count_max OFFSET $skip_count

-- name: search_put
INSERT INTO search (case_no, name, text) VALUES ($case_no, $name, $text)
ON CONFLICT (case_no) DO UPDATE SET name = excluded.name, text = excluded.text
WHERE text <> excluded.text

-- name: search_delete
DELETE FROM search WHERE case_no = $case_no

-- name: search_find
-- A scan: with contains-semantics and Chinese words of one or two characters no
-- index of SQLite helps (trigrams need three). instr with an empty word is 1.
-- initials(name, word): 0 none, 1 inside, 2 at the start, 3 all of it; see core/store/search.c.
SELECT l.* FROM (
    SELECT s.case_no AS found_no,
           CASE WHEN s.name = $word_1 THEN 0
                WHEN instr(s.name, $word_1) = 1 THEN 1
                WHEN instr(s.name, $word_1) > 1 THEN 2
                ELSE 3 - initials(s.name, $word_1) / 2 END AS tier
    FROM search s
    WHERE (instr(s.text, $word_1) > 0 OR initials(s.name, $word_1) > 0)
      AND (instr(s.text, $word_2) > 0 OR initials(s.name, $word_2) > 0)
      AND (instr(s.text, $word_3) > 0 OR initials(s.name, $word_3) > 0)
      AND (instr(s.text, $word_4) > 0 OR initials(s.name, $word_4) > 0)
    ORDER BY tier, s.case_no LIMIT $count_max)
JOIN case_line l ON l.case_no = found_no
ORDER BY tier, l.life <> 1, l.case_no

-- name: stop_list
SELECT position, case_no, state, is_planned, reason, arrive_at_ms, travel_m, done_at_ms, is_locked,
       leave_at_ms, travel_s, wait_s, is_estimated, why, is_proven, late_s, lost_score, other_count,
       other_case_no
FROM stop WHERE day = $day ORDER BY position

-- name: stop_clear
-- What is done stays: state 1 visited, 2 skipped.
DELETE FROM stop WHERE day = $day AND state NOT IN (1, 2)

-- name: stop_move
UPDATE stop SET position = $position WHERE day = $day AND case_no = $case_no

-- name: stop_put
INSERT INTO stop (day, case_no, position, state, is_planned, reason, arrive_at_ms, travel_m,
                  done_at_ms, is_locked, leave_at_ms, travel_s, wait_s, is_estimated, why, is_proven,
                  late_s, lost_score, other_count, other_case_no)
VALUES ($day, $case_no, $position, $state, 1, $reason, $arrive_at_ms, $travel_m, 0, $is_locked,
        $leave_at_ms, $travel_s, $wait_s, $is_estimated, $why, $is_proven, $late_s, $lost_score,
        $other_count, $other_case_no)
ON CONFLICT (day, case_no) DO UPDATE SET position = excluded.position, is_planned = 1,
    reason = excluded.reason, arrive_at_ms = excluded.arrive_at_ms, travel_m = excluded.travel_m,
    is_locked = excluded.is_locked, leave_at_ms = excluded.leave_at_ms,
    travel_s = excluded.travel_s, wait_s = excluded.wait_s, is_estimated = excluded.is_estimated,
    why = excluded.why, is_proven = excluded.is_proven, late_s = excluded.late_s,
    lost_score = excluded.lost_score, other_count = excluded.other_count,
    other_case_no = excluded.other_case_no

-- name: stop_mark
INSERT INTO stop (day, case_no, position, state, is_planned, reason, arrive_at_ms, travel_m,
                  done_at_ms)
VALUES ($day, $case_no,
        1 + coalesce((SELECT max(position) FROM stop WHERE day = $day), 0), $state, 0, 0, 0, 0,
        $done_at_ms)
ON CONFLICT (day, case_no) DO UPDATE SET state = excluded.state, done_at_ms = excluded.done_at_ms
WHERE stop.state <> 1 OR excluded.state = 1
