/* doorstep-hq plan apply, undo, transfer: cases change hands. */
#include "sync/server/command/planning.h"
#include "sync/server/import/import_batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum command_exit planning_save(struct command_context *context, const struct moves *moves)
{
    const char *name = command_option(context, "--save");
    if (name == NULL) {
        return COMMAND_ok;
    }
    /* A file that is there may be the only way back. */
    FILE *file = fopen(command_path(context, name), "wx");
    if (file == NULL) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT(errno == EEXIST ? "hq.fail.file_exists" : "hq.fail.write",
                                         lang_value_text("file", name)));
    }
    enum err err = moves_write(file, moves);
    if (fclose(file) != 0 || err != OK) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.write", lang_value_text("file", name)));
    }
    return COMMAND_ok;
}

struct slice {
    const struct command_context *context;
    const struct moves *moves;
    size_t at;
    struct moves_result result;
};

static enum err slice_make(void *given, struct hq_store *store)
{
    struct slice *slice = given;
    return moves_make(store, slice->moves, clock_now_ms(slice->context->clock),
                      slice->context->actor, &slice->at, &slice->result);
}

/* Makes all moves, tablets being served between the slices; tells what came of it. */
static enum command_exit moves_run(struct command_context *context, const struct moves *moves)
{
    struct slice slice = {.context = context, .moves = moves};
    enum err err = OK;
    if (command_has(context, "--dry-run")) {
        err = moves_try(context->store, moves, &slice.result);
    }
    while (err == OK && !command_has(context, "--dry-run") && slice.at < moves->count) {
        err = command_on_writer(context, slice_make, &slice);
    }
    if (err != OK && slice.result.made == 0) {
        return command_err(context, err);
    }
    if (err != OK) {
        const char *why =
            lang_text(context->lang, str_format(context->arena, "error.%s", err_name(err)));
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hqplan.fail.cut", lang_value_text("why", why),
                                         lang_value_count("n", (int64_t)slice.result.made)));
    }
    command_say(context, COMMAND_TEXT(command_has(context, "--dry-run") ? "hqplan.say.would"
                                                                        : "hqplan.say.made",
                                      lang_value_count("n", (int64_t)slice.result.made)));
    if (slice.result.already > 0) {
        command_say(context, COMMAND_TEXT("hqplan.say.already",
                                          lang_value_count("n", (int64_t)slice.result.already)));
    }
    if (slice.result.passed > 0) {
        command_say(context, COMMAND_TEXT("hqplan.say.passed",
                                          lang_value_count("n", (int64_t)slice.result.passed)));
    }
    return slice.result.passed > 0 ? COMMAND_found : COMMAND_ok;
}

enum command_exit planning_apply(struct command_context *context, bool is_undo)
{
    const char *name = command_word(context, planning_options, 1);
    if (name == NULL || command_word(context, planning_options, 2) != NULL) {
        return command_usage(context);
    }
    FILE *file = fopen(command_path(context, name), "rb");
    if (file == NULL) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.file", lang_value_text("file", name)));
    }
    struct moves moves;
    int64_t line = 0;
    enum err err = moves_read(context->arena, file, &moves, &line);
    fclose(file);
    if (err == ERR_malformed) {
        return command_fail(context, COMMAND_found,
                            COMMAND_TEXT("hqplan.fail.file", lang_value_text("file", name),
                                         lang_value_count("line", line)));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    if (is_undo) {
        moves = moves_reverse(context->arena, &moves, lang_text(context->lang, "hqplan.why.undo"));
    }
    return moves_run(context, &moves);
}

/* ---- a whole group -------------------------------------------------------------------------- */

struct group {
    struct str area;
    const char *client, *product;
    int64_t most;
};

static bool is_in(const struct group *group, const struct portfolio_case *one)
{
    return (group->area.size == 0 || str_equal(group->area, one->area)) &&
           (group->client == NULL || strcmp(group->client, one->client) == 0) &&
           (group->product == NULL || strcmp(group->product, one->product) == 0);
}

static int by_falling_score(const void *left, const void *right)
{
    const struct portfolio_case *a = *(const struct portfolio_case *const *)left;
    const struct portfolio_case *b = *(const struct portfolio_case *const *)right;
    if (a->score != b->score) {
        return a->score > b->score ? -1 : 1;
    }
    return a->case_no < b->case_no ? -1 : 1;
}

