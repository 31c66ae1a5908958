/* tests/app/ui/example_screen.h -- screens as a screen writes them: the example
 * to copy from, and the material of the goldens, the linter's sweep and the
 * pictures. The words are made up. */
#pragma once

#include "app/ui/widgets.h"

struct example_words {
    const char *today, *day, *synced, *progress, *next_stop, *name, *address, *window, *debt,
        *overdue, *reason, *reason_text, *start, *skip, *call, *stops, *late, *done, *settings,
        *visit, *who, *outcome, *note, *note_hint, *back, *finish, *yes, *no, *ask, *ask_text;
    const char *people[4], *outcomes[8], *phrases[4], *roots[4], *weekdays[7], *months[12];
    const char *year_month, *rest, *previous, *following, *amount, *full, *least, *erase, *clear,
        *saved, *undo, *on, *off, *glove, *glove_note, *theme, *themes[3], *phone, *slide, *letters,
        *more, *shift, *enter, *space, *hide;
};

static const struct example_words example_zh = {
    .today = "今日外访",
    .day = "11月23日 星期一",
    .synced = "刚刚同步",
    .progress = "今日进度",
    .next_stop = "下一站",
    .name = "陈示例",
    .address = "示例市样本区演示路 188 号 3 栋 2 单元 1502 室",
    .window = "可上门时段 09:00–12:00",
    .debt = "逾期金额",
    .overdue = "逾期天数",
    .reason = "为什么先去这里",
    .reason_text = "承诺今天还款；离您 1.2 公里；上午在家的可能性高。",
    .start = "开始拜访",
    .skip = "暂不拜访",
    .call = "致电",
    .stops = "后续站点",
    .late = "承诺到期",
    .done = "已完成",
    .settings = "设置",
    .visit = "拜访记录",
    .who = "见到了谁",
    .outcome = "结果",
    .note = "备注",
    .note_hint = "点下面的短语，或输入",
    .back = "返回",
    .finish = "完成拜访",
    .yes = "确认",
    .no = "取消",
    .ask = "结束本次拜访？",
    .ask_text = "记录会保存在本机，有网络时自动上传。",
    .people = {"本人", "家人", "其他人", "无人"},
    .outcomes = {"承诺还款", "当场还款", "拒绝还款", "经济困难", "对金额有异议", "已搬走",
                 "无人在家", "改约时间"},
    .phrases = {"已当面说明还款方式。", "家中无人应门。", "邻居称外出务工。", "同意下周联系。"},
    .roots = {"今日", "地图", "同步", "设置"},
    .weekdays = {"周一", "周二", "周三", "周四", "周五", "周六", "周日"},
    .months = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
    .year_month = "{year}年{month}月",
    .rest = "休",
    .previous = "上一页",
    .following = "下一页",
    .amount = "承诺金额",
    .full = "全额 ¥12,800.00",
    .least = "最低 ¥1,280.00",
    .erase = "删除",
    .clear = "清空",
    .saved = "已保存",
    .undo = "撤销",
    .on = "开",
    .off = "关",
    .glove = "手套模式",
    .glove_note = "按键更大，戴手套也好点",
    .theme = "外观",
    .themes = {"日间", "深色", "强光"},
    .phone = "手机号码",
    .slide = "滑动以完成",
    .letters = "字母",
    .more = "更多",
    .shift = "大写",
    .enter = "换行",
    .space = "空格",
    .hide = "完成",
};

