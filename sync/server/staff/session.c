/* Sessions: made, found, ended. */
#include "sync/server/staff/session.h"

#include "core/base/buf.h"
#include "core/base/check.h"

#include <sodium.h>
#include <string.h>

enum { MINUTE_MS = 60000 };

static const struct door {
    uint32_t code;
    const char *idle_setting, *whole_setting;
    int64_t idle_minutes, whole_minutes;
} doors[] = {
#define DOOR(code, name, idle_minutes, session_minutes)                                     \
    {(code), "session." #name ".idle_minutes", "session." #name ".minutes", (idle_minutes), \
     (session_minutes)},
#include "sync/server/staff/doors.def"
#undef DOOR
};

static const struct door *door_of(uint32_t code)
{
    for (size_t i = 0; i < COUNT(doors); i++) {
        if (doors[i].code == code) {
            return &doors[i];
        }
    }
    return NULL;
}

/* A setting in minutes; one that makes no sense counts as none. */
static enum err minutes_of(struct arena *arena, struct hq_store *store, const char *name,
                           int64_t fallback, int64_t *ms_out)
{
    enum { WEEK_MINUTES = 7 * 24 * 60 };
    const char *text = "";
    int64_t minutes = 0;
    TRY(hq_setting(arena, store, name, "", &text));
    bool is_set =
        str_to_i64(str_from(text), &minutes) == OK && minutes > 0 && minutes <= WEEK_MINUTES;
    *ms_out = (is_set ? minutes : fallback) * MINUTE_MS;
    return OK;
}

static enum err bounds(struct arena *arena, struct hq_store *store, const struct door *door,
                       int64_t *idle_ms_out, int64_t *whole_ms_out)
{
    TRY(minutes_of(arena, store, door->idle_setting, door->idle_minutes, idle_ms_out));
    return minutes_of(arena, store, door->whole_setting, door->whole_minutes, whole_ms_out);
}

/* False when the text is no token. */
static bool token_of(struct str text, uint8_t token[SESSION_TOKEN_SIZE])
{
    char hex[SESSION_TEXT_SIZE];
    return text.size == SESSION_TEXT_SIZE - 1 && str_copy(hex, sizeof hex, text) &&
           buf_from_hex(token, SESSION_TOKEN_SIZE, hex) == OK;
}

static struct chain_hash hash_of(struct str text)
{
    uint8_t token[SESSION_TOKEN_SIZE] = {0};
    struct chain_hash hash = {{0}}; /* of no token: 256 bits of zero are nobody's hash */
    if (token_of(text, token)) {
        hash = chain_hash(token, sizeof token);
    }
    sodium_memzero(token, sizeof token);
    return hash;
}

/* Forgets those that have ended. */
static enum err sweep(struct arena *arena, struct hq_store *store, int64_t now_ms)
{
    for (size_t i = 0; i < COUNT(doors); i++) {
        int64_t idle_ms = 0, whole_ms = 0;
        TRY(bounds(arena, store, &doors[i], &idle_ms, &whole_ms));
        struct hq_query query = hq_query(store, SQL_HQ_session_sweep);
        hq_bind_i64(&query, "$door", doors[i].code);
        hq_bind_i64(&query, "$seen_before_ms", now_ms - idle_ms);
        hq_bind_i64(&query, "$made_before_ms", now_ms - whole_ms);
        TRY(hq_run(&query));
    }
    return OK;
}

