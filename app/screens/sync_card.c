#include "app/screens/sync_card.h"

#include "app/screens/quarantine.h"

enum { NEEDS_SHOWN = 4, ALARMS_SHOWN = 3 };

/* ---- out of the ordinary ---- */

static void notice(struct ui *ui, enum widget_badge_tone tone, enum icon icon, const char *title,
                   const char *text)
{
    widget_banner(
        ui, NULL,
        &(struct widget_banner){.tone = tone, .title = title, .text = text, .icon = icon});
}

void sync_card_clock(struct ui *ui, const struct view *view, const struct traffic *traffic)
{
    if (!traffic->is_clock_wrong) {
        return;
    }
    bool is_ahead = traffic->clock_ahead_s > 0;
    int64_t off_s = is_ahead ? traffic->clock_ahead_s : -traffic->clock_ahead_s;
    const char *title = off_s == 0
                            ? view_text(view, "sync.clock_doubtful")
                            : view_fill(view, is_ahead ? "sync.clock_ahead" : "sync.clock_behind",
                                        lang_value_text("time", view_duration(view, off_s * 1000)));
    notice(ui, WIDGET_BADGE_warn, ICON_access_time, title, view_text(view, "sync.clock_note"));
}

void sync_card_notices(struct ui *ui, const struct view *view, const struct sync_model *model,
                       struct intent *intent_out)
{
    for (size_t i = 0; i < model->alarms.count && i < ALARMS_SHOWN; i++) {
        alarm_banner(ui, view, &model->alarms.items[i], intent_out);
    }
    if (model->outbox.fork_seq != 0) {
        notice(ui, WIDGET_BADGE_warn, ICON_sync_problem, view_text(view, "sync.fork"),
               view_text(view, "sync.fork_note"));
    } else if (model->resending_count > 0) {
        notice(ui, WIDGET_BADGE_info, ICON_sync, view_text(view, "sync.copied"),
               view_fill(view, "sync.copied_note",
                         lang_value_count("n", (int64_t)model->resending_count)));
    }
    if (view->sync.trouble_key != NULL) {
        notice(ui, WIDGET_BADGE_danger, ICON_error, view_text(view, view->sync.trouble_key),
               view_text(view, "sync.trouble_note"));
    }
    const struct traffic *traffic = model->traffic;
    if (traffic->is_disk_full) {
        notice(ui, WIDGET_BADGE_danger, ICON_storage, view_text(view, "sync.disk_full"),
               view_text(view, "sync.disk_full_note"));
    } else if (traffic->is_disk_low) {
        notice(ui, WIDGET_BADGE_warn, ICON_storage,
               view_fill(view, "sync.disk_low",
                         lang_value_text("size", view_size(view, traffic->free_size))),
               view_text(view, "sync.disk_low_note"));
    }
    sync_card_clock(ui, view, traffic);
}

/* ---- counts ---- */

static void figure(struct ui *ui, const struct view *view, enum icon icon, const char *key,
                   uint64_t count, enum color color)
{
    bool is_zero = count == 0;
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .gap = 8, .across = UI_centre});
    ui_icon(ui, icon, 24, is_zero ? COLOR_ink_2 : color);
    ui_text(ui, TYPE_title, is_zero ? COLOR_ink_2 : color, view_count(view, (int64_t)count));
    ui_close(ui);
    ui_text(ui, TYPE_label, COLOR_ink_2, view_text(view, key));
    ui_close(ui);
}