static const struct example_words example_en = {
    .today = "Today's visits",
    .day = "Monday, 23 November",
    .synced = "Synced just now",
    .progress = "Progress today",
    .next_stop = "Next stop",
    .name = "Chen Example",
    .address = "188 Demonstration Road, Building 3, Unit 2, Flat 1502",
    .window = "Visiting hours 09:00–12:00",
    .debt = "Amount overdue",
    .overdue = "Days overdue",
    .reason = "Why here first",
    .reason_text = "Promised to pay today; 1.2 km from you; likely at home in the morning.",
    .start = "Start visit",
    .skip = "Not now",
    .call = "Call",
    .stops = "After that",
    .late = "Promise due",
    .done = "Done",
    .settings = "Settings",
    .visit = "Visit record",
    .who = "Who did you meet",
    .outcome = "Outcome",
    .note = "Note",
    .note_hint = "Tap a phrase below, or type",
    .back = "Back",
    .finish = "Finish visit",
    .yes = "Confirm",
    .no = "Cancel",
    .ask = "End this visit?",
    .ask_text = "The record is kept on this device and sent when there is a network.",
    .people = {"Borrower", "Family", "Somebody else", "Nobody"},
    .outcomes = {"Promise to pay", "Paid now", "Refused", "Hardship", "Disputes amount",
                 "Moved away", "Not at home", "Call back"},
    .phrases = {"Explained how to pay.", "Nobody opened the door.", "Away for work.",
                "Agreed to talk next week."},
    .roots = {"Today", "Map", "Sync", "Settings"},
    .weekdays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
    .months = {"January", "February", "March", "April", "May", "June", "July", "August",
               "September", "October", "November", "December"},
    .year_month = "{month} {year}",
    .rest = "rest",
    .previous = "Previous",
    .following = "Next",
    .amount = "Promised amount",
    .full = "All ¥12,800.00",
    .least = "Least ¥1,280.00",
    .erase = "Delete",
    .clear = "Clear",
    .saved = "Saved",
    .undo = "Undo",
    .on = "On",
    .off = "Off",
    .glove = "Glove mode",
    .glove_note = "Larger targets, easy with gloves",
    .theme = "Appearance",
    .themes = {"Day", "Dark", "Sunlight"},
    .phone = "Mobile number",
    .slide = "Slide to finish",
    .letters = "ABC",
    .more = "More",
    .shift = "Shift",
    .enter = "Enter",
    .space = "Space",
    .hide = "Done",
};

enum example_page {
    EXAMPLE_today,
    EXAMPLE_visit,
    EXAMPLE_amount,
    EXAMPLE_date,
    EXAMPLE_settings,
    EXAMPLE_note,
    EXAMPLE_phone,
    EXAMPLE_list,
    EXAMPLE_dialog,
    EXAMPLE_COUNT
};

/* What a screen keeps: a plain struct. */
struct example {
    const struct example_words *words;
    enum example_page page;
    int32_t outcome;
    bool people[4];
    int64_t amount_minor;
    int64_t day;
    bool is_glove;
    int32_t theme;
    char note[256];
    char phone[24];
    bool is_asked;
    bool is_finished;
    int32_t started_count;
    int32_t row_tapped;
    struct widget_toast toast;
};

static bool example_is_working(void *context, int64_t day)
{
    (void)context;
    return (day + 3) % 7 < 5;
}

static inline void example_next_stop(struct ui *ui, struct example *example)
{
    const struct example_words *words = example->words;
    widget_card_heading(ui, words->next_stop);
    (void)widget_card_open(ui, "next", NULL);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 12, .across = UI_centre});
    ui_text(ui, TYPE_title, COLOR_ink, words->name);
    widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_warn, .word = words->late});
    ui_close(ui);
    ui_text(ui, TYPE_body, COLOR_ink_2, words->address);
    widget_card_figure(ui, words->debt, "¥12,800.00");
    widget_card_fact(ui, words->overdue, "46");
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .pad_y = 4});
    (void)!widget_button(
        ui, "next/call",
        &(struct widget_button){.label = words->call, .icon = ICON_phone, .is_wide = true});
    (void)!widget_button(
        ui, "next/skip",
        &(struct widget_button){.label = words->skip, .icon = ICON_skip_next, .is_wide = true});
    ui_close(ui);
    ui_close(ui);
    (void)widget_banner(ui, NULL,
                        &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                                .title = words->reason,
                                                .text = words->reason_text});
}

static inline void example_stops(struct ui *ui, struct example *example)
{
    const struct example_words *words = example->words;
    static const char *const marks[] = {"2", "3", "4", "5"};
    widget_card_heading(ui, words->stops);
    for (int32_t i = 0; i < 4; i++) {
        const struct widget_badge badge = {
            .tone = i == 2 ? WIDGET_BADGE_ok : WIDGET_BADGE_info,
            .word = i == 2 ? words->done : words->window,
        };
        if (widget_list_row(ui, ui_format(ui, "stop:%d", i),
                            &(struct widget_list_row){.title = words->name,
                                                      .note = words->address,
                                                      .value = "¥3,200.00",
                                                      .mark = marks[i],
                                                      .badge = i == 2 ? &badge : NULL,
                                                      .has_arrow = true})) {
            example->row_tapped = i;
        }
    }
}

