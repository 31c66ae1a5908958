/* Waking: from threads, from watched folders, and real sleep without a display. */
#include "app/platform/window_private.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { FOLDERS_MAX = 8 };

enum err window_wake_open(struct window *window)
{
    window->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    window->quit_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return window->wake_fd < 0 || window->quit_fd < 0
               ? window_fail(window, ERR_io, "eventfd", strerror(errno))
               : OK;
}

void window_wake_close(struct window *window)
{
    if (window->watcher != NULL) {
        const uint64_t one = 1;
        ssize_t written = write(window->quit_fd, &one, sizeof one);
        CHECK(written == (ssize_t)sizeof one);
        SDL_WaitThread(window->watcher, NULL);
        window->watcher = NULL;
    }
    int *const fds[] = {&window->inotify_fd, &window->wake_fd, &window->quit_fd};
    for (size_t i = 0; i < COUNT(fds); i++) {
        if (*fds[i] >= 0) {
            (void)close(*fds[i]);
            *fds[i] = -1;
        }
    }
}

void window_wake(struct window *window)
{
    const uint64_t one = 1;
    ssize_t written = write(window->wake_fd, &one, sizeof one);
    (void)written; /* full: it is awake already */
    if (window->sdl != NULL) {
        SDL_PushEvent(&(SDL_Event){.type = window->wake_event});
    }
}

static void inotify_drain(struct window *window)
{
    char events[4096];
    ssize_t size = 0;
    do {
        size = read(window->inotify_fd, events, sizeof events);
        if (size > 0) {
            atomic_store(&window->has_changed, true);
        }
    } while (size > 0);
}

/* SDL's wait knows only the display. This thread sleeps in poll for the rest. */
static int watch(void *context)
{
    struct window *window = context;
    struct pollfd fds[] = {{.fd = window->inotify_fd, .events = POLLIN},
                           {.fd = window->quit_fd, .events = POLLIN}};
    while (poll(fds, COUNT(fds), -1) >= 0 || errno == EINTR) {
        if ((fds[1].revents & POLLIN) != 0) {
            return 0;
        }
        if ((fds[0].revents & POLLIN) != 0) {
            inotify_drain(window);
            SDL_PushEvent(&(SDL_Event){.type = window->wake_event});
        }
    }
    return 1;
}

enum err window_watch_folder(struct window *window, const char *path)
{
    if (window->folder_count == FOLDERS_MAX) {
        return window_fail(window, ERR_too_many, path, "too many watched folders");
    }
    if (window->inotify_fd < 0) {
        window->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    }
    /* Names that appear whole: renamed in or closed after writing. */
    uint32_t mask = IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_ONLYDIR;
    if (window->inotify_fd < 0 || inotify_add_watch(window->inotify_fd, path, mask) < 0) {
        return window_fail(window, ERR_io, path, strerror(errno));
    }
    window->folder_count++;
    if (window->sdl != NULL && window->watcher == NULL) {
        window->watcher = SDL_CreateThread(watch, "watch", window);
        if (window->watcher == NULL) {
            return window_fail(window, ERR_io, "thread", SDL_GetError());
        }
    }
    return OK;
}

bool window_folder_changed(struct window *window)
{
    return atomic_exchange(&window->has_changed, false);
}

void window_wake_sleep(struct window *window, int64_t timeout_ms)
{
    struct pollfd fds[] = {{.fd = window->wake_fd, .events = POLLIN},
                           {.fd = window->inotify_fd, .events = POLLIN}};
    int most = timeout_ms > 1000000 ? 1000000 : (int)timeout_ms;
    (void)poll(fds, COUNT(fds), most);
    uint64_t count = 0;
    ssize_t size = read(window->wake_fd, &count, sizeof count);
    (void)size; /* nothing to read is fine */
    if (window->inotify_fd >= 0) {
        inotify_drain(window);
    }
}
