#include "core/os/os.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A short name of this boot, the same for every process: the kernel's boot id folded.
 * It never changes while a process lives, and servers read the clock at every step of
 * every request, so the file is read once. */
static uint32_t boot_read(void)
{
    static atomic_uint_least64_t known; /* bit 32: the rest was read */
    const uint64_t is_known = UINT64_C(1) << 32;
    uint64_t value = atomic_load_explicit(&known, memory_order_relaxed);
    if ((value & is_known) != 0) {
        return (uint32_t)value;
    }
    uint32_t boot = 2166136261U;
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
    if (file == NULL) {
        return 0;
    }
    for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
        boot = (boot ^ (uint32_t)c) * 16777619U;
    }
    fclose(file);
    atomic_store_explicit(&known, is_known | boot, memory_order_relaxed);
    return boot;
}

static struct clock_reading real_clock_read(void *context)
{
    (void)context;
    return (struct clock_reading){
        .wall_ms = clock_ms(CLOCK_REALTIME),
        .monotonic_ms = clock_ms(CLOCK_BOOTTIME),
        .boot = boot_read(),
    };
}

const struct clock *os_clock(void)
{
    static const struct clock clock = {.read = real_clock_read};
    return &clock;
}

static void real_rng_fill(void *context, void *bytes, size_t size)
{
    (void)context;
    uint8_t *at = bytes;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        CHECK(got > 0 || errno == EINTR);
        if (got > 0) {
            at += got;
            size -= (size_t)got;
        }
    }
}

const struct rng *os_rng(void)
{
    static const struct rng rng = {.fill = real_rng_fill};
    return &rng;
}

void os_sleep_ms(int64_t duration_ms)
{
    struct timespec left = {duration_ms / 1000, duration_ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

/* ---- processes ---- */

char *os_program_folder(struct arena *arena)
{
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    if (size <= 0) {
        return arena_text(arena, ".");
    }
    path[size] = '\0';
    char *slash = strrchr(path, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    return arena_text(arena, path);
}

bool os_dump_forbid(void)
{
    static const struct rlimit none = {0, 0};
    bool is_limited = setrlimit(RLIMIT_CORE, &none) == 0;
    return prctl(PR_SET_DUMPABLE, 0) == 0 && is_limited;
}

enum err os_child_start(const char *const *argv, int32_t *pid_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    const char *path = argv[0];
    if (strchr(path, '/') == NULL) {
        path = os_path(&arena, os_program_folder(&arena), path);
    }
    if (access(path, X_OK) != 0) {
        arena_deinit(&arena);
        return ERR_not_found;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        /* The child goes with its parent, also when the parent is killed. */
        if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent) {
            execv(path, (char *const *)(uintptr_t)argv);
        }
        _exit(127);
    }
    arena_deinit(&arena);
    if (pid < 0) {
        return ERR_io;
    }
    *pid_out = (int32_t)pid;
    return OK;
}

bool os_child_is_running(int32_t pid)
{
    return waitpid((pid_t)pid, NULL, WNOHANG) == 0;
}

void os_child_stop(int32_t pid)
{
    if (kill((pid_t)pid, SIGTERM) != 0) {
        return;
    }
    while (waitpid((pid_t)pid, NULL, 0) < 0 && errno == EINTR) {
    }
}
