/* Chains of facts and the signatures of tablets over them. */
#include "sync/server/command/verify.h"

#include "core/event/chain.h"
#include "sync/proto/batch.h"
#include "sync/server/store/erase.h"

#include <string.h>

struct strand {
    uint32_t device_no, strand, parent;
    uint64_t from_seq, seq;
    struct chain_link link;
};

static enum err link_at(struct hq_store *store, const struct strand *strand, uint32_t number,
                        uint64_t seq, struct chain_link *link_out)
{
    *link_out = (struct chain_link){{0}};
    if (seq == 0) {
        return OK;
    }
    struct hq_query query = hq_query(store, SQL_HQ_event_link);
    hq_bind_i64(&query, "$device_no", strand->device_no);
    hq_bind_i64(&query, "$strand", number);
    hq_bind_i64(&query, "$seq", (int64_t)seq);
    bool has_row = hq_next(&query);
    if (has_row) {
        struct str link = hq_text(&query, 0);
        memcpy(link_out->bytes, link.bytes,
               link.size < sizeof link_out->bytes ? link.size : sizeof link_out->bytes);
    }
    TRY(hq_end(&query));
    return has_row ? OK : ERR_not_found;
}

/* The fact before the strand's first own one stands in its parent or further up. */
static enum err start_link(struct verify *verify, const struct strand *strands, size_t count,
                           const struct strand *strand, struct chain_link *link_out)
{
    uint32_t number = strand->parent;
    for (size_t guard = 0; guard <= count; guard++) {
        enum err err = link_at(verify->store, strand, number, strand->from_seq, link_out);
        if (err != ERR_not_found || number == 0) {
            return err;
        }
        for (size_t i = 0; i < count; i++) {
            if (strands[i].device_no == strand->device_no && strands[i].strand == number) {
                number = strands[i].parent;
                break;
            }
        }
    }
    return ERR_not_found;
}

static enum err check_facts(struct verify *verify, const struct strand *strand,
                            struct chain_link link)
{
    uint64_t seq = strand->from_seq;
    struct hq_query query = hq_query(verify->store, SQL_HQ_event_of_strand);
    hq_bind_i64(&query, "$device_no", strand->device_no);
    hq_bind_i64(&query, "$strand", strand->strand);
    while (hq_next(&query)) {
        seq++;
        verify->fact_count++;
        struct str body = hq_text(&query, 8);
        const uint8_t *bytes = (const uint8_t *)body.bytes;
        uint32_t origin_no = (uint32_t)hq_i64(&query, 9);
        struct id id =
            chain_event_id(origin_no != 0 ? origin_no : strand->device_no, seq, bytes, body.size);
        struct id stored_id = hq_id(&query, 1);
        link = chain_next(&link, strand->device_no, seq, bytes, body.size);
        if (hq_i64(&query, 14) != 0) {
            /* Words of it were erased: its link stands for what it was, what follows is chained to
             * that, and check_erased() holds both against the erasure. */
            id = stored_id;
            struct str stored = hq_text(&query, 7);
            memcpy(link.bytes, stored.bytes, stored.size == sizeof link.bytes ? stored.size : 0);
        }
        if ((uint64_t)hq_i64(&query, 0) != seq || !id_equal(&id, &stored_id) ||
            !verify_is_link(hq_text(&query, 7), &link)) {
            verify_bad(verify, "hq.verify.chain", strand->device_no, hq_i64(&query, 0));
            break; /* all that follows would be wrong with it */
        }
    }
    TRY(hq_end(&query));
    if (seq != strand->seq || !chain_link_equal(&link, &strand->link)) {
        verify_bad(verify, "hq.verify.end", strand->device_no, (int64_t)seq);
    }
    return OK;
}

