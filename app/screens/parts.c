#include "app/screens/parts.h"

#include "core/event/fold.h"
#include "core/rules/gate.h"

#include <string.h>

enum { BODY_W_MAX = 860, PAGE_W_MAX = 1180, PAD_PAGE_W_MAX = 1256 };

void parts_screen_open(struct ui *ui)
{
    ui_open(ui, "screen", &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .fill = COLOR_background});
}

void parts_screen_close(struct ui *ui, const struct view *view, const char *const *chips,
                        int32_t chip_count)
{
    widget_keyboard(ui, &(struct widget_keyboard){
                            .done = view_text(view, "keyboard.done"),
                            .space = view_text(view, "keyboard.space"),
                            .backspace = view_text(view, "keyboard.backspace"),
                            .letters = view_text(view, "keyboard.letters"),
                            .digits = view_text(view, "keyboard.digits"),
                            .more = view_text(view, "keyboard.more"),
                            .shift = view_text(view, "keyboard.shift"),
                            .enter = view_text(view, "keyboard.enter"),
                            .chips = chips,
                            .chip_count = chip_count,
                        });
    ui_close(ui);
}

int32_t parts_edge_dp(const struct ui *ui)
{
    const struct theme *theme = ui_theme(ui);
    int32_t keys_px = 3 * theme_mm(theme, theme->key_mm) + theme_dp(theme, 2 * (16 + 8));
    return keys_px > theme->options.width_px ? 10 : 16;
}

void parts_body_open(struct ui *ui, const char *key)
{
    ui_open(ui, key,
            &(struct ui_box){.w = UI_FILL,
                             .h = UI_FILL,
                             .scrolls = true,
                             .pad = parts_edge_dp(ui),
                             .across = UI_centre});
    ui_open(ui, NULL,
            &(struct ui_box){.w = UI_FILL, .w_max = BODY_W_MAX, .gap = 12, .across = UI_start});
}

void parts_body_close(struct ui *ui)
{
    ui_close(ui);
    ui_close(ui);
}

void parts_page_open(struct ui *ui, const char *key)
{
    ui_open(ui, key,
            &(struct ui_box){
                .w = UI_FILL, .h = UI_FILL, .scrolls = true, .pad = 16, .across = UI_centre});
    ui_open(ui, NULL,
            &(struct ui_box){.w = UI_FILL, .w_max = PAGE_W_MAX, .gap = 12, .across = UI_start});
}

void parts_pad_page_open(struct ui *ui, const char *key)
{
    ui_open(ui, key,
            &(struct ui_box){
                .w = UI_FILL, .h = UI_FILL, .scrolls = true, .pad = 10, .across = UI_centre});
    ui_open(ui, NULL,
            &(struct ui_box){.w = UI_FILL, .w_max = PAD_PAGE_W_MAX, .gap = 12, .across = UI_start});
}

bool parts_is_low(struct ui *ui, const char *head_key, const char *page_key)
{
    struct rect page = ui_rect(ui, page_key);
    if (page.w == 0) {
        ui_wake_at(ui, ui_now_ms(ui)); /* known when it was laid out once */
        return false;
    }
    int32_t height_px = ui_theme(ui)->options.height_px;
    int32_t below_px = height_px - page.y - page.h;
    return ui_rect(ui, head_key).h + below_px > height_px * 2 / 3;
}

void parts_columns_open(struct ui *ui)
{
    ui_open(ui, NULL,
            &(struct ui_box){.flow = parts_is_wide(ui) ? UI_row : UI_column,
                             .w = UI_FILL,
                             .folds = true,
                             .gap = parts_is_wide(ui) ? 24 : 12});
}

void parts_column_open(struct ui *ui, int32_t weight)
{
    ui_open(ui, NULL,
            &(struct ui_box){.w = parts_is_wide(ui) ? UI_FILL_BY(weight) : UI_FILL, .gap = 12});
}

void parts_column_close(struct ui *ui)
{
    ui_close(ui);
}

void parts_columns_close(struct ui *ui)
{
    ui_close(ui);
}

/* Width in dp as large text leaves it: what fits 600 dp at 100 % needs 1,200 at 200 %. */
static int32_t width_for_text_dp(const struct ui *ui)
{
    const struct theme_options *options = &ui_theme(ui)->options;
    int32_t ppi = options->ppi > 0 ? options->ppi : 160;
    int32_t percent = options->text_percent > 0 ? options->text_percent : 100;
    return (int32_t)((int64_t)options->width_px * 160 * 100 / ppi / percent);
}

bool parts_is_wide(const struct ui *ui)
{
    return ui_theme(ui)->class == THEME_expanded && width_for_text_dp(ui) >= 960;
}

bool parts_is_narrow(const struct ui *ui)
{
    return width_for_text_dp(ui) < 320;
}