static inline void example_roots(struct ui *ui, const struct example_words *words)
{
    const struct widget_bar_root roots[] = {
        {.key = "root/today", .label = words->roots[0], .icon = ICON_today},
        {.key = "root/map", .label = words->roots[1], .icon = ICON_map},
        {.key = "root/sync", .label = words->roots[2], .icon = ICON_sync, .count = 3},
        {.key = "root/settings", .label = words->roots[3], .icon = ICON_settings},
    };
    (void)!widget_bar_bottom(ui, roots, 4, 0);
}

static inline void example_today(struct ui *ui, struct example *example)
{
    const struct example_words *words = example->words;
    const struct widget_badge synced = {
        .tone = WIDGET_BADGE_ok, .word = words->synced, .icon = ICON_cloud_done};
    bool is_wide = ui_theme(ui)->class == THEME_expanded;
    (void)!widget_bar_top(
        ui, &(struct widget_bar_top){.title = words->today, .note = words->day, .badge = &synced});
    /* List and detail side by side when there is room, else below each other. */
    ui_open(
        ui, is_wide ? NULL : "today",
        &(struct ui_box){
            .flow = is_wide ? UI_row : UI_column, .w = UI_FILL, .h = UI_FILL, .scrolls = !is_wide});
    ui_open(ui, is_wide ? "today" : NULL,
            &(struct ui_box){.w = UI_FILL,
                             .h = is_wide ? UI_FILL : UI_HUG,
                             .pad = 16,
                             .gap = 12,
                             .scrolls = is_wide});
    widget_progress(ui, words->progress, "5 / 12", 5, 12);
    example_next_stop(ui, example);
    ui_close(ui);
    ui_open(ui, is_wide ? "stops" : NULL,
            &(struct ui_box){.w = UI_FILL,
                             .h = is_wide ? UI_FILL : UI_HUG,
                             .pad = 16,
                             .gap = 12,
                             .scrolls = is_wide});
    example_stops(ui, example);
    ui_close(ui);
    ui_close(ui);
    widget_bar_actions_open(ui);
    if (widget_button(ui, "start",
                      &(struct widget_button){.label = words->start,
                                              .kind = WIDGET_BUTTON_primary,
                                              .icon = ICON_directions_walk,
                                              .is_wide = true})) {
        example->started_count++;
        widget_toast_show(&example->toast, ui, words->saved, words->undo);
    }
    ui_close(ui);
    example_roots(ui, words);
    if (widget_toast(ui, &example->toast)) {
        example->started_count--;
    }
}

static inline void example_visit(struct ui *ui, struct example *example)
{
    const struct example_words *words = example->words;
    static const enum icon icons[] = {
        ICON_handshake, ICON_payments,  ICON_block,           ICON_sick,
        ICON_gavel,     ICON_home_work, ICON_no_meeting_room, ICON_event};
    if (widget_bar_top(ui, &(struct widget_bar_top){.title = words->visit,
                                                    .note = words->name,
                                                    .back = words->back}) == WIDGET_BAR_back) {
        example->page = EXAMPLE_today;
    }
    ui_open(ui, "visit",
            &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .pad = 16, .gap = 12, .scrolls = true});
    widget_progress_steps(ui, 2, 6, words->outcome);
    widget_card_heading(ui, words->who);
    widget_choice_chips_open(ui);
    for (int32_t i = 0; i < 4; i++) {
        if (widget_choice_chip(ui, ui_format(ui, "who/%d", i),
                               &(struct widget_choice){.label = words->people[i],
                                                       .is_chosen = example->people[i],
                                                       .is_multi = true})) {
            example->people[i] = !example->people[i];
        }
    }
    ui_close(ui);
    widget_card_heading(ui, words->outcome);
    widget_choice_tiles_open(ui);
    for (int32_t i = 0; i < 8; i++) {
        if (widget_choice_tile(ui, ui_format(ui, "outcome/%d", i),
                               &(struct widget_choice){.label = words->outcomes[i],
                                                       .icon = icons[i],
                                                       .is_chosen = example->outcome == i})) {
            example->outcome = i;
        }
    }
    ui_close(ui);
    ui_close(ui);
    widget_bar_actions_open(ui);
    if (widget_slide(ui, "finish", words->slide, ICON_check, false)) {
        example->is_finished = true;
    }
    ui_close(ui);
}

