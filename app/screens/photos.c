#include "app/screens/photos.h"

enum {
    /* Headquarters names at most so many lacking chunks of a photo at a time, lowest first. */
    NAMED_MAX = 64,
    LACKING_MAX = 4096,
};

/* Parts that headquarters surely has of a photo that is on its way: below the last one
 * that it named all the others; beyond it that is only known when it named fewer than it may. */
static uint32_t sent_count(const struct store_attachment *attachment,
                           const struct store_lacking *lacking, size_t lacking_count)
{
    uint32_t named_count = 0;
    uint32_t named_end = 0;
    for (size_t i = 0; i < lacking_count; i++) {
        if (chain_hash_equal(&lacking[i].hash, &attachment->hash)) {
            named_count++;
            named_end = lacking[i].index >= named_end ? lacking[i].index + 1 : named_end;
        }
    }
    if (named_count == 0) {
        return 0;
    }
    uint32_t part_count = store_attachment_chunk_count(attachment->size);
    return (named_count < NAMED_MAX ? part_count : named_end) - named_count;
}

static enum photos_state state_of(const struct store_attachment *attachment)
{
    switch (attachment->state) {
    case ATTACHMENT_waiting:
        return PHOTOS_STATE_waiting;
    case ATTACHMENT_sending:
        return PHOTOS_STATE_sending;
    case ATTACHMENT_held:
        return PHOTOS_STATE_held;
    case ATTACHMENT_safe:
        return PHOTOS_STATE_safe;
    }
    UNREACHABLE();
}

static void item_read(struct photos_item *item, const struct store_attachment *attachment,
                      const struct store_lacking *lacking, size_t lacking_count)
{
    *item = (struct photos_item){.seq = attachment->seq,
                                 .case_no = attachment->case_no,
                                 .at_ms = attachment->at_ms,
                                 .evidence = attachment->evidence,
                                 .media = attachment->media,
                                 .size = attachment->size,
                                 .part_count = store_attachment_chunk_count(attachment->size),
                                 .state = state_of(attachment),
                                 .debtor_name = ""};
    if (item->state == PHOTOS_STATE_held || item->state == PHOTOS_STATE_safe) {
        item->sent_count = item->part_count;
    } else if (attachment->is_missing) {
        item->state = PHOTOS_STATE_gone;
    } else if (item->state == PHOTOS_STATE_sending) {
        item->sent_count = sent_count(attachment, lacking, lacking_count);
    }
}

enum err photos_read(struct arena *task, struct store *store, uint64_t visit_seq, size_t count_max,
                     struct photos_model *model_out)
{
    *model_out = (struct photos_model){0};
    struct store_attachment *attachments;
    struct store_lacking *lacking;
    size_t count;
    size_t lacking_count;
    TRY(store_attachment_list(store, task, &attachments, &count));
    TRY(store_attachment_lacking(store, task, LACKING_MAX, &lacking, &lacking_count));
    model_out->items =
        ARENA_ARRAY(task, (count < count_max ? count : count_max) + 1, struct photos_item);
    for (size_t i = count; i > 0; i--) { /* oldest first there, newest first here */
        const struct store_attachment *attachment = &attachments[i - 1];
        bool is_open =
            attachment->state == ATTACHMENT_waiting || attachment->state == ATTACHMENT_sending;
        model_out->open_count += is_open ? 1 : 0;
        if (attachment->seq <= visit_seq) {
            continue; /* from before the visit began */
        }
        if (visit_seq != 0) {
            struct fact fact;
            TRY(store_journal_fact(store, attachment->seq, &fact));
            if (fact.event.visit_seq != visit_seq) {
                continue;
            }
        }
        model_out->all_count++;
        if (model_out->count == count_max) {
            continue;
        }
        struct photos_item *item = &model_out->items[model_out->count++];
        item_read(item, attachment, lacking, lacking_count);
        struct store_case_item in_hand;
        if (!attachment->is_hidden && item->case_no != 0 &&
            store_case_item(store, task, item->case_no, &in_hand) == OK) {
            item->debtor_name = in_hand.debtor_name;
        }
    }
    return OK;
}

enum err photos_find(struct arena *task, struct store *store, const struct chain_hash *hash,
                     struct photos_model *model_out)
{
    *model_out = (struct photos_model){0};
    struct store_attachment attachment;
    enum err err = store_attachment_get(store, hash, &attachment);
    if (err == ERR_not_found) {
        return OK;
    }
    TRY(err);
    struct store_lacking *lacking;
    size_t lacking_count;
    TRY(store_attachment_lacking(store, task, LACKING_MAX, &lacking, &lacking_count));
    model_out->items = ARENA_NEW(task, struct photos_item);
    model_out->count = 1;
    model_out->all_count = 1;
    item_read(model_out->items, &attachment, lacking, lacking_count);
    return OK;
}

