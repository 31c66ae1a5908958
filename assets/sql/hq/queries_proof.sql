-- Queries of evidence packs and of keys: the facts of one case, what proves them, who is told.

-- name: proof_events
SELECT device_no, strand, seq, origin_no, body,
       EXISTS (SELECT 1 FROM event_erased x
               WHERE x.branch_no = event.branch_no AND x.device_no = event.device_no
                 AND x.strand = event.strand AND x.seq = event.seq)
FROM event
WHERE branch_no = $branch_no AND case_no = $case_no AND is_copy = 0
ORDER BY device_no, strand, seq

-- The first signature of a tablet over its chain at `seq` or behind it.
-- name: proof_signature
SELECT seq, status_hash, signature FROM batch_signature
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand AND seq >= $seq
ORDER BY seq LIMIT 1

-- name: proof_between
SELECT seq, case_no, kind, origin_no, body, is_copy FROM event
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand
  AND seq >= $first_seq AND seq <= $last_seq
ORDER BY seq

-- name: proof_strand
SELECT parent_strand, from_seq, seq, link FROM strand
WHERE branch_no = $branch_no AND device_no = $device_no AND strand = $strand

-- Every tablet is told its holder again, and with it by which TLS keys headquarters is known.
-- name: proof_tell_holders
UPDATE device SET feed_seq = feed_seq + 1, holder_feed_seq = feed_seq + 1
WHERE branch_no = $branch_no AND device_no > 0 AND is_revoked = 0
