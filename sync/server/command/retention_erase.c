/* A request is carried out or refused by another person than who asked. */
#include "sync/server/command/guard.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/policy.h"
#include "sync/server/command/retention.h"

#include "core/domain/date.h"

#include <string.h>

static const char *const options[] = {"--class", "--ground", "--note", "--client", "--by", NULL};

struct request {
    int64_t request_no;
    uint64_t case_no;
    uint32_t classes, ground;
    const char *note;
    uint32_t asked_no;
    bool is_decided;
};

static enum command_exit read_request(struct command_context *context, const char *word,
                                      struct request *request)
{
    uint32_t person_no = 0;
    enum command_exit code = lookup_caller(context, &person_no);
    if (code == COMMAND_ok) {
        code = lookup_number(context, word, 1, INT64_C(1) << 40, &request->request_no);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_erase_request_get);
    hq_bind_i64(&query, "$request_no", request->request_no);
    bool is_there = hq_next(&query);
    if (is_there) {
        request->case_no = (uint64_t)hq_i64(&query, 0);
        request->classes = (uint32_t)hq_i64(&query, 1);
        request->ground = (uint32_t)hq_i64(&query, 2);
        request->note = str_text(context->arena, hq_text(&query, 3));
        request->asked_no = (uint32_t)hq_i64(&query, 4);
        request->is_decided = hq_i64(&query, 5) != 0;
    }
    enum err err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    if (!is_there) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.erase_request", lang_value_text("word", word)));
    }
    if (request->is_decided) {
        return command_fail(context, COMMAND_refused, COMMAND_LINE("hq.fail.erase_decided"));
    }
    const struct permit_object object = {.branch_no = HQ_BRANCH, .about_no = request->asked_no};
    return guard_object(context, &object);
}

/* ---- may it? ---- */

/* The first class whose time is not over though the request says so. */
static uint32_t too_early(const struct retention *retention, const struct request *request,
                          int64_t ended_at_ms)
{
    int32_t since = date_day_at(ended_at_ms, retention->offset_minutes);
    for (uint32_t code = 1; code < DATA_CLASS_END; code++) {
        if ((request->classes >> code & 1) != 0 && !retention_is_of_fact(code) &&
            retention->days_max[code] > 0 &&
            retention->today - since <= retention->days_max[code]) {
            return code;
        }
    }
    return DATA_CLASS_none;
}

static enum command_exit tell_law(struct command_context *context,
                                  const struct retention *retention,
                                  const struct law_verdict *verdict,
                                  const struct law_situation *situation, uint16_t only_rule)
{
    for (size_t i = 0; i < verdict->fired_count; i++) {
        const struct law_fired *fired = &verdict->fired[i];
        char rule[LAW_RULE_TEXT_SIZE];
        if (fired->severity < SEVERITY_block || fired->rule != only_rule) {
            continue;
        }
        struct law_record record = law_image_record(retention->image, fired->record);
        (void)command_fail(
            context, COMMAND_refused,
            COMMAND_TEXT("hq.fail.erase_law",
                         lang_value_text("rule", law_rule_to_text(rule, fired->rule)),
                         lang_value_text("reason", policy_reason(context, retention->image,
                                                                 situation, verdict, fired)),
                         lang_value_text("source", law_image_source(retention->image, &record))));
    }
    return COMMAND_refused;
}

static enum command_exit check(struct command_context *context, const struct retention *retention,
                               const struct request *request, int64_t ended_at_ms)
{
    bool is_held = false;
    enum err err = retention_is_held(context, request->case_no, &is_held);
    if (err != OK) {
        return command_err(context, err);
    }
    if (is_held) {
        return command_fail(context, COMMAND_refused, COMMAND_LINE("hq.fail.erase_held"));
    }
    const uint32_t of_facts = ERASE_BIT(positions) | ERASE_BIT(third_party);
    if (ended_at_ms == 0 && (request->classes & ~of_facts) != 0) {
        return command_fail(
            context, COMMAND_refused,
            COMMAND_TEXT("hq.fail.erase_open",
                         lang_value_text("classes",
                                         retention_words(context, request->classes & ~of_facts))));
    }
    uint32_t early = request->ground == ERASE_GROUND_term_over && ended_at_ms > 0
                         ? too_early(retention, request, ended_at_ms)
                         : DATA_CLASS_none;
    if (early != DATA_CLASS_none) {
        return command_fail(
            context, COMMAND_refused,
            COMMAND_TEXT("hq.fail.erase_early",
                         lang_value_key("class", catalog_key(CATALOG_data_class, early)),
                         lang_value_count("days", retention->days_max[early])));
    }
    struct law_verdict verdict;
    struct law_situation situation;
    retention_judge(retention, request->classes, ended_at_ms, false, &verdict, &situation);
    uint16_t rule = 0;
    err = law_rule_from_text(STR("D02"), &rule);
    CHECK(err == OK); /* of law_words.def */
    const struct law_fired *fired = law_verdict_find(&verdict, rule);
    bool is_blocked = fired != NULL && fired->severity >= SEVERITY_block;
    /* A court's order goes before the term; nothing goes before a hold. */
    return is_blocked && request->ground != ERASE_GROUND_ordered
               ? tell_law(context, retention, &verdict, &situation, rule)
               : COMMAND_ok;
}

/* ---- doing it ---- */

static enum err decide(struct command_context *context, const struct request *request,
                       uint64_t erasure_seq)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_erase_request_decide);
    hq_bind_i64(&query, "$request_no", request->request_no);
    hq_bind_i64(&query, "$decided_no", context->person.person_no);
    hq_bind_i64(&query, "$decided_at_ms", clock_now_ms(context->clock));
    hq_bind_i64(&query, "$erasure_seq", (int64_t)erasure_seq);
    return hq_run(&query);
}

