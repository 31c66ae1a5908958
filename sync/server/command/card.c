/* doorstep-hq card: what a collector shows at a door, and how anybody checks it. */
#include "core/event/card.h"

#include "core/base/buf.h"
#include "core/domain/date.h"
#include "sync/server/api/api.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/qr_picture.h"

#include <string.h>

enum { CARD_DAYS = 90, CARD_DAYS_MAX = 366 };

static const char *const options[] = {"--person", "--institution", "--line",
                                      "--days",   "--key",         NULL};
static const char *const plain[] = {"--no-picture", NULL};

/* An option that is remembered for the next card. */
static enum err remembered(struct command_context *context, const char *option, const char *setting,
                           const char **text_out)
{
    *text_out = command_option(context, option);
    if (*text_out == NULL) {
        return hq_setting(context->arena, context->store, setting, "", text_out);
    }
    return OK;
}

static enum err read_person(struct command_context *context, uint32_t person_no, struct card *card)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_person_get);
    hq_bind_i64(&query, "$person_no", person_no);
    enum err err = hq_next(&query) ? OK : ERR_not_found;
    if (err == OK && (!str_copy(card->staff_no, sizeof card->staff_no, hq_text(&query, 0)) ||
                      !str_copy(card->name, sizeof card->name, hq_text(&query, 1)))) {
        err = ERR_too_long;
    }
    enum err end = hq_end(&query);
    return err != OK ? err : end;
}

/* The tablets of a person get it, or learn that there is none, with their next answer: "" none. */
static enum err hand_over(struct command_context *context, uint32_t person_no, const char *text)
{
    TRY(hq_setting_set(context->store, str_format(context->arena, "card.person.%u", person_no),
                       text));
    struct hq_query query = hq_query(context->store, SQL_HQ_device_holder_changed_of_person);
    hq_bind_i64(&query, "$person_no", person_no);
    return hq_run(&query);
}

static enum err book(struct command_context *context, const struct card *card, uint32_t person_no,
                     const char *text)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    TRY(hq_setting_set(context->store, "card.institution", card->institution));
    TRY(hq_setting_set(context->store, "card.line", card->line));
    TRY(hand_over(context, person_no, text));
    TRY(hq_audit(context->store, now_ms, context->actor, "card make",
                 str_format(context->arena, "staff %s", card->staff_no)));
    return hq_commit(context->store);
}

static enum err book_drop(struct command_context *context, uint32_t person_no)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    TRY(hand_over(context, person_no, ""));
    TRY(hq_audit(context->store, now_ms, context->actor, "card drop",
                 str_format(context->arena, "person %u", person_no)));
    return hq_commit(context->store);
}

static enum command_exit undone(struct command_context *context, enum err err)
{
    if (hq_is_in_transaction(context->store)) {
        hq_rollback(context->store);
    }
    return command_err(context, err);
}

static void say_card(struct command_context *context, const struct card *card)
{
    char from[DATE_TEXT_SIZE];
    char until[DATE_TEXT_SIZE];
    command_say(context,
                COMMAND_TEXT("hq.say.card", lang_value_text("name", card->name),
                             lang_value_text("staff", card->staff_no),
                             lang_value_text("institution", card->institution),
                             lang_value_text("line", card->line),
                             lang_value_text("from", date_to_text(from, card->from_day)),
                             lang_value_text("until", date_to_text(until, card->until_day))));
}

