/* tests/app/screens/tablet.h -- a tablet in the middle of its day, and a screen on it. */
#pragma once

#include "app/screens/safety.h"
#include "app/screens/screen.h"
#include "app/screens/visit.h"
#include "core/os/os_map.h"
#include "sync/proto/wire.h"
#include "tests/app/portfolio.h"
#include "tests/app/ui/stage.h"

#include <stdlib.h>
#include <unistd.h>

static inline struct clock_reading morning_read(void *context)
{
    (void)context;
    return (struct clock_reading){.wall_ms = portfolio_at_ms(), .monotonic_ms = 1000, .boot = 1};
}
static const struct clock morning = {morning_read, NULL};

/* ---- a tablet in the middle of its day ---- */

struct tablet {
    struct arena program, work, task;
    const char *folder;
    struct store *store;
    struct journey journey;
    struct screen_settings settings;
    struct traffic traffic;
    enum view_link link;
    const char *trouble_key;
    const char *person_name;
    struct map_chart *chart;
    struct os_map map_file;
    struct plan_move move;
    bool has_first_cases; /* it joined a moment ago: they are coming in */
    const char *said_key; /* something was just done, and is said for a few seconds; NULL no */
    uint64_t unread_count;
    uint64_t visit_seq; /* of the open visit that rows with a step show */
    int64_t policy_age_ms;
};

static inline void record(struct tablet *tablet, struct capture *capture, enum err err)
{
    (void)tablet;
    EXPECT_OK(err);
    if (!capture->is_done) {
        fail_msg("not recorded: %s", capture->fault.key != NULL
                                         ? capture->fault.key
                                         : refusal_name(capture->verdict.fired[0].refusal));
    }
}

/* The roads of an invented city where the portfolio's addresses are. */
static inline void tablet_map(struct tablet *tablet)
{
    struct plan_straight straight = plan_travel_house(&tablet->journey.policy);
    EXPECT_OK(os_map_open(TESTS_FOLDER "/golden/roads/portfolio.dsmap", &tablet->map_file));
    EXPECT_OK(map_chart_open(tablet->chart, tablet->map_file.bytes, tablet->map_file.size));
    map_chart_move_by(tablet->chart, ROADS_MODE_motorcycle, &straight);
    tablet->journey.travel = &tablet->chart->travel.source;
    tablet->journey.way_m = map_travel_way_m;
    tablet->journey.way_context = &tablet->chart->travel;
}

/* One stop visited with a promise, one skipped, a question of headquarters. */
static inline void tablet_open(struct tablet *tablet, size_t case_count)
{
    arena_init(&tablet->program, 1024 * 1024);
    arena_init(&tablet->work, 256 * 1024);
    arena_init(&tablet->task, 256 * 1024);
    tablet->store = NULL;
    tablet->folder = str_format(&tablet->program, "%s/screens-%d-%08x", BUILD_FOLDER, (int)getpid(),
                                (unsigned)rng_u64(os_rng()));
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 7);
    portfolio_make(&tablet->program, tablet->folder, &morning, &rng, case_count);
    struct store_options options = {.path = os_path(&tablet->program, tablet->folder, "device.db")};
    EXPECT_OK(store_open(&tablet->program, &options, &tablet->store));
    EXPECT_OK(journey_init(&tablet->journey, tablet->store, &morning, os_rng(), &tablet->work));
    tablet->settings =
        (struct screen_settings){.text_percent = 100, .version = "1.0", .guard = VAULT_GUARD_half};
    tablet->traffic =
        (struct traffic){.load = {.text_size = 1240, .envelope_count = 2, .bytes_per_s = 2600},
                         .free_size = UINT64_C(9000000000),
                         .camera_folder = "/data/camera"};
    tablet->has_first_cases = false;
    tablet->said_key = NULL;
    tablet->link = VIEW_LINK_fine;
    tablet->trouble_key = NULL;
    tablet->person_name = "张伟";
    tablet->unread_count = 2;
    tablet->visit_seq = 9;
    tablet->policy_age_ms = 60000;
    tablet->chart = map_chart_new(&tablet->program);
    tablet->map_file = (struct os_map){0};
    if (case_count == 0) {
        return;
    }
    tablet_map(tablet);
    struct open_day day;
    struct capture capture;
    EXPECT_OK(journey_open_day(&tablet->journey, &day));
    struct visit_start start = {.case_no = 7,
                                .place = ADDRESS_KIND_home,
                                .visitors = 2,
                                .override_reason = OVERRIDE_REASON_other};
    record(tablet, &capture, journey_start_visit(&tablet->journey, &start, &capture));
    ds_VisitDraft *draft = ARENA_NEW(&tablet->program, ds_VisitDraft);
    EXPECT_OK(journey_draft_load(&tablet->journey, draft));
    draft->has_finish = true;
    draft->finish = (ds_VisitFinished){.outcome = OUTCOME_promise_to_pay,
                                       .role = ROLE_borrower,
                                       .is_identity_verified = true,
                                       .cooperation = 4,
                                       .default_reason = DEFAULT_REASON_income_late};
    str_copy(draft->finish.note, sizeof draft->finish.note, STR("工资下周到账，先还两千元。"));
    draft->override_reason = OVERRIDE_REASON_other;
    draft->has_promise = true;
    int32_t today = date_day_at(portfolio_at_ms(), 480);
    draft->promise = (ds_PromiseMade){.amount_minor = 200000,
                                      .due_day = today + 7,
                                      .channel = PAYMENT_CHANNEL_mobile_pay,
                                      .promised_by = ROLE_borrower,
                                      .owed_minor = 1400000,
                                      .owed_as_of_day = today};
    EXPECT_OK(journey_draft_save(&tablet->journey, draft));
    record(tablet, &capture, journey_finish_visit(&tablet->journey, &capture));
    ds_VisitSkipped skip = {.reason = SKIP_REASON_weather};
    record(tablet, &capture, journey_skip_visit(&tablet->journey, 10, &skip, &capture));
    struct store_question question = {.seq = 4,
                                      .code = VERDICT_asked_back,
                                      .text = "承诺日期是法定假日吗？请核对。",
                                      .asked_at_ms = portfolio_at_ms()};
    EXPECT_OK(store_question_put(tablet->store, &question));
}

