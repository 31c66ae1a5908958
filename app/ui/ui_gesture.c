/* Events to answers: what a finger came down on, and what the screen shown then
 * says about it. Works on the page before, the one the person saw. */
#include "app/ui/ui_private.h"

/* Topmost node at a place for which `wanted` holds; -1 none. Touches neither
 * reach under a modal layer nor through the top box of any layer. */
static int32_t node_at(const struct ui_page *page, struct point at,
                       bool (*wanted)(const struct ui_page *page, size_t index))
{
    for (size_t i = page->count; i > 0; i--) {
        size_t index = i - 1;
        const struct ui_semantic *semantic = &page->semantics[index];
        if (semantic->is_covered || !geom_has(semantic->visible, at)) {
            continue;
        }
        if (wanted(page, index)) {
            return (int32_t)index;
        }
        if (page->is_shield[index]) {
            return -1;
        }
    }
    return -1;
}

static bool is_drag(const struct ui_page *page, size_t index)
{
    return page->semantics[index].can_drag;
}

static bool is_drag_or_swipe(const struct ui_page *page, size_t index)
{
    return page->semantics[index].can_drag || page->semantics[index].can_swipe;
}

static bool is_ink(const struct ui_page *page, size_t index)
{
    return page->takes_ink[index];
}

static bool is_pinch(const struct ui_page *page, size_t index)
{
    return page->semantics[index].can_pinch;
}

static bool is_scroll(const struct ui_page *page, size_t index)
{
    return page->semantics[index].is_scroll;
}

void ui_gesture_scroll(struct ui *ui, uint64_t id, int64_t by_milli)
{
    const struct ui_page *page = ui_page_before(ui);
    int32_t index = ui_page_find(page, id);
    if (index < 0) {
        return;
    }
    struct ui_kept *kept = ui_kept(ui, id);
    int64_t most = (int64_t)page->scroll_top[index] * 1000;
    kept->scroll_milli += by_milli;
    if (kept->scroll_milli < 0 || kept->scroll_milli > most) {
        kept->scroll_milli = kept->scroll_milli < 0 ? 0 : most;
        kept->fling = 0;
    }
}

/* What answers a finger that came down: also what is only dragged. */
static bool is_pressable(const struct ui_page *page, size_t index)
{
    return page->semantics[index].is_action || page->semantics[index].can_drag;
}

static void press(struct ui *ui, struct gesture gesture)
{
    const struct ui_page *page = ui_page_before(ui);
    int32_t index = node_at(page, gesture.at, is_pressable);
    ui->press_id = index >= 0 && !page->semantics[index].is_disabled ? page->ids[index] : 0;
    ui->is_press_lit = ui->press_id != 0;
    /* A finger on a moving list stops it, and means nothing else. */
    int32_t region = node_at(page, gesture.at, is_scroll);
    if (region >= 0) {
        struct ui_kept *kept = ui_kept(ui, page->ids[region]);
        if (kept->fling != 0) {
            kept->fling = 0;
            ui->press_id = 0;
            ui->is_press_lit = false;
        }
    }
}

static void path_add(struct ui *ui, struct point at)
{
    struct point own = {at.x - ui->drag_rect.x, at.y - ui->drag_rect.y};
    if (ui->path_count == UI_PATH_MAX) {
        ui->path[UI_PATH_MAX - 1] = own; /* the end of a stroke matters most */
        return;
    }
    ui->path[ui->path_count++] = own;
}

static void drag_begin(struct ui *ui, int32_t target, struct gesture gesture)
{
    ui->drag_id = ui_page_before(ui)->ids[target];
    ui->drag_rect = ui_page_before(ui)->semantics[target].rect;
    ui->drag_from = gesture.from;
    ui->drag_at = gesture.at;
    ui->drag_by = gesture.by;
    path_add(ui, gesture.from);
    path_add(ui, gesture.at);
}

/* Who gets the drag: the innermost of what takes drags and what scrolls. What is
 * swiped takes only what goes more sideways than up or down. */
