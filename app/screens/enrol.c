#include "app/screens/enrol.h"

#include "app/screens/settings.h"
#include "sync/proto/enrol.h"

#include <string.h>

/* place.text: the code; place.number: 1 when it could not be read. */

enum err enrol_enter(struct arena *task, const struct screen_source *source,
                     struct screen_place *place, void **model_out)
{
    struct enrol_model *model = ARENA_NEW(task, struct enrol_model);
    uint64_t open_count;
    model->settings = source->settings;
    model->secret = screen_secret(task, source);
    model->is_joined = source->person_no != 0;
    TRY(store_case_count(source->store, &open_count, &model->case_count));
    TRY(store_setting_number(source->store, SETTING_rows_left, 0, &model->left_count));
    if (model->is_joined || source->settings->is_enrolling) {
        place->tab = ENROL_STEP_join;
    } else if (source->settings->enrol_problem != NULL || place->tab < 0 ||
               place->tab >= ENROL_STEP_join) {
        place->tab = ENROL_STEP_code;
    }
    *model_out = model;
    return OK;
}

/* ---- the code ---- */

static const char *code_problem(const struct view *view, const struct enrol_model *model,
                                const struct screen_place *place)
{
    if (place->number == 1) {
        return view_text(view, "enrol.unreadable");
    }
    const char *key = model->settings->enrol_problem;
    return key != NULL ? view_text(view, key) : NULL;
}

static void code_page(struct ui *ui, const struct view *view, const struct enrol_model *model,
                      struct screen_place *place, struct intent *intent_out)
{
    const char *problem = code_problem(view, model, place);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "enrol.title"));
    settings_language(ui, view, intent_out);
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "enrol.intro"));
    if (widget_field(ui, "code",
                     &(struct widget_field){.label = view_text(view, "enrol.code"),
                                            .hint = "doorstep:1?…",
                                            .problem = problem,
                                            .icon = ICON_qr_code_scanner,
                                            .lines = 3},
                     place->text, sizeof place->text)) {
        place->number = 0;
    }
    widget_banner(ui, NULL,
                  &(struct widget_banner){
                      .tone = problem != NULL ? WIDGET_BADGE_warn : WIDGET_BADGE_info,
                      .title = view_text(view, problem != NULL ? "enrol.again" : "enrol.promise"),
                      .text = problem != NULL ? view_text(view, "enrol.again_note") : NULL,
                      .icon = problem != NULL ? ICON_help : ICON_lock});
}

static bool payload_read(const struct screen_place *place, struct enrol_payload *payload)
{
    return enrol_payload_from_text(payload, str_from(place->text)) == WIRE_ok;
}

/* ---- headquarters' check digits ---- */

static void compare_page(struct ui *ui, const struct view *view, struct screen_place *place)
{
    struct enrol_payload payload;
    if (!payload_read(place, &payload)) { /* it was read a moment ago */
        place->tab = ENROL_STEP_code;
        return;
    }
    char digits[ENROL_FINGERPRINT_SIZE];
    enrol_fingerprint(digits, &payload.hq);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "enrol.compare"));
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "enrol.compare_note"));
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 16});
    ui_open(ui, "enrol/digits",
            &(struct ui_box){.flow = UI_grid,
                             .w = UI_FILL,
                             .columns = parts_is_narrow(ui) ? 2 : 3,
                             .gap = 12,
                             .role = UI_ROLE_status,
                             .name = view_text(view, "enrol.digits"),
                             .value = digits});
    struct str rest = str_from(digits);
    for (struct str group; str_split(&rest, ' ', &group);) {
        ui_open(ui, NULL,
                &(struct ui_box){.w = UI_FILL,
                                 .pad_y = 8,
                                 .fill = COLOR_sunken,
                                 .radius = 10,
                                 .along = UI_centre,
                                 .across = UI_centre});
        ui_text_with(ui, &(struct ui_text){.type = TYPE_display, .role = UI_ROLE_text},
                     str_text(view->arena, group));
        ui_close(ui);
    }
    ui_close(ui);
    widget_card_fact(ui, view_text(view, "enrol.address"), arena_text(view->arena, payload.url));
    ui_close(ui);
    if (widget_button(ui, "enrol/differs",
                      &(struct widget_button){.label = view_text(view, "enrol.differs"),
                                              .icon = ICON_block,
                                              .is_wide = true})) {
        place->text[0] = '\0';
        place->number = 0;
        place->tab = ENROL_STEP_code;
    }
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "enrol.differs_note"));
}

