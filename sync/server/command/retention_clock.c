/* How long which data may be kept, by the law in force. */
#include "sync/server/command/lookup.h"
#include "sync/server/command/policy.h"
#include "sync/server/command/retention.h"
#include "sync/server/report/policy_book.h"

#include "core/domain/date.h"

#include <string.h>

/* What a class is called in a policy pack. */
static const uint32_t law_data[DATA_CLASS_END] = {
    [DATA_CLASS_contact] = LAW_DATA_contact,    [DATA_CLASS_notes] = LAW_DATA_events,
    [DATA_CLASS_photos] = LAW_DATA_events,      [DATA_CLASS_recordings] = LAW_DATA_recording,
    [DATA_CLASS_positions] = LAW_DATA_location, [DATA_CLASS_third_party] = LAW_DATA_third_party,
    [DATA_CLASS_complaints] = LAW_DATA_events,  [DATA_CLASS_letters] = LAW_DATA_events,
};

bool retention_is_of_fact(uint32_t data_class)
{
    return data_class == DATA_CLASS_positions || data_class == DATA_CLASS_third_party;
}

static enum err built_in_image(struct command_context *context, const char *profile,
                               const struct law_image **image_out, enum command_exit *exit_out)
{
    struct law_pack *pack = NULL;
    struct str bytes = {0};
    const struct chain_secret_key key = policy_trial_key(context);
    TRY(policy_pack(context, profile, &pack, exit_out));
    TRY(policy_image(context, pack, &key, &bytes, exit_out));
    struct law_image *image = ARENA_NEW(context->arena, struct law_image);
    enum err err = law_image_open(bytes.bytes, bytes.size, image);
    if (err != OK) {
        *exit_out = command_err(context, err);
    }
    *image_out = image;
    return err;
}

static void read_rules(struct retention *retention)
{
    for (size_t i = 0; i < retention->image->record_count; i++) {
        struct law_record record = law_image_record(retention->image, i);
        if (record.kind != LAW_KIND_RETAIN || record.p0 > 0 || retention->today < record.from_day ||
            retention->today >= record.to_day) {
            continue;
        }
        for (uint32_t code = 1; code < DATA_CLASS_END; code++) {
            int32_t *days_max = &retention->days_max[code];
            if ((record.if_mask & law_data[code]) != 0 &&
                (*days_max == 0 || record.p1 < *days_max)) {
                *days_max = (int32_t)record.p1;
                retention->sources[code] = law_image_source(retention->image, &record);
            }
        }
    }
}

enum command_exit retention_read(struct command_context *context, struct retention *retention_out)
{
    *retention_out = (struct retention){.context = context};
    struct policy_book *book = NULL;
    enum err err = policy_book_now(context->arena, context->store, &book);
    if (err == OK) {
        err = lookup_offset(context, &retention_out->offset_minutes);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    retention_out->today = date_day_at(clock_now_ms(context->clock), retention_out->offset_minutes);
    retention_out->image = book->policy.law;
    enum command_exit code = COMMAND_ok;
    if (retention_out->image == NULL &&
        built_in_image(context, book->policy.profile, &retention_out->image, &code) != OK) {
        return code;
    }
    read_rules(retention_out);
    return COMMAND_ok;
}

void retention_judge(const struct retention *retention, uint32_t classes, int64_t ended_at_ms,
                     bool is_held, struct law_verdict *verdict_out,
                     struct law_situation *situation_out)
{
    struct law_situation situation = law_situation_ordinary();
    situation.at_ms = clock_now_ms(retention->context->clock);
    situation.zone = retention->image->zone;
    situation.stages = LAW_STAGE_merge;
    situation.channel = LAW_CHANNEL_visit;
    uint32_t data = 0;
    for (uint32_t code = 1; code < DATA_CLASS_END; code++) {
        data |= (classes >> code & 1) != 0 ? law_data[code] : 0;
    }
    law_set(&situation, LAW_FACT_erase, data);
    law_set(&situation, LAW_FACT_legal_hold, is_held);
    /* Of an open case nothing but places and words about others may go: its time has not begun. */
    int32_t since =
        ended_at_ms == 0 ? retention->today : date_day_at(ended_at_ms, retention->offset_minutes);
    law_set(&situation, LAW_FACT_kept_since, since);
    law_judge(retention->image, &situation, verdict_out);
    *situation_out = situation;
}

void retention_order(const struct retention *retention, struct erase_order *order)
{
    for (uint32_t code = 0; code < DATA_CLASS_END; code++) {
        order->until_at_ms[code] = INT64_MAX;
        if (retention_is_of_fact(code) && retention->days_max[code] > 0) {
            /* The last day that may still be kept begins here. */
            int64_t day = retention->today - retention->days_max[code];
            order->until_at_ms[code] =
                day * DATE_DAY_MS - (int64_t)retention->offset_minutes * 60000;
        }
    }
}

enum err retention_is_held(struct command_context *context, uint64_t case_no, bool *is_held_out)
{
    ds_Event *event = ARENA_NEW(context->arena, ds_Event);
    struct hq_query query = hq_query(context->store, SQL_HQ_hold_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    *is_held_out = false;
    enum err err = OK;
    if (hq_next(&query)) {
        struct str body = hq_text(&query, 0);
        err = event_decode(event, (const uint8_t *)body.bytes, body.size);
        *is_held_out = err != OK || !event->kind.hold_changed.is_lifted;
    }
    TRY(hq_end(&query));
    return err;
}

enum err retention_ended(struct command_context *context, uint64_t case_no,
                         int64_t *ended_at_ms_out)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_retention_ended_of);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    return hq_one_i64(&query, ended_at_ms_out);
}

const char *retention_words(struct command_context *context, uint32_t classes)
{
    struct str_builder text;
    str_builder_init(&text, context->arena);
    str_add_text(&text, "");
    for (uint32_t code = 1; code < DATA_CLASS_END; code++) {
        if ((classes >> code & 1) == 0) {
            continue;
        }
        if (text.size > 0) {
            str_add_text(&text, context->is_json ? " " : lang_text(context->lang, "office.and"));
        }
        str_add_text(&text, context->is_json
                                ? catalog_name(CATALOG_data_class, code)
                                : lang_text(context->lang, catalog_key(CATALOG_data_class, code)));
    }
    return text.text;
}
