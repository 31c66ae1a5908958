/* doorstep-hq policy judge: situations of a file, each with its verdict. */
#include "sync/server/command/policy.h"

#include "core/base/buf.h"
#include "sync/server/policy/law_built_in.h"
#include "sync/server/policy/law_case.h"

#include <jansson.h>
#include <string.h>

enum { SITUATIONS_SIZE_MAX = 4 * 1024 * 1024, PROFILES_MAX = 32 };

static const char *const with_value[] = {"--packs", "--key", "--out", "--profile", "--held", NULL};

struct loaded {
    const char *profile;
    struct law_image image;
};

struct judging {
    struct command_context *context;
    const char *file;
    struct loaded loaded[PROFILES_MAX];
    size_t loaded_count;
    json_t *list; /* of answers, for --json */
    size_t differ_count;
};

/* The image of a profile, made once. */
static enum err load(struct judging *judging, const char *profile,
                     const struct law_image **image_out, enum command_exit *exit_out)
{
    for (size_t i = 0; i < judging->loaded_count; i++) {
        if (strcmp(judging->loaded[i].profile, profile) == 0) {
            *image_out = &judging->loaded[i].image;
            return OK;
        }
    }
    struct law_pack *pack;
    struct str bytes;
    struct chain_secret_key key = policy_trial_key(judging->context);
    TRY(policy_pack(judging->context, profile, &pack, exit_out));
    TRY(policy_image(judging->context, pack, &key, &bytes, exit_out));
    if (judging->loaded_count == PROFILES_MAX) {
        *exit_out = command_err(judging->context, ERR_too_many);
        return ERR_too_many;
    }
    struct loaded *loaded = &judging->loaded[judging->loaded_count++];
    loaded->profile = profile;
    *image_out = &loaded->image;
    return law_image_open(bytes.bytes, bytes.size, &loaded->image);
}

/* ---- for people ---- */

static void print_rule(struct judging *judging, const struct law_image *image,
                       const struct law_case *law_case, const struct law_verdict *verdict,
                       const struct law_fired *fired)
{
    struct command_context *context = judging->context;
    struct law_record record = law_image_record(image, fired->record);
    char rule[LAW_RULE_TEXT_SIZE];
    enum law_confidence confidence = law_image_confidence(image, &record);
    const char *confidence_key = str_format(context->arena, "law_confidence.%s",
                                            law_word_name(LAW_LIST_confidence, confidence));
    fprintf(context->out, "    %s:%s%s  %s\n      [%s; %s]\n", law_rule_to_text(rule, fired->rule),
            severity_name((enum severity)fired->severity),
            fired->is_overridden ? " (override)" : "",
            policy_reason(context, image, &law_case->situation, verdict, fired),
            law_image_source(image, &record), lang_text(context->lang, confidence_key));
}

static void print_case(struct judging *judging, const struct law_image *image,
                       const struct law_case *law_case, const struct law_verdict *verdict)
{
    struct command_context *context = judging->context;
    const struct law_situation *situation = &law_case->situation;
    char name[24];
    snprintf(name, sizeof name, "line %zu", law_case->line);
    fprintf(context->out, "%s  %s  %s %s  %s %s\n", law_case->id[0] != '\0' ? law_case->id : name,
            image->profile, law_case->action, law_case->channel,
            policy_instant(context, image, situation->zone, situation->at_ms),
            law_zone_name(image, situation->zone));
    fprintf(context->out, "  verdict: %s\n", severity_name(verdict->severity));
    fprintf(context->out, "  rules:%s\n", verdict->fired_count == 0 ? " -" : "");
    for (size_t i = 0; i < verdict->fired_count; i++) {
        print_rule(judging, image, law_case, verdict, &verdict->fired[i]);
    }
    const char *obligations =
        law_source_bits_text(context->arena, LAW_LIST_obligation, verdict->obligations);
    fprintf(context->out, "  obligations: %s\n", obligations[0] == '\0' ? "-" : obligations);
    fprintf(context->out, "  next lawful time: %s\n",
            verdict->next_ok_at_ms == 0
                ? "-"
                : policy_instant(context, image, situation->zone, verdict->next_ok_at_ms));
}

/* ---- for programs ---- */

static json_t *rule_json(struct judging *judging, const struct law_image *image,
                         const struct law_case *law_case, const struct law_verdict *verdict,
                         const struct law_fired *fired)
{
    struct command_context *context = judging->context;
    struct law_record record = law_image_record(image, fired->record);
    char rule[LAW_RULE_TEXT_SIZE];
    json_t *object = json_object();
    json_object_set_new(object, "rule", json_string(law_rule_to_text(rule, fired->rule)));
    json_object_set_new(object, "severity",
                        json_string(severity_name((enum severity)fired->severity)));
    json_object_set_new(object, "overridden", json_boolean(fired->is_overridden));
    json_object_set_new(object, "unknown_fact", json_boolean(fired->is_unknown));
    json_object_set_new(
        object, "message",
        json_string(policy_reason(context, image, &law_case->situation, verdict, fired)));
    json_object_set_new(object, "source", json_string(law_image_source(image, &record)));
    json_object_set_new(
        object, "confidence",
        json_string(law_word_name(LAW_LIST_confidence, law_image_confidence(image, &record))));
    return object;
}

