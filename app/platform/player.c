#include "app/platform/player.h"
#include "app/ui/ui_lint.h"

#include <string.h>

enum {
    TAP_MS = 60,
    PRESS_MS = 700,
    DRAG_MS = 200,
    DRAG_STEPS = 16,
    AWAIT_MS = 10000,
    SCROLL_TRIES_MAX = 200,
    FINGER = 1,
};

static void event_add(struct player *player, struct input_event event)
{
    CHECK(player->event_count < PLAYER_EVENTS_MAX);
    event.finger = FINGER;
    player->events[player->event_count++] = event;
}

static void touch_add(struct player *player, enum input_kind kind, struct point at, int64_t at_ms)
{
    event_add(player, (struct input_event){.kind = kind, .at = at, .at_ms = at_ms});
}

static void drag_add(struct player *player, struct point from, struct point to, int64_t now_ms,
                     int64_t span_ms)
{
    touch_add(player, INPUT_down, from, now_ms);
    for (int32_t i = 1; i <= DRAG_STEPS; i++) {
        struct point at = {from.x + (to.x - from.x) * i / DRAG_STEPS,
                           from.y + (to.y - from.y) * i / DRAG_STEPS};
        touch_add(player, INPUT_move, at, now_ms + span_ms * i / DRAG_STEPS);
    }
    touch_add(player, INPUT_up, to, now_ms + span_ms);
}

static struct player_step failed(struct player *player, struct arena *arena,
                                 const struct script_command *command, const char *why)
{
    player->next = player->script.count;
    return (struct player_step){
        .kind = PLAYER_failed,
        .text = str_format(arena, "%s:%d: %s", player->script.name, command->line, why)};
}

static struct player_step take_event(struct player *player, int64_t now_ms)
{
    const struct input_event *event = &player->events[player->event_at];
    if (event->at_ms > now_ms) {
        return (struct player_step){.kind = PLAYER_wait, .until_ms = event->at_ms};
    }
    struct player_step step = {.kind = PLAYER_event, .event = *event};
    player->event_at++;
    if (player->event_at == player->event_count) {
        player->event_at = 0;
        player->event_count = 0;
    }
    return step;
}

/* Brings a node into the sight of its scroll region by turning the wheel there;
 * true when it had to. */
static bool scroll_into_sight(struct player *player, const struct ui *ui, int32_t index,
                              int64_t now_ms)
{
    size_t count = 0;
    const struct ui_semantic *semantics = ui_semantics(ui, &count);
    const struct ui_semantic *node = &semantics[index];
    if (node->scroll < 0 || player->scroll_tries >= SCROLL_TRIES_MAX) {
        return false;
    }
    struct rect view = semantics[node->scroll].visible;
    int32_t by = 0;
    if (geom_centre(node->rect).y < view.y + node->rect.h / 2) {
        by = node->rect.y - view.y;
    } else if (geom_centre(node->rect).y > view.y + view.h - node->rect.h / 2) {
        by = node->rect.y + node->rect.h - (view.y + view.h);
    }
    if (by == 0 || (player->scroll_tries > 0 && geom_has(node->visible, geom_centre(node->rect)))) {
        return false; /* in sight, or as far in as it comes */
    }
    player->scroll_tries++;
    event_add(player,
              (struct input_event){
                  .kind = INPUT_wheel, .at = geom_centre(view), .by = {0, by}, .at_ms = now_ms});
    return true;
}

/* tap and press */
static struct player_step touch_play(struct player *player, struct arena *arena,
                                     const struct ui *ui, const struct script_command *command,
                                     int64_t now_ms)
{
    const char *problem = NULL;
    int32_t index = script_find(arena, ui, command, &problem);
    if (index < 0) {
        return failed(player, arena, command, problem);
    }
    if (scroll_into_sight(player, ui, index, now_ms)) {
        return take_event(player, now_ms);
    }
    size_t count = 0;
    const struct ui_semantic *node = &ui_semantics(ui, &count)[index];
    struct point at = geom_centre(node->rect);
    if (!geom_has(node->visible, at)) {
        return failed(
            player, arena, command,
            str_format(arena, "#%s is out of sight and cannot be scrolled to", node->key));
    }
    if (node->is_disabled) {
        return failed(player, arena, command, str_format(arena, "#%s is disabled", node->key));
    }
    int64_t held_ms = command->verb == SCRIPT_press ? PRESS_MS : TAP_MS;
    touch_add(player, INPUT_down, at, now_ms);
    touch_add(player, INPUT_up, at, now_ms + held_ms);
    player->scroll_tries = 0;
    player->next++;
    return take_event(player, now_ms);
}

static struct player_step slide_play(struct player *player, struct arena *arena,
                                     const struct ui *ui, const struct script_command *command,
                                     int64_t now_ms)
{
    const char *problem = NULL;
    int32_t index = script_find(arena, ui, command, &problem);
    if (index < 0) {
        return failed(player, arena, command, problem);
    }
    if (scroll_into_sight(player, ui, index, now_ms)) {
        return take_event(player, now_ms);
    }
    size_t count = 0;
    struct rect rect = ui_semantics(ui, &count)[index].rect;
    int32_t inset = rect.h / 2 < rect.w / 8 ? rect.h / 2 : rect.w / 8;
    int32_t y = rect.y + rect.h / 2;
    drag_add(player, (struct point){rect.x + inset, y}, (struct point){rect.x + rect.w - 1, y},
             now_ms, 2 * DRAG_MS);
    player->scroll_tries = 0;
    player->next++;
    return take_event(player, now_ms);
}