/* ---- this tablet ---- */

static void tablet_page(struct ui *ui, const struct view *view, const struct enrol_model *model,
                        struct intent *intent_out)
{
    char *name = ARENA_ARRAY(view->arena, SCREEN_PLACE_TEXT_SIZE, char);
    (void)str_copy(
        name, SCREEN_PLACE_TEXT_SIZE,
        str_from(model->settings->tablet_name != NULL ? model->settings->tablet_name : ""));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "enrol.tablet"));
    if (widget_field(ui, "tablet",
                     &(struct widget_field){.label = view_text(view, "settings.tablet_name"),
                                            .hint = view_text(view, "settings.tablet_hint"),
                                            .chars_max = SCREEN_TABLET_NAME_CHARS},
                     name, SCREEN_PLACE_TEXT_SIZE)) {
        intent_out->kind = INTENT_name_tablet;
        intent_out->text = name;
    }
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    settings_look(ui, view, model->settings, intent_out);
    ui_close(ui);
}

/* ---- PIN ---- */

static void pin_page(struct ui *ui, const struct view *view, const struct enrol_model *model,
                     struct intent *intent_out)
{
    if (model->settings->has_pin) {
        ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                     view_text(view, "screen.pin"));
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_ok,
                                              .title = view_text(view, "session.pin_set"),
                                              .text = view_text(view, "enrol.pin_note"),
                                              .icon = ICON_lock});
        return;
    }
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "pin.rules"));
    pin_pad_new(ui, view, model->secret, false, intent_out);
}

/* ---- what the tablet asks for ---- */

static void senses_page(struct ui *ui, const struct view *view)
{
    static const struct {
        enum icon icon;
        const char *title_key, *note_key;
    } rows[] = {
        {ICON_my_location, "enrol.position", "enrol.position_note"},
        {ICON_photo_camera, "enrol.camera", "enrol.camera_note"},
        {ICON_mic, "enrol.microphone", "enrol.microphone_note"},
    };
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "enrol.senses"));
    for (size_t i = 0; i < COUNT(rows); i++) {
        widget_card_open(ui, NULL, NULL);
        ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 16});
        ui_icon(ui, rows[i].icon, 36, COLOR_link);
        ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 4});
        ui_text(ui, TYPE_strong, COLOR_ink, view_text(view, rows[i].title_key));
        ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, rows[i].note_key));
        ui_close(ui);
        ui_close(ui);
        ui_close(ui);
    }
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "enrol.senses_note"));
}

/* ---- the first data ---- */

static void join_page(struct ui *ui, const struct view *view, const struct enrol_model *model)
{
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, model->is_joined ? "enrol.loading" : "enrol.waiting"));
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "enrol.waiting_note"));
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    parts_stage(ui, PARTS_STAGE_done, view_text(view, "enrol.step_key"));
    parts_stage(ui, model->is_joined ? PARTS_STAGE_done : PARTS_STAGE_now,
                view_text(view, model->is_joined ? "enrol.step_sent" : "enrol.step_send"));
    parts_stage(ui, model->is_joined ? PARTS_STAGE_now : PARTS_STAGE_later,
                model->case_count == 0
                    ? view_text(view, "enrol.step_cases")
                    : view_fill(view, "enrol.step_cases_of",
                                lang_value_count("n", (int64_t)model->case_count)));
    if (model->case_count > 0 && model->left_count > 0) {
        int64_t here = (int64_t)model->case_count;
        int64_t all = here + model->left_count;
        widget_progress(ui, NULL,
                        ui_format(ui, "%s / %s", view_count(view, here), view_count(view, all)),
                        here, all);
    }
    ui_close(ui);
    if (view->sync.link == VIEW_LINK_offline) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                              .title = view_text(view, "enrol.offline"),
                                              .text = view_text(view, "enrol.offline_note"),
                                              .icon = ICON_cloud_off});
    }
}

/* ---- the frame around the pages ---- */

static void go_on(const struct enrol_model *model, struct screen_place *place,
                  struct intent *intent_out)
{
    struct enrol_payload payload;
    if (model->is_joined) {
        intent_out->kind = INTENT_root;
        intent_out->place = screen_place(SCREEN_today, 0);
    } else if (place->tab == ENROL_STEP_code && !payload_read(place, &payload)) {
        place->number = 1;
    } else if (place->tab == ENROL_STEP_senses) {
        intent_out->kind = INTENT_enrol;
        intent_out->text = place->text;
    } else {
        place->number = 0;
        place->tab++;
    }
}

