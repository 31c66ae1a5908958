#include "sync/verify/verify.h"

#include "core/domain/date.h"
#include "core/os/os.h"
#include "sync/evidence/evidence.h"
#include "sync/verify/fact_line.h"

#include <string.h>

struct run {
    struct arena *arena;
    enum lang lang;
    FILE *out;
    const char *folder;
    const char *key; /* fingerprint, or NULL */
    bool shows_facts;
    uint64_t erasure_count, erased_count, erased_file_count; /* of facts data_erased */
};

#define SAY(run, key, ...) \
    fprintf((run)->out, "%s\n", lang_fill((run)->arena, (run)->lang, (key), __VA_ARGS__))

static bool read_options(struct run *run, int argc, const char *const *argv)
{
    for (int i = 1; i < argc && argv[i] != NULL; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--facts") == 0) {
            run->shows_facts = true;
        } else if (strcmp(argv[i], "--lang") == 0 && value != NULL) {
            if (!lang_from_text(str_from(value), &run->lang)) {
                return false;
            }
            i++;
        } else if (strcmp(argv[i], "--key") == 0 && value != NULL) {
            run->key = value;
            i++;
        } else if (argv[i][0] == '-' || run->folder != NULL) {
            return false;
        } else {
            run->folder = argv[i];
        }
    }
    return run->folder != NULL;
}

static enum err read_file(void *context, struct arena *arena, const char *name, size_t size_max,
                          struct str *bytes_out)
{
    const struct run *run = context;
    const char *path = os_path(arena, run->folder, name);
    /* A link could lead out of the folder, a pipe would never end. */
    if (!os_file_is_plain(path)) {
        return os_file_exists(path) ? ERR_io : ERR_not_found;
    }
    return os_file_read(arena, path, size_max, bytes_out);
}

/* ---- words ---- */

static const char *device_words(const struct run *run, uint32_t device_no)
{
    return device_no == 0 ? lang_text(run->lang, "verify.device_hq")
                          : lang_fill(run->arena, run->lang, "verify.device",
                                      lang_value_count("number", device_no));
}

static void tell_fact(void *context, uint32_t device_no, uint64_t seq, const ds_Event *event)
{
    struct run *run = context;
    char at[DATE_INSTANT_TEXT_SIZE];
    if (event_kind(event) == EVENT_data_erased) {
        run->erasure_count++;
        run->erased_count += event->kind.data_erased.fact_count;
        run->erased_file_count += event->kind.data_erased.file_count;
    }
    if (run->shows_facts) {
        SAY(run, "verify.fact_line", lang_value_text("device", device_words(run, device_no)),
            lang_value_count("seq", (int64_t)seq),
            lang_value_text("at", date_instant_to_text(at, (int64_t)event->at_ms, 0)),
            lang_value_text("words", fact_line(run->arena, run->lang, event)));
    }
}

static void tell_break(const struct run *run, const struct evidence_break *first)
{
    fprintf(run->out, "%s\n", lang_text(run->lang, "verify.broken"));
    if (first->line_no > 0) {
        SAY(run, "verify.where_line", lang_value_text("file", first->file),
            lang_value_count("line", (int64_t)first->line_no));
    } else {
        SAY(run, "verify.where_file", lang_value_text("file", first->file));
    }
    if (first->seq > 0) {
        SAY(run, "verify.which_fact", lang_value_count("seq", (int64_t)first->seq),
            lang_value_text("device", device_words(run, first->device_no)));
    } else if (first->device_no > 0) {
        SAY(run, "verify.which_device",
            lang_value_text("device", device_words(run, first->device_no)));
    }
    fprintf(run->out, "%s\n", lang_text(run->lang, evidence_fault_key(first->fault)));
    if (first->expected[0] != '\0') {
        SAY(run, "verify.expected",
            lang_value_text("expected", fact_line_plain(run->arena, first->expected)));
    }
    if (first->found[0] != '\0') {
        SAY(run, "verify.found",
            lang_value_text("found", fact_line_plain(run->arena, first->found)));
    }
}

static void tell_whole(const struct run *run, const struct evidence_result *result)
{
    char at[DATE_INSTANT_TEXT_SIZE];
    const struct evidence_counts *counts = &result->counts;
    SAY(run, "verify.holds", lang_value_count("case", (int64_t)result->case_no),
        lang_value_text("at", date_instant_to_text(at, result->made_at_ms, 0)));
    SAY(run, "verify.counts", lang_value_count("proved", (int64_t)counts->proved_count),
        lang_value_count("vouched", (int64_t)counts->vouched_count),
        lang_value_count("hq", (int64_t)counts->hq_count),
        lang_value_count("signatures", (int64_t)counts->signature_count),
        lang_value_count("receipts", (int64_t)counts->receipt_count));
    SAY(run, "verify.files", lang_value_count("attachments", (int64_t)counts->attachment_count),
        lang_value_count("lacking", (int64_t)counts->lacking_count),
        lang_value_count("policies", (int64_t)counts->policy_count));
    if (run->erasure_count > 0) {
        SAY(run, "verify.erased", lang_value_count("erasures", (int64_t)run->erasure_count),
            lang_value_count("facts", (int64_t)run->erased_count),
            lang_value_count("files", (int64_t)run->erased_file_count));
    }
    if (counts->unread_count > 0) {
        SAY(run, "verify.unread", lang_value_count("n", (int64_t)counts->unread_count));
    }
    if (result->is_fingerprint_met) {
        fprintf(run->out, "%s\n", lang_text(run->lang, "verify.key_met"));
    } else {
        SAY(run, "verify.key_ask", lang_value_text("fingerprint", result->fingerprint));
    }
}

enum verify_exit verify_run(struct arena *arena, enum lang lang, int argc, const char *const *argv,
                            FILE *out, FILE *err)
{
    struct run run = {.arena = arena, .lang = lang, .out = out};
    if (!read_options(&run, argc, argv)) {
        fprintf(err, "%s\n", lang_text(run.lang, "verify.usage"));
        return VERIFY_usage;
    }
    const struct evidence_source source = {
        .file = read_file, .fact = tell_fact, .context = &run, .fingerprint = run.key};
    struct evidence_result result;
    enum err read_err = evidence_check(arena, &source, &result);
    if (read_err != OK) {
        fprintf(
            err, "%s\n",
            lang_fill(arena, run.lang, "verify.cannot_read", lang_value_text("folder", run.folder),
                      lang_value_key("error", str_format(arena, "error.%s", err_name(read_err)))));
        return VERIFY_unreadable;
    }
    if (result.first_break.fault != EVIDENCE_FAULT_none) {
        tell_break(&run, &result.first_break);
        return VERIFY_broken;
    }
    tell_whole(&run, &result);
    return VERIFY_holds;
}
