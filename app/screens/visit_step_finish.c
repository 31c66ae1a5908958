/* app/screens/visit_step_finish.c -- the last look: what will be stored, what is missing and
 * the way there, what was left out and why. */
#include "app/screens/visit_part.h"
#include "app/screens/visit_step.h"

static const char *const door_phrases[] = {"phrase.knocked", "phrase.light_on",
                                           "phrase.neighbour_says", "phrase.mail_piled",
                                           "phrase.come_back"};

static void summary_row(struct ui *ui, enum icon icon, const char *text, enum color color)
{
    ui_open(
        ui, NULL,
        &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .across = UI_centre, .pad_y = 4});
    ui_icon(ui, icon, 24, color);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL}, text);
    ui_close(ui);
}

static void will_store(struct ui *ui, const struct ask *ask, const ds_VisitDraft *draft,
                       const struct visit_record *records, size_t count)
{
    const struct view *view = ask->view;
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(
        ui, view_fill(view, "visit.will_store", lang_value_count("n", (int64_t)count + 1)));
    ds_Event *finish = ARENA_NEW(view->arena, ds_Event);
    finish->which_kind = EVENT_visit_finished;
    finish->kind.visit_finished = draft->finish;
    summary_row(ui, visit_step_icon(draft->finish.outcome), view_event(view, finish), COLOR_link);
    for (size_t i = 0; i < count; i++) {
        summary_row(ui, ask_icon(records[i].kind), view_event(view, records[i].event), COLOR_link);
    }
    if (str_trim(str_from(draft->finish.note)).size > 0) {
        summary_row(ui, ICON_edit_note, draft->finish.note, COLOR_ink_2);
    }
    ui_close(ui);
}

/* What cannot be stored as it is, with the way there. */
static void not_ready(struct ui *ui, const struct ask *ask, const struct visit_record *records,
                      size_t count, struct screen_place *place)
{
    const struct view *view = ask->view;
    for (size_t i = 0; i < count; i++) {
        const char *why = NULL;
        if (ask_is_ready(ask, records[i].event, &why)) {
            continue;
        }
        if (widget_banner(ui, ui_format(ui, "fix/%zu", i),
                          &(struct widget_banner){
                              .tone = WIDGET_BADGE_danger,
                              .title = view_fill(view, "visit.incomplete",
                                                 lang_value_key("what", ask_key(records[i].kind))),
                              .text = why,
                              .action = view_text(view, "visit.fix_now")})) {
            place->tab = (int32_t)records[i].kind;
            place->seq = records[i].index;
        }
    }
}

static enum visit_step step_of(uint32_t part)
{
    switch ((enum visit_part)part) {
    case VISIT_PART_about:
        return VISIT_STEP_about;
    case VISIT_PART_signature:
        return VISIT_STEP_sign;
    case VISIT_PART_none:
    case VISIT_PART_contact:
    case VISIT_PART_identity:
    case VISIT_PART_arrangement:
    case VISIT_PART_evidence:
        break;
    }
    return VISIT_STEP_who;
}

static void part_go(const struct ask *ask, ds_VisitDraft *draft, uint32_t part,
                    struct intent *intent_out, bool *has_changed)
{
    (void)ask;
    if (part == VISIT_PART_evidence) {
        screen_open(intent_out, SCREEN_evidence, draft->case_no);
        return;
    }
    draft->step = (uint32_t)step_of(part);
    *has_changed = true;
}

/* Whether the longest of the names stands whole beside both buttons: all rows alike. */
static bool has_room_beside(struct ui *ui, const struct view *view)
{
    static const uint32_t parts[] = {VISIT_PART_about, VISIT_PART_signature, VISIT_PART_evidence};
    const struct theme *theme = ui_theme(ui);
    int32_t name_px = 0;
    for (size_t i = 0; i < COUNT(parts); i++) {
        int32_t px = ui_text_px(ui, TYPE_strong, view_item(view, CATALOG_visit_part, parts[i]));
        name_px = px > name_px ? px : name_px;
    }
    int32_t need_px = name_px + ui_text_px(ui, TYPE_strong, view_text(view, "finish.do_now")) +
                      ui_text_px(ui, TYPE_strong, view_text(view, "finish.why")) +
                      theme_dp(theme, 224); /* the edges of card and buttons, and icons */
    return theme->class != THEME_compact || need_px <= theme->options.width_px;
}