static inline void example_amount(struct ui *ui, struct example *example)
{
    const struct example_words *words = example->words;
    const struct widget_amount_chip chips[] = {{words->full, 1280000}, {words->least, 128000}};
    (void)!widget_bar_top(ui,
                          &(struct widget_bar_top){.title = words->amount, .back = words->back});
    ui_open(ui, "body",
            &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .pad = 12, .gap = 12, .scrolls = true});
    (void)widget_amount(ui, "amount",
                        &(struct widget_amount){.label = words->amount,
                                                .sign = "¥",
                                                .note = words->window,
                                                .backspace = words->erase,
                                                .clear = words->clear,
                                                .chips = chips,
                                                .chip_count = 2,
                                                .value_minor_max = 1280000},
                        &example->amount_minor);
    ui_close(ui);
}

static inline void example_date(struct ui *ui, struct example *example)
{
    const struct example_words *words = example->words;
    (void)!widget_bar_top(ui, &(struct widget_bar_top){.title = words->late, .back = words->back});
    ui_open(ui, "body",
            &(struct ui_box){.w = UI_FILL,
                             .h = UI_FILL,
                             .pad = 16,
                             .gap = 12,
                             .across = UI_centre,
                             .scrolls = true});
    (void)widget_date(ui, "date",
                      &(struct widget_date){.first_day = 20780, /* 2026-11-23 */
                                            .last_day = 20810,
                                            .today_day = 20780,
                                            .is_working_day = example_is_working,
                                            .weekdays = words->weekdays,
                                            .months = words->months,
                                            .year_month = words->year_month,
                                            .today = words->roots[0],
                                            .rest = words->rest,
                                            .previous = words->previous,
                                            .next = words->following},
                      &example->day);
    ui_close(ui);
}

static inline void example_settings(struct ui *ui, struct example *example)
{
    const struct example_words *words = example->words;
    (void)!widget_bar_top(ui,
                          &(struct widget_bar_top){.title = words->settings, .back = words->back});
    ui_open(ui, "body",
            &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .pad = 16, .gap = 12, .scrolls = true});
    widget_card_heading(ui, words->theme);
    (void)widget_toggle_segments(ui, "theme", words->themes, 3, &example->theme);
    (void)widget_card_open(ui, NULL, NULL);
    (void)widget_toggle(ui, "glove", words->glove, words->glove_note, words->on, words->off,
                        &example->is_glove);
    ui_divider(ui);
    widget_card_fact(ui, words->window, words->synced);
    ui_close(ui);
    const enum widget_badge_tone tones[] = {WIDGET_BADGE_info, WIDGET_BADGE_ok, WIDGET_BADGE_warn,
                                            WIDGET_BADGE_danger, WIDGET_BADGE_plain};
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8});
    for (size_t i = 0; i < COUNT(tones); i++) {
        widget_badge(ui, &(struct widget_badge){.tone = tones[i], .word = words->late});
    }
    ui_close(ui);
    if (widget_banner(ui, "warning",
                      &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                              .title = words->ask,
                                              .text = words->ask_text,
                                              .action = words->undo})) {
        example->is_asked = true;
    }
    (void)!widget_button(
        ui, "disabled",
        &(struct widget_button){.label = words->call, .icon = ICON_phone, .is_disabled = true});
    (void)!widget_button(
        ui, "quiet", &(struct widget_button){.label = words->skip, .kind = WIDGET_BUTTON_quiet});
    (void)!widget_button(
        ui, "danger", &(struct widget_button){.label = words->clear, .kind = WIDGET_BUTTON_danger});
    ui_close(ui);
}