void sync_card_counts(struct ui *ui, const struct view *view, const struct sync_model *model)
{
    const struct store_outbox *outbox = &model->outbox;
    bool is_all = model->confirmed_count == model->made_count;
    uint64_t sealed_seq =
        outbox->sealed_seq > outbox->stored_seq ? outbox->sealed_seq : outbox->stored_seq;
    uint64_t safe_seq =
        outbox->safe_seq < outbox->stored_seq ? outbox->safe_seq : outbox->stored_seq;
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    widget_card_heading(ui, view_text(view, "sync.today"));
    if (model->made_count == 0) {
        ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                     view_text(view, "sync.nothing_today"));
    } else {
        ui_text_with(ui, &(struct ui_text){.type = TYPE_display, .role = UI_ROLE_heading},
                     view_fill(view, "sync.day_count",
                               lang_value_count("made", (int64_t)model->made_count),
                               lang_value_count("confirmed", (int64_t)model->confirmed_count)));
        widget_progress(ui, NULL,
                        is_all
                            ? view_text(view, "sync.today_all")
                            : view_fill(view, "sync.today_left",
                                        lang_value_count("n", (int64_t)(model->made_count -
                                                                        model->confirmed_count))),
                        (int64_t)model->confirmed_count, (int64_t)model->made_count);
    }
    ui_divider(ui);
    widget_card_heading(
        ui, view_fill(view, "sync.all_facts", lang_value_count("n", (int64_t)outbox->last_seq)));
    ui_open(ui, NULL,
            &(struct ui_box){
                .flow = UI_grid, .w = UI_FILL, .gap = 16, .columns = parts_is_narrow(ui) ? 1 : 2});
    figure(ui, view, ICON_save, "sync.at_unsealed", outbox->last_seq - sealed_seq, COLOR_ink);
    figure(ui, view, ICON_lock, "sync.at_sealed", sealed_seq - outbox->stored_seq, COLOR_warn);
    figure(ui, view, ICON_cloud_done, "sync.at_hq", outbox->stored_seq - safe_seq, COLOR_ok);
    figure(ui, view, ICON_verified_user, "sync.at_safe", safe_seq, COLOR_ok);
    ui_close(ui);
    uint64_t waiting_count = outbox->last_seq - outbox->stored_seq;
    ui_text(ui, TYPE_secondary, COLOR_ink_2,
            outbox->last_seq == 0 ? view_text(view, "sync.none_yet")
            : waiting_count == 0
                ? view_text(view, "sync.all_safe")
                : view_fill(view, "sync.waiting_since",
                            lang_value_count("n", (int64_t)waiting_count),
                            lang_value_text("age", view_age(view, outbox->oldest_unsent_at_ms))));
    ui_close(ui);
}

/* ---- what needs the collector ---- */

/* A thing to do, as a row that leads to it. */
static bool need_row(struct ui *ui, const char *key, enum icon icon, const char *title,
                     const char *note, const struct widget_badge *badge)
{
    return widget_list_row(ui, key,
                           &(struct widget_list_row){.title = title,
                                                     .note = note,
                                                     .icon = icon,
                                                     .badge = badge,
                                                     .is_tall = true,
                                                     .is_free = true,
                                                     .has_arrow = true});
}

static void question_row(struct ui *ui, const struct view *view, const struct sync_question *item,
                         struct intent *intent_out)
{
    const struct store_question *question = item->question;
    const char *age = view_age(view, question->asked_at_ms);
    const char *why = view_question(view, question->code, question->text);
    const char *key = ui_format(ui, "question/%llu", (unsigned long long)question->seq);
    if (question->seq == 0) { /* about no record: there is nothing to open */
        if (widget_banner(
                ui, key,
                &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                        .title = why,
                                        .text = str_format(view->arena, "%s · %s",
                                                           view_text(view, "sync.hq_asks"), age),
                                        .icon = ICON_report,
                                        .action = view_text(view, "sync.settled")})) {
            intent_out->kind = INTENT_settle;
            intent_out->number = 0;
        }
        return;
    }
    const char *about =
        item->event != NULL
            ? view_event(view, item->event)
            : view_fill(view, "sync.question", lang_value_count("seq", (int64_t)question->seq));
    if (need_row(ui, key, ICON_report, why, str_format(view->arena, "%s · %s", about, age),
                 &(struct widget_badge){.tone = WIDGET_BADGE_danger,
                                        .word = view_text(view, "sync.look"),
                                        .icon = ICON_edit})) {
        screen_open(intent_out, SCREEN_record, 0);
        intent_out->place.seq = question->seq;
    }
}

