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
        TRY(store_case_list(source->store, task, orders[place->tab].order, 0, SEARCH_COUNT_MAX,
                            &model->items));
    } else {
        TRY(store_search(source->store, task, place->text, SEARCH_COUNT_MAX, &model->items));
    }
    *model_out = model;
    return OK;
}

static void row(struct ui *ui, const struct view *view, const struct store_case_item *item,
                struct intent *intent_out)
{
    int32_t days = item->due_day != 0 && item->due_day < view->today && item->owed_minor > 0
                       ? view->today - item->due_day
                       : 0;
    struct widget_badge badge = {.tone = parts_overdue_tone(days),
                                 .word = view_fill(view, "today.days", lang_value_count("n", days)),
                                 .icon = ICON_hourglass_empty};
    if (item->life != CASE_LIFE_open) {
        badge = (struct widget_badge){.tone = WIDGET_BADGE_plain,
                                      .word = view_item(view, CATALOG_case_life, item->life)};
    }
    if (widget_list_row(ui, ui_format(ui, "case/%llu", (unsigned long long)item->case_no),
                        &(struct widget_list_row){.title = item->debtor_name,
                                                  .is_note_place = item->address[0] != '\0',
                                                  .note = item->address[0] != '\0' ? item->address
                                                                                   : item->case_ref,
                                                  .value = view_money(view, item->owed_minor, NULL),
                                                  .icon = ICON_person,
                                                  .badge = &badge,
                                                  .has_arrow = true})) {
        screen_open(intent_out, SCREEN_brief, item->case_no);
    }
}

/* All orders as chips; on a handheld behind a button that names the chosen one, so that
 * they do not take the room of three cases. */
static void order_chips(struct ui *ui, const struct view *view, struct screen_place *place,
                        struct intent *intent_out)
{
    if (ui_theme(ui)->class == THEME_compact && *ui_keep(ui, "order/open") == 0) {
        const char *label =
            view_fill(view, "search.order", lang_value_key("order", orders[place->tab].key));
        if (widget_button(ui, "order",
                          &(struct widget_button){.label = label, .icon = ICON_sort})) {
            *ui_keep(ui, "order/open") = 1;
        }
        return;
    }
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
    parts_screen_open(ui);
    screen_top_root(
        ui, view, view_text(view, "screen.search"),
        view_fill(view, "search.in_hand", lang_value_count("n", (int64_t)model->in_hand_count)));
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_x = 16, .pad_y = 8, .gap = 8});
    if (widget_field(ui, "query",
                     &(struct widget_field){.label = view_text(view, "search.label"),
                                            .hint = view_text(view, "search.hint"),
                                            .icon = ICON_search},
                     place->text, sizeof place->text)) {
        intent_out->kind = INTENT_refresh;
    }
    if (!is_searching && parts_is_narrow(ui)) { /* one button goes through the orders */
        if (widget_button(ui, "order",
                          &(struct widget_button){.label = view_text(view, orders[place->tab].key),
                                                  .icon = ICON_sort,
                                                  .is_wide = true})) {
            place->tab = (place->tab + 1) % (int32_t)COUNT(orders);
            intent_out->kind = INTENT_refresh;
        }
    } else if (!is_searching) {
        order_chips(ui, view, place, intent_out);
    }
    ui_close(ui);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .across = UI_centre});
    if (model->items.count == 0) {
        parts_body_open(ui, "search/empty");
        parts_empty(ui, ICON_person_search,
                    view_text(view, is_searching ? "search.none" : "today.empty"),
                    view_text(view, is_searching ? "search.none_note" : "today.empty_note"));
        parts_body_close(ui);
    } else {
        struct widget_list list;
        widget_list_open(ui, ui_format(ui, "cases/%d", (int)place->tab),
                         (int32_t)model->items.count, widget_list_row_dp(ui, true), 8, &list);
        for (int32_t i; widget_list_next(&list, &i);) {
            row(ui, view, &model->items.items[i], intent_out);
        }
        widget_list_close(&list);
    }
    ui_close(ui);
    screen_roots(ui, view, SCREEN_search, intent_out);
    parts_screen_close(ui, view, NULL, 0);
}