static enum command_exit make(struct command_context *context)
{
    const char *person = command_option(context, "--person");
    const char *days_word = command_option(context, "--days");
    const char *institution = NULL;
    const char *line = NULL;
    int64_t days = CARD_DAYS;
    uint32_t person_no = 0;
    struct card card = {0};
    struct envelope_keys keys;
    char text[CARD_TEXT_SIZE];
    int32_t offset_minutes = 0;
    if (person == NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_person(context, person, &person_no);
    if (code == COMMAND_ok && days_word != NULL) {
        code = lookup_number(context, days_word, 1, CARD_DAYS_MAX, &days);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = remembered(context, "--institution", "card.institution", &institution);
    if (err == OK) {
        err = remembered(context, "--line", "card.line", &line);
    }
    if (err == OK && (institution[0] == '\0' || line[0] == '\0')) {
        return command_usage(context);
    }
    if (err == OK && (!str_copy(card.institution, sizeof card.institution, str_from(institution)) ||
                      !str_copy(card.line, sizeof card.line, str_from(line)))) {
        err = ERR_too_long;
    }
    if (err == OK) {
        err = read_person(context, person_no, &card);
    }
    if (err == OK) {
        err = lookup_offset(context, &offset_minutes);
    }
    if (err == OK) {
        err = api_keys(context->arena, context->data_folder, false, context->rng, &keys);
    }
    if (err == OK) {
        card.from_day = date_day_at(clock_now_ms(context->clock), offset_minutes);
        card.until_day = card.from_day + (int32_t)days - 1;
        err = card_text_write(&card, &keys.secret_key, text);
    }
    if (err == OK) {
        err = book(context, &card, person_no, text);
    }
    if (err != OK) {
        return undone(context, err);
    }
    say_card(context, &card);
    fprintf(context->out, "%s\n", text);
    return command_has(context, "--no-picture") || qr_picture_print(context->out, text)
               ? COMMAND_ok
               : command_err(context, ERR_too_long);
}

/* It leaves the tablets. What was printed, or pictured by somebody, holds until its last day. */
static enum command_exit drop(struct command_context *context)
{
    const char *person = command_option(context, "--person");
    uint32_t person_no = 0;
    if (person == NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_person(context, person, &person_no);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = book_drop(context, person_no);
    if (err != OK) {
        return undone(context, err);
    }
    command_say(context, COMMAND_LINE("hq.say.card_dropped"));
    return COMMAND_ok;
}

/* A card does not say in whose zone its days are, and who checks it has no headquarters to ask: it
 * holds while it is one of its days anywhere on Earth. In Shanghai a card of today would else be of
 * tomorrow until eight in the morning. */
static enum err read_anywhere(struct command_context *context, const char *text,
                              const struct chain_public_key *key, struct card *card_out)
{
    enum { EAST_MINUTES = 14 * 60, WEST_MINUTES = -12 * 60 };
    int64_t now_ms = clock_now_ms(context->clock);
    struct str bytes = str_from(text);
    enum err err = card_text_read(bytes, key, date_day_at(now_ms, EAST_MINUTES), card_out);
    return err == ERR_expired
               ? card_text_read(bytes, key, date_day_at(now_ms, WEST_MINUTES), card_out)
               : err;
}

/* The key as a file of hex, as `card key` prints it. */
static enum command_exit verify(struct command_context *context)
{
    const char *text = command_word(context, options, 1);
    const char *key_text = command_option(context, "--key");
    struct chain_public_key key;
    struct card card = {0};
    if (text == NULL || key_text == NULL) {
        return command_usage(context);
    }
    if (strlen(key_text) != 2 * sizeof key.bytes ||
        buf_from_hex(key.bytes, sizeof key.bytes, key_text) != OK) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE("hq.fail.card_key"));
    }
    enum err err = read_anywhere(context, text, &key, &card);
    if (err == OK || err == ERR_expired || err == ERR_not_allowed) {
        say_card(context, &card); /* signed by headquarters, whatever the day */
    }
    if (err == OK) {
        command_say(context, COMMAND_LINE("hq.say.card_right"));
        return COMMAND_ok;
    }
    return command_fail(context, COMMAND_found,
                        COMMAND_LINE(err == ERR_expired         ? "hq.fail.card_expired"
                                     : err == ERR_not_allowed   ? "hq.fail.card_ahead"
                                     : err == ERR_bad_signature ? "hq.fail.card_signature"
                                                                : "hq.fail.card"));
}

static enum command_exit show_key(struct command_context *context)
{
    struct envelope_keys keys;
    char hex[2 * CHAIN_PUBLIC_KEY_SIZE + 1];
    enum err err = api_keys(context->arena, context->data_folder, false, context->rng, &keys);
    if (err != OK) {
        return command_err(context, err);
    }
    buf_to_hex(hex, keys.public_key.bytes, sizeof keys.public_key.bytes);
    fprintf(context->out, "%s\n", hex);
    return COMMAND_ok;
}

enum command_exit card_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb != NULL && strcmp(verb, "make") == 0) {
        return make(context);
    }
    if (verb != NULL && strcmp(verb, "drop") == 0) {
        return drop(context);
    }
    if (verb != NULL && strcmp(verb, "verify") == 0) {
        return verify(context);
    }
    return verb != NULL && strcmp(verb, "key") == 0 ? show_key(context) : command_usage(context);
}
