-- Queries about secrets that lie sealed (strongbox.h): those that an earlier program left in clear.

-- name: strongbox_clear_count
SELECT (SELECT count(*) FROM account
        WHERE branch_no = $branch_no AND length(totp_secret) BETWEEN 1 AND 32)
     + (SELECT count(*) FROM device_vault
        WHERE branch_no = $branch_no AND (length(auth_hash) BETWEEN 1 AND 32
              OR length(half) BETWEEN 1 AND 32 OR length(recovery) BETWEEN 1 AND 32))

-- name: strongbox_clear_people
SELECT person_no, totp_secret FROM account
WHERE branch_no = $branch_no AND length(totp_secret) BETWEEN 1 AND 32 ORDER BY person_no

-- name: strongbox_clear_vaults
SELECT vault_id, auth_hash, half, recovery FROM device_vault
WHERE branch_no = $branch_no AND (length(auth_hash) BETWEEN 1 AND 32
      OR length(half) BETWEEN 1 AND 32 OR length(recovery) BETWEEN 1 AND 32) ORDER BY vault_id

-- name: strongbox_seal_person
UPDATE account SET totp_secret = $totp_secret
WHERE branch_no = $branch_no AND person_no = $person_no

-- name: strongbox_seal_vault
UPDATE device_vault SET auth_hash = $auth_hash, half = $half, recovery = $recovery
WHERE branch_no = $branch_no AND vault_id = $vault_id