enum ui_flow parts_row(const struct ui *ui)
{
    return parts_is_narrow(ui) ? UI_column : UI_row;
}

bool parts_actions_is_row(const struct ui *ui)
{
    return ui_theme(ui)->class != THEME_compact && width_for_text_dp(ui) >= 560;
}

bool parts_actions_open(struct ui *ui)
{
    if (ui_wants_text(ui)) {
        return false;
    }
    const struct theme *theme = ui_theme(ui);
    bool is_row = parts_actions_is_row(ui);
    widget_bar_actions_open(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = is_row ? UI_row : UI_column,
                             .w = UI_FILL,
                             .gap = is_row ? 12 : 8,
                             .along = !is_row                       ? UI_start
                                      : theme->options.is_left_hand ? UI_start
                                                                    : UI_end_side,
                             .across = UI_centre});
    return true;
}

void parts_actions_close(struct ui *ui)
{
    ui_close(ui);
    ui_close(ui);
}

void parts_empty(struct ui *ui, enum icon icon, const char *title, const char *text)
{
    ui_open(ui, NULL,
            &(struct ui_box){
                .w = UI_FILL, .pad = 32, .gap = 12, .along = UI_centre, .across = UI_centre});
    ui_icon(ui, icon, 64, COLOR_ink_2);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .align = UI_centre}, title);
    if (text != NULL) {
        ui_text_with(ui,
                     &(struct ui_text){.type = TYPE_body, .color = COLOR_ink_2, .align = UI_centre},
                     text);
    }
    ui_close(ui);
}

struct widget_badge parts_sync_badge(const struct view *view)
{
    const struct view_sync *sync = &view->sync;
    uint64_t waiting_count = sync->made_count - sync->confirmed_count;
    if (sync->link == VIEW_LINK_trouble || sync->question_count > 0) {
        return (struct widget_badge){.tone = WIDGET_BADGE_danger,
                                     .word = view_text(view, "sync.badge.needs_you"),
                                     .icon = ICON_sync_problem};
    }
    if (sync->link == VIEW_LINK_none) {
        return (struct widget_badge){.tone = WIDGET_BADGE_plain,
                                     .word = view_text(view, "sync.badge.none"),
                                     .icon = ICON_cloud_off};
    }
    const char *age = view_age(view, sync->heard_at_ms);
    if (waiting_count > 0) {
        return (struct widget_badge){
            .tone = WIDGET_BADGE_warn,
            .word =
                view_fill(view, "sync.badge.waiting", lang_value_count("n", (int64_t)waiting_count),
                          lang_value_text("age", age)),
            .icon = sync->link == VIEW_LINK_offline ? ICON_cloud_off : ICON_cloud_upload};
    }
    if (sync->link == VIEW_LINK_offline) {
        return (struct widget_badge){
            .tone = WIDGET_BADGE_plain,
            .word = view_fill(view, "sync.badge.offline", lang_value_text("age", age)),
            .icon = ICON_cloud_off};
    }
    return (struct widget_badge){
        .tone = sync->heard_at_ms == 0 ? WIDGET_BADGE_plain : WIDGET_BADGE_ok,
        .word = view_fill(view, "sync.badge.fine", lang_value_text("age", age)),
        .icon = ICON_cloud_done};
}

struct widget_badge parts_record_badge(const struct view *view, enum record_state state,
                                       bool is_safe)
{
    static const struct {
        enum widget_badge_tone tone;
        const char *key;
        enum icon icon;
    } looks[] = {
        [RECORD_on_tablet] = {WIDGET_BADGE_plain, "record_state.on_tablet", ICON_save},
        [RECORD_sealed] = {WIDGET_BADGE_warn, "record_state.sealed", ICON_lock},
        [RECORD_at_hq] = {WIDGET_BADGE_ok, "record_state.at_hq", ICON_cloud_done},
        [RECORD_hq_needs_you] = {WIDGET_BADGE_danger, "record_state.hq_needs_you", ICON_report},
    };
    if (state == RECORD_at_hq && is_safe) {
        return (struct widget_badge){.tone = WIDGET_BADGE_ok,
                                     .word = view_text(view, "record_state.safe"),
                                     .icon = ICON_verified_user};
    }
    return (struct widget_badge){.tone = looks[state].tone,
                                 .word = view_text(view, looks[state].key),
                                 .icon = looks[state].icon};
}

enum widget_badge_tone parts_overdue_tone(int32_t days)
{
    return days > 90 ? WIDGET_BADGE_danger : days > 0 ? WIDGET_BADGE_warn : WIDGET_BADGE_plain;
}