enum err session_open(struct hq_store *store, const struct rng *rng, uint32_t person_no,
                      enum session_door door, const char *origin, int64_t now_ms,
                      char text_out[SESSION_TEXT_SIZE])
{
    uint8_t token[SESSION_TOKEN_SIZE];
    rng_fill(rng, token, sizeof token);
    struct chain_hash hash = chain_hash(token, sizeof token);
    buf_to_hex(text_out, token, sizeof token);
    sodium_memzero(token, sizeof token);
    struct hq_query query = hq_query(store, SQL_HQ_session_add);
    hq_bind_bytes(&query, "$token_hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_i64(&query, "$door", door);
    hq_bind_i64(&query, "$now_ms", now_ms);
    hq_bind_text(&query, "$origin", str_from(origin));
    TRY(hq_run(&query));
    struct arena scratch;
    arena_init(&scratch, 1024);
    enum err err = sweep(&scratch, store, now_ms);
    arena_deinit(&scratch);
    return err;
}

enum err session_find(struct arena *arena, struct hq_store *store, struct str text, int64_t now_ms,
                      struct session *session_out)
{
    *session_out = (struct session){0};
    struct chain_hash hash = hash_of(text);
    struct hq_query query = hq_query(store, SQL_HQ_session_get);
    hq_bind_bytes(&query, "$token_hash", hash.bytes, sizeof hash.bytes);
    if (hq_next(&query)) {
        *session_out = (struct session){
            .person_no = (uint32_t)hq_i64(&query, 0),
            .door = (uint32_t)hq_i64(&query, 1),
            .made_at_ms = hq_i64(&query, 2),
            .seen_at_ms = hq_i64(&query, 3),
        };
    }
    TRY(hq_end(&query));
    const struct door *door = door_of(session_out->door);
    if (session_out->person_no == 0 || door == NULL) {
        return ERR_not_allowed;
    }
    int64_t idle_ms = 0, whole_ms = 0;
    TRY(bounds(arena, store, door, &idle_ms, &whole_ms));
    int64_t idle_end_ms = session_out->seen_at_ms + idle_ms;
    int64_t whole_end_ms = session_out->made_at_ms + whole_ms;
    session_out->ends_at_ms = idle_end_ms < whole_end_ms ? idle_end_ms : whole_end_ms;
    session_out->is_to_touch = now_ms - session_out->seen_at_ms >= SESSION_TOUCH_MS;
    bool is_before = now_ms < session_out->made_at_ms - MINUTE_MS; /* a clock that was set back */
    return now_ms < session_out->ends_at_ms && !is_before ? OK : ERR_not_allowed;
}

enum err session_touch(struct hq_store *store, struct str text, int64_t now_ms)
{
    struct chain_hash hash = hash_of(text);
    struct hq_query query = hq_query(store, SQL_HQ_session_touch);
    hq_bind_bytes(&query, "$token_hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&query, "$now_ms", now_ms);
    return hq_run(&query);
}

enum err session_close(struct hq_store *store, struct str text)
{
    struct chain_hash hash = hash_of(text);
    struct hq_query query = hq_query(store, SQL_HQ_session_close);
    hq_bind_bytes(&query, "$token_hash", hash.bytes, sizeof hash.bytes);
    return hq_run(&query);
}

enum err session_close_all(struct hq_store *store, uint32_t person_no)
{
    struct hq_query query = hq_query(store, SQL_HQ_session_close_of);
    hq_bind_i64(&query, "$person_no", person_no);
    return hq_run(&query);
}

void session_form_mark(struct str text, char mark_out[SESSION_TEXT_SIZE])
{
    static const uint8_t purpose[] = "form";
    uint8_t token[SESSION_TOKEN_SIZE] = {0}, mark[SESSION_TOKEN_SIZE];
    bool is_token = token_of(text, token);
    CHECK(is_token); /* the session was found by it */
    crypto_generichash(mark, sizeof mark, purpose, sizeof purpose - 1, token, sizeof token);
    buf_to_hex(mark_out, mark, sizeof mark);
    sodium_memzero(token, sizeof token);
}

bool session_is_form_mark(struct str text, struct str mark)
{
    char expected[SESSION_TEXT_SIZE];
    session_form_mark(text, expected);
    return mark.size == SESSION_TEXT_SIZE - 1 &&
           sodium_memcmp(expected, mark.bytes, mark.size) == 0;
}
