/* sync/server/store/erase_private.h -- the bytes that a digest is made of; see erase.h. Private to
 * the store room. */
#pragma once

#include "core/base/buf.h"
#include "core/event/chain.h"

enum {
    ERASE_DIGEST_FACT_SIZE = 4 + 4 + 8 + CHAIN_LINK_SIZE + CHAIN_HASH_SIZE,
    ERASE_DIGEST_FILE_SIZE = CHAIN_HASH_SIZE + 4,
};

void erase_digest_fact(struct buf_writer *writer, uint32_t device_no, uint32_t strand, uint64_t seq,
                       struct str link, struct str body_hash);
void erase_digest_file(struct buf_writer *writer, struct str hash, uint32_t size);
