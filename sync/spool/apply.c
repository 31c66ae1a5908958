/* sync/spool/apply.c -- answers in the folder, one after the other. */
#include "core/os/os.h"
#include "sync/proto/answer.h"
#include "sync/spool/spool_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- one answer ---- */

/* Whether it helps to seal what was refused anew: bytes that were damaged, or that
 * headquarters cannot unpack. */
static bool is_sealed_anew(uint32_t code)
{
    return code == WIRE_truncated || code == WIRE_malformed || code == WIRE_bad_seal ||
           code == WIRE_bad_compression || code == WIRE_bad_signature ||
           code == WIRE_unknown_dictionary;
}

/* A refusal in clear may be forged by anybody on the way, so it is shown, and what is done
 * about it is harmless: a damaged envelope is sealed anew, a tablet that seems to be
 * forgotten shows its certificate. */
static enum err take_refusal(struct spool *spool, struct wire_bytes bytes, const char *name,
                             struct spool_applied *applied, bool *is_envelope_done_out,
                             enum wire *wire_out)
{
    uint32_t code = WIRE_ok;
    *wire_out = envelope_read_refusal(bytes, &code);
    if (*wire_out != WIRE_ok) {
        return OK;
    }
    applied->refusal = code;
    *is_envelope_done_out = is_sealed_anew(code);
    spool->is_unpacked = spool->is_unpacked || code == WIRE_unknown_dictionary;
    if (*is_envelope_done_out && spool->journey->device_no != 0) { /* an enrolment holds no facts */
        TRY(store_outbox_unseal(spool->journey->store, name));
    }
    bool is_forgotten = code == WIRE_unknown_device || code == WIRE_bad_signature;
    return is_forgotten && spool->journey->device_no != 0 ? spool_seal_introduction(spool) : OK;
}

static bool is_refusal(struct wire_bytes bytes)
{
    return bytes.size == ENVELOPE_REFUSAL_SIZE &&
           bytes.bytes[0] == (ENVELOPE_FORMAT << 4 | ENVELOPE_refusal);
}

enum err spool_take(struct spool *spool, struct wire_bytes bytes, const char *name,
                    struct wire_bytes envelope, struct spool_applied *applied,
                    bool *is_envelope_done_out, enum wire *wire_out)
{
    uint64_t request_tag = envelope_tag(envelope);
    struct envelope_head head;
    *is_envelope_done_out = true;
    if (is_refusal(bytes)) {
        return take_refusal(spool, bytes, name, applied, is_envelope_done_out, wire_out);
    }
    *wire_out = envelope_read_head(bytes, &head);
    if (*wire_out != WIRE_ok) {
        return OK;
    }
    return head.kind == ENVELOPE_enrol_answer
               ? spool_take_enrolled(spool, bytes, request_tag, name, applied, wire_out)
               : spool_take_down(spool, bytes, request_tag, name, applied, wire_out);
}

/* ---- the folder ---- */

static enum err quarantine(struct spool *spool, const char *answer_name, struct str bytes,
                           enum wire wire, struct spool_applied *applied)
{
    struct store_quarantined item = {
        .name = answer_name,
        .err = (uint32_t)wire_err(wire),
        .bytes = bytes,
        .at_ms = clock_now_ms(spool->journey->clock),
    };
    TRY(store_quarantine_put(spool->journey->store, &item));
    applied->quarantined_count++;
    applied->quarantined_as = wire;
    return OK;
}

static enum err take(struct spool *spool, const char *answer_name, struct str bytes,
                     const char *name, struct str envelope, struct spool_applied *applied)
{
    bool is_envelope_done = true;
    enum wire wire = WIRE_ok;
    TRY(spool_take(spool, spool_bytes(bytes), name, spool_bytes(envelope), applied,
                   &is_envelope_done, &wire));
    if (wire != WIRE_ok) {
        return quarantine(spool, answer_name, bytes, wire, applied);
    }
    applied->answer_count++;
    return is_envelope_done ? spool_remove(spool, name) : OK;
}