static enum err check_signatures(struct verify *verify, const struct strand *strand,
                                 const struct chain_public_key *key)
{
    struct hq_query query = hq_query(verify->store, SQL_HQ_signature_of_strand);
    hq_bind_i64(&query, "$device_no", strand->device_no);
    hq_bind_i64(&query, "$strand", strand->strand);
    enum err err = OK;
    uint64_t signed_seq = strand->from_seq;
    while (err == OK && hq_next(&query)) {
        verify->signature_count++;
        uint64_t seq = (uint64_t)hq_i64(&query, 0);
        signed_seq = seq;
        struct str hash = hq_text(&query, 1);
        struct str bytes = hq_text(&query, 2);
        struct chain_link link;
        struct chain_signature signature;
        err = link_at(verify->store, strand, strand->strand, seq, &link);
        bool is_sound = err == OK && hash.size == BATCH_STATUS_HASH_SIZE &&
                        bytes.size == sizeof signature.bytes;
        if (is_sound) {
            memcpy(signature.bytes, bytes.bytes, sizeof signature.bytes);
            is_sound = batch_prove(strand->device_no, seq, &link, (const uint8_t *)hash.bytes, key,
                                   &signature) == WIRE_ok;
        }
        err = err == ERR_not_found ? OK : err;
        if (!is_sound) {
            verify_bad(verify, "hq.verify.signature", strand->device_no, (int64_t)seq);
        }
    }
    TRY(hq_end(&query));
    TRY(err);
    if (signed_seq < strand->seq) {
        /* A fact that somebody put in has a link, but nobody to sign it. */
        verify_bad(verify, "hq.verify.unsigned", strand->device_no, (int64_t)signed_seq + 1);
    }
    return OK;
}

static enum err key_of(struct verify *verify, uint32_t device_no, struct chain_public_key *key_out)
{
    *key_out = (struct chain_public_key){{0}};
    struct hq_query query = hq_query(verify->store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", device_no);
    if (hq_next(&query)) {
        struct str key = hq_text(&query, 1);
        memcpy(key_out->bytes, key.bytes, key.size == sizeof key_out->bytes ? key.size : 0);
    }
    return hq_end(&query);
}

static enum err load_strands(struct verify *verify, struct strand **strands_out, size_t *count_out)
{
    size_t count = 0;
    size_t capacity = 64;
    struct strand *strands = ARENA_ARRAY(verify->context->arena, capacity, struct strand);
    struct hq_query query = hq_query(verify->store, SQL_HQ_strand_everyone);
    while (hq_next(&query)) {
        if (count == capacity) {
            struct strand *more = ARENA_ARRAY(verify->context->arena, capacity * 2, struct strand);
            memcpy(more, strands, count * sizeof *more);
            strands = more;
            capacity *= 2;
        }
        struct strand *strand = &strands[count++];
        strand->device_no = (uint32_t)hq_i64(&query, 0);
        strand->strand = (uint32_t)hq_i64(&query, 1);
        strand->parent = (uint32_t)hq_i64(&query, 2);
        strand->from_seq = (uint64_t)hq_i64(&query, 3);
        strand->seq = (uint64_t)hq_i64(&query, 4);
        struct str link = hq_text(&query, 5);
        memcpy(strand->link.bytes, link.bytes,
               link.size == sizeof strand->link.bytes ? link.size : 0);
    }
    *strands_out = strands;
    *count_out = count;
    return hq_end(&query);
}

static void erased_bad(void *context, uint32_t device_no, uint64_t seq)
{
    verify_bad(context, "hq.verify.erased", device_no, (int64_t)seq);
}

static enum err check_erased(struct verify *verify)
{
    struct erase_checked checked;
    TRY(erase_check(verify->context->arena, verify->store, erased_bad, verify, &checked));
    verify->erasure_count = (int64_t)checked.erasure_count;
    verify->erased_count = (int64_t)checked.fact_count;
    verify->erased_file_count = (int64_t)checked.file_count;
    return OK;
}

enum err verify_journal(struct verify *verify)
{
    struct strand *strands = NULL;
    size_t count = 0;
    TRY(load_strands(verify, &strands, &count));
    for (size_t i = 0; i < count; i++) {
        const struct strand *strand = &strands[i];
        struct chain_link start = {{0}};
        enum err err =
            strand->from_seq == 0 ? OK : start_link(verify, strands, count, strand, &start);
        if (err == ERR_not_found) {
            verify_bad(verify, "hq.verify.chain", strand->device_no, (int64_t)strand->from_seq);
            continue;
        }
        TRY(err);
        TRY(check_facts(verify, strand, start));
        if (strand->device_no > 0) {
            struct chain_public_key key;
            TRY(key_of(verify, strand->device_no, &key));
            TRY(check_signatures(verify, strand, &key));
        }
    }
    return check_erased(verify);
}