static inline void tablet_close(struct tablet *tablet)
{
    store_close(&tablet->store);
    map_chart_deinit(tablet->chart);
    os_map_close(&tablet->map_file);
    const char *remove = str_format(&tablet->program, "rm -rf '%s'", tablet->folder);
    EXPECT_INT(0, system(remove));
    arena_deinit(&tablet->task);
    arena_deinit(&tablet->work);
    arena_deinit(&tablet->program);
}

/* ---- the screens ---- */

struct screen_row {
    const char *name;
    enum screen_kind screen;
    uint64_t case_no, seq;
    int64_t number;
    int32_t tab;
    const char *text;
    uint32_t step, role, outcome; /* of a draft; step 0: none */
};

/* The draft of a visit to case 3 on a step. */
static inline void draft_at(struct tablet *tablet, ds_VisitDraft *draft, uint32_t step,
                            uint32_t role, uint32_t outcome)
{
    int32_t today = date_day_at(portfolio_at_ms(), 480);
    *draft = (ds_VisitDraft){
        .case_no = 3, .visit_seq = tablet->visit_seq, .step = step, .has_finish = true};
    draft->finish.role = role;
    draft->finish.outcome = outcome;
    draft->finish.is_identity_verified = role == ROLE_borrower;
    if (outcome == OUTCOME_promise_to_pay) {
        draft->has_promise = true;
        draft->promise = (ds_PromiseMade){.amount_minor = 288000,
                                          .due_day = today + 3,
                                          .channel = PAYMENT_CHANNEL_mobile_pay,
                                          .promised_by = ROLE_borrower,
                                          .owed_minor = 5774005,
                                          .owed_as_of_day = today};
    }
    if (outcome == OUTCOME_says_already_paid) {
        draft->has_payment = true; /* incomplete: the finish page must say so */
        draft->payment.amount_minor = 100000;
    }
}

struct shown {
    struct view view;
    struct screen_place place;
    void *model;
    struct intent intent;
    const char *said_key;
    struct widget_toast toast;
};

static inline void build(struct ui *ui, void *context)
{
    struct shown *shown = context;
    shown->view.arena = ui_arena(ui);
    shown->intent = (struct intent){0};
    screen_frame(ui, &shown->view, shown->model, &shown->place, &shown->intent);
    if (shown->said_key != NULL && shown->toast.until_ms == 0) {
        widget_toast_show(&shown->toast, ui, view_text(&shown->view, shown->said_key), NULL);
    }
    (void)widget_toast(ui, &shown->toast);
}