static void quarantine_row(struct ui *ui, const struct view *view, const struct sync_model *model,
                           size_t at, struct intent *intent_out)
{
    const struct store_quarantined *item = &model->quarantined[at];
    const char *why =
        view_text(view, str_format(view->arena, "error.%s", err_name((enum err)item->err)));
    if (need_row(ui, ui_format(ui, "quarantine/%zu", at), ICON_error,
                 quarantine_title(view, item->name),
                 str_format(view->arena, "%s · %s", why, view_age(view, item->at_ms)),
                 &(struct widget_badge){.tone = WIDGET_BADGE_warn,
                                        .word = view_text(view, "sync.quarantine_look"),
                                        .icon = ICON_refresh})) {
        screen_open(intent_out, SCREEN_quarantine, 0);
        str_copy(intent_out->place.text, sizeof intent_out->place.text, str_from(item->name));
    }
}

void sync_card_needs(struct ui *ui, const struct view *view, const struct sync_model *model,
                     struct intent *intent_out)
{
    size_t count = model->question_count + model->quarantined_count;
    if (count == 0) {
        return;
    }
    bool was_opened = *ui_keep(ui, "sync/needs") != 0;
    size_t shown_count = was_opened || count <= NEEDS_SHOWN ? count : NEEDS_SHOWN;
    widget_card_heading(ui, view_fill(view, "sync.needs", lang_value_count("n", (int64_t)count)));
    for (size_t i = 0; i < shown_count; i++) {
        if (i < model->question_count) {
            question_row(ui, view, &model->questions[i], intent_out);
        } else {
            quarantine_row(ui, view, model, i - model->question_count, intent_out);
        }
    }
    if (shown_count < count &&
        widget_button(ui, "sync/needs_all",
                      &(struct widget_button){
                          .kind = WIDGET_BUTTON_quiet,
                          .label = view_fill(view, "sync.needs_more",
                                             lang_value_count("n", (int64_t)(count - shown_count))),
                          .icon = ICON_expand_more})) {
        *ui_keep(ui, "sync/needs") = 1;
    }
}

/* ---- the way there ---- */

/* One sentence: what happens now, and if nothing does, why and until when. */
static const char *now_text(const struct view *view, const struct sync_model *model)
{
    static const char *const why_keys[] = {
        [TRAFFIC_WHY_none] = "traffic_why.none",
        [TRAFFIC_WHY_no_agent] = "traffic_why.no_agent",
        [TRAFFIC_WHY_no_network] = "traffic_why.no_network",
        [TRAFFIC_WHY_timed_out] = "traffic_why.timed_out",
        [TRAFFIC_WHY_hq_busy] = "traffic_why.hq_busy",
        [TRAFFIC_WHY_hq_failed] = "traffic_why.hq_failed",
        [TRAFFIC_WHY_refused] = "traffic_why.refused",
        [TRAFFIC_WHY_disk] = "traffic_why.disk",
        [TRAFFIC_WHY_certificate] = "traffic_why.certificate",
    };
    const struct traffic *traffic = model->traffic;
    if (view->sync.is_carrying) {
        return view_text(view, "sync.carrying");
    }
    if (traffic->why == TRAFFIC_WHY_none) {
        uint64_t waiting_count = model->outbox.last_seq - model->outbox.stored_seq;
        return view_text(view, waiting_count > 0 ? "sync.now_waiting"
                               : model->photos.open_count > 0 && traffic->load.is_photo_held
                                   ? "sync.now_photos_held"
                               : model->photos.open_count > 0 ? "sync.now_photos"
                                                              : "sync.now_idle");
    }
    return view_text(view, why_keys[traffic->why]);
}

