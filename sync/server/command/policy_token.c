/* doorstep-hq policy token: a supervisor's pass for one visit in spite of one rule. */
#include "sync/server/command/policy.h"

#include "core/event/pass.h"
#include "core/rules/gate.h"
#include "sync/server/api/api.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/qr_picture.h"
#include "sync/server/report/policy_book.h"

#include <string.h>

/* A pass is for the visit at hand; whoever wants one tomorrow asks tomorrow. */
enum { TOKEN_HOURS = 4, TOKEN_HOURS_MAX = 24, TOKEN_DEVICES_MAX = 8 };

/* ---- whose tablet ---- */

static enum command_exit no_tablet(struct command_context *context, const char *key,
                                   uint32_t person_no)
{
    return command_fail(context, COMMAND_not_found,
                        COMMAND_TEXT(key, lang_value_count("person", person_no)));
}

/* The one the caller named, or the only one that the person has in service. */
static enum command_exit find_device(struct command_context *context, uint32_t person_no,
                                     uint32_t *device_no_out)
{
    const char *named = command_option(context, "--device");
    int64_t wanted = 0;
    size_t count = 0;
    if (named != NULL) {
        enum command_exit code = lookup_number(context, named, 1, UINT32_MAX, &wanted);
        if (code != COMMAND_ok) {
            return code;
        }
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_device_of_person);
    hq_bind_i64(&query, "$person_no", person_no);
    while (count < TOKEN_DEVICES_MAX && hq_next(&query)) {
        int64_t device_no = hq_i64(&query, 0);
        if (named == NULL || device_no == wanted) {
            *device_no_out = (uint32_t)device_no;
            count++;
        }
    }
    enum err err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    if (count == 0) {
        return no_tablet(context, "hq.fail.token_no_device", person_no);
    }
    return count == 1 ? COMMAND_ok : no_tablet(context, "hq.fail.token_devices", person_no);
}

static enum err device_key(struct command_context *context, uint32_t device_no,
                           struct chain_public_key *key_out)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", device_no);
    enum err err = hq_next(&query) ? OK : ERR_not_found;
    if (err == OK) {
        struct str bytes = hq_text(&query, 1);
        err = bytes.size == sizeof key_out->bytes ? OK : ERR_corrupt;
        if (err == OK) {
            memcpy(key_out->bytes, bytes.bytes, sizeof key_out->bytes);
        }
    }
    enum err end = hq_end(&query);
    return err != OK ? err : end;
}

/* ---- the pass ---- */

static enum command_exit find_rule(struct command_context *context, char rule[PASS_RULE_SIZE])
{
    const char *word = command_option(context, "--rule");
    struct policy_book *book;
    char text[LAW_RULE_TEXT_SIZE];
    uint16_t id = 0;
    enum err err = policy_book_now(context->arena, context->store, &book);
    if (err != OK) {
        return command_err(context, err);
    }
    if (law_rule_from_text(str_from(word), &id) != OK ||
        !str_copy(rule, PASS_RULE_SIZE, str_from(law_rule_to_text(text, id)))) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.token_rule", lang_value_text("rule", word)));
    }
    if (!gate_pass_lifts(&book->policy, rule)) {
        return command_fail(context, COMMAND_refused,
                            COMMAND_TEXT("hq.fail.token_never", lang_value_text("rule", rule)));
    }
    return COMMAND_ok;
}

static enum command_exit find_whom(struct command_context *context, struct pass *pass)
{
    const char *person = command_option(context, "--person");
    enum command_exit code = COMMAND_ok;
    if (person != NULL) {
        code = lookup_person(context, person, &pass->person_no);
    } else {
        const ds_CaseState *state = NULL;
        code = lookup_state(context, pass->case_no, &state);
        pass->person_no = code == COMMAND_ok ? state->owner_no : 0;
    }
    if (code == COMMAND_ok && pass->person_no == 0) {
        return command_fail(context, COMMAND_not_found, COMMAND_LINE("hq.fail.token_nobody"));
    }
    return code == COMMAND_ok ? find_device(context, pass->person_no, &pass->device_no) : code;
}

static uint32_t random_number(const struct rng *rng)
{
    uint32_t number = 0;
    while (number == 0) {
        uint8_t bytes[3];
        rng_fill(rng, bytes, sizeof bytes);
        number = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
    }
    return number;
}

static enum command_exit book(struct command_context *context, const struct pass *pass)
{
    ds_Event event = {.which_kind = ds_Event_pass_issued_tag, .case_no = pass->case_no};
    ds_PassIssued *issued = &event.kind.pass_issued;
    *issued = (ds_PassIssued){
        .pass_no = pass->pass_no,
        .for_person_no = pass->person_no,
        .for_device_no = pass->device_no,
        .until_ms = (uint64_t)pass->until_ms,
    };
    CHECK(str_copy(issued->rule, sizeof issued->rule, str_from(pass->rule)));
    enum command_exit code =
        lookup_text(context, command_option(context, "--note"), issued->note, sizeof issued->note);
    if (code == COMMAND_ok) {
        code = lookup_text(context, context->actor, issued->by, sizeof issued->by);
    }
    return code == COMMAND_ok ? lookup_book(context, &event, "policy token") : code;
}

enum command_exit policy_token(struct command_context *context, const char *case_word)
{
    const char *hours_word = command_option(context, "--hours");
    int64_t hours = TOKEN_HOURS;
    struct pass pass = {0};
    if (case_word == NULL || command_option(context, "--rule") == NULL ||
        command_option(context, "--note") == NULL) {
        return command_usage(context);
    }
    enum command_exit code = find_rule(context, pass.rule);
    if (code == COMMAND_ok && hours_word != NULL) {
        code = lookup_number(context, hours_word, 1, TOKEN_HOURS_MAX, &hours);
    }
    if (code == COMMAND_ok) {
        code = lookup_case(context, case_word, &pass.case_no);
    }
    if (code == COMMAND_ok) {
        code = find_whom(context, &pass);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    pass.pass_no = random_number(context->rng);
    pass.until_ms = pass_until_ms(clock_now_ms(context->clock) + hours * 60 * 60 * 1000);
    struct envelope_keys keys;
    struct chain_public_key device;
    char spoken[PASS_CODE_SIZE];
    char text[PASS_TEXT_SIZE];
    int32_t offset_minutes = 0;
    enum err err = api_keys(context->arena, context->data_folder, false, context->rng, &keys);
    if (err == OK) {
        err = device_key(context, pass.device_no, &device);
    }
    if (err == OK) {
        err = pass_code_write(&pass, &keys.secret_key, &device, spoken);
    }
    if (err == OK) {
        err = lookup_offset(context, &offset_minutes);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    pass_text_write(&pass, &keys.secret_key, text);
    code = book(context, &pass); /* before it is shown: what was given is on record */
    if (code == COMMAND_ok) {
        command_say(context,
                    COMMAND_TEXT("hq.say.token", lang_value_text("code", spoken),
                                 lang_value_text("text", text), lang_value_text("rule", pass.rule),
                                 lang_value_text("case", case_word),
                                 lang_value_count("person", pass.person_no),
                                 lang_value_count("device", pass.device_no),
                                 lang_value_text("until", fact_words_instant(context, pass.until_ms,
                                                                             offset_minutes))));
        (void)qr_picture_print(context->out, text); /* always short enough */
    }
    return code;
}