static void drag_start(struct ui *ui, struct gesture gesture)
{
    const struct ui_page *page = ui_page_before(ui);
    ui->press_id = 0;
    ui->is_press_lit = false;
    bool is_sideways = gesture.by.x * gesture.by.x > gesture.by.y * gesture.by.y;
    int32_t target = node_at(page, gesture.from, is_sideways ? is_drag_or_swipe : is_drag);
    int32_t region = node_at(page, gesture.from, is_scroll);
    if (target >= 0 && target > region) {
        drag_begin(ui, target, gesture);
    } else if (region >= 0) {
        ui->scroll_id = page->ids[region];
        ui_gesture_scroll(ui, ui->scroll_id, -(int64_t)gesture.by.y * 1000);
    }
}

static void drag(struct ui *ui, struct gesture gesture)
{
    if (ui->drag_id != 0) {
        ui->drag_at = gesture.at;
        ui->drag_by.x += gesture.by.x;
        ui->drag_by.y += gesture.by.y;
        path_add(ui, gesture.at);
    } else if (ui->scroll_id != 0) {
        ui_gesture_scroll(ui, ui->scroll_id, -(int64_t)gesture.by.y * 1000);
    }
}

enum { FLING_LEAST = 80, FLING_MOST = 9000 }; /* pixels per second */

static void drag_end(struct ui *ui, struct gesture gesture)
{
    drag(ui, gesture);
    if (ui->drag_id != 0) {
        ui->drag_done_id = ui->drag_id;
        ui->was_answered = true;
    } else if (ui->scroll_id != 0) {
        int64_t speed = -(int64_t)gesture.velocity.y;
        speed = speed > FLING_MOST ? FLING_MOST : speed < -FLING_MOST ? -FLING_MOST : speed;
        struct ui_kept *kept = ui_kept(ui, ui->scroll_id);
        bool is_still = ui->now.theme->options.is_still; /* nothing moves by itself */
        kept->fling = is_still || (speed > -FLING_LEAST && speed < FLING_LEAST) ? 0 : speed;
        kept->fling_at_ms = ui->now.now_ms;
    }
    ui->drag_id = 0;
    ui->scroll_id = 0;
}

static void let_go(struct ui *ui)
{
    ui->press_id = 0;
    ui->is_press_lit = false;
    ui->drag_id = 0;
    ui->scroll_id = 0;
    ui->pinch_id = 0;
}

/* A dot of ink is a drag that began and ended on one place. */
static void ink_dot(struct ui *ui, struct gesture gesture)
{
    int32_t target = node_at(ui_page_before(ui), gesture.from, is_ink);
    if (target >= 0) {
        drag_begin(ui, target, gesture);
        ui->drag_done_id = ui->drag_id;
        ui->was_answered = true;
    }
}

static void pinch(struct ui *ui, struct gesture gesture)
{
    if (ui->pinch_id == 0) {
        const struct ui_page *page = ui_page_before(ui);
        int32_t target = node_at(page, gesture.from, is_pinch);
        let_go(ui);
        ui->pinch_id = target >= 0 ? page->ids[target] : 0;
    }
    ui->pinch_at = gesture.at;
    ui->pinch_by.x += gesture.by.x;
    ui->pinch_by.y += gesture.by.y;
    int64_t milli = (int64_t)ui->pinch_milli * gesture.scale_milli / 1000;
    ui->pinch_milli = milli < 1 ? 1 : milli > 1000000 ? 1000000 : (int32_t)milli;
}

static void tap(struct ui *ui, struct gesture gesture)
{
    const struct ui_page *page = ui_page_before(ui);
    int32_t index = ui_page_find(page, ui->press_id);
    if (index < 0 || !page->semantics[index].is_action) {
        ink_dot(ui, gesture);
        let_go(ui);
        return;
    }
    if (!page->semantics[index].is_disabled && !page->semantics[index].is_covered &&
        !(gesture.was_long && page->semantics[index].can_long)) {
        ui->tap_id = ui->press_id;
        struct rect r = page->semantics[index].rect;
        ui->tap_at = (struct point){gesture.at.x - r.x, gesture.at.y - r.y};
        ui->was_answered = true;
    }
    let_go(ui);
}

static void long_press(struct ui *ui)
{
    int32_t index = ui_page_find(ui_page_before(ui), ui->press_id);
    if (index >= 0 && ui_page_before(ui)->semantics[index].can_long) {
        ui->long_id = ui->press_id;
        ui->was_answered = true;
    }
}

