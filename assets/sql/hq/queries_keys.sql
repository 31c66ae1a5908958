-- Queries about the keys of tablets: vaults, orders, what was done.

-- name: vault_key_get
SELECT device_no, public_key, guard, auth_hash, half, recovery, armed_at_ms, asked_at_ms,
       said_at_ms, given_at_ms, wrong_count, reset_hash, reset_until_ms, reset_wrong
FROM device_vault WHERE branch_no = $branch_no AND vault_id = $vault_id

-- name: vault_key_put
INSERT INTO device_vault (branch_no, vault_id, device_no, public_key, guard, auth_hash, half,
                          recovery, armed_at_ms, asked_at_ms, said_at_ms, given_at_ms, wrong_count,
                          reset_hash, reset_until_ms, reset_wrong)
VALUES ($branch_no, $vault_id, $device_no, $public_key, $guard, $auth_hash, $half, $recovery,
        $armed_at_ms, $asked_at_ms, $said_at_ms, $given_at_ms, $wrong_count, $reset_hash,
        $reset_until_ms, $reset_wrong)
ON CONFLICT (branch_no, vault_id) DO UPDATE SET
    device_no = excluded.device_no, guard = excluded.guard, auth_hash = excluded.auth_hash,
    half = excluded.half, recovery = excluded.recovery, armed_at_ms = excluded.armed_at_ms,
    asked_at_ms = excluded.asked_at_ms, said_at_ms = excluded.said_at_ms,
    given_at_ms = excluded.given_at_ms, wrong_count = excluded.wrong_count,
    reset_hash = excluded.reset_hash, reset_until_ms = excluded.reset_until_ms,
    reset_wrong = excluded.reset_wrong

-- name: vault_key_list
SELECT vault_id, guard, armed_at_ms, asked_at_ms, wrong_count, length(reset_hash) > 0,
       reset_until_ms
FROM device_vault WHERE branch_no = $branch_no AND device_no = $device_no ORDER BY vault_id

-- name: vault_reset_set
UPDATE device_vault SET reset_hash = $reset_hash, reset_until_ms = $reset_until_ms, reset_wrong = 0,
                        wrong_count = 0
WHERE branch_no = $branch_no AND device_no = $device_no AND length(recovery) > 0
  AND guard > 1 -- keys.h: without a guard there is no PIN to forget

-- name: order_add
INSERT INTO device_order (branch_no, device_no, order_no, kind, given_at_ms, given_by)
SELECT $branch_no, $device_no,
       1 + coalesce((SELECT max(order_no) FROM device_order WHERE branch_no = $branch_no), 0),
       $kind, $given_at_ms, $given_by

-- name: order_last
SELECT order_no, kind, given_at_ms, given_by FROM device_order
WHERE branch_no = $branch_no AND device_no = $device_no AND kind < 4 -- 4: a wipe is only asked for
ORDER BY order_no DESC LIMIT 1

-- name: order_wipe_asked
SELECT order_no, given_by FROM device_order a
WHERE a.branch_no = $branch_no AND a.device_no = $device_no AND a.kind = 4
  AND a.order_no > coalesce((SELECT max(o.order_no) FROM device_order o
                             WHERE o.branch_no = $branch_no AND o.device_no = $device_no
                               AND o.kind IN (2, 3)), 0)
ORDER BY a.order_no DESC LIMIT 1

-- name: order_list
SELECT o.order_no, o.kind, o.given_at_ms, o.given_by, coalesce(d.done_at_ms, 0),
       coalesce(d.heard_at_ms, 0), coalesce(d.file_count, 0), coalesce(d.size, 0),
       coalesce(d.sealed_count, 0), coalesce(d.proof, x''), coalesce(d.vault_id, x'')
FROM device_order o
LEFT JOIN device_done d ON d.branch_no = o.branch_no AND d.device_no = o.device_no
                       AND d.order_no = o.order_no
WHERE o.branch_no = $branch_no AND o.device_no = $device_no
ORDER BY o.order_no, d.vault_id

-- name: done_add
INSERT INTO device_done (branch_no, vault_id, order_no, device_no, kind, done_at_ms, heard_at_ms,
                         file_count, size, sealed_count, proof)
