#include "app/ui/input.h"

#include <string.h>

static int32_t contact_find(const struct input *input, int64_t finger)
{
    for (int32_t i = 0; i < input->contact_count; i++) {
        if (input->contacts[i].finger == finger) {
            return i;
        }
    }
    return -1;
}

static void contact_drop(struct input *input, int32_t index)
{
    input->contacts[index] = input->contacts[--input->contact_count];
}

/* Notes that the contact exists; those not heard of for long are let go, so that
 * a panel that lost an end does not silence the screen for ever. */
static void contact_hear(struct input *input, const struct input_event *event)
{
    int32_t index = contact_find(input, event->finger);
    if (index >= 0) {
        input->contacts[index].heard_at_ms = event->at_ms;
        return;
    }
    if (event->kind != INPUT_down) {
        return;
    }
    for (int32_t i = input->contact_count - 1; i >= 0; i--) {
        bool is_owner = input->is_down && input->contacts[i].finger == input->finger;
        if (!is_owner && event->at_ms - input->contacts[i].heard_at_ms > INPUT_FORGET_MS) {
            contact_drop(input, i);
        }
    }
    if (input->contact_count < INPUT_FINGERS_MAX) {
        input->contacts[input->contact_count].finger = event->finger;
        input->contacts[input->contact_count].heard_at_ms = event->at_ms;
        input->contact_count++;
    }
}

static void track_add(struct input *input, int64_t at_ms, struct point at)
{
    if (input->track_count == INPUT_TRACK_MAX) {
        memmove(input->track, input->track + 1, (INPUT_TRACK_MAX - 1) * sizeof input->track[0]);
        input->track_count--;
    }
    input->track[input->track_count].at_ms = at_ms;
    input->track[input->track_count].at = at;
    input->track_count++;
}

/* Pixels per second over the last 100 ms of the track; zero after a rest. */
static struct point velocity(const struct input *input, int64_t now_ms)
{
    int32_t last = input->track_count - 1;
    if (last < 1 || now_ms - input->track[last].at_ms > INPUT_REST_MS) {
        return (struct point){0, 0};
    }
    int32_t first = last;
    while (first > 0 && input->track[last].at_ms - input->track[first - 1].at_ms <= 100) {
        first--;
    }
    int64_t span_ms = input->track[last].at_ms - input->track[first].at_ms;
    if (span_ms <= 0) {
        return (struct point){0, 0};
    }
    int64_t dx = input->track[last].at.x - input->track[first].at.x;
    int64_t dy = input->track[last].at.y - input->track[first].at.y;
    return (struct point){(int32_t)(dx * 1000 / span_ms), (int32_t)(dy * 1000 / span_ms)};
}

static struct gesture gesture_make(const struct input *input, enum gesture_kind kind)
{
    return (struct gesture){.kind = kind, .from = input->from, .at = input->at};
}

static int32_t distance(struct point a, struct point b)
{
    int64_t dx = a.x - b.x;
    int64_t dy = a.y - b.y;
    int64_t square = dx * dx + dy * dy;
    int64_t root = 0;
    for (int64_t bit = INT64_C(1) << 15; bit > 0; bit >>= 1) {
        if ((root + bit) * (root + bit) <= square) {
            root += bit;
        }
    }
    return root > 0 ? (int32_t)root : 1;
}

static struct point middle(struct point a, struct point b)
{
    return (struct point){(a.x + b.x) / 2, (a.y + b.y) / 2};
}

static struct gesture cancel(struct input *input)
{
    struct gesture gesture = gesture_make(input, GESTURE_cancel);
    input->is_down = false;
    input->is_pinching = false;
    return gesture;
}

static bool is_crowd(struct input *input, int64_t at_ms)
{
    if (input->contact_count >= INPUT_CROWD) {
        input->quiet_until_ms = at_ms + INPUT_CROWD_MS;
    }
    return at_ms < input->quiet_until_ms;
}

static struct gesture pinch_start(struct input *input, const struct input_event *event)
{
    input->is_pinching = true;
    input->is_dragging = true;
    input->second = event->finger;
    input->second_at = event->at;
    struct gesture pinch = gesture_make(input, GESTURE_pinch);
    pinch.at = middle(input->at, input->second_at);
    pinch.scale_milli = 1000;
    return pinch;
}

static struct gesture down(struct input *input, const struct input_event *event,
                           const struct input_rules *rules)
{
    if (is_crowd(input, event->at_ms)) {
        return input->is_down ? cancel(input) : (struct gesture){0};
    }
    if (input->is_down) {
        bool is_second = rules->can_pinch && !input->is_pinching && event->finger != input->finger;
        return is_second ? pinch_start(input, event) : (struct gesture){0};
    }
    input->is_down = true;
    input->is_dragging = false;
    input->was_long = false;
    input->finger = event->finger;
    input->down_batch = event->batch;
    input->down_at_ms = event->at_ms;
    input->from = event->at;
    input->at = event->at;
    input->track_count = 0;
    track_add(input, event->at_ms, event->at);
    return gesture_make(input, GESTURE_press);
}

