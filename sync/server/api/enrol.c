/* A tablet joins: one-time code in, device number out. One that was forgotten comes back
 * with headquarters' own signature. */
#include "sync/server/api/api_private.h"

#include "sync/server/store/number.h"

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
    TRY(number_new(ingest, code->person_no, &visit->device_key, visit->enrol.app_version,
                   str_from(visit->enrol.model), &code->device_no));
    struct hq_query use = hq_query(store, SQL_HQ_enrol_code_use);
    hq_bind_bytes(&use, "$hash", hash->bytes, sizeof hash->bytes);
    hq_bind_i64(&use, "$used_at_ms", now_ms);
    hq_bind_i64(&use, "$device_no", code->device_no);
    TRY(hq_run(&use));
    return hq_audit(store, now_ms, "tablet", "enrol",
                    str_format(visit->arena, "device %u person %u", (unsigned)code->device_no,
                               (unsigned)code->person_no));
}

static enum err add_branch(struct hq_store *store, ds_EnrolAnswer *answer)
{
    answer->branch_no = HQ_BRANCH;
    struct hq_query branch = hq_query(store, SQL_HQ_branch_get);
    if (hq_next(&branch)) {
        (void)str_copy(answer->branch_name, sizeof answer->branch_name, hq_text(&branch, 0));
    }
    return hq_end(&branch);
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
    return add_branch(store, answer);
}

/* ---- a tablet that was forgotten ---- */

/* After a restore every tablet comes at once; a stolen heap of certificates must not
 * keep headquarters from its work. */
static bool may_claim(struct api *api)
{
    enum { CLAIMS_PER_MINUTE = 600, MINUTE_MS = 60000 };
    int64_t minute = clock_read(api->options.clock).monotonic_ms / MINUTE_MS;
    if (minute != api->claim_minute) {
        api->claim_minute = minute;
        api->claims_in_minute = 0;
    }
    return api->claims_in_minute < CLAIMS_PER_MINUTE;
}

enum err enrol_again(struct api *api, struct visit *visit, struct ingest *ingest)
{
    const struct certificate *certificate = &visit->introduction.certificate;
    if (!may_claim(api)) {
        push_refuse(visit, WIRE_overloaded);
        return OK;
    }
    const struct number_claim claim = {
        .device_no = certificate->device_no,
        .person_no = certificate->person_no,
        .key = certificate->public_key,
        .certified_at_ms = certificate->hq_at_ms,
        .app_version = visit->introduction.app_version,
    };
    struct number_given given;
    TRY(number_claim(ingest, &claim, &given));
    api->claims_in_minute += given.is_changed;
    api->claim_count += given.is_changed;
    ds_EnrolAnswer *answer = &visit->enrol_answer;
    *answer = (ds_EnrolAnswer)ds_EnrolAnswer_init_zero;
    answer->device_no = given.device_no;
    answer->person_no = given.person_no;
    struct hq_query person = hq_query(api->options.store, SQL_HQ_person_get);
    hq_bind_i64(&person, "$person_no", given.person_no);
    if (hq_next(&person)) {
        (void)str_copy(answer->person_name, sizeof answer->person_name, hq_text(&person, 1));
    }
    TRY(hq_end(&person));
    return add_branch(api->options.store, answer);
}
