#include "app/screens/carry.h"

#include <string.h>

enum { BUNDLES_SHOWN = 12 };

enum err carry_enter(struct arena *task, const struct screen_source *source,
                     struct screen_place *place, void **model_out)
{
    (void)place;
    struct carry_model *model = ARENA_NEW(task, struct carry_model);
    struct store_outbox outbox;
    TRY(store_outbox_read(source->store, &outbox));
    model->unconfirmed_count = outbox.last_seq - outbox.stored_seq;
    model->traffic = source->traffic;
    *model_out = model;
    return OK;
}

static void last_result(struct ui *ui, const struct view *view, const struct traffic *traffic)
{
    const struct traffic_carried *carried = &traffic->carried;
    if (carried->key == NULL) {
        return;
    }
    const char *title = view_fill(view, carried->key, lang_value_count("n", carried->count),
                                  lang_value_text("size", view_size(view, (uint64_t)carried->size)),
                                  lang_value_key("why", carried->why_key));
    widget_banner(
        ui, NULL,
        &(struct widget_banner){.tone = carried->is_trouble ? WIDGET_BADGE_danger : WIDGET_BADGE_ok,
                                .title = title,
                                .text = view_age(view, carried->at_ms),
                                .icon = carried->is_trouble ? ICON_error : ICON_check_circle});
    ui_text_with(
        ui,
        &(struct ui_text){
            .type = TYPE_secondary, .color = COLOR_ink_2, .cut = TEXT_middle, .w = UI_FILL},
        carried->name);
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void stick_card(struct ui *ui, const struct view *view, const struct carry_model *model,
                       size_t at, struct intent *intent_out)
{
    const struct traffic_stick *stick = &model->traffic->sticks[at];
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .across = UI_centre});
    ui_icon(ui, ICON_usb, 32, COLOR_link);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .w = UI_FILL}, stick->name);
    ui_text(ui, TYPE_secondary, COLOR_ink_2,
            stick->is_writable
                ? view_fill(view, "carry.free",
                            lang_value_text("size", view_size(view, stick->free_size)))
                : view_text(view, "carry.read_only"));
    ui_close(ui);
    ui_close(ui);
    if (widget_button(ui, ui_format(ui, "carry/out%zu", at),
                      &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                              .label = view_text(view, "carry.out"),
                                              .icon = ICON_upload,
                                              .is_wide = true,
                                              .is_inline = true,
                                              .is_disabled = !stick->is_writable})) {
        intent_out->kind = INTENT_carry_out;
        intent_out->text = stick->folder;
    }
    ui_divider(ui);
    widget_card_heading(ui, view_text(view, "carry.in_head"));
    if (stick->bundle_count == 0) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "carry.no_bundle"));
    }
    for (size_t i = 0; i < stick->bundle_count && i < BUNDLES_SHOWN; i++) {
        if (widget_list_row(ui, ui_format(ui, "carry/in%zu/%zu", at, i),
                            &(struct widget_list_row){.title = file_name(stick->bundles[i]),
                                                      .note = view_text(view, "carry.in"),
                                                      .icon = ICON_download,
                                                      .is_free = true})) {
            intent_out->kind = INTENT_carry_in;
            intent_out->text = stick->bundles[i];
        }
    }
    if (stick->bundle_count > BUNDLES_SHOWN) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2,
                view_fill(view, "carry.more_bundles",
                          lang_value_count("n", (int64_t)(stick->bundle_count - BUNDLES_SHOWN))));
    }
    ui_close(ui);
}

void carry_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                 struct intent *intent_out)
{
    (void)place;
    const struct carry_model *model = model_in;
    const struct traffic *traffic = model->traffic;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.carry"), NULL, NULL, ICON_none, intent_out);
    parts_page_open(ui, "carry");
    last_result(ui, view, traffic);
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    if (traffic->stick_count == 0) {
        parts_empty(ui, ICON_usb, view_text(view, "carry.empty"),
                    view_text(view, "carry.empty_note"));
    }
    for (size_t i = 0; i < traffic->stick_count; i++) {
        stick_card(ui, view, model, i, intent_out);
    }
    parts_column_close(ui);
    parts_column_open(ui, 1);
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 10});
    widget_card_heading(ui, view_text(view, "carry.what"));
    widget_card_fact(ui, view_text(view, "carry.facts"),
                     view_count(view, (int64_t)model->unconfirmed_count));
    widget_card_fact(ui, view_text(view, "sync.load_text"),
                     traffic->load.text_size == 0 ? view_text(view, "sync.load_none")
                                                  : view_size(view, traffic->load.text_size));
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "carry.photos"));
    ui_divider(ui);
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "carry.how"));
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "carry.sealed"));
    ui_close(ui);
    parts_column_close(ui);
    parts_columns_close(ui);
    parts_body_close(ui);
    parts_screen_close(ui, view, NULL, 0);
}
