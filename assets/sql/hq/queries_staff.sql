-- Queries of people who sign in at headquarters: roles, accounts, sessions, tries.

-- ---- roles ----

-- The role of table person counts as one of this branch.
-- name: member_get
SELECT p.code, p.name, p.role, p.team_no, p.is_active FROM person p
WHERE p.branch_no = $branch_no AND p.person_no = $person_no

-- name: member_roles
SELECT role, in_branch_no FROM person_role
WHERE branch_no = $branch_no AND person_no = $person_no ORDER BY role, in_branch_no

-- name: member_grant
INSERT INTO person_role (branch_no, person_no, role, in_branch_no)
VALUES ($branch_no, $person_no, $role, $in_branch_no) ON CONFLICT DO NOTHING

-- name: member_take
DELETE FROM person_role WHERE branch_no = $branch_no AND person_no = $person_no
AND role = $role AND in_branch_no = $in_branch_no

-- name: member_clear_role
UPDATE person SET role = 0 WHERE branch_no = $branch_no AND person_no = $person_no AND role = $role

-- name: member_other_admins
SELECT count(*) FROM person p
JOIN account a ON a.branch_no = p.branch_no AND a.person_no = p.person_no
WHERE p.branch_no = $branch_no AND p.person_no <> $person_no AND p.is_active = 1
AND a.is_locked = 0 AND (p.role = $role OR EXISTS (
    SELECT 1 FROM person_role r WHERE r.branch_no = p.branch_no AND r.person_no = p.person_no
    AND r.role = $role AND r.in_branch_no IN (0, p.branch_no)))

-- name: member_team
SELECT team_no FROM person WHERE branch_no = $branch_no AND person_no = $person_no

-- ---- accounts ----

-- name: account_get
SELECT a.verifier, a.code_hash, a.code_until_ms, a.is_locked, a.totp_secret, a.totp_is_on,
       a.totp_step, a.changed_at_ms
FROM account a WHERE a.branch_no = $branch_no AND a.person_no = $person_no

-- name: account_renew
INSERT INTO account (branch_no, person_no, verifier, code_hash, code_until_ms, is_locked,
                     totp_secret, totp_is_on, totp_step, changed_at_ms)
VALUES ($branch_no, $person_no, '', $code_hash, $code_until_ms, 0, x'', 0, 0, $now_ms)
ON CONFLICT (branch_no, person_no) DO UPDATE SET verifier = '', code_hash = excluded.code_hash,
    code_until_ms = excluded.code_until_ms, is_locked = 0, totp_secret = x'', totp_is_on = 0,
    totp_step = 0, changed_at_ms = excluded.changed_at_ms

-- name: account_set_password
INSERT INTO account (branch_no, person_no, verifier, code_hash, code_until_ms, is_locked,
                     totp_secret, totp_is_on, totp_step, changed_at_ms)
VALUES ($branch_no, $person_no, $verifier, x'', 0, 0, x'', 0, 0, $now_ms)
ON CONFLICT (branch_no, person_no) DO UPDATE SET verifier = excluded.verifier, code_hash = x'',
    code_until_ms = 0, changed_at_ms = excluded.changed_at_ms

-- name: account_lock
UPDATE account SET is_locked = $is_locked
WHERE branch_no = $branch_no AND person_no = $person_no

-- name: account_totp_make
UPDATE account SET totp_secret = $secret, totp_is_on = 0, totp_step = 0
WHERE branch_no = $branch_no AND person_no = $person_no

-- name: account_totp_use
UPDATE account SET totp_is_on = 1, totp_step = $step
WHERE branch_no = $branch_no AND person_no = $person_no AND totp_step < $step

-- ---- sessions ----

-- name: session_add
INSERT INTO staff_session (branch_no, token_hash, person_no, door, made_at_ms, seen_at_ms, origin)
VALUES ($branch_no, $token_hash, $person_no, $door, $now_ms, $now_ms, $origin)

-- name: session_get
SELECT person_no, door, made_at_ms, seen_at_ms FROM staff_session
WHERE branch_no = $branch_no AND token_hash = $token_hash

-- name: session_touch
UPDATE staff_session SET seen_at_ms = $now_ms
WHERE branch_no = $branch_no AND token_hash = $token_hash

-- name: session_close
DELETE FROM staff_session WHERE branch_no = $branch_no AND token_hash = $token_hash

-- name: session_close_of
DELETE FROM staff_session
WHERE branch_no = $branch_no AND ($person_no = 0 OR person_no = $person_no)

-- name: session_sweep
DELETE FROM staff_session WHERE branch_no = $branch_no AND door = $door
AND (seen_at_ms < $seen_before_ms OR made_at_ms < $made_before_ms)

-- ---- wrong tries ----

-- name: throttle_get
SELECT fail_count, last_at_ms, until_ms FROM staff_throttle
WHERE branch_no = $branch_no AND name = $name

-- name: throttle_put
INSERT INTO staff_throttle (branch_no, name, fail_count, last_at_ms, until_ms)
VALUES ($branch_no, $name, $fail_count, $now_ms, $until_ms)
ON CONFLICT (branch_no, name) DO UPDATE SET fail_count = excluded.fail_count,
    last_at_ms = excluded.last_at_ms, until_ms = excluded.until_ms

-- name: throttle_clear
DELETE FROM staff_throttle WHERE branch_no = $branch_no AND name = $name

-- name: throttle_sweep
DELETE FROM staff_throttle
WHERE branch_no = $branch_no AND last_at_ms < $before_ms AND until_ms < $now_ms

-- ---- one case as a page shows it ----

-- name: case_holder
SELECT s.owner_no, coalesce(p.team_no, 0), s.owed_minor, s.due_day, coalesce(p.name, '')
FROM kase_state s LEFT JOIN person p ON p.branch_no = s.branch_no AND p.person_no = s.owner_no
WHERE s.branch_no = $branch_no AND s.case_no = $case_no

-- ---- codes for whose second factor is lost ----

-- name: recovery_put
INSERT INTO account_recovery (branch_no, person_no, code_no, verifier, made_at_ms, used_at_ms)
VALUES ($branch_no, $person_no, $code_no, $verifier, $now_ms, 0)

-- name: recovery_get
SELECT verifier FROM account_recovery
WHERE branch_no = $branch_no AND person_no = $person_no AND code_no = $code_no AND used_at_ms = 0

-- name: recovery_use
UPDATE account_recovery SET used_at_ms = $now_ms
WHERE branch_no = $branch_no AND person_no = $person_no AND code_no = $code_no
  AND verifier = $verifier AND used_at_ms = 0

-- name: recovery_clear
DELETE FROM account_recovery WHERE branch_no = $branch_no AND person_no = $person_no

-- name: recovery_left
SELECT count(*) FROM account_recovery
WHERE branch_no = $branch_no AND person_no = $person_no AND used_at_ms = 0
