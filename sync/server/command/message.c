/* doorstep-hq message: a text to one collector's tablets, or to all. */
#include "sync/server/command/lookup.h"
#include "sync/server/store/ingest.h"

enum { MESSAGE_SIZE_MAX = 2000, NAME_SIZE_MAX = 64 };

static const char *const options[] = {"--person", "--case", "--client", "--from", NULL};
static const char *const plain[] = {"--all", NULL};

static enum err send(struct command_context *context, uint32_t person_no, uint64_t case_no,
                     struct str from, struct str body)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    struct ingest *ingest = ingest_start(context->arena, context->store, now_ms);
    enum err err = ingest_message(ingest, person_no, case_no, from, body);
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    TRY(hq_audit(context->store, now_ms, context->actor, "message",
                 str_format(context->arena, "person %u case %llu", (unsigned)person_no,
                            (unsigned long long)case_no)));
    return hq_commit(context->store);
}

enum command_exit message_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *person = command_option(context, "--person");
    const char *about = command_option(context, "--case");
    const char *body = command_word(context, options, 0);
    bool is_for_all = command_has(context, "--all");
    if (body == NULL || body[0] == '\0' || command_word(context, options, 1) != NULL ||
        (person != NULL) == is_for_all) {
        return command_usage(context);
    }
    struct str text = str_from(body);
    if (!str_is_utf8(text) || text.size > MESSAGE_SIZE_MAX) {
        return command_err(context, text.size > MESSAGE_SIZE_MAX ? ERR_too_long : ERR_bad_text);
    }
    uint32_t person_no = 0;
    uint64_t case_no = 0;
    enum command_exit code =
        person != NULL ? lookup_person(context, person, &person_no) : COMMAND_ok;
    if (code == COMMAND_ok && about != NULL) {
        code = lookup_case(context, about, &case_no);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    const char *from = command_option(context, "--from");
    struct str from_name = str_from(from != NULL ? from : "");
    if (from_name.size > NAME_SIZE_MAX || !str_is_utf8(from_name)) {
        return command_err(context, ERR_too_long);
    }
    enum err err = send(context, person_no, case_no, from_name, text);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context, COMMAND_LINE("hq.say.message"));
    return COMMAND_ok;
}
