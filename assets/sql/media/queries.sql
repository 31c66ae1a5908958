-- name: content_has
SELECT size FROM content WHERE hash = $hash

-- name: content_list
SELECT hash FROM content ORDER BY hash

-- name: content_put
INSERT INTO content (hash, size) VALUES ($hash, $size)

-- name: content_delete
DELETE FROM content WHERE hash = $hash

-- name: chunk_put
INSERT INTO chunk (hash, number, bytes) VALUES ($hash, $number, $bytes)

-- name: chunk_get
SELECT bytes FROM chunk WHERE hash = $hash AND number = $number

-- name: chunk_delete
DELETE FROM chunk WHERE hash = $hash
