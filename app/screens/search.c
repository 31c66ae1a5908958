#include "app/screens/search.h"

/* place.tab: order of the list while nothing is typed. */
static const struct {
    enum case_order order;
    const char *key;
} orders[] = {
    {CASE_ORDER_score, "search.by_score"},     {CASE_ORDER_name, "search.by_name"},
    {CASE_ORDER_owed, "search.by_owed"},       {CASE_ORDER_due, "search.by_due"},
    {CASE_ORDER_touched, "search.by_touched"}, {CASE_ORDER_area, "search.by_area"},
};

/* Kept are numbers: what left this tablet is not found any more and is not shown. */
static enum err recent_read(struct arena *task, struct store *store,
                            struct store_case_items *recent)
{
    struct str text;
    struct str line;
    TRY(store_setting_bytes(store, task, SETTING_recent_cases, &text));
    recent->items = ARENA_ARRAY(task, SEARCH_RECENT_MAX, struct store_case_item);
    while (recent->count < SEARCH_RECENT_MAX && str_split(&text, '\n', &line)) {
        int64_t case_no = 0;
        if (str_to_i64(line, &case_no) != OK || case_no <= 0) {
            continue;
        }
        enum err err =
            store_case_item(store, task, (uint64_t)case_no, &recent->items[recent->count]);
        if (err != OK && err != ERR_not_found) {
            return err;
        }
        recent->count += err == OK && recent->items[recent->count].debtor_name[0] != '\0' ? 1 : 0;
    }
    return OK;
}

enum err search_enter(struct arena *task, const struct screen_source *source,
                      struct screen_place *place, void **model_out)
{
    struct search_model *model = ARENA_NEW(task, struct search_model);
    uint64_t open_count;
    TRY(store_case_count(source->store, &open_count, &model->in_hand_count));
    if (place->tab < 0 || place->tab >= (int32_t)COUNT(orders)) {
        place->tab = 0;
    }
    if (str_trim(str_from(place->text)).size == 0) {
        TRY(recent_read(task, source->store, &model->recent));
        TRY(store_case_list(source->store, task, orders[place->tab].order, 0, SEARCH_COUNT_MAX,
                            &model->items));
    } else {
        TRY(store_search(source->store, task, place->text, SEARCH_COUNT_MAX, &model->items));
    }
    *model_out = model;
    return OK;
}

static void row(struct ui *ui, const struct view *view, const struct store_case_item *item,
                bool was_searched, struct intent *intent_out)
{
    int32_t days = item->due_day != 0 && item->due_day < view->today && item->askable_minor > 0
                       ? view->today - item->due_day
                       : 0;
    struct widget_badge badge = {.tone = parts_overdue_tone(days),
                                 .word = view_fill(view, "today.days", lang_value_count("n", days)),
                                 .icon = ICON_hourglass_empty};
    if (item->life != CASE_LIFE_open) {
        badge = (struct widget_badge){.tone = WIDGET_BADGE_plain,
                                      .word = view_item(view, CATALOG_case_life, item->life)};
    }
    const char *owed = view_money(view, item->askable_minor, NULL);
    bool has_address = item->address[0] != '\0';
    struct widget_list_row shown = {.title = item->debtor_name,
                                    .is_note_place = has_address,
                                    .note = has_address ? item->address : item->case_ref,
                                    .value = owed,
                                    .icon = ICON_person,
                                    .badge = &badge,
                                    .has_arrow = true};
    if (parts_is_narrow(ui)) { /* large text: one thing a line, an amount is never cut */
        shown = (struct widget_list_row){
            .title = item->debtor_name, .note = owed, .badge = &badge, .is_tall = true};
    }
    if (widget_list_row(ui, ui_format(ui, "case/%llu", (unsigned long long)item->case_no),
                        &shown)) {
        screen_open(intent_out, SCREEN_brief, item->case_no);
        intent_out->kind = was_searched ? INTENT_found : INTENT_open;
    }
}

/* While the field is empty and waits for the first letter. */
static void recent(struct ui *ui, const struct view *view, const struct search_model *model,
                   struct intent *intent_out)
{
    parts_body_open(ui, "search/recent");
    ui_open(ui, NULL, &(struct ui_box){.flow = parts_row(ui), .w = UI_FILL, .across = UI_centre});
    parts_heading_beside(ui, view_text(view, "search.recent"));
    if (widget_button(ui, "search/forget",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "search.forget"),
                                              .icon = ICON_close})) {
        intent_out->kind = INTENT_forget_recent;
    }
    ui_close(ui);
    for (size_t i = 0; i < model->recent.count; i++) {
        row(ui, view, &model->recent.items[i], true, intent_out);
    }
    parts_body_close(ui);
}