struct widget_badge parts_hours_badge(const struct view *view, const ds_CaseRecord *record)
{
    int32_t left = gate_minutes_left(view->policy, record, view->now_ms);
    if (left < 0) {
        int64_t open_at_ms = gate_next_open_at_ms(view->policy, record, view->now_ms);
        int32_t offset = gate_zone_offset(view->policy, record);
        return (struct widget_badge){
            .tone = WIDGET_BADGE_danger,
            .word =
                view_fill(view, "hours.closed",
                          lang_value_text("time", lang_minute(view->arena,
                                                              date_minute_at(open_at_ms, offset)))),
            .icon = ICON_access_time};
    }
    if (left < 60) {
        return (struct widget_badge){
            .tone = WIDGET_BADGE_warn,
            .word = view_fill(view, "hours.closing", lang_value_count("n", left)),
            .icon = ICON_access_time};
    }
    return (struct widget_badge){
        .tone = WIDGET_BADGE_ok, .word = view_text(view, "hours.open"), .icon = ICON_access_time};
}

void parts_verdict(struct ui *ui, const struct view *view, const struct verdict *verdict)
{
    static const struct {
        enum widget_badge_tone tone;
        const char *key;
    } looks[] = {
        [SEVERITY_ok] = {WIDGET_BADGE_ok, "rule_said.ok"},
        [SEVERITY_log] = {WIDGET_BADGE_info, "rule_said.log"},
        [SEVERITY_warn] = {WIDGET_BADGE_warn, "rule_said.warn"},
        [SEVERITY_block] = {WIDGET_BADGE_danger, "rule_said.block"},
    };
    for (size_t i = 0; i < verdict->fired_count; i++) {
        const struct verdict_fired *fired = &verdict->fired[i];
        widget_banner(ui, NULL,
                      &(struct widget_banner){
                          .tone = looks[fired->severity].tone,
                          .title = view_fired(view, fired),
                          .text = view_fill(view, looks[fired->severity].key,
                                            lang_value_text("rule", refusal_rule(fired->refusal))),
                      });
    }
}

void parts_obligations(struct ui *ui, const struct view *view, uint32_t obligations)
{
    if (obligations == 0) {
        return;
    }
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8});
    for (size_t i = 0; i < obligation_count(); i++) {
        uint32_t bit = obligation_bit_at(i);
        if ((obligations & bit) != 0) {
            widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_info,
                                                    .word = view_text(view, obligation_key(bit)),
                                                    .icon = ICON_check});
        }
    }
    ui_close(ui);
}

const char *parts_as_of(const struct view *view, int32_t day)
{
    return day == 0
               ? view_text(view, "parts.age_unknown")
               : view_fill(view, "parts.as_of", lang_value_text("age", view_day_age(view, day)));
}

bool parts_code_chips(struct ui *ui, const struct view *view, const char *key, enum catalog list,
                      const uint32_t *codes, size_t code_count, uint32_t *code)
{
    bool has_changed = false;
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < code_count; i++) {
        if (widget_choice_chip(ui, ui_format(ui, "%s/%s", key, catalog_name(list, codes[i])),
                               &(struct widget_choice){.label = view_item(view, list, codes[i]),
                                                       .is_chosen = *code == codes[i]})) {
            *code = *code == codes[i] ? 0 : codes[i];
            has_changed = true;
        }
    }
    ui_close(ui);
    return has_changed;
}

bool parts_list_chips(struct ui *ui, const struct view *view, const char *key, enum catalog list,
                      uint32_t *code)
{
    uint32_t codes[64];
    size_t count = catalog_count(list);
    CHECK(count <= COUNT(codes));
    for (size_t i = 0; i < count; i++) {
        codes[i] = catalog_code_at(list, i);
    }
    return parts_code_chips(ui, view, key, list, codes, count, code);
}

static bool is_working(void *context, int64_t day)
{
    const struct view *view = context;
    return date_is_working(view->calendar, (int32_t)day);
}

static bool day_calendar(struct ui *ui, const struct view *view, const char *key, int32_t first_day,
                         int32_t last_day, int32_t *day)
{
    static const char *const week_keys[] = {"week.1", "week.2", "week.3", "week.4",
                                            "week.5", "week.6", "week.7"};
    static const char *const month_keys[] = {"month.1", "month.2",  "month.3",  "month.4",
                                             "month.5", "month.6",  "month.7",  "month.8",
                                             "month.9", "month.10", "month.11", "month.12"};
    const char *weekdays[7];
    const char *months[12];
    for (size_t i = 0; i < COUNT(weekdays); i++) {
        weekdays[i] = view_text(view, week_keys[i]);
    }
    for (size_t i = 0; i < COUNT(months); i++) {
        months[i] = view_text(view, month_keys[i]);
    }
    struct view copy = *view; /* the widget's context is not const */
    struct widget_date date = {
        .first_day = first_day,
        .last_day = last_day,
        .today_day = view->today,
        .is_working_day = is_working,
        .context = &copy,
        .can_pick_rest_days = true,
        .weekdays = weekdays,
        .months = months,
        .year_month = view_text(view, "date.year_month"),
        .today = view_text(view, "view.today"),
        .rest = view_text(view, "date.rest"),
        .previous = view_text(view, "date.previous"),
        .next = view_text(view, "date.next"),
    };
    int64_t picked = *day;
    if (widget_date(ui, key, &date, &picked)) {
        *day = (int32_t)picked;
        return true;
    }
    return false;
}