/* One thing that was not done: do it now, or say why not. */
static bool part_row(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft, uint32_t part,
                     struct intent *intent_out)
{
    const struct view *view = ask->view;
    const char *name = catalog_name(CATALOG_visit_part, part);
    uint32_t reason = visit_part_reason(draft, part);
    bool has_changed = false;
    int64_t *open = ui_keep(ui, "finish/why");
    bool is_open = *open == (int64_t)part;
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 8});
    bool is_beside = has_room_beside(ui, view) && !parts_is_narrow(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = is_beside ? UI_row : UI_column,
                             .w = UI_FILL,
                             .folds = true,
                             .gap = is_beside ? 12 : 8,
                             .across = is_beside ? UI_centre : UI_start});
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .is_bold = true, .w = UI_FILL},
                 view_item(view, CATALOG_visit_part, part));
    ui_text_with(
        ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
        reason == 0
            ? view_text(view, "finish.not_done")
            : view_fill(view, "finish.left_out",
                        lang_value_text("why", view_item(view, CATALOG_step_skip_reason, reason))));
    ui_close(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = parts_row(ui),
                             .folds = true,
                             .gap = is_beside ? 12 : 8,
                             .across = parts_is_narrow(ui) ? UI_start : UI_centre});
    if (widget_button(ui, ui_format(ui, "finish/%s/do", name),
                      &(struct widget_button){.label = view_text(view, "finish.do_now"),
                                              .icon = ICON_arrow_forward})) {
        part_go(ask, draft, part, intent_out, &has_changed);
    }
    if (widget_button(
            ui, ui_format(ui, "finish/%s/why", name),
            &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                    .label = view_text(view, "finish.why"),
                                    .icon = is_open ? ICON_expand_less : ICON_expand_more})) {
        *ui_keep(ui, "finish/why") = is_open ? 0 : (int64_t)part;
    }
    ui_close(ui);
    ui_close(ui);
    if (is_open && parts_list_chips(ui, view, ui_format(ui, "finish/%s", name),
                                    CATALOG_step_skip_reason, &reason)) {
        visit_part_skip(draft, part, reason);
        *ui_keep(ui, "finish/why") = 0;
        has_changed = true;
    }
    ui_close(ui);
    return has_changed;
}

static bool left_out(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                     const struct photos_model *photos, struct intent *intent_out)
{
    bool has_changed = false;
    bool has_any = false;
    for (size_t i = 0; i < catalog_count(CATALOG_visit_part); i++) {
        uint32_t part = catalog_code_at(CATALOG_visit_part, i);
        if (!visit_part_applies(draft, part) || visit_part_is_done(draft, part, photos)) {
            continue;
        }
        if (!has_any) {
            widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
            widget_card_heading(ui, view_text(ask->view, "finish.missing"));
        }
        has_any = true;
        has_changed |= part_row(ui, ask, draft, part, intent_out);
    }
    if (has_any) {
        ui_close(ui);
    }
    return has_changed;
}

/* Photos are facts of their own and are kept already; they wait for nothing. */
static void photo_rows(struct ui *ui, const struct view *view, const struct photos_model *photos,
                       struct intent *intent_out)
{
    if (photos->count == 0) {
        return;
    }
    widget_card_heading(
        ui, view_fill(view, "record.photos", lang_value_count("n", (int64_t)photos->all_count)));
    for (size_t i = 0; i < photos->count; i++) {
        photos_row(ui, view, &photos->items[i], intent_out);
    }
}

/* Where the day goes on: what Today shows first when this visit has ended. */
static void next_card(struct ui *ui, const struct view *view, const struct store_case_item *next)
{
    if (next->case_no == 0) {
        return;
    }
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 4});
    widget_card_heading(ui, view_text(view, "finish.next_stop"));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_strong, .w = UI_FILL}, next->debtor_name);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 next->address);
    ui_close(ui);
}

bool visit_step_finish(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                       ds_VisitDraft *draft, struct screen_place *place, struct intent *intent_out)
{
    const struct view *view = ask->view;
    const struct photos_model *photos = &model->photos;
    bool has_changed = false;
    struct visit_record records[VISIT_RECORDS_MAX];
    size_t count = visit_record_list(ask, draft, records);
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    not_ready(ui, ask, records, count, place);
    will_store(ui, ask, draft, records, count);
    photo_rows(ui, view, photos, intent_out);
    parts_column_close(ui);
    parts_column_open(ui, 1);
    has_changed |= left_out(ui, ask, draft, photos, intent_out);
    if (visit_step_is_nobody(draft)) {
        has_changed |=
            parts_note(ui, view, "note", view_text(view, "visit.note_label"), door_phrases,
                       COUNT(door_phrases), draft->finish.note, sizeof draft->finish.note);
    }
    ui_open(ui, NULL,
            &(struct ui_box){.flow = parts_row(ui), .w = UI_FILL, .folds = true, .gap = 12});
    if (widget_button(ui, "photo",
                      &(struct widget_button){.label = view_text(view, "screen.evidence"),
                                              .icon = ICON_photo_camera,
                                              .is_wide = true})) {
        screen_open(intent_out, SCREEN_evidence, draft->case_no);
    }
    if (widget_button(ui, "more",
                      &(struct widget_button){.label = view_text(view, "visit.more"),
                                              .icon = ICON_add,
                                              .is_wide = true})) {
        place->tab = VISIT_MORE;
    }
    ui_close(ui);
    next_card(ui, view, &model->next);
    parts_column_close(ui);
    parts_columns_close(ui);
    return has_changed;
}