static void actions(struct ui *ui, const struct view *view, const struct enrol_model *model,
                    struct screen_place *place, struct intent *intent_out)
{
    static const char *const label_keys[] = {
        [ENROL_STEP_code] = "enrol.next",   [ENROL_STEP_compare] = "enrol.same",
        [ENROL_STEP_tablet] = "enrol.next", [ENROL_STEP_pin] = "enrol.next",
        [ENROL_STEP_senses] = "enrol.go",   [ENROL_STEP_join] = "enrol.begin",
    };
    CHECK(place->tab >= 0 && place->tab < ENROL_STEP_COUNT); /* enrol_enter() sees to it */
    bool is_missing =
        (place->tab == ENROL_STEP_code && str_trim(str_from(place->text)).size == 0) ||
        (place->tab == ENROL_STEP_pin && !model->settings->has_pin);
    bool is_waiting = place->tab == ENROL_STEP_join && !model->is_joined;
    bool can_hand_over = is_waiting && model->settings->has_others && model->settings->has_pin;
    if ((is_missing && place->tab == ENROL_STEP_pin) || (is_waiting && !can_hand_over) ||
        !parts_actions_open(ui)) {
        return; /* the keys are what is to be touched */
    }
    if (can_hand_over) { /* joining goes on without them */
        if (widget_button(ui, "enrol/other",
                          &(struct widget_button){.label = view_text(view, "people.other"),
                                                  .icon = ICON_people,
                                                  .is_wide = true})) {
            intent_out->kind = INTENT_lock;
        }
        parts_actions_close(ui);
        return;
    }
    if (widget_button(ui, "enrol/go",
                      &(struct widget_button){
                          .kind = WIDGET_BUTTON_primary,
                          .label = view_text(view, label_keys[place->tab]),
                          .icon = place->tab == ENROL_STEP_senses ? ICON_login : ICON_arrow_forward,
                          .is_wide = true,
                          .is_disabled = is_missing})) {
        go_on(model, place, intent_out);
    }
    parts_actions_close(ui);
}

static void page(struct ui *ui, const struct view *view, const struct enrol_model *model,
                 struct screen_place *place, struct intent *intent_out)
{
    switch ((enum enrol_step)place->tab) {
    case ENROL_STEP_code:
        code_page(ui, view, model, place, intent_out);
        break;
    case ENROL_STEP_compare:
        compare_page(ui, view, place);
        break;
    case ENROL_STEP_tablet:
        tablet_page(ui, view, model, intent_out);
        break;
    case ENROL_STEP_pin:
        pin_page(ui, view, model, intent_out);
        break;
    case ENROL_STEP_senses:
        senses_page(ui, view);
        break;
    case ENROL_STEP_join:
    case ENROL_STEP_COUNT:
        join_page(ui, view, model);
        break;
    }
}

void enrol_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                 struct intent *intent_out)
{
    static const char *const names[] = {"enrol.name_code",   "enrol.name_compare",
                                        "enrol.name_tablet", "enrol.name_pin",
                                        "enrol.name_senses", "enrol.name_join"};
    const struct enrol_model *model = model_in;
    bool gives_up = place->tab == ENROL_STEP_code && model->settings->has_others;
    bool has_back = gives_up || (place->tab > ENROL_STEP_code && place->tab < ENROL_STEP_join);
    if (model->secret->was_set && place->tab == ENROL_STEP_pin) {
        model->secret->was_set = false;
        place->tab = ENROL_STEP_senses;
    }
    int32_t step = place->tab;
    parts_screen_open(ui);
    enum widget_bar_answer answer = widget_bar_top(
        ui, &(struct widget_bar_top){.title = view_text(view, "app.name"),
                                     .back = has_back ? view_text(view, "screen.back") : NULL});
    parts_body_open(ui, ui_format(ui, "enrol/%d", (int)step));
    widget_progress_steps(ui, step, ENROL_STEP_COUNT, view_text(view, names[step]));
    page(ui, view, model, place, intent_out);
    parts_body_close(ui);
    if (answer == WIDGET_BAR_back && place->tab == step) {
        memset(model->secret->fresh, 0, sizeof model->secret->fresh);
        memset(model->secret->typed, 0, sizeof model->secret->typed);
        if (gives_up) {
            intent_out->kind = INTENT_person_leave; /* back to the people of this tablet */
        } else {
            place->tab = step - 1;
        }
    } else if (place->tab == step) {
        actions(ui, view, model, place, intent_out);
    }
    parts_screen_close(ui, view, NULL, 0);
}