bool parts_day_chips(struct ui *ui, const struct view *view, const char *key, int32_t first_day,
                     int32_t last_day, int32_t *day)
{
    static const int32_t ahead[] = {0, 1, 3, 7, 14, 30};
    if (last_day < first_day) {
        last_day = first_day;
    }
    bool has_changed = false;
    bool is_chip = *day == 0;
    int32_t before = 0;
    int64_t *is_open = ui_keep(ui, ui_format(ui, "%s/calendar", key));
    bool was_open = *is_open != 0;
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < COUNT(ahead); i++) {
        int32_t at = date_next_working(view->calendar, view->today + ahead[i]);
        if (at < first_day || at > last_day || at == before) {
            continue;
        }
        before = at;
        bool is_chosen = *day == at;
        is_chip = is_chip || is_chosen;
        const char *label = at == view->today       ? view_text(view, "view.today")
                            : at == view->today + 1 ? view_text(view, "view.tomorrow")
                                                    : view_day(view, at);
        if (widget_choice_chip(ui, ui_format(ui, "%s/in%d", key, (int)ahead[i]),
                               &(struct widget_choice){.label = label, .is_chosen = is_chosen})) {
            *day = is_chosen ? 0 : at;
            has_changed = true;
            was_open = false;
        }
    }
    bool is_other = *day != 0 && !is_chip;
    if (widget_choice_chip(ui, ui_format(ui, "%s/other", key),
                           &(struct widget_choice){.label = is_other
                                                                ? view_day(view, *day)
                                                                : view_text(view, "date.other"),
                                                   .icon = ICON_calendar_month,
                                                   .is_chosen = is_other})) {
        was_open = !was_open;
    }
    ui_close(ui);
    if (was_open &&
        day_calendar(ui, view, ui_format(ui, "%s/day", key), first_day, last_day, day)) {
        has_changed = true;
        was_open = false;
    }
    *ui_keep(ui, ui_format(ui, "%s/calendar", key)) = was_open ? 1 : 0;
    return has_changed;
}

bool parts_scale_chips(struct ui *ui, const struct view *view, const char *key,
                       const char *const *label_keys, uint32_t count, uint32_t *value)
{
    bool has_changed = false;
    widget_choice_chips_open(ui);
    for (uint32_t i = 1; i <= count; i++) {
        if (widget_choice_chip(ui, ui_format(ui, "%s/%u", key, i),
                               &(struct widget_choice){.label = view_text(view, label_keys[i - 1]),
                                                       .is_chosen = *value == i})) {
            *value = *value == i ? 0 : i;
            has_changed = true;
        }
    }
    ui_close(ui);
    return has_changed;
}

bool parts_note(struct ui *ui, const struct view *view, const char *key, const char *label,
                const char *const *phrase_keys, size_t phrase_count, char *text, size_t capacity)
{
    bool has_changed = false;
    if (phrase_count > 0) {
        widget_choice_chips_open(ui);
        for (size_t i = 0; i < phrase_count; i++) {
            const char *phrase = view_text(view, phrase_keys[i]);
            bool is_in = str_contains(str_from(text), str_from(phrase));
            if (widget_choice_chip(ui, ui_format(ui, "%s/phrase%zu", key, i),
                                   &(struct widget_choice){.label = phrase,
                                                           .is_chosen = is_in,
                                                           .is_multi = true,
                                                           .is_disabled = is_in})) {
                size_t size = strlen(text);
                const char *between = size > 0 ? view_text(view, "parts.phrase_between") : "";
                if (size + strlen(between) + strlen(phrase) < capacity) {
                    str_copy(text + size, capacity - size,
                             str_from(str_format(view->arena, "%s%s", between, phrase)));
                    has_changed = true;
                }
            }
        }
        ui_close(ui);
    }
    has_changed |= widget_field(
        ui, key,
        &(struct widget_field){
            .label = label,
            .hint = view_text(view, phrase_count > 0 ? "parts.note_hint" : "parts.note_free"),
            .icon = ICON_edit_note,
            .lines = 3},
        text, capacity);
    return has_changed;
}

void parts_heading(struct ui *ui, const struct view *view, const char *key)
{
    widget_card_heading(ui, view_text(view, key));
}
