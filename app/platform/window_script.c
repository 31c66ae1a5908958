/* A window that plays a touch script: time, events, files and messages of it. */
#include "app/platform/window_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    SCRIPT_SIZE_MAX = 1024 * 1024,
    FRAME_MS = 20,      /* a shorter deadline means that something moves */
    LOOK_AGAIN_MS = 20, /* while a script awaits another program */
};

enum err window_script_load(struct window *window)
{
    const char *path = window->options.script_path;
    if (path == NULL) {
        return OK;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return window_fail(window, ERR_not_found, path, strerror(errno));
    }
    char *text = arena_alloc(window->program, SCRIPT_SIZE_MAX + 1);
    size_t size = fread(text, 1, SCRIPT_SIZE_MAX + 1, file);
    bool was_read = ferror(file) == 0;
    (void)fclose(file);
    if (!was_read) {
        return window_fail(window, ERR_io, path, "cannot be read");
    }
    if (size > SCRIPT_SIZE_MAX) {
        return window_fail(window, ERR_malformed, path, "larger than 1 MiB");
    }
    window->has_script = true;
    return script_parse(window->program, path, (struct str){text, size}, &window->player.script,
                        &window->problem);
}

static const char *output_path(struct window *window, const char *path)
{
    return path[0] == '/' || window->options.shot_folder == NULL
               ? path
               : str_format(&window->scratch, "%s/%s", window->options.shot_folder, path);
}

void window_script_fail(struct window *window, const char *why)
{
    (void)fprintf(stderr, "%s\n", why);
    window->exit_code = 1;
    window->is_closed = true;
}

static void text_write(struct window *window, const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    bool is_written = file != NULL && fputs(text, file) >= 0;
    if (file != NULL) {
        is_written = fclose(file) == 0 && is_written;
    }
    if (!is_written) {
        window_script_fail(window, str_format(&window->scratch, "cannot write %s", path));
    }
}

/* Time passes: virtual time jumps, real time is slept through. */
static void pass(struct window *window, int64_t ms)
{
    if (window->options.is_headless) {
        window->virtual_ms += ms;
    } else {
        window_sdl_wait(window, ms);
    }
}

/* One step of the script. True when the loop should build a frame. */
static bool script_step(struct window *window, int64_t timeout_ms)
{
    arena_reset(&window->scratch);
    int64_t now = window_now_ms(window);
    struct player_step step = player_next(&window->player, &window->scratch, window->ui, now);
    switch (step.kind) {
    case PLAYER_event:
        window_event_add(window, step.event);
        return true;
    case PLAYER_wait: {
        int64_t left = step.until_ms - now;
        if (left <= 0) {
            return false;
        }
        pass(window, timeout_ms >= 0 && timeout_ms < left ? timeout_ms : left);
        return true;
    }
    case PLAYER_await:
        if (window->options.is_headless) {
            window_wake_sleep(window, LOOK_AGAIN_MS);
            window->virtual_ms += LOOK_AGAIN_MS;
        } else {
            window_sdl_wait(window, LOOK_AGAIN_MS);
        }
        return true;
    case PLAYER_shot: {
        const char *path = output_path(window, step.path);
        if (window_shot(window, path) != OK) {
            window_script_fail(window, str_format(&window->scratch, "cannot write %s", path));
        }
        return window->is_closed;
    }
    case PLAYER_dump:
        text_write(window, output_path(window, step.path), step.text);
        return window->is_closed;
    case PLAYER_check:
        window->is_checked = true;
        return true;
    case PLAYER_done:
        window->is_closed = true;
        return true;
    case PLAYER_failed:
        window_script_fail(window, step.text);
        return true;
    }
    UNREACHABLE();
}

void window_script_wait(struct window *window, int64_t timeout_ms)
{
    if (!window->options.is_headless) {
        window_sdl_wait(window, 0);
    } else {
        window_wake_sleep(window, 0);
    }
    bool is_moving = timeout_ms >= 0 && timeout_ms < FRAME_MS &&
                     window->player.event_at == window->player.event_count;
    if (is_moving) {
        pass(window, timeout_ms > 0 ? timeout_ms : 1);
        return;
    }
    while (!window->is_closed && !script_step(window, timeout_ms)) {
    }
}