static struct widget_badge state_badge(const struct view *view, enum photos_state state)
{
    static const struct {
        enum widget_badge_tone tone;
        const char *key;
        enum icon icon;
    } looks[] = {
        [PHOTOS_STATE_waiting] = {WIDGET_BADGE_plain, "photo_state.waiting", ICON_save},
        [PHOTOS_STATE_sending] = {WIDGET_BADGE_warn, "photo_state.sending", ICON_cloud_upload},
        [PHOTOS_STATE_held] = {WIDGET_BADGE_ok, "photo_state.held", ICON_cloud_done},
        [PHOTOS_STATE_safe] = {WIDGET_BADGE_ok, "photo_state.safe", ICON_verified_user},
        [PHOTOS_STATE_gone] = {WIDGET_BADGE_danger, "photo_state.gone", ICON_error},
    };
    return (struct widget_badge){.tone = looks[state].tone,
                                 .word = view_text(view, looks[state].key),
                                 .icon = looks[state].icon};
}

/* "7 of 92 parts", or what stands for it in the other states. */
static const char *progress_text(const struct view *view, const struct photos_item *item)
{
    return view_fill(view, "photos.parts", lang_value_count("done", item->sent_count),
                     lang_value_count("all", item->part_count));
}

void photos_row(struct ui *ui, const struct view *view, const struct photos_item *item,
                struct intent *intent_out)
{
    struct widget_badge badge = state_badge(view, item->state);
    const char *what = view_item(view, CATALOG_evidence_kind, item->evidence);
    const char *title = item->debtor_name[0] != '\0'
                            ? str_format(view->arena, "%s · %s", what, item->debtor_name)
                            : what;
    bool is_moving = item->state == PHOTOS_STATE_waiting || item->state == PHOTOS_STATE_sending;
    const char *note = is_moving
                           ? str_format(view->arena, "%s · %s", progress_text(view, item),
                                        view_size(view, item->size))
                           : str_format(view->arena, "%s · %s", view_instant(view, item->at_ms),
                                        view_size(view, item->size));
    if (widget_list_row(ui, ui_format(ui, "photo/%llu", (unsigned long long)item->seq),
                        &(struct widget_list_row){.title = title,
                                                  .note = note,
                                                  .icon = ICON_photo_camera,
                                                  .badge = &badge,
                                                  .is_tall = ui_theme(ui)->class == THEME_compact,
                                                  .has_arrow = true})) {
        screen_open(intent_out, SCREEN_record, item->case_no);
        intent_out->place.seq = item->seq;
    }
}

void photos_facts(struct ui *ui, const struct view *view, const ds_EvidenceAttached *evidence,
                  const struct photos_item *item)
{
    ui_divider(ui);
    widget_card_fact(ui, view_text(view, "evidence.shows"),
                     view_item(view, CATALOG_evidence_kind, evidence->evidence));
    widget_card_fact(ui, view_text(view, "photos.media"),
                     str_format(view->arena, "%s · %s",
                                view_item(view, CATALOG_media_type, evidence->media),
                                view_size(view, evidence->size)));
    if (evidence->signed_by != 0) {
        widget_card_fact(ui, view_text(view, "sign.by"),
                         view_item(view, CATALOG_role, evidence->signed_by));
    }
    if (evidence->witness[0] != '\0') {
        widget_card_fact(ui, view_text(view, "sign.witnessed_by"), evidence->witness);
    }
    if (item != NULL) {
        struct widget_badge badge = state_badge(view, item->state);
        widget_progress(ui, view_text(view, "photos.bytes"), progress_text(view, item),
                        item->sent_count, item->part_count);
        widget_badge(ui, &badge);
    }
    if (evidence->note[0] != '\0') {
        ui_divider(ui);
        ui_text(ui, TYPE_body, COLOR_ink, evidence->note);
    }
}

/* ---- the screen: all of them ---- */

enum err photos_enter(struct arena *task, const struct screen_source *source,
                      struct screen_place *place, void **model_out)
{
    (void)place;
    struct photos_model *model = ARENA_NEW(task, struct photos_model);
    TRY(photos_read(task, source->store, 0, PHOTOS_COUNT_MAX, model));
    *model_out = model;
    return OK;
}

void photos_frame(struct ui *ui, const struct view *view, void *model_in,
                  struct screen_place *place, struct intent *intent_out)
{
    (void)place;
    const struct photos_model *model = model_in;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.photos"), NULL, NULL, ICON_none, intent_out);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .across = UI_centre});
    if (model->count == 0) {
        parts_body_open(ui, "photos/empty");
        parts_empty(ui, ICON_photo_camera, view_text(view, "photos.empty"),
                    view_text(view, "photos.empty_note"));
        parts_body_close(ui);
    } else {
        struct widget_list list;
        int32_t row_dp = ui_theme(ui)->class == THEME_compact ? widget_list_row_tall_dp(ui)
                                                              : widget_list_row_dp(ui, true);
        widget_list_open(ui, "photos", (int32_t)model->count, row_dp, 8, &list);
        for (int32_t i; widget_list_next(&list, &i);) {
            photos_row(ui, view, &model->items[i], intent_out);
        }
        widget_list_close(&list);
    }
    ui_close(ui);
    parts_screen_close(ui, view, NULL, 0);
}