static struct player_step expect_play(struct player *player, struct arena *arena,
                                      const struct ui *ui, const struct script_command *command)
{
    bool is_wanted = command->verb == SCRIPT_expect;
    if (script_sees(ui, command) != is_wanted) {
        struct script_command any = *command;
        const char *what = NULL;
        any.is_key = true;
        any.text = "\n"; /* no key is called that: asks for the list of what is there */
        (void)script_find(arena, ui, &any, &what);
        const char *names = strstr(what, "on the screen:");
        return failed(player, arena, command,
                      str_format(arena, "%s %s%s%s; %s", is_wanted ? "expected" : "did not expect",
                                 command->is_key ? "#" : "\"", command->text,
                                 command->is_key ? "" : "\"", names));
    }
    player->next++;
    return (struct player_step){.kind = PLAYER_wait, .until_ms = 0};
}

static struct player_step await_play(struct player *player, struct arena *arena,
                                     const struct ui *ui, const struct script_command *command,
                                     int64_t now_ms)
{
    if (script_sees(ui, command)) {
        player->await_until_ms = 0;
        player->next++;
        return (struct player_step){.kind = PLAYER_wait, .until_ms = 0};
    }
    if (player->await_until_ms == 0) {
        player->await_until_ms =
            now_ms + (command->number_count > 0 ? command->number[0] : AWAIT_MS);
    }
    if (now_ms >= player->await_until_ms) {
        struct script_command expect = *command;
        expect.verb = SCRIPT_expect;
        player->await_until_ms = 0;
        return expect_play(player, arena, ui, &expect);
    }
    return (struct player_step){.kind = PLAYER_await, .until_ms = player->await_until_ms};
}

static void type_add(struct player *player, const char *text, int64_t now_ms)
{
    struct input_event event = {.kind = INPUT_text, .at_ms = now_ms};
    struct str rest = str_from(text);
    while (rest.size > 0 && player->event_count < PLAYER_EVENTS_MAX) {
        (void)str_copy(event.text, sizeof event.text, rest);
        size_t size = strlen(event.text);
        event_add(player, event);
        rest.bytes += size;
        rest.size -= size;
    }
}

static struct player_step scroll_play(struct player *player, struct arena *arena,
                                      const struct ui *ui, const struct script_command *command,
                                      int64_t now_ms)
{
    const char *problem = NULL;
    int32_t index = script_find(arena, ui, command, &problem);
    if (index < 0) {
        return failed(player, arena, command, problem);
    }
    size_t count = 0;
    event_add(player,
              (struct input_event){.kind = INPUT_wheel,
                                   .at = geom_centre(ui_semantics(ui, &count)[index].visible),
                                   .by = {0, command->number[0]},
                                   .at_ms = now_ms});
    player->next++;
    return take_event(player, now_ms);
}

static struct player_step lint_play(struct player *player, struct arena *arena, const struct ui *ui,
                                    const struct script_command *command)
{
    struct ui_lint lint = ui_lint(arena, ui);
    if (lint.count > 0) {
        return failed(
            player, arena, command,
            str_format(arena, "lint found %zu\n%s", lint.count, ui_lint_dump(arena, &lint)));
    }
    player->next++;
    return (struct player_step){.kind = PLAYER_wait, .until_ms = 0};
}

struct player_step player_next(struct player *player, struct arena *arena, const struct ui *ui,
                               int64_t now_ms)
{
    if (player->event_at < player->event_count) {
        return take_event(player, now_ms);
    }
    if (player->until_ms > now_ms) {
        return (struct player_step){.kind = PLAYER_wait, .until_ms = player->until_ms};
    }
    if (player->next == player->script.count) {
        return (struct player_step){.kind = PLAYER_done};
    }
    const struct script_command *command = &player->script.commands[player->next];
    switch (command->verb) {
    case SCRIPT_tap:
    case SCRIPT_press:
        return touch_play(player, arena, ui, command, now_ms);
    case SCRIPT_slide:
        return slide_play(player, arena, ui, command, now_ms);
    case SCRIPT_scroll:
        return scroll_play(player, arena, ui, command, now_ms);
    case SCRIPT_expect:
    case SCRIPT_expect_not:
        return expect_play(player, arena, ui, command);
    case SCRIPT_await:
        return await_play(player, arena, ui, command, now_ms);
    case SCRIPT_lint:
        return lint_play(player, arena, ui, command);
    case SCRIPT_type:
        type_add(player, command->text, now_ms);
        break;
    case SCRIPT_key:
        event_add(player,
                  (struct input_event){.kind = INPUT_key, .key = command->key, .at_ms = now_ms});
        break;
    case SCRIPT_drag:
        drag_add(player, (struct point){command->number[0], command->number[1]},
                 (struct point){command->number[2], command->number[3]}, now_ms,
                 command->number_count > 4 ? command->number[4] : DRAG_MS);
        break;
    case SCRIPT_wait:
        player->until_ms = now_ms + command->number[0];
        break;
    case SCRIPT_shot:
        player->next++;
        return (struct player_step){.kind = PLAYER_shot, .path = command->text};
    case SCRIPT_dump:
        player->next++;
        return (struct player_step){
            .kind = PLAYER_dump, .path = command->text, .text = ui_semantic_dump(arena, ui)};
    case SCRIPT_check:
        player->next++;
        return (struct player_step){.kind = PLAYER_check};
    case SCRIPT_quit:
        player->next = player->script.count;
        return (struct player_step){.kind = PLAYER_done};
    }
    player->next++;
    return player_next(player, arena, ui, now_ms);
}
