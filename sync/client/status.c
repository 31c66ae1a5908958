#include "sync/client/status.h"

#include <stddef.h>

static const struct {
    const char *key;
    size_t offset;
} NUMBERS[] = {
    {"last_try_at_ms", offsetof(struct status, last_try_at_ms)},
    {"last_success_at_ms", offsetof(struct status, last_success_at_ms)},
    {"http_status", offsetof(struct status, http_status)},
    {"refusal", offsetof(struct status, refusal)},
    {"failures", offsetof(struct status, failures)},
    {"next_try_at_ms", offsetof(struct status, next_try_at_ms)},
    {"posted", offsetof(struct status, posted)},
    {"delivered", offsetof(struct status, delivered)},
    {"sent_bytes", offsetof(struct status, sent_bytes)},
    {"received_bytes", offsetof(struct status, received_bytes)},
    {"rate_bytes_s", offsetof(struct status, rate_bytes_s)},
    {"photos_held", offsetof(struct status, photos_held)},
};

static const char ERROR_KEY[] = "last_error";

static int64_t *number_at(struct status *status, size_t index)
{
    return (int64_t *)(void *)((char *)status + NUMBERS[index].offset);
}

struct str status_to_text(struct arena *arena, const struct status *status)
{
    struct status copy = *status;
    struct str_builder builder;
    str_builder_init(&builder, arena);
    str_add_format(&builder, "%s=%s\n", ERROR_KEY, err_name(copy.last_error));
    for (size_t i = 0; i < COUNT(NUMBERS); i++) {
        str_add_format(&builder, "%s=%lld\n", NUMBERS[i].key, (long long)*number_at(&copy, i));
    }
    return str_built(&builder);
}

static void read_line(struct status *status, struct str key, struct str value)
{
    if (str_is(key, ERROR_KEY)) {
        for (int err = OK; err < ERR_COUNT; err++) {
            if (str_is(value, err_name((enum err)err))) {
                status->last_error = (enum err)err;
            }
        }
        return;
    }
    for (size_t i = 0; i < COUNT(NUMBERS); i++) {
        int64_t number = 0;
        if (str_is(key, NUMBERS[i].key) && str_to_i64(value, &number) == OK) {
            *number_at(status, i) = number;
        }
    }
}

void status_from_text(struct status *status_out, struct str text)
{
    *status_out = (struct status){0};
    struct str line;
    while (str_split(&text, '\n', &line)) {
        struct str key;
        if (str_split(&line, '=', &key)) {
            read_line(status_out, key, line);
        }
    }
}
