#include "app/ui/input.h"

#include <string.h>

static int32_t finger_find(const struct input *input, int64_t finger)
{
    for (int32_t i = 0; i < input->finger_count; i++) {
        if (input->fingers[i] == finger) {
            return i;
        }
    }
    return -1;
}

static void finger_forget(struct input *input, int64_t finger)
{
    int32_t index = finger_find(input, finger);
    if (index >= 0) {
        input->fingers[index] = input->fingers[--input->finger_count];
    }
    if (input->finger_count == 0) {
        input->is_paused = false;
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

static struct gesture down(struct input *input, const struct input_event *event)
{
    if (finger_find(input, event->finger) < 0 && input->finger_count < INPUT_FINGERS_MAX) {
        input->fingers[input->finger_count++] = event->finger;
    }
    if (input->finger_count >= 3 && !input->is_paused) {
        input->is_paused = true;
        if (input->is_down) {
            input->is_down = false;
            return gesture_make(input, GESTURE_cancel);
        }
    }
    if (input->is_down || input->is_paused) {
        return (struct gesture){0};
    }
    input->is_down = true;
    input->is_dragging = false;
    input->was_long = false;
    input->finger = event->finger;
    input->down_at_ms = event->at_ms;
    input->from = event->at;
    input->at = event->at;
    input->track_count = 0;
    track_add(input, event->at_ms, event->at);
    return gesture_make(input, GESTURE_press);
}

static struct gesture move(struct input *input, const struct input_event *event, int32_t slop_px)
{
    if (!input->is_down || event->finger != input->finger) {
        return (struct gesture){0};
    }
    struct point before = input->at;
    input->at = event->at;
    track_add(input, event->at_ms, event->at);
    if (!input->is_dragging) {
        int64_t dx = event->at.x - input->from.x;
        int64_t dy = event->at.y - input->from.y;
        if (dx * dx + dy * dy <= (int64_t)slop_px * slop_px) {
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

static struct gesture up(struct input *input, const struct input_event *event, int32_t slop_px)
{
    bool is_owner = input->is_down && event->finger == input->finger;
    finger_forget(input, event->finger);
    if (!is_owner) {
        return (struct gesture){0};
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
    bool is_still = dx * dx + dy * dy <= (int64_t)slop_px * slop_px;
    struct gesture tap = gesture_make(input, is_still ? GESTURE_tap : GESTURE_cancel);
    tap.was_long = input->was_long;
    return tap;
}

struct gesture input_feed(struct input *input, const struct input_event *event, int32_t slop_px)
{
    switch (event->kind) {
    case INPUT_down:
        return down(input, event);
    case INPUT_move:
        return move(input, event, slop_px);
    case INPUT_up:
        return up(input, event, slop_px);
    case INPUT_cancel: {
        bool was_down = input->is_down;
        struct gesture cancel = gesture_make(input, GESTURE_cancel);
        *input = (struct input){0};
        return was_down ? cancel : (struct gesture){0};
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