static enum err apply_file(struct spool *spool, const char *answer_name,
                           struct spool_applied *applied)
{
    struct arena *arena = spool->journey->arena;
    const char *answer_path = os_path(arena, spool->in, answer_name);
    const char *name = spool_with_ending(spool, answer_name, LAYOUT_ENVELOPE);
    struct str envelope;
    enum err err =
        os_file_read(arena, os_path(arena, spool->out, name), LIMIT_envelope_size, &envelope);
    if (err == ERR_not_found) {
        return os_file_remove(answer_path); /* applied before a cut, or sealed anew since */
    }
    if (err == ERR_too_long) { /* damaged on the disk: its facts are sealed again */
        TRY(spool_remove(spool, name));
        TRY(store_outbox_unseal(spool->journey->store, name));
        return os_file_remove(answer_path);
    }
    TRY(err);
    struct str bytes;
    err = os_file_read(arena, answer_path, LIMIT_answer_size, &bytes);
    if (err == ERR_too_long) {
        /* The agent never writes more than the limit: not worth keeping. */
        TRY(quarantine(spool, answer_name, (struct str){"", 0}, WIRE_too_long, applied));
        return os_file_remove(answer_path);
    }
    TRY(err);
    TRY(take(spool, answer_name, bytes, name, envelope, applied));
    return os_file_remove(answer_path);
}

/* Answers in the order of their envelopes: what was sent first is taken first. */
static int compare(const void *a, const void *b)
{
    const struct spool_file *one = a;
    const struct spool_file *two = b;
    return layout_compare(&one->read, &two->read);
}

static enum err list_answers(struct spool *spool, struct spool_file **files_out, size_t *count_out)
{
    struct arena *arena = spool->journey->arena;
    const char **names = NULL;
    size_t count = 0;
    TRY(os_folder_list(arena, spool->in, &names, &count));
    struct spool_file *files = ARENA_ARRAY(arena, count + 1, struct spool_file);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        files[kept].name = names[i];
        if (!spool_ends_with(names[i], LAYOUT_ANSWER) ||
            !os_file_is_plain(os_path(arena, spool->in, names[i]))) {
            continue; /* a folder or a link is nobody's answer */
        }
        if (layout_read(names[i], LAYOUT_ANSWER, &files[kept].read)) {
            kept += files[kept].read.class_ != LAYOUT_CLASS_keys; /* see keyhole.h */
        } else {
            TRY(os_file_remove(os_path(arena, spool->in, names[i]))); /* answers nothing */
        }
    }
    qsort(files, kept, sizeof files[0], compare);
    *files_out = files;
    *count_out = kept;
    return OK;
}

static enum err apply(struct spool *spool, struct spool_applied *applied)
{
    struct arena *arena = spool->journey->arena;
    struct spool_file *files = NULL;
    size_t count = 0;
    TRY(list_answers(spool, &files, &count));
    for (size_t i = 0; i < count; i++) {
        struct arena_mark mark = arena_mark(arena);
        enum err err = apply_file(spool, files[i].name, applied);
        arena_rollback(arena, mark);
        TRY(err);
    }
    /* An alarm that was refused as damaged does not wait until there is something else to
     * seal. The agent was not woken: its waiting keeps this from going round fast. */
    if (applied->refusal != WIRE_ok && spool->journey->device_no != 0) {
        size_t alarm_count = 0;
        TRY(spool_seal_alarms(spool, &alarm_count));
    }
    /* The next page and the next chunks are asked for and sent without waiting. */
    bool goes_on = applied->has_more || applied->lack_count > 0;
    if (!goes_on || spool->journey->device_no == 0) {
        return OK;
    }
    struct spool_sealed sealed;
    return spool_seal(spool, applied->has_more, &sealed);
}

enum err spool_apply(struct spool *spool, struct spool_applied *applied_out)
{
    struct spool_applied applied = {0};
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = apply(spool, &applied);
    arena_rollback(spool->journey->arena, mark);
    *applied_out = applied;
    return err;
}