/* "38 kB，约15秒"; only the size while no speed was measured. */
static const char *load_text(const struct view *view, uint64_t size, int64_t bytes_per_s)
{
    if (size == 0) {
        return view_text(view, "sync.load_none");
    }
    if (bytes_per_s <= 0) {
        return view_fill(view, "sync.load_unmeasured",
                         lang_value_text("size", view_size(view, size)));
    }
    int64_t duration_ms = (int64_t)((__int128)size * 1000 / bytes_per_s);
    return view_fill(view, "sync.load", lang_value_text("size", view_size(view, size)),
                     lang_value_text("time", view_duration(view, duration_ms)));
}

static void photo_rule(struct ui *ui, const struct view *view, const struct traffic *traffic,
                       struct intent *intent_out)
{
    const char *labels[] = {view_text(view, "photo_rule.wifi"),
                            view_text(view, "photo_rule.always")};
    int32_t chosen = (int32_t)traffic->photo_rule;
    widget_card_heading(ui, view_text(view, "sync.photo_rule"));
    if (widget_toggle_segments(ui, "photo_rule", labels, 2, &chosen)) {
        intent_out->kind = INTENT_photo_rule;
        intent_out->number = chosen;
    }
    uint64_t size = traffic->load.photo_size;
    ui_text(ui, TYPE_secondary, COLOR_ink_2,
            traffic->photo_rule == PHOTO_RULE_wifi ? view_text(view, "sync.photo_free")
            : size == 0                            ? view_text(view, "sync.photo_cost_later")
                                                   : view_fill(view, "sync.photo_cost",
                                                               lang_value_text("size", view_size(view, size))));
}

void sync_card_route(struct ui *ui, const struct view *view, const struct sync_model *model,
                     struct intent *intent_out)
{
    const struct traffic *traffic = model->traffic;
    bool is_stuck = traffic->why != TRAFFIC_WHY_none && !view->sync.is_carrying;
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    widget_card_heading(ui, view_text(view, "sync.route"));
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .across = UI_centre});
    ui_icon(ui,
            is_stuck                 ? ICON_cloud_off
            : view->sync.is_carrying ? ICON_sync
                                     : ICON_cloud_queue,
            28, is_stuck ? COLOR_warn : COLOR_link);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_strong, .w = UI_FILL}, now_text(view, model));
    ui_close(ui);
    if (is_stuck && traffic->refusal_key != NULL) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2,
                view_fill(view, "sync.hq_said", lang_value_key("why", traffic->refusal_key)));
    }
    widget_card_fact(ui, view_text(view, "sync.last_heard"),
                     view_age(view, view->sync.heard_at_ms));
    if (traffic->next_try_at_ms > 0 && is_stuck) {
        widget_card_fact(ui, view_text(view, "sync.next_try"),
                         traffic->next_try_at_ms <= view->now_ms
                             ? view_text(view, "sync.next_try_now")
                             : view_clock_second(view, traffic->next_try_at_ms));
    }
    widget_card_fact(ui, view_text(view, "sync.load_text"),
                     load_text(view, traffic->load.text_size, traffic->load.bytes_per_s));
    widget_card_fact(ui, view_text(view, "sync.load_photos"),
                     load_text(view, traffic->load.photo_size, traffic->load.bytes_per_s));
    photo_rule(ui, view, traffic, intent_out);
    if (widget_button(
            ui, "sync/now",
            &(struct widget_button){
                .label = view_text(view, view->sync.is_carrying ? "sync.carrying" : "sync.now"),
                .icon = ICON_sync,
                .is_wide = true,
                .is_disabled = view->sync.is_carrying})) {
        intent_out->kind = INTENT_sync_now;
    }
    if (widget_button(ui, "sync/carry",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "sync.by_stick"),
                                              .icon = ICON_usb,
                                              .is_wide = true})) {
        screen_open(intent_out, SCREEN_carry, 0);
    }
    ui_close(ui);
}
