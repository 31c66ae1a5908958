/* A tablet joins: one-time code in, device number out. */
#include "sync/server/api/api_private.h"

#include <string.h>

struct code {
    bool is_known;
    uint32_t person_no;
    int64_t expires_at_ms;
    int64_t used_at_ms;
    uint32_t device_no;
};

static enum err load_code(struct hq_store *store, const struct chain_link *hash,
                          struct code *code_out)
{
    *code_out = (struct code){0};
    struct hq_query query = hq_query(store, SQL_HQ_enrol_code_get);
    hq_bind_bytes(&query, "$hash", hash->bytes, sizeof hash->bytes);
    if (hq_next(&query)) {
        code_out->is_known = true;
        code_out->person_no = (uint32_t)hq_i64(&query, 0);
        code_out->expires_at_ms = hq_i64(&query, 1);
        code_out->used_at_ms = hq_i64(&query, 2);
        code_out->device_no = (uint32_t)hq_i64(&query, 3);
    }
    return hq_end(&query);
}

static enum err is_key_of(struct hq_store *store, uint32_t device_no, const uint8_t key[32],
                          bool *is_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", device_no);
    *is_out = false;
    if (hq_next(&query)) {
        struct str bytes = hq_text(&query, 1);
        *is_out = bytes.size == CHAIN_PUBLIC_KEY_SIZE &&
                  memcmp(bytes.bytes, key, CHAIN_PUBLIC_KEY_SIZE) == 0;
    }
    return hq_end(&query);
}

static enum err add_device(struct api *api, struct visit *visit, struct ingest *ingest,
                           const struct chain_link *hash, struct code *code)
{
    struct hq_store *store = api->options.store;
    int64_t now_ms = clock_now_ms(api->options.clock);
    struct hq_query next = hq_query(store, SQL_HQ_device_next);
    int64_t device_no = 0;
    TRY(hq_one_i64(&next, &device_no));
    struct hq_query add = hq_query(store, SQL_HQ_device_add);
    hq_bind_i64(&add, "$device_no", device_no);
    hq_bind_i64(&add, "$person_no", code->person_no);
    hq_bind_bytes(&add, "$public_key", visit->enrol.public_key, CHAIN_PUBLIC_KEY_SIZE);
    hq_bind_i64(&add, "$enrolled_at_ms", now_ms);
    hq_bind_i64(&add, "$app_version", visit->enrol.app_version);
    hq_bind_text(&add, "$model", str_from(visit->enrol.model));
    TRY(hq_run(&add));
    struct chain_link nothing = {{0}};
    struct hq_query strand = hq_query(store, SQL_HQ_strand_put);
    hq_bind_i64(&strand, "$device_no", device_no);
    hq_bind_i64(&strand, "$strand", 0);
    hq_bind_i64(&strand, "$parent_strand", 0);
    hq_bind_i64(&strand, "$from_seq", 0);
    hq_bind_i64(&strand, "$seq", 0);
    hq_bind_bytes(&strand, "$link", nothing.bytes, sizeof nothing.bytes);
    hq_bind_i64(&strand, "$order_at_ms", 0);
    TRY(hq_run(&strand));
    struct hq_query use = hq_query(store, SQL_HQ_enrol_code_use);
    hq_bind_bytes(&use, "$hash", hash->bytes, sizeof hash->bytes);
    hq_bind_i64(&use, "$used_at_ms", now_ms);
    hq_bind_i64(&use, "$device_no", device_no);
    TRY(hq_run(&use));
    code->device_no = (uint32_t)device_no;
    TRY(ingest_device_joins(ingest, code->device_no, code->person_no));
    return hq_audit(store, now_ms, "tablet", "enrol",
                    str_format(visit->arena, "device %lld person %u", (long long)device_no,
                               (unsigned)code->person_no));
}

enum err enrol_join(struct api *api, struct visit *visit, struct ingest *ingest)
{
    struct hq_store *store = api->options.store;
    ds_EnrolAnswer *answer = &visit->enrol_answer;
    *answer = (ds_EnrolAnswer)ds_EnrolAnswer_init_zero;
    struct chain_link hash = api_code_hash(str_from(visit->enrol.code));
    struct code code;
    TRY(load_code(store, &hash, &code));
    if (!code.is_known) {
        answer->refusal = WIRE_bad_code;
        return OK;
    }
    bool is_again = false; /* the answer to the same tablet was lost on the way */
    if (code.used_at_ms != 0) {
        TRY(is_key_of(store, code.device_no, visit->enrol.public_key, &is_again));
    }
    if (code.used_at_ms != 0 && !is_again) {
        answer->refusal = WIRE_bad_code;
        return OK;
    }
    if (!is_again && code.expires_at_ms <= clock_now_ms(api->options.clock)) {
        answer->refusal = WIRE_expired_code;
        return OK;
    }
    struct hq_query person = hq_query(store, SQL_HQ_person_get);
    hq_bind_i64(&person, "$person_no", code.person_no);
    bool is_active = false;
    if (hq_next(&person)) {
        is_active = hq_i64(&person, 4) != 0;
        (void)str_copy(answer->person_name, sizeof answer->person_name, hq_text(&person, 1));
    }
    TRY(hq_end(&person));
    if (!is_active) {
        *answer = (ds_EnrolAnswer){.refusal = WIRE_bad_code};
        return OK;
    }
    if (!is_again) {
        TRY(add_device(api, visit, ingest, &hash, &code));
    }
    answer->device_no = code.device_no;
    answer->person_no = code.person_no;
    answer->branch_no = HQ_BRANCH;
    struct hq_query branch = hq_query(store, SQL_HQ_branch_get);
    if (hq_next(&branch)) {
        (void)str_copy(answer->branch_name, sizeof answer->branch_name, hq_text(&branch, 0));
    }
    return hq_end(&branch);
}