static enum err asker_code(struct command_context *context, uint32_t person_no, const char **code)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_person_get);
    hq_bind_i64(&query, "$person_no", person_no);
    *code = "?";
    if (hq_next(&query)) {
        *code = str_text(context->arena, hq_text(&query, 0));
    }
    return hq_end(&query);
}

static enum err carry_out(struct command_context *context, const struct request *request,
                          struct erase_order *order, struct erase_done *done)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    TRY(asker_code(context, request->asked_no, &order->asked_by));
    struct ingest *ingest = ingest_start(context->arena, context->store, now_ms);
    enum err err = erase_case(ingest, order, done);
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    TRY(decide(context, request, done->erasure_seq));
    TRY(hq_audit(context->store, now_ms, context->actor, "retention erase",
                 str_format(context->arena, "case %llu, request %lld, %llu facts, %llu files",
                            (unsigned long long)request->case_no, (long long)request->request_no,
                            (unsigned long long)done->fact_count,
                            (unsigned long long)done->file_count)));
    return hq_commit(context->store);
}

static void say_erased(struct command_context *context, const struct request *request,
                       const struct erase_done *done)
{
    command_say(context,
                COMMAND_TEXT("hq.say.erased", lang_value_count("facts", (int64_t)done->fact_count),
                             lang_value_count("files", (int64_t)done->file_count),
                             lang_value_text("classes", retention_words(context, request->classes)),
                             lang_value_count("seq", (int64_t)done->erasure_seq)));
}

/* The rows say nothing more; now the files. */
static enum command_exit scrub(struct command_context *context)
{
    uint64_t file_count = 0;
    bool is_whole = false;
    enum err err = erase_files(context->arena, context->store, context->data_folder, context->rng,
                               &file_count);
    if (err == OK) {
        err = hq_scrub(context->store, &is_whole);
    }
    if (err != OK) {
        (void)command_fail(context, COMMAND_failed, COMMAND_LINE("hq.fail.erase_files"));
        return command_err(context, err);
    }
    command_say(context, COMMAND_LINE("hq.say.scrubbed"));
    return is_whole ? COMMAND_ok
                    : command_fail(context, COMMAND_failed, COMMAND_LINE("hq.fail.erase_log"));
}

/* In a transaction of its own. */
static enum command_exit erase_one(struct command_context *context,
                                   const struct retention *retention, const struct request *request)
{
    int64_t ended_at_ms = 0;
    enum err err = retention_ended(context, request->case_no, &ended_at_ms);
    if (err != OK) {
        return command_err(context, err);
    }
    enum command_exit code = check(context, retention, request, ended_at_ms);
    if (code != COMMAND_ok) {
        return code;
    }
    struct erase_order order = {
        .case_no = request->case_no,
        .classes = request->classes,
        .keeps_record = ended_at_ms == 0,
        .ground = request->ground,
        .by = context->actor,
        .note = request->note,
    };
    retention_order(retention, &order);
    for (uint32_t i = 0; request->ground != ERASE_GROUND_term_over && i < DATA_CLASS_END; i++) {
        order.until_at_ms[i] = INT64_MAX; /* who asks for it, asks for all of it */
    }
    struct erase_done done = {0};
    err = carry_out(context, request, &order, &done);
    if (err != OK) {
        hq_rollback(context->store);
        return err == ERR_not_found
                   ? command_fail(context, COMMAND_found, COMMAND_LINE("hq.fail.erase_nothing"))
                   : command_err(context, err);
    }
    say_erased(context, request, &done);
    return COMMAND_ok;
}

/* All that are named, one by one, until one may not be; the file is written anew once for all that
 * were: that takes as long as a backup. */
static enum command_exit erase(struct command_context *context)
{
    struct retention retention;
    size_t count = 0;
    enum command_exit code = retention_read(context, &retention);
    for (size_t i = 1; code == COMMAND_ok && command_word(context, options, i) != NULL; i++) {
        struct request request = {0};
        code = read_request(context, command_word(context, options, i), &request);
        if (code == COMMAND_ok) {
            code = erase_one(context, &retention, &request);
        }
        count += code == COMMAND_ok;
    }
    enum command_exit scrubbed = count > 0 ? scrub(context) : COMMAND_ok;
    return scrubbed != COMMAND_ok ? scrubbed : code;
}

static enum command_exit refuse(struct command_context *context, const struct request *request)
{
    enum err err = hq_begin(context->store);
    if (err == OK) {
        err = decide(context, request, 0);
    }
    if (err == OK) {
        err = hq_audit(
            context->store, clock_now_ms(context->clock), context->actor, "retention refuse",
            str_format(context->arena, "case %llu, request %lld",
                       (unsigned long long)request->case_no, (long long)request->request_no));
    }
    if (err == OK) {
        err = hq_commit(context->store);
    }
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context, COMMAND_LINE("hq.say.erase_refused"));
    return COMMAND_ok;
}

enum command_exit retention_erase(struct command_context *context)
{
    const char *word = command_word(context, options, 1);
    bool is_erasing = strcmp(command_word(context, options, 0), "erase") == 0;
    if (word == NULL || (!is_erasing && command_word(context, options, 2) != NULL)) {
        return command_usage(context);
    }
    if (is_erasing) {
        return erase(context);
    }
    struct request request = {0};
    enum command_exit code = read_request(context, word, &request);
    return code == COMMAND_ok ? refuse(context, &request) : code;
}