VALUES ($branch_no, $vault_id, $order_no, $device_no, $kind, $done_at_ms, $heard_at_ms, $file_count,
        $size, $sealed_count, $proof)
ON CONFLICT (branch_no, vault_id, order_no) DO NOTHING

-- name: bare_alarm_add
INSERT INTO device_alarm (branch_no, vault_id, device_no, raised_at_ms, heard_at_ms, is_silent,
                          seen_at_ms, seen_by)
VALUES ($branch_no, $vault_id, $device_no, $raised_at_ms, $heard_at_ms, $is_silent, 0, '')
ON CONFLICT (branch_no, vault_id, raised_at_ms) DO NOTHING

-- name: done_last
SELECT coalesce(max(order_no), 0) FROM device_done
WHERE branch_no = $branch_no AND vault_id = $vault_id

-- name: bare_alarm_last
SELECT coalesce(max(raised_at_ms), 0) FROM device_alarm
WHERE branch_no = $branch_no AND vault_id = $vault_id

-- Whether a number was given to the tablet of another number.
-- name: successor_is
SELECT count(*) FROM device_successor
WHERE branch_no = $branch_no AND device_no = $device_no AND new_device_no = $new_device_no

-- name: bare_alarm_list
SELECT a.device_no, a.raised_at_ms, a.heard_at_ms, a.is_silent, a.seen_at_ms, a.seen_by,
       coalesce(p.name, ''), d.person_no
FROM device_alarm a
JOIN device d ON d.branch_no = a.branch_no AND d.device_no = a.device_no
LEFT JOIN person p ON p.branch_no = a.branch_no AND p.person_no = d.person_no
WHERE a.branch_no = $branch_no ORDER BY a.heard_at_ms DESC, a.vault_id LIMIT 200

-- name: bare_alarm_see
UPDATE device_alarm SET seen_at_ms = $seen_at_ms, seen_by = $seen_by
WHERE branch_no = $branch_no AND device_no = $device_no AND seen_at_ms = 0

-- name: left_get
SELECT done_at_ms, heard_at_ms, file_count, size, sealed_count, proof FROM device_done
WHERE branch_no = $branch_no AND device_no = $device_no AND kind = 5 -- keys.h: its collector left
ORDER BY heard_at_ms DESC LIMIT 1

-- Several numbers on one tablet.
-- name: tablet_put
INSERT INTO device_tablet (branch_no, device_no, tablet_id, said_at_ms)
VALUES ($branch_no, $device_no, $tablet_id, $said_at_ms)
ON CONFLICT (branch_no, device_no) DO UPDATE SET
    tablet_id = excluded.tablet_id, said_at_ms = excluded.said_at_ms
WHERE tablet_id <> excluded.tablet_id

-- name: tablet_members
SELECT m.device_no FROM device_tablet t
JOIN device_tablet m ON m.branch_no = t.branch_no AND m.tablet_id = t.tablet_id
WHERE t.branch_no = $branch_no AND t.device_no = $device_no ORDER BY m.device_no

-- The key of the client certificate that a number comes with.
-- name: client_key_get
SELECT key_id, is_open, bound_at_ms FROM device_certificate
WHERE branch_no = $branch_no AND device_no = $device_no

-- Whether that key is of a number that is not known to share a tablet with this one.
-- name: client_key_of_other
SELECT EXISTS (
    SELECT 1 FROM device_certificate c
    LEFT JOIN device_tablet t ON t.branch_no = c.branch_no AND t.device_no = c.device_no
    LEFT JOIN device_tablet own ON own.branch_no = c.branch_no AND own.device_no = $device_no
    WHERE c.branch_no = $branch_no AND c.key_id = $key_id AND c.device_no <> $device_no
      AND (t.tablet_id IS NULL OR own.tablet_id IS NULL OR t.tablet_id <> own.tablet_id))

-- name: client_key_put
INSERT INTO device_certificate (branch_no, device_no, key_id, bound_at_ms, is_open)
VALUES ($branch_no, $device_no, $key_id, $bound_at_ms, 0)
ON CONFLICT (branch_no, device_no) DO UPDATE SET
    key_id = excluded.key_id, bound_at_ms = excluded.bound_at_ms, is_open = 0

-- name: client_key_open
UPDATE device_certificate SET is_open = 1 WHERE branch_no = $branch_no AND device_no = $device_no
