/* Numbers of tablets: first ones, new ones after a fork, and those that come back. */
#include "sync/server/store/number_private.h"

#include "sync/server/store/strand.h"

#include <string.h>

enum { STRAND_OTHER_KEY = -1 };

struct number_row {
    uint32_t device_no;
    uint32_t person_no;
    struct chain_public_key key;
    int64_t enrolled_at_ms;
    bool is_revoked;
    uint32_t app_version;
    struct str model;
};

static enum err next_number(struct apply *apply, uint32_t *device_no_out)
{
    struct hq_query next = hq_query(apply->store, SQL_HQ_device_next);
    int64_t device_no = 0;
    TRY(hq_one_i64(&next, &device_no));
    *device_no_out = (uint32_t)device_no;
    return device_no <= UINT32_MAX ? OK : ERR_too_long;
}

static enum err put_device(struct apply *apply, const struct number_row *row)
{
    struct hq_query add = hq_query(apply->store, SQL_HQ_device_restore);
    hq_bind_i64(&add, "$device_no", row->device_no);
    hq_bind_i64(&add, "$person_no", row->person_no);
    hq_bind_bytes(&add, "$public_key", row->key.bytes, sizeof row->key.bytes);
    hq_bind_i64(&add, "$enrolled_at_ms", row->enrolled_at_ms);
    hq_bind_i64(&add, "$is_revoked", row->is_revoked);
    hq_bind_i64(&add, "$revoked_at_ms", row->is_revoked ? apply->now_ms : 0);
    hq_bind_i64(&add, "$seen_at_ms", apply->now_ms);
    hq_bind_i64(&add, "$app_version", row->app_version);
    hq_bind_text(&add, "$model", row->model);
    TRY(hq_run(&add));
    apply_device_forget(apply, row->device_no); /* known as absent until now */
    TRY(strand_start(apply, row->device_no));
    if (row->is_revoked) {
        return OK;
    }
    TRY(apply_device_joins(apply, row->device_no, row->person_no));
    return apply_device_letters(apply, row->device_no, row->person_no);
}

enum err number_new(struct ingest *ingest, uint32_t person_no, const struct chain_public_key *key,
                    uint32_t app_version, struct str model, uint32_t *device_no_out)
{
    struct apply *apply = ingest_desk(ingest);
    TRY(ingest_apply_own(ingest));
    struct number_row row = {
        .person_no = person_no,
        .key = *key,
        .enrolled_at_ms = apply->now_ms,
        .app_version = app_version,
        .model = model,
    };
    TRY(next_number(apply, &row.device_no));
    TRY(put_device(apply, &row));
    *device_no_out = row.device_no;
    return OK;
}

/* ---- a number for another chain ---- */

static enum err find_successor(struct apply *apply, uint32_t device_no, int64_t strand,
                               struct str key, uint32_t *new_device_no_out)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_successor_get);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$strand", strand);
    hq_bind_bytes(&query, "$public_key", key.bytes, key.size);
    int64_t number = 0;
    enum err err = hq_one_i64(&query, &number);
    *new_device_no_out = (uint32_t)number;
    return err == ERR_not_found ? OK : err;
}

enum err number_may_be_kin(struct apply *apply, const struct chain_public_key *key,
                           uint32_t origin_no, bool *may_be_out)
{
    struct apply_device *origin = NULL;
    TRY(apply_device(apply, origin_no, &origin));
    *may_be_out =
        !origin->is_known || memcmp(origin->key.bytes, key->bytes, sizeof origin->key.bytes) == 0;
    if (*may_be_out) {
        return OK;
    }
    uint32_t number = 0;
    TRY(find_successor(apply, origin_no, STRAND_OTHER_KEY,
                       (struct str){(const char *)key->bytes, sizeof key->bytes}, &number));
    *may_be_out = number != 0;
    return OK;
}

static enum err put_successor(struct apply *apply, uint32_t device_no, int64_t strand,
                              struct str key, uint32_t new_device_no)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_successor_add);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$strand", strand);
    hq_bind_bytes(&query, "$public_key", key.bytes, key.size);
    hq_bind_i64(&query, "$new_device_no", new_device_no);
    hq_bind_i64(&query, "$given_at_ms", apply->now_ms);
    return hq_run(&query);
}

static enum err model_of(struct apply *apply, uint32_t device_no, struct str *model_out)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", device_no);
    *model_out = STR("");
    if (hq_next(&query)) {
        struct str model = hq_text(&query, 8);
        *model_out = (struct str){str_text(&apply->scratch, model), model.size};
    }
    return hq_end(&query);
}

enum err number_successor(struct apply *apply, struct apply_device *device, uint32_t strand,
                          uint32_t *new_device_no_out)
{
    TRY(find_successor(apply, device->device_no, strand, STR(""), new_device_no_out));
    if (*new_device_no_out != 0) {
        return OK;
    }
    struct number_row row = {
        .person_no = device->person_no,
        .key = device->key,
        .enrolled_at_ms = apply->now_ms,
        .is_revoked = device->is_revoked,
        .app_version = device->app_version,
    };
    TRY(model_of(apply, device->device_no, &row.model));
    TRY(next_number(apply, &row.device_no));
    TRY(put_device(apply, &row));
    TRY(put_successor(apply, device->device_no, strand, STR(""), row.device_no));
    *new_device_no_out = row.device_no;
    return hq_audit(apply->store, apply->now_ms, "tablet", "fork",
                    str_format(&apply->scratch, "device %u strand %u goes on as device %u",
                               (unsigned)device->device_no, (unsigned)strand,
                               (unsigned)row.device_no));
}