static inline void example_note(struct ui *ui, struct example *example)
{
    const struct example_words *words = example->words;
    (void)!widget_bar_top(ui, &(struct widget_bar_top){.title = words->note, .back = words->back});
    ui_open(ui, "body",
            &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .pad = 16, .gap = 12, .scrolls = true});
    (void)widget_field(ui, "note",
                       &(struct widget_field){.label = words->note,
                                              .hint = words->note_hint,
                                              .lines = 3,
                                              .has_count = true,
                                              .chars_max = 60},
                       example->note, sizeof example->note);
    (void)widget_field(ui, "call",
                       &(struct widget_field){
                           .label = words->phone, .icon = ICON_phone, .problem = words->note_hint},
                       example->phone, sizeof example->phone);
    ui_close(ui);
    widget_keyboard(ui, &(struct widget_keyboard){.done = words->hide,
                                                  .space = words->space,
                                                  .backspace = words->erase,
                                                  .letters = words->letters,
                                                  .digits = "123",
                                                  .more = words->more,
                                                  .shift = words->shift,
                                                  .enter = words->enter,
                                                  .chips = words->phrases,
                                                  .chip_count = 4});
}

static inline void example_phone(struct ui *ui, struct example *example)
{
    const struct example_words *words = example->words;
    (void)!widget_bar_top(ui, &(struct widget_bar_top){.title = words->phone, .back = words->back});
    ui_open(ui, "body",
            &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .pad = 12, .gap = 12, .scrolls = true});
    (void)widget_pad(ui, "phone",
                     &(struct widget_pad){.kind = WIDGET_PAD_phone,
                                          .label = words->phone,
                                          .backspace = words->erase,
                                          .clear = words->clear},
                     example->phone, sizeof example->phone);
    ui_close(ui);
}

static inline void example_list(struct ui *ui, struct example *example)
{
    const struct example_words *words = example->words;
    (void)!widget_bar_top(ui, &(struct widget_bar_top){.title = words->stops, .back = words->back});
    struct widget_list list;
    const struct widget_badge badge = {.tone = WIDGET_BADGE_warn, .word = words->late};
    widget_list_open(ui, "cases", 10000, widget_list_row_dp(ui, true), 8, &list);
    for (int32_t i; widget_list_next(&list, &i);) {
        if (widget_list_row(
                ui, ui_format(ui, "case:%d", i),
                &(struct widget_list_row){.title = ui_format(ui, "%s %d", words->name, i + 1),
                                          .note = words->address,
                                          .value = "¥3,200.00",
                                          .icon = ICON_person,
                                          .badge = i % 3 == 0 ? &badge : NULL,
                                          .has_arrow = true})) {
            example->row_tapped = i;
        }
    }
    widget_list_close(&list);
}

static inline void example_dialog(struct ui *ui, struct example *example)
{
    example_today(ui, example);
    enum widget_dialog_answer answer =
        widget_dialog(ui, "ask",
                      &(struct widget_dialog){.title = example->words->ask,
                                              .text = example->words->ask_text,
                                              .icon = ICON_task_alt,
                                              .yes = example->words->yes,
                                              .no = example->words->no});
    if (answer != WIDGET_DIALOG_open) {
        example->is_finished = answer == WIDGET_DIALOG_yes;
        example->page = EXAMPLE_today;
    }
}

static void (*const example_pages[EXAMPLE_COUNT])(struct ui *ui, struct example *example) = {
    [EXAMPLE_today] = example_today,       [EXAMPLE_visit] = example_visit,
    [EXAMPLE_amount] = example_amount,     [EXAMPLE_date] = example_date,
    [EXAMPLE_settings] = example_settings, [EXAMPLE_note] = example_note,
    [EXAMPLE_phone] = example_phone,       [EXAMPLE_list] = example_list,
    [EXAMPLE_dialog] = example_dialog,
};

static const char *const example_page_names[EXAMPLE_COUNT] = {
    "today", "visit", "amount", "date", "settings", "note", "phone", "list", "dialog",
};

static inline struct example example_make(const struct example_words *words, enum example_page page)
{
    return (struct example){.words = words,
                            .page = page,
                            .outcome = 0,
                            .people = {true, false, false, false},
                            .amount_minor = 350050,
                            .day = 20783,
                            .is_glove = true,
                            .row_tapped = -1};
}

/* One frame: everything a screen does between ui_begin and ui_end. */
static inline void example_frame(struct ui *ui, struct example *example)
{
    ui_open(ui, "root", &(struct ui_box){.w = UI_FILL, .h = UI_FILL});
    example_pages[example->page](ui, example);
    ui_close(ui);
}
