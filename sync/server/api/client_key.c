/* Which client certificate a tablet comes with. It says "one of ours" (sync/server/http/tls.h);
 * kept with the number, it says "this one": a key that was taken off one tablet opens the door for
 * no other. The person's signature inside the envelope is what proves who speaks. */
#include "sync/server/api/api_private.h"

#include "core/base/buf.h"
#include "core/os/log.h"

#include <string.h>

enum { KEY_SHOWN = 8 };

/* The number that the sender proved to hold the key of; 0: nobody proved anything yet, or it is a
 * call for help. */
static uint32_t proved_device(const struct visit *visit)
{
    switch (visit->state) {
    case VISIT_batch:
        return visit->is_verified ? visit->batch.device_no : 0;
    case VISIT_chunk:
        return visit->chunk.device_no;
    case VISIT_keys:
        return visit->keyhole->device_no;
    case VISIT_alarm:
    case VISIT_enrol:
    case VISIT_introduce:
    case VISIT_refused:
        return 0;
    }
    UNREACHABLE();
}

static enum err bind(struct api *api, struct visit *visit, uint32_t device_no)
{
    struct hq_store *store = api->options.store;
    int64_t now_ms = clock_now_ms(api->options.clock);
    char shown[2 * KEY_SHOWN + 1];
    buf_to_hex(shown, visit->client_key, KEY_SHOWN);
    struct hq_query query = hq_query(store, SQL_HQ_client_key_put);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_bytes(&query, "$key_id", visit->client_key, sizeof visit->client_key);
    hq_bind_i64(&query, "$bound_at_ms", now_ms);
    TRY(hq_run(&query));
    return hq_audit(store, now_ms, "tablet", "certificate bound",
                    str_format(visit->arena, "device %u key %s", (unsigned)device_no, shown));
}

/* A colleague's tablet may carry what another has sealed (sync/proto/bundle.h): its certificate is
 * not the one of that number, which would be shut out by it when it calls itself. */
static enum err is_carried(struct api *api, const struct visit *visit, uint32_t device_no,
                           bool *is_out)
{
    int64_t is_of_other = 0;
    struct hq_query query = hq_query(api->options.store, SQL_HQ_client_key_of_other);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_bytes(&query, "$key_id", visit->client_key, sizeof visit->client_key);
    TRY(hq_one_i64(&query, &is_of_other));
    *is_out = is_of_other != 0;
    return OK;
}

enum err client_key_check(struct api *api, struct visit *visit)
{
    uint32_t device_no = proved_device(visit);
    bool is_known = false;
    bool is_same = false;
    bool is_open = false;
    visit->is_other_client = false;
    if (!visit->has_client_key || device_no == 0) {
        return OK;
    }
    struct hq_query query = hq_query(api->options.store, SQL_HQ_client_key_get);
    hq_bind_i64(&query, "$device_no", device_no);
    if (hq_next(&query)) {
        struct str key = hq_text(&query, 0);
        is_known = true;
        is_same = key.size == sizeof visit->client_key &&
                  memcmp(key.bytes, visit->client_key, key.size) == 0;
        is_open = hq_i64(&query, 1) != 0;
    }
    TRY(hq_end(&query));
    if (is_same) {
        return OK;
    }
    /* The keeper of a key signs with what lies in clear on the disk: that alone binds nothing. */
    if (!is_known || is_open) {
        bool binds_nothing = visit->state == VISIT_keys;
        if (!binds_nothing) {
            TRY(is_carried(api, visit, device_no, &binds_nothing));
        }
        return binds_nothing ? OK : bind(api, visit, device_no);
    }
    log_line(LOG_warning, "http", "device %u comes with another tablet's certificate",
             (unsigned)device_no);
    if (visit->state == VISIT_keys) {
        visit->is_other_client = true; /* somebody may be calling for help: see keeper.c */
    } else {
        push_refuse(visit, WIRE_other_certificate);
    }
    return OK;
}
