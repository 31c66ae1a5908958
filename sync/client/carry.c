#include "sync/client/carry.h"

#include "core/base/limits.h"
#include "core/os/os.h"
#include "sync/client/reply.h"
#include "sync/proto/bundle.h"
#include "sync/proto/layout.h"

#include <string.h>

/* The answer's name is that of its envelope with another ending. */
static const char *answer_name(struct arena *arena, const char *name)
{
    size_t size = strlen(name);
    size_t ending_size = strlen(LAYOUT_ENVELOPE);
    bool has_ending = size > ending_size && strcmp(name + size - ending_size, LAYOUT_ENVELOPE) == 0;
    return has_ending ? str_format(arena, "%.*s%s", (int)(size - ending_size), name, LAYOUT_ANSWER)
                      : name;
}

/* False: this post ends the round, see carry->last_error. The answer lives in `arena`. */
static bool post_item(const struct transport *transport, struct arena *arena, const char *url,
                      const struct bundle_item *envelope, struct bundle_item *answer,
                      struct carry *carry)
{
    struct transport_response response = {0};
    enum err err = transport->post(transport->context, arena, url, envelope->bytes.bytes,
                                   envelope->bytes.size, &response);
    uint32_t code = WIRE_ok;
    bool is_kept = err == OK && (reply_is_answer(&response) ||
                                 (reply_is_refusal(&response, &code) && reply_is_final(code)));
    if (!is_kept) {
        carry->last_error = err != OK ? err : reply_err(&response);
        carry->http_status = response.status;
        return false;
    }
    *answer = (struct bundle_item){.type = BUNDLE_answer,
                                   .name = answer_name(arena, envelope->name),
                                   .bytes = {response.body, response.body_size}};
    return true;
}

static enum err write_answers(struct arena *arena, const char *path,
                              const struct bundle_item *answers, size_t count)
{
    struct wire_bytes bundle;
    TRY(wire_err(bundle_write(arena, answers, count, &bundle)));
    return os_file_replace(path, bundle.bytes, bundle.size);
}

/* A post takes room for the longest answer; `task` gives it back, `arena` keeps what came. */
static enum err carry_items(const struct transport *transport, struct arena *arena,
                            struct arena *task, const char *url, const struct bundle_item *items,
                            size_t count, const char *answers_path, struct carry *carry)
{
    struct bundle_item *answers = ARENA_ARRAY(arena, count + 1, struct bundle_item);
    for (size_t i = 0; i < count; i++) {
        if (items[i].type != BUNDLE_envelope || items[i].bytes.size > LIMIT_envelope_size) {
            continue;
        }
        struct bundle_item answer;
        carry->envelope_count++;
        if (carry->last_error != OK) {
            continue; /* counted only: the next post would fail the same way */
        }
        arena_reset(task);
        if (!post_item(transport, task, url, &items[i], &answer, carry)) {
            continue;
        }
        answer.name = arena_text(arena, answer.name);
        answer.bytes.bytes = arena_copy(arena, answer.bytes.bytes, answer.bytes.size);
        answers[carry->answer_count++] = answer;
    }
    return write_answers(arena, answers_path, answers, carry->answer_count);
}

enum err carry_bundle(const struct transport *transport, struct arena *arena, const char *url,
                      const char *bundle_path, const char *answers_path, enum wire *refusal_out,
                      struct carry *carry_out)
{
    *carry_out = (struct carry){.last_error = OK};
    *refusal_out = WIRE_ok;
    struct str bytes;
    enum err err = os_file_read(arena, bundle_path, BUNDLE_SIZE_MAX, &bytes);
    if (err == ERR_too_long) {
        *refusal_out = WIRE_too_long;
        return OK;
    }
    TRY(err);
    struct bundle_item *items = NULL;
    size_t count = 0;
    struct wire_bytes bundle = {(const uint8_t *)bytes.bytes, bytes.size};
    *refusal_out = bundle_read(arena, bundle, &items, &count);
    if (*refusal_out != WIRE_ok) {
        return OK;
    }
    struct arena task = {0};
    arena_init(&task, 512 * 1024);
    err = carry_items(transport, arena, &task, url, items, count, answers_path, carry_out);
    arena_deinit(&task);
    return err;
}