static const struct portfolio_person *person_named(const struct portfolio *portfolio,
                                                   const char *word)
{
    for (size_t p = 0; p < portfolio->person_count; p++) {
        if (strcmp(portfolio->people[p].code, word) == 0) {
            return &portfolio->people[p];
        }
    }
    return NULL;
}

/* The cases of the group that `to` may have, most worth first; `barred_out` those that he may
 * not, for want of area or skill. */
static struct moves group_moves(struct command_context *context, const struct portfolio *portfolio,
                                const struct group *group, const struct portfolio_person *from,
                                const struct portfolio_person *to, size_t *barred_out)
{
    const struct portfolio_case **chosen =
        ARENA_ARRAY(context->arena, portfolio->open_count + 1, const struct portfolio_case *);
    size_t count = 0;
    *barred_out = 0;
    for (size_t i = 0; i < portfolio->case_count; i++) {
        const struct portfolio_case *one = &portfolio->cases[i];
        if (one->unit == TEAM_NONE || one->owner_no != from->person_no || !is_in(group, one)) {
            continue;
        }
        if (team_may(&portfolio->team, one->unit, to->collector)) {
            chosen[count++] = one;
        } else {
            ++*barred_out;
        }
    }
    qsort(chosen, count, sizeof(const struct portfolio_case *), by_falling_score);
    count = (int64_t)count < group->most ? count : (size_t)group->most;
    struct moves moves = {.items = ARENA_ARRAY(context->arena, count + 1, struct move),
                          .count = count};
    const char *why =
        lang_fill(context->arena, context->lang, "hqplan.why.transfer",
                  lang_value_text("from", from->name), lang_value_text("name", to->name));
    for (size_t i = 0; i < count; i++) {
        moves.items[i] = (struct move){.case_no = chosen[i]->case_no,
                                       .case_ref = chosen[i]->case_ref,
                                       .from_no = from->person_no,
                                       .to_no = to->person_no,
                                       .epoch = chosen[i]->epoch,
                                       .why = why};
    }
    return moves;
}

static enum command_exit person_missing(struct command_context *context, const char *code)
{
    return command_fail(context, COMMAND_not_found,
                        COMMAND_TEXT("assign.fail.person", lang_value_text("code", code)));
}

enum command_exit planning_transfer(struct command_context *context)
{
    const char *from_code = command_word(context, planning_options, 1);
    const char *to_code = command_word(context, planning_options, 2);
    if (to_code == NULL || command_word(context, planning_options, 3) != NULL ||
        strcmp(from_code, to_code) == 0) {
        return command_usage(context);
    }
    struct group group = {.area = str_from(command_option(context, "--area")),
                          .client = command_option(context, "--client"),
                          .product = command_option(context, "--product")};
    enum command_exit code =
        planning_number(context, "--most", 1, INT32_MAX, INT32_MAX, &group.most);
    if (code != COMMAND_ok) {
        return code;
    }
    struct portfolio_terms terms = {.now_ms = clock_now_ms(context->clock), .day_count = 1};
    struct portfolio portfolio;
    enum err err =
        import_batch_today(context->arena, context->store, terms.now_ms, &terms.first_day);
    err = err == OK ? portfolio_load(context->arena, context->store, &terms, &portfolio) : err;
    if (err != OK) {
        return command_err(context, err);
    }
    const struct portfolio_person *from = person_named(&portfolio, from_code);
    const struct portfolio_person *to = person_named(&portfolio, to_code);
    if (from == NULL || to == NULL) {
        return person_missing(context, from == NULL ? from_code : to_code);
    }
    if (!to->is_collector) {
        return command_fail(
            context, COMMAND_failed,
            COMMAND_TEXT("assign.fail.cannot_work", lang_value_text("code", to_code)));
    }
    size_t barred = 0;
    struct moves moves = group_moves(context, &portfolio, &group, from, to, &barred);
    code = planning_save(context, &moves);
    if (code != COMMAND_ok) {
        return code;
    }
    if (barred > 0) {
        command_say(context, COMMAND_TEXT("hqplan.say.barred", lang_value_text("name", to->name),
                                          lang_value_count("n", (int64_t)barred)));
    }
    return moves_run(context, &moves);
}