/* The lock before the store is open, by the number of its state. */
static inline struct screen_keys sealed_keys(int64_t number)
{
    struct screen_keys keys = {.is_sealed = true,
                               .vault = {.guard = VAULT_GUARD_half, .is_kept = true}};
    keys.vault.guard = number == 1 ? VAULT_GUARD_pin : VAULT_GUARD_half;
    keys.is_asking = number == 2 || number == 3;
    keys.is_offline = number == 3;
    keys.vault.is_held = number == 4;
    keys.vault.is_lease_over = number == 5;
    keys.vault.is_wiped = number == 6;
    keys.vault.is_phrase = number == 7;
    keys.is_damaged = number == 8;
    keys.waiting_count = 3; /* of a damaged store */
    keys.people_count = number == 9 ? 2 : number == 10 ? PERSON_PLACES : 1;
    keys.is_full = number == 10;
    keys.opening = number == 11 || number == 12 ? SCREEN_OPENING_key
                   : number == 13               ? SCREEN_OPENING_store
                   : number == 14               ? SCREEN_OPENING_day
                                                : SCREEN_OPENING_none;
    keys.vault.is_phrase = keys.vault.is_phrase || number == 12;
    keys.case_count = number == 14 ? 10000 : 0;
    for (size_t i = 0; i < keys.people_count; i++) {
        static const char *const names[] = {"孙国华",  "欧阳建国", "小李",
                                            "W. Chen", "老周",     "Siobhán O’Brien-Kowalczyk",
                                            "吴敏",    ""};
        struct screen_person *person = &keys.people[i];
        *person = (struct screen_person){
            .place = (int64_t)i, .device_no = 12 + (uint32_t)i, .is_here = i == 0};
        (void)str_copy(person->name, sizeof person->name, str_from(names[i]));
        person->is_held = i == 2;
        person->is_wiped = i == 3;
        person->is_damaged = i == 4;
        person->device_no = names[i][0] == '\0' ? 0 : person->device_no;
    }
    keys.alarm_at_ms = number == 3 ? portfolio_at_ms() - 60000 : 0;
    return keys;
}

static inline void enter(struct tablet *tablet, const struct screen_row *row, enum lang lang,
                         struct shown *shown)
{
    *shown = (struct shown){.place = screen_place(row->screen, row->case_no),
                            .said_key = tablet->said_key};
    shown->place.seq = row->seq;
    shown->place.number = row->number;
    shown->place.tab = row->tab;
    str_copy(shown->place.text, sizeof shown->place.text, str_from(row->text));
    arena_reset(&tablet->task);
    ds_VisitDraft *draft = ARENA_NEW(&tablet->task, ds_VisitDraft);
    draft_at(tablet, draft, row->step, row->role, row->outcome);
    draft->case_no = row->case_no;
    struct screen_source source = {
        .store = tablet->store,
        .policy = &tablet->journey.policy,
        .lang = lang,
        .now_ms = portfolio_at_ms(),
        .offset_minutes = 480,
        /* Who joins is nobody yet. */
        .person_no =
            row->screen == SCREEN_enrol && !tablet->has_first_cases ? 0 : PORTFOLIO_PERSON_NO,
        .draft = row->step != 0 ? draft : NULL,
        .settings = &tablet->settings,
        .traffic = &tablet->traffic,
        .chart = tablet->chart};
    if (row->screen == SCREEN_reorder && row->number > 0) {
        EXPECT_OK(
            journey_check_move(&tablet->journey, row->case_no, (size_t)row->number, &tablet->move));
        source.move = &tablet->move;
    }
    struct screen_keys keys = sealed_keys(row->number);
    if (row->screen == SCREEN_lock && row->number > 0) {
        source.store = NULL;
        source.draft = NULL;
        source.keys = &keys;
    }
    EXPECT_OK(screen_enter(&tablet->task, &source, &shown->place, &shown->model));
    struct store_outbox outbox;
    EXPECT_OK(store_outbox_read(tablet->store, &outbox));
    shown->view = (struct view){.lang = lang,
                                .now_ms = portfolio_at_ms(),
                                .offset_minutes = 480,
                                .today = date_day_at(portfolio_at_ms(), 480),
                                .policy = &tablet->journey.policy,
                                .calendar = date_calendar_cn(),
                                .person_name = tablet->person_name,
                                .person_no = PORTFOLIO_PERSON_NO,
                                .synced_at_ms = portfolio_at_ms() - 60000,
                                .policy_at_ms = portfolio_at_ms() - tablet->policy_age_ms,
                                .sync = {.link = tablet->link,
                                         .trouble_key = tablet->trouble_key,
                                         .heard_at_ms = portfolio_at_ms() - 240000,
                                         .made_count = outbox.last_seq,
                                         .confirmed_count = outbox.stored_seq,
                                         .question_count = outbox.question_count},
                                .unread_count = tablet->unread_count};
}
