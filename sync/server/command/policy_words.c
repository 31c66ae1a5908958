/* A rule that fired, in words, with its numbers. */
#include "sync/server/command/policy.h"

#include "core/domain/date.h"

static const char *clock_text(struct arena *arena, int64_t second)
{
    return str_format(arena, "%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60));
}

const char *policy_instant(struct command_context *context, const struct law_image *image,
                           uint16_t zone, int64_t at_ms)
{
    int32_t offset = law_zone_offset(image, zone, at_ms);
    char text[DATE_INSTANT_TEXT_SIZE];
    int64_t local_ms = at_ms + (int64_t)offset * 1000;
    int32_t west = offset < 0 ? -offset : offset;
    int64_t second = (local_ms - date_day_at(local_ms, 0) * DATE_DAY_MS) / 1000 % 60;
    return str_format(context->arena, "%s:%02d %c%02d%02d", date_instant_to_text(text, local_ms, 0),
                      (int)second, offset < 0 ? '-' : '+', (int)(west / 3600),
                      (int)(west / 60 % 60));
}

static const char *money_text(struct arena *arena, int64_t minor)
{
    int64_t whole = minor < 0 ? -(minor / 100) : minor / 100;
    int64_t rest = minor < 0 ? -(minor % 100) : minor % 100;
    return str_format(arena, "%s%lld.%02d", minor < 0 ? "-" : "", (long long)whole, (int)rest);
}

/* Minutes of the two rules that count them: to closing, and of a stay. */
static int64_t minutes_of(const struct law_record *record, const struct law_fired *fired)
{
    if (record->kind == LAW_KIND_FRESH) {
        return fired->value / 60;
    }
    return record->kind == LAW_KIND_TW && record->if_mask != 0 ? fired->value : 0;
}

const char *policy_reason(struct command_context *context, const struct law_image *image,
                          const struct law_situation *situation, const struct law_verdict *verdict,
                          const struct law_fired *fired)
{
    struct arena *arena = context->arena;
    struct law_record record = law_image_record(image, fired->record);
    char day[DATE_TEXT_SIZE];
    int64_t next_ms = verdict->next_ok_at_ms;
    bool is_rate = record.kind == LAW_KIND_RATE;
    bool is_limit = record.kind == LAW_KIND_RANGE;
    const struct lang_value values[] = {
        lang_value_text("open", clock_text(arena, record.p0)),
        lang_value_text("close", clock_text(arena, record.p1)),
        lang_value_text(
            "next", next_ms == 0 ? "-" : policy_instant(context, image, situation->zone, next_ms)),
        lang_value_count("minutes", minutes_of(&record, fired)),
        lang_value_count("count", fired->value),
        lang_value_count("limit", is_rate ? record.p0 : 0),
        lang_value_count("low", is_limit ? record.p0 : 0),
        lang_value_count("high", is_limit ? record.p1 : 0),
        lang_value_text("day", fired->next_day <= 0 || fired->next_day > 1000000
                                   ? "-"
                                   : date_to_text(day, (int32_t)fired->next_day)),
        lang_value_text("amount", money_text(arena, fired->value)),
        lang_value_count("hours", fired->value / 3600),
        lang_value_count("metres", fired->value),
    };
    return lang_fill_list(arena, context->lang, law_rule_key(fired->rule), values, COUNT(values));
}