/* ---- a number that was forgotten ---- */

/* Is the number's person still the one of the certificate? One written down later got
 * a number that a restore had set free. */
static enum err is_same_person(struct apply *apply, const struct number_claim *claim, bool *is_out)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_person_made);
    hq_bind_i64(&query, "$person_no", claim->person_no);
    int64_t made_at_ms = 0;
    enum err err = hq_one_i64(&query, &made_at_ms);
    *is_out = err == ERR_not_found || made_at_ms <= claim->certified_at_ms;
    return err == ERR_not_found ? OK : err;
}

/* A number of nobody: it is never given to a person while a tablet has it. */
static enum err nobody(struct apply *apply, uint32_t *person_no_out)
{
    struct hq_query next = hq_query(apply->store, SQL_HQ_person_next);
    int64_t person_no = 0;
    TRY(hq_one_i64(&next, &person_no));
    *person_no_out = (uint32_t)person_no;
    return OK;
}

static enum err is_key_revoked(struct apply *apply, const struct chain_public_key *key,
                               bool *is_out)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_device_key_is_revoked);
    hq_bind_bytes(&query, "$public_key", key->bytes, sizeof key->bytes);
    int64_t count = 0;
    TRY(hq_one_i64(&query, &count));
    *is_out = count > 0;
    return OK;
}

static enum err take_back(struct apply *apply, const struct number_claim *claim, uint32_t device_no,
                          struct number_given *given)
{
    struct number_row row = {
        .device_no = device_no,
        .person_no = claim->person_no,
        .key = claim->key,
        .enrolled_at_ms = claim->certified_at_ms,
        .app_version = claim->app_version,
        .model = STR(""),
    };
    bool is_same = false;
    TRY(is_same_person(apply, claim, &is_same));
    TRY(is_key_revoked(apply, &claim->key, &row.is_revoked));
    if (!is_same) {
        TRY(nobody(apply, &row.person_no));
    }
    TRY(put_device(apply, &row));
    given->device_no = device_no;
    given->person_no = row.person_no;
    given->is_changed = true;
    struct conflict conflict = {
        .kind = CONFLICT_device_back,
        .device_no = device_no,
        .person_no = row.person_no,
        .at_ms = apply->now_ms,
    };
    /* Named by the certificate: the same tablet back twice is told once. */
    struct chain_hash name = chain_hash(claim->key.bytes, sizeof claim->key.bytes);
    memcpy(conflict.id.bytes, name.bytes, sizeof conflict.id.bytes);
    TRY(apply_conflict(apply, &conflict));
    return hq_audit(apply->store, apply->now_ms, "tablet", "introduce",
                    str_format(&apply->scratch, "device %u back as device %u person %u%s%s",
                               (unsigned)claim->device_no, (unsigned)device_no,
                               (unsigned)row.person_no, row.is_revoked ? " revoked" : "",
                               is_same ? "" : " without holder"));
}

enum err number_claim(struct ingest *ingest, const struct number_claim *claim,
                      struct number_given *given_out)
{
    struct apply *apply = ingest_desk(ingest);
    TRY(ingest_apply_own(ingest));
    *given_out = (struct number_given){0};
    struct apply_device *device = NULL;
    TRY(apply_device(apply, claim->device_no, &device));
    if (!device->is_known) {
        return take_back(apply, claim, claim->device_no, given_out);
    }
    if (memcmp(device->key.bytes, claim->key.bytes, sizeof device->key.bytes) == 0) {
        given_out->device_no = device->device_no;
        given_out->person_no = device->person_no;
        return OK;
    }
    struct str key = {(const char *)claim->key.bytes, sizeof claim->key.bytes};
    uint32_t number = 0;
    TRY(find_successor(apply, claim->device_no, STRAND_OTHER_KEY, key, &number));
    if (number != 0) {
        TRY(apply_device(apply, number, &device));
        given_out->device_no = number;
        given_out->person_no = device->person_no;
        return OK;
    }
    TRY(next_number(apply, &number));
    TRY(take_back(apply, claim, number, given_out));
    return put_successor(apply, claim->device_no, STRAND_OTHER_KEY, key, number);
}

/* ---- how it fares ---- */

enum err number_health(struct ingest *ingest, uint32_t device_no,
                       const struct number_health *health)
{
    struct apply *apply = ingest_desk(ingest);
    if (health->is_said) {
        struct hq_query put = hq_query(apply->store, SQL_HQ_health_put);
        hq_bind_i64(&put, "$device_no", device_no);
        hq_bind_i64(&put, "$at_ms", apply->now_ms);
        hq_bind_i64(&put, "$unsent_age_min", health->unsent_age_min);
        hq_bind_i64(&put, "$free_mib", health->free_mib);
        hq_bind_i64(&put, "$attachments_waiting", health->attachments_waiting);
        hq_bind_i64(&put, "$quarantined_count", health->quarantined_count);
        TRY(hq_run(&put));
    }
    if (health->has_clock) {
        struct hq_query put = hq_query(apply->store, SQL_HQ_health_clock_put);
        hq_bind_i64(&put, "$device_no", device_no);
        hq_bind_i64(&put, "$clock_at_ms", apply->now_ms);
        hq_bind_i64(&put, "$clock_behind_ms", health->clock_behind_ms);
        TRY(hq_run(&put));
    }
    return OK;
}