static void add_json(struct judging *judging, const struct law_image *image,
                     const struct law_case *law_case, const struct law_verdict *verdict)
{
    struct command_context *context = judging->context;
    const struct law_situation *situation = &law_case->situation;
    json_t *object = json_object();
    json_object_set_new(object, "id", json_string(law_case->id));
    json_object_set_new(object, "file", json_string(judging->file));
    json_object_set_new(object, "line", json_integer((json_int_t)law_case->line));
    json_object_set_new(object, "profile", json_string(image->profile));
    json_object_set_new(object, "action", json_string(law_case->action));
    json_object_set_new(object, "channel", json_string(law_case->channel));
    json_object_set_new(object, "at_ms", json_integer(situation->at_ms));
    json_object_set_new(
        object, "local",
        json_string(policy_instant(context, image, situation->zone, situation->at_ms)));
    json_object_set_new(object, "tz", json_string(law_zone_name(image, situation->zone)));
    json_object_set_new(object, "verdict", json_string(severity_name(verdict->severity)));
    json_t *short_rules = json_array();
    json_t *rules = json_array();
    for (size_t i = 0; i < verdict->fired_count; i++) {
        char rule[LAW_RULE_TEXT_SIZE];
        const struct law_fired *fired = &verdict->fired[i];
        json_array_append_new(
            short_rules,
            json_string(str_format(context->arena, "%s:%s", law_rule_to_text(rule, fired->rule),
                                   severity_name((enum severity)fired->severity))));
        json_array_append_new(rules, rule_json(judging, image, law_case, verdict, fired));
    }
    json_object_set_new(object, "rules", short_rules);
    json_object_set_new(object, "fired", rules);
    json_t *obligations = json_array();
    for (size_t i = 0; law_word_at(LAW_LIST_obligation, i) != NULL; i++) {
        const struct law_word *word = law_word_at(LAW_LIST_obligation, i);
        if ((verdict->obligations & word->code) != 0) {
            json_array_append_new(obligations, json_string(word->name));
        }
    }
    json_object_set_new(object, "obligations", obligations);
    int64_t next_ms = verdict->next_ok_at_ms;
    json_object_set_new(object, "next_ok_ms", next_ms == 0 ? json_null() : json_integer(next_ms));
    json_object_set_new(
        object, "next_ok",
        next_ms == 0 ? json_null()
                     : json_string(policy_instant(context, image, situation->zone, next_ms)));
    char hash[65];
    buf_to_hex(hash, image->hash, sizeof image->hash);
    json_object_set_new(object, "policy", json_string(hash));
    json_array_append_new(judging->list, object);
}

/* ---- a file ---- */

static enum err judge_one(struct judging *judging, struct law_case *law_case,
                          enum command_exit *exit_out)
{
    struct command_context *context = judging->context;
    const char *profile = law_case->profile;
    struct law_fault fault;
    if (profile[0] == '\0') {
        profile = command_option(context, "--profile");
    }
    if (profile == NULL) {
        enum err err = law_fault_set(&fault, judging->file, law_case->line, "law_fault.unsaid",
                                     STR("profile"), "profile=cn, --profile cn");
        *exit_out = policy_fault(context, &fault);
        return err;
    }
    const struct law_image *image;
    TRY(load(judging, profile, &image, exit_out));
    struct law_verdict verdict;
    bool is_expected = true;
    enum err err = law_case_settle(judging->file, law_case, image, &fault);
    if (err == OK) {
        law_judge(image, &law_case->situation, &verdict);
        err = law_case_is_expected(judging->file, law_case, image, &verdict, &is_expected, &fault);
    }
    if (err != OK) {
        *exit_out = policy_fault(context, &fault);
        return err;
    }
    if (context->is_json) {
        add_json(judging, image, law_case, &verdict);
    } else {
        print_case(judging, image, law_case, &verdict);
    }
    if (!is_expected) {
        judging->differ_count++;
        (void)command_fail(
            context, COMMAND_found,
            COMMAND_TEXT("hq.fail.law_expected", lang_value_text("file", judging->file),
                         lang_value_count("line", (int64_t)law_case->line),
                         lang_value_text("found", law_case_outcome(context->arena, &verdict)),
                         lang_value_text("expected", str_text(context->arena, law_case->expect))));
    }
    return OK;
}

/* All situations; a wrong one is told and the others are still judged. */
static enum command_exit judge_file(struct judging *judging, const char *name)
{
    struct command_context *context = judging->context;
    struct str text;
    enum command_exit worst = COMMAND_ok;
    judging->file = name;
    if (policy_file(context, name, SITUATIONS_SIZE_MAX, &text, &worst) != OK) {
        return worst;
    }
    size_t line = 0;
    size_t count = 0;
    for (;;) {
        struct law_case *law_case = ARENA_NEW(context->arena, struct law_case);
        struct law_fault fault;
        enum command_exit code = COMMAND_ok;
        enum err err = law_case_next(context->arena, name, &text, &line, law_case, &fault);
        if (err == ERR_not_found) {
            break;
        }
        if (err != OK) {
            code = policy_fault(context, &fault);
        } else {
            (void)judge_one(judging, law_case, &code);
        }
        worst = code > worst ? code : worst;
        count++;
    }
    if (count == 0) {
        return command_fail(context, COMMAND_found,
                            COMMAND_TEXT("hq.fail.law_empty", lang_value_text("file", name)));
    }
    return worst;
}

enum command_exit policy_judge(struct command_context *context)
{
    struct judging *judging = ARENA_NEW(context->arena, struct judging);
    judging->context = context;
    if (command_word(context, with_value, 1) == NULL) {
        return command_usage(context);
    }
    judging->list = context->is_json ? json_array() : NULL;
    enum command_exit worst = COMMAND_ok;
    const char *name;
    for (size_t i = 1; (name = command_word(context, with_value, i)) != NULL; i++) {
        enum command_exit code = judge_file(judging, name);
        worst = code > worst ? code : worst;
    }
    if (context->is_json) {
        json_dumpf(judging->list, context->out, JSON_INDENT(2));
        fputc('\n', context->out);
        json_decref(judging->list);
    }
    return worst == COMMAND_ok && judging->differ_count > 0 ? COMMAND_found : worst;
}