static struct gesture pinch_move(struct input *input, const struct input_event *event)
{
    struct point before = middle(input->at, input->second_at);
    int32_t apart = distance(input->at, input->second_at);
    if (event->finger == input->finger) {
        input->at = event->at;
    } else if (event->finger == input->second) {
        input->second_at = event->at;
    } else {
        return (struct gesture){0};
    }
    struct gesture pinch = gesture_make(input, GESTURE_pinch);
    pinch.at = middle(input->at, input->second_at);
    pinch.by = (struct point){pinch.at.x - before.x, pinch.at.y - before.y};
    pinch.scale_milli = (int32_t)((int64_t)distance(input->at, input->second_at) * 1000 / apart);
    return pinch;
}

static struct gesture move(struct input *input, const struct input_event *event,
                           const struct input_rules *rules)
{
    if (input->is_down && input->is_pinching) {
        return pinch_move(input, event);
    }
    if (!input->is_down || event->finger != input->finger) {
        return (struct gesture){0};
    }
    struct point before = input->at;
    input->at = event->at;
    track_add(input, event->at_ms, event->at);
    if (!input->is_dragging) {
        int64_t dx = event->at.x - input->from.x;
        int64_t dy = event->at.y - input->from.y;
        int64_t slop_px = rules->is_ink ? 0 : rules->slop_px;
        if (dx * dx + dy * dy <= slop_px * slop_px) {
            return (struct gesture){0};
        }
        input->is_dragging = true;
        struct gesture start = gesture_make(input, GESTURE_drag_start);
        start.by = (struct point){event->at.x - input->from.x, event->at.y - input->from.y};
        return start;
    }
    struct gesture drag = gesture_make(input, GESTURE_drag);
    drag.by = (struct point){event->at.x - before.x, event->at.y - before.y};
    return drag;
}

/* A drop of water: seen coming and seen going, too soon for a finger. */
static bool is_drop(const struct input *input, const struct input_event *event)
{
    bool is_timed =
        event->batch != 0 && input->down_batch != 0 && event->batch != input->down_batch;
    return is_timed && !input->is_dragging && event->at_ms - input->down_at_ms < INPUT_DROP_MS;
}

static struct gesture up(struct input *input, const struct input_event *event,
                         const struct input_rules *rules)
{
    /* The crowd's own fingers leave: quiet counts from the last time it was one. */
    bool was_crowd = is_crowd(input, event->at_ms);
    int32_t index = contact_find(input, event->finger);
    if (index >= 0) {
        contact_drop(input, index);
    }
    if (input->is_down && input->is_pinching) {
        if (event->finger != input->finger && event->finger != input->second) {
            return (struct gesture){0};
        }
        struct gesture end = gesture_make(input, GESTURE_pinch_end);
        end.at = middle(input->at, input->second_at);
        input->is_down = false;
        input->is_pinching = false;
        return end;
    }
    if (!input->is_down || event->finger != input->finger) {
        return (struct gesture){0};
    }
    if (was_crowd || is_drop(input, event)) {
        return cancel(input);
    }
    struct point before = input->at;
    input->is_down = false;
    input->at = event->at;
    if (input->is_dragging) {
        struct gesture end = gesture_make(input, GESTURE_drag_end);
        end.by = (struct point){event->at.x - before.x, event->at.y - before.y};
        end.velocity = velocity(input, event->at_ms);
        return end;
    }
    int64_t dx = event->at.x - input->from.x;
    int64_t dy = event->at.y - input->from.y;
    bool is_still = dx * dx + dy * dy <= (int64_t)rules->slop_px * rules->slop_px;
    struct gesture tap = gesture_make(input, is_still ? GESTURE_tap : GESTURE_cancel);
    tap.was_long = input->was_long;
    return tap;
}

struct gesture input_feed(struct input *input, const struct input_event *event,
                          const struct input_rules *rules)
{
    switch (event->kind) {
    case INPUT_down:
        contact_hear(input, event);
        return down(input, event, rules);
    case INPUT_move:
        contact_hear(input, event);
        return move(input, event, rules);
    case INPUT_up:
        return up(input, event, rules);
    case INPUT_cancel: {
        bool was_down = input->is_down;
        struct gesture gesture = gesture_make(input, GESTURE_cancel);
        *input = (struct input){0};
        return was_down ? gesture : (struct gesture){0};
    }
    case INPUT_wheel:
    case INPUT_text:
    case INPUT_key:
        return (struct gesture){0};
    }
    return (struct gesture){0};
}

struct gesture input_tick(struct input *input, int64_t now_ms)
{
    if (now_ms < input_deadline_ms(input)) {
        return (struct gesture){0};
    }
    input->was_long = true;
    return gesture_make(input, GESTURE_long_press);
}

int64_t input_deadline_ms(const struct input *input)
{
    if (!input->is_down || input->is_dragging || input->was_long) {
        return INT64_MAX;
    }
    return input->down_at_ms + INPUT_LONG_PRESS_MS;
}