/* Chips of all orders would leave no room for the cases. */
static bool is_order_hidden(const struct ui *ui)
{
    return ui_theme(ui)->class == THEME_compact || ui_theme(ui)->options.text_percent >= 160;
}

/* Names the chosen order where there is no room for all of them. */
static void order_button(struct ui *ui, const struct view *view, const struct screen_place *place)
{
    const char *label =
        view_fill(view, "search.order", lang_value_key("order", orders[place->tab].key));
    if (widget_button(ui, "order",
                      &(struct widget_button){
                          .kind = WIDGET_BUTTON_quiet, .label = label, .icon = ICON_sort})) {
        *ui_keep(ui, "order/open") = 1;
    }
}

static void order_chips(struct ui *ui, const struct view *view, struct screen_place *place,
                        struct intent *intent_out)
{
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < COUNT(orders); i++) {
        if (widget_choice_chip(ui, ui_format(ui, "order/%zu", i),
                               &(struct widget_choice){.label = view_text(view, orders[i].key),
                                                       .is_chosen = place->tab == (int32_t)i})) {
            place->tab = (int32_t)i;
            intent_out->kind = INTENT_refresh;
            *ui_keep(ui, "order/open") = 0;
        }
    }
    ui_close(ui);
}

void search_frame(struct ui *ui, const struct view *view, void *model_in,
                  struct screen_place *place, struct intent *intent_out)
{
    const struct search_model *model = model_in;
    bool is_searching = str_trim(str_from(place->text)).size > 0;
    screen_root_open(ui, view, SCREEN_search, intent_out);
    /* Large text, and the keyboard open: the bar gives its room to what is found. */
    bool is_cramped = ui_wants_text(ui) && ui_theme(ui)->options.text_percent >= 160;
    if (!is_cramped) {
        screen_top_root(ui, view, view_text(view, "screen.search"),
                        view_fill(view, "search.in_hand",
                                  lang_value_count("n", (int64_t)model->in_hand_count)));
    }
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_x = 16, .pad_y = 8, .gap = 8});
    if (widget_field(ui, "query",
                     &(struct widget_field){.label = view_text(view, "search.label"),
                                            .hint = view_text(view, "search.hint_all"),
                                            .is_unlabelled = is_cramped || parts_is_narrow(ui),
                                            .icon = ICON_search},
                     place->text, sizeof place->text)) {
        intent_out->kind = INTENT_refresh;
    }
    bool has_order = !is_searching && !ui_wants_text(ui); /* the keyboard needs the room */
    bool is_choosing =
        has_order && !parts_is_narrow(ui) && is_order_hidden(ui) && *ui_keep(ui, "order/open") != 0;
    if (has_order && parts_is_narrow(ui)) { /* one button goes through the orders */
        if (widget_button(ui, "order",
                          &(struct widget_button){.label = view_text(view, orders[place->tab].key),
                                                  .icon = ICON_sort,
                                                  .is_wide = true})) {
            place->tab = (place->tab + 1) % (int32_t)COUNT(orders);
            intent_out->kind = INTENT_refresh;
        }
    } else if (has_order && !is_order_hidden(ui)) {
        order_chips(ui, view, place, intent_out);
    } else if (has_order && !is_choosing) {
        order_button(ui, view, place);
    }
    ui_close(ui);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .across = UI_centre});
    bool is_empty_field = !is_searching && ui_has_focus(ui, "query");
    if (is_choosing) { /* instead of the cases: with gloves they would fill the screen */
        parts_body_open(ui, "search/orders");
        order_chips(ui, view, place, intent_out);
        parts_body_close(ui);
    } else if (is_empty_field && model->recent.count > 0) {
        recent(ui, view, model, intent_out);
    } else if (model->items.count == 0) {
        parts_body_open(ui, "search/empty");
        parts_empty(ui, ICON_person_search,
                    view_text(view, is_searching ? "search.none" : "today.empty"),
                    view_text(view, is_searching ? "search.none_note" : "today.empty_note"));
        parts_body_close(ui);
    } else {
        struct widget_list list;
        widget_list_open(
            ui, ui_format(ui, "cases/%d", (int)place->tab), (int32_t)model->items.count,
            parts_is_narrow(ui) ? widget_list_row_tall_dp(ui) : widget_list_row_dp(ui, true), 8,
            &list);
        for (int32_t i; widget_list_next(&list, &i);) {
            row(ui, view, &model->items.items[i], is_searching, intent_out);
        }
        widget_list_close(&list);
    }
    ui_close(ui);
    screen_root_close(ui, view, SCREEN_search, intent_out);
}
