/* core/journey/enrol.c -- who this tablet is, and its keys.
 * The secret key lies in the settings table; the file is mode 0600. */
#include "core/journey/journey_private.h"

#include <string.h>

static enum err key_read(struct journey *journey, enum setting setting, void *bytes, size_t size)
{
    struct arena_mark mark = arena_mark(journey->arena);
    struct str value;
    enum err err = store_setting_bytes(journey->store, journey->arena, setting, &value);
    if (err == OK && value.size != size) {
        err = value.size == 0 ? ERR_not_enrolled : ERR_corrupt;
    }
    if (err == OK) {
        memcpy(bytes, value.bytes, size);
    }
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_keys(struct journey *journey, struct chain_public_key *public_out,
                      struct chain_secret_key *secret_out, struct chain_public_key *hq_out)
{
    TRY(key_read(journey, SETTING_device_public_key, public_out->bytes, sizeof public_out->bytes));
    TRY(key_read(journey, SETTING_device_secret_key, secret_out->bytes, sizeof secret_out->bytes));
    return key_read(journey, SETTING_hq_public_key, hq_out->bytes, sizeof hq_out->bytes);
}

enum err journey_older_hq_keys(struct journey *journey, struct chain_public_key **keys_out,
                               size_t *count_out)
{
    struct str bytes;
    TRY(store_setting_bytes(journey->store, journey->arena, SETTING_hq_older_keys, &bytes));
    size_t count = bytes.size / CHAIN_PUBLIC_KEY_SIZE;
    *keys_out = ARENA_ARRAY(journey->arena, count + 1, struct chain_public_key);
    memcpy(*keys_out, bytes.bytes, count * CHAIN_PUBLIC_KEY_SIZE);
    *count_out = count;
    return OK;
}

enum err journey_hq_key_take(struct journey *journey, const struct chain_public_key *key)
{
    enum { OLDER_MAX = 16 };
    struct store *store = journey->store;
    struct chain_public_key older[OLDER_MAX];
    struct chain_public_key *kept = NULL;
    size_t count = 0;
    TRY(key_read(journey, SETTING_hq_public_key, older[0].bytes, sizeof older[0].bytes));
    if (memcmp(older[0].bytes, key->bytes, sizeof key->bytes) == 0) {
        return OK;
    }
    TRY(journey_older_hq_keys(journey, &kept, &count));
    count = count < OLDER_MAX - 1 ? count : OLDER_MAX - 1;
    memcpy(&older[1], kept, count * sizeof older[0]);
    TRY(store_setting_set_bytes(store, SETTING_hq_older_keys, older,
                                (count + 1) * sizeof older[0]));
    return store_setting_set_bytes(store, SETTING_hq_public_key, key->bytes, sizeof key->bytes);
}

static enum err begin(struct journey *journey, const char *payload, const char *url,
                      const char *code, const struct chain_public_key *hq_key,
                      const struct chain_public_key *public_key,
                      const struct chain_secret_key *secret_key)
{
    struct store *store = journey->store;
    TRY(store_setting_set_bytes(store, SETTING_device_public_key, public_key->bytes,
                                sizeof public_key->bytes));
    TRY(store_setting_set_bytes(store, SETTING_device_secret_key, secret_key->bytes,
                                sizeof secret_key->bytes));
    TRY(store_setting_set_bytes(store, SETTING_hq_public_key, hq_key->bytes, sizeof hq_key->bytes));
    TRY(store_setting_set_text(store, SETTING_enrol_payload, payload));
    TRY(store_setting_set_text(store, SETTING_enrol_code, code));
    return store_setting_set_text(store, SETTING_hq_url, url);
}

enum err journey_enrol_begin(struct journey *journey, const char *payload, const char *url,
                             const char *code, const struct chain_public_key *hq_key,
                             struct chain_public_key *device_key_out)
{
    if (journey->device_no != 0) {
        return ERR_exists;
    }
    struct chain_public_key public_key;
    struct chain_secret_key secret_key;
    enum err err =
        key_read(journey, SETTING_device_public_key, public_key.bytes, sizeof public_key.bytes);
    if (err == OK) {
        TRY(key_read(journey, SETTING_device_secret_key, secret_key.bytes,
                     sizeof secret_key.bytes));
    } else if (err == ERR_not_enrolled) {
        chain_keypair(journey->rng, &public_key, &secret_key);
    } else {
        return err;
    }
    TRY(store_begin(journey->store));
    err = begin(journey, payload, url, code, hq_key, &public_key, &secret_key);
    if (err != OK) {
        store_rollback(journey->store);
        return err;
    }
    TRY(store_commit(journey->store));
    *device_key_out = public_key;
    return OK;
}

enum err journey_certificate_keep(struct journey *journey, struct str certificate, int64_t hq_at_ms)
{
    struct store *store = journey->store;
    int64_t person_no = 0;
    int64_t branch_no = 0;
    if (certificate.size != CHAIN_SIGNATURE_SIZE) {
        return OK;
    }
    TRY(store_setting_number(store, SETTING_person_no, 0, &person_no));
    TRY(store_setting_number(store, SETTING_branch_no, 0, &branch_no));
    TRY(store_setting_set_bytes(store, SETTING_certificate, certificate.bytes, certificate.size));
    TRY(store_setting_set_number(store, SETTING_certificate_at_ms, hq_at_ms));
    TRY(store_setting_set_number(store, SETTING_certificate_person_no, person_no));
    return store_setting_set_number(store, SETTING_certificate_branch_no, branch_no);
}

enum err journey_certificate(struct journey *journey, struct journey_certificate *certificate_out)
{
    struct store *store = journey->store;
    int64_t person_no = 0;
    int64_t branch_no = 0;
    struct journey_certificate *to = certificate_out;
    enum err err =
        key_read(journey, SETTING_certificate, to->signature.bytes, sizeof to->signature.bytes);
    if (err == ERR_not_enrolled) {
        return ERR_not_found;
    }
    TRY(err);
    TRY(store_setting_number(store, SETTING_certificate_at_ms, 0, &to->hq_at_ms));
    TRY(store_setting_number(store, SETTING_certificate_person_no, 0, &person_no));
    TRY(store_setting_number(store, SETTING_certificate_branch_no, 0, &branch_no));
    to->device_no = journey->device_no;
    to->person_no = (uint32_t)person_no;
    to->branch_no = (uint32_t)branch_no;
    return OK;
}

/* Whose this tablet is, as headquarters says. */
static enum err holder_keep(struct journey *journey, const struct enrolment *enrolment)
{
    struct store *store = journey->store;
    TRY(store_setting_set_number(store, SETTING_person_no, enrolment->person_no));
    TRY(store_setting_set_number(store, SETTING_branch_no, enrolment->branch_no));
    TRY(store_setting_set_text(store, SETTING_person_name, enrolment->person_name));
    return store_setting_set_text(store, SETTING_branch_name, enrolment->branch_name);
}

static enum err finish(struct journey *journey, const struct enrolment *enrolment)
{
    struct store *store = journey->store;
    TRY(store_setting_set_number(store, SETTING_device_no, enrolment->device_no));
    TRY(holder_keep(journey, enrolment));
    TRY(store_setting_set_text(store, SETTING_enrol_code, "")); /* used up */
    TRY(journey_certificate_keep(journey, enrolment->certificate, enrolment->hq_at_ms));
    return store_setting_set_number(store, SETTING_enrolled_at_ms, clock_now_ms(journey->clock));
}

enum err journey_enrol_finish(struct journey *journey, const struct enrolment *enrolment)
{
    if (enrolment->device_no == 0 || enrolment->person_no == 0) {
        return ERR_malformed;
    }
    if (journey->device_no != 0) {
        return journey->device_no == enrolment->device_no ? OK : ERR_exists;
    }
    TRY(store_begin(journey->store));
    enum err err = finish(journey, enrolment);
    if (err != OK) {
        store_rollback(journey->store);
        return err;
    }
    TRY(store_commit(journey->store));
    return journey_reload(journey);
}

enum err journey_rechain(struct journey *journey, uint32_t device_no)
{
    int64_t old_no = 0; /* as it is on the disk, whatever a failed try left in memory */
    TRY(store_setting_number(journey->store, SETTING_device_no, 0, &old_no));
    TRY(store_journal_rechain(journey->store, device_no));
    if (old_no != (int64_t)device_no) {
        /* What headquarters signed was about the old number. */
        TRY(store_setting_set_bytes(journey->store, SETTING_certificate, "", 0));
    }
    journey->device_no = device_no;
    return OK;
}

static enum err introduced(struct journey *journey, const struct enrolment *enrolment)
{
    TRY(journey_rechain(journey, enrolment->device_no));
    TRY(holder_keep(journey, enrolment));
    return journey_certificate_keep(journey, enrolment->certificate, enrolment->hq_at_ms);
}

enum err journey_introduced(struct journey *journey, const struct enrolment *enrolment)
{
    if (enrolment->device_no == 0 || enrolment->person_no == 0) {
        return ERR_malformed;
    }
    if (journey->device_no == 0) {
        return ERR_not_enrolled;
    }
    uint32_t old_no = journey->device_no;
    TRY(store_begin(journey->store));
    enum err err = introduced(journey, enrolment);
    if (err != OK) {
        store_rollback(journey->store);
    } else {
        err = store_commit(journey->store);
    }
    if (err != OK) {
        journey->device_no = old_no;
    }
    enum err reload_err = journey_reload(journey);
    return err != OK ? err : reload_err;
}