static void answer(struct ui *ui, struct gesture gesture)
{
    switch (gesture.kind) {
    case GESTURE_none:
        return;
    case GESTURE_press:
        press(ui, gesture);
        return;
    case GESTURE_tap:
        tap(ui, gesture);
        return;
    case GESTURE_long_press:
        long_press(ui);
        return;
    case GESTURE_drag_start:
        drag_start(ui, gesture);
        return;
    case GESTURE_drag:
        drag(ui, gesture);
        return;
    case GESTURE_drag_end:
        drag_end(ui, gesture);
        return;
    case GESTURE_pinch:
        pinch(ui, gesture);
        return;
    case GESTURE_pinch_end:
    case GESTURE_cancel:
        let_go(ui);
        return;
    }
}

/* What the first finger touches says how its movements are read. */
static void rules_take(struct ui *ui, const struct input_event *event)
{
    if (event->kind != INPUT_down || ui->input.is_down) {
        return;
    }
    const struct ui_page *page = ui_page_before(ui);
    const struct theme *theme = ui->now.theme;
    ui->rules = (struct input_rules){.slop_px = theme_dp(theme, theme->options.is_glove ? 20 : 14),
                                     .is_ink = node_at(page, event->at, is_ink) >= 0,
                                     .can_pinch = node_at(page, event->at, is_pinch) >= 0};
}

static void typed(struct ui *ui, const struct input_event *event)
{
    if (event->kind == INPUT_key && event->key == INPUT_KEY_back) {
        if (ui->focus_id != 0) {
            ui->focus_id = 0; /* the first back closes the keyboard */
        } else {
            ui->has_back = true;
        }
    } else {
        ui->typed[ui->typed_count++] = *event;
    }
    ui->was_answered = true;
}

static void wheel(struct ui *ui, const struct input_event *event)
{
    int32_t region = node_at(ui_page_before(ui), event->at, is_scroll);
    if (region >= 0) {
        uint64_t id = ui_page_before(ui)->ids[region];
        ui_kept(ui, id)->fling = 0;
        ui_gesture_scroll(ui, id, (int64_t)event->by.y * 1000);
    }
}

/* Whether the event may join the frame whose answers so far are known: typing
 * and a tap never share one, as the tap may move the focus. */
static bool can_join(const struct ui *ui, const struct input_event *event)
{
    if (ui->tap_id != 0 || ui->long_id != 0 || ui->drag_done_id != 0 || ui->has_back) {
        return false;
    }
    bool is_typing = event->kind == INPUT_text || event->kind == INPUT_key;
    if (is_typing) {
        bool is_back = event->kind == INPUT_key && event->key == INPUT_KEY_back;
        return ui->typed_count < UI_TYPED_MAX && !(is_back && ui->typed_count > 0);
    }
    return ui->typed_count == 0;
}

void ui_gesture_take(struct ui *ui)
{
    ui->tap_id = 0;
    ui->long_id = 0;
    ui->drag_done_id = 0;
    ui->drag_by = (struct point){0, 0};
    ui->pinch_by = (struct point){0, 0};
    ui->pinch_milli = 1000;
    ui->path_count = 0;
    ui->typed_count = 0;
    ui->typed_at = 0;
    ui->has_back = false;
    ui->was_answered = false;

    int32_t taken = 0;
    while (taken < ui->queue_count && can_join(ui, &ui->queue[taken])) {
        const struct input_event *event = &ui->queue[taken];
        /* A long press that fell due before this event comes first. */
        answer(ui, input_tick(&ui->input, event->at_ms));
        if (ui->long_id != 0) {
            break;
        }
        taken++;
        switch (event->kind) {
        case INPUT_text:
        case INPUT_key:
            typed(ui, event);
            break;
        case INPUT_wheel:
            wheel(ui, event);
            break;
        case INPUT_down:
        case INPUT_move:
        case INPUT_up:
        case INPUT_cancel:
            rules_take(ui, event);
            answer(ui, input_feed(&ui->input, event, &ui->rules));
            break;
        }
    }
    for (int32_t i = taken; i < ui->queue_count; i++) {
        ui->queue[i - taken] = ui->queue[i];
    }
    ui->queue_count -= taken;
    if (ui->queue_count == 0 && can_join(ui, &(struct input_event){.kind = INPUT_move})) {
        answer(ui, input_tick(&ui->input, ui->now.now_ms));
    }
}
