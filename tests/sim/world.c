#include "tests/sim/world.h"

#include "core/domain/date.h"
#include "tests/lib/sealed.h"
#include "tests/sim/real.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>

/* Monday 23 November 2026, 9:00 in Shanghai. */
enum { START_DAY = 20780, START_MINUTE = 9 * 60, ZONE_MINUTES = 480 };
enum { HEAL_ROUND_MS = 20 * 60 * 1000, HEAL_ROUNDS_MAX = 400, JOIN_MS = 20 * 3600 * 1000 };

/* ---- failing ---- */

static struct world *current; /* for broken promises, which know no world */
static jmp_buf broken;

void world_fail(struct world *world, const char *format, ...)
{
    if (world->has_failed) {
        return; /* the first is the cause */
    }
    world->has_failed = true;
    va_list list;
    va_start(list, format);
    vsnprintf(world->failure, sizeof world->failure, format, list);
    va_end(list);
    world_say(world, "FAILED: %s", world->failure);
}

void world_say(struct world *world, const char *format, ...)
{
    if (!world->is_verbose) {
        return;
    }
    int64_t passed_ms = world->now_ms - world->start_ms;
    va_list list;
    va_start(list, format);
    fprintf(stderr, "%3lld %02lld:%02lld:%02lld.%03lld  ", (long long)(passed_ms / 86400000),
            (long long)(passed_ms / 3600000 % 24), (long long)(passed_ms / 60000 % 60),
            (long long)(passed_ms / 1000 % 60), (long long)(passed_ms % 1000));
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
}

static void promise_broken(const char *sentence)
{
    world_fail(current, "%s", sentence);
    longjmp(broken, 1);
}

/* ---- clocks ---- */

static struct clock_reading machine_clock_read(void *context)
{
    const struct machine_clock *clock = context;
    int64_t now_ms = *clock->now_ms;
    int64_t up_ms = now_ms - clock->booted_at_ms;
    return (struct clock_reading){
        .wall_ms = now_ms + clock->ahead_ms + up_ms / 1000 * clock->drift_ppm / 1000,
        .monotonic_ms = up_ms,
        .boot = clock->boot,
    };
}

struct clock machine_clock_table(struct machine_clock *clock)
{
    return (struct clock){machine_clock_read, clock};
}

/* ---- events: a heap by time, then by order of making ---- */

static bool is_before(const struct wake *a, const struct wake *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

struct wake *world_wake(struct world *world, int64_t at_ms, uint32_t kind, uint32_t tablet)
{
    if (world->wake_count == world->wake_capacity) {
        world->wake_capacity = world->wake_capacity == 0 ? 256 : world->wake_capacity * 2;
        world->wakes = realloc(world->wakes, world->wake_capacity * sizeof(struct wake));
        CHECK(world->wakes != NULL);
    }
    struct wake wake = {
        .at_ms = at_ms < world->now_ms ? world->now_ms : at_ms,
        .order = world->order++,
        .kind = kind,
        .tablet = tablet,
    };
    size_t at = world->wake_count++;
    while (at > 0 && is_before(&wake, &world->wakes[(at - 1) / 2])) {
        world->wakes[at] = world->wakes[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    world->wakes[at] = wake;
    return &world->wakes[at];
}

static struct wake wake_take(struct world *world)
{
    struct wake first = world->wakes[0];
    struct wake last = world->wakes[--world->wake_count];
    size_t at = 0;
    for (;;) {
        size_t child = at * 2 + 1;
        if (child >= world->wake_count) {
            break;
        }
        if (child + 1 < world->wake_count &&
            is_before(&world->wakes[child + 1], &world->wakes[child])) {
            child++;
        }
        if (!is_before(&world->wakes[child], &last)) {
            break;
        }
        world->wakes[at] = world->wakes[child];
        at = child;
    }
    world->wakes[at] = last;
    return first;
}

static void happen_tablet(struct world *world, const struct wake *wake)
{
    MEMORY_OF(world->tablets[wake->tablet].disk);
    struct tablet *tablet = &world->tablets[wake->tablet];
    switch ((enum wake_kind)wake->kind) {
    case WAKE_boot:
        if (wake->run == tablet->machine_clock.boot && !tablet->is_app_up) {
            tablet_boot(tablet);
        }
        return;
    case WAKE_agent:
        if (wake->at_ms == tablet->agent_wakes_at_ms && tablet->is_app_up) {
            tablet->agent_wakes_at_ms = 0;
            tablet_agent_run(tablet);
        }
        return;
    case WAKE_apply:
        if (tablet->is_app_up && tablet->must_apply) {
            tablet_apply(tablet);
        }
        return;
    case WAKE_visit:
        if (tablet->is_app_up) {
            tablet_visit_on(tablet, wake->lot);
        }
        return;
    case WAKE_ticket:
        if (tablet->is_app_up) {
            tablet_seal(tablet, true);
        }
        return;
    case WAKE_step:
    case WAKE_arrive:
    case WAKE_answer:
    case WAKE_group:
    case WAKE_hq_boot:
        break;
    }
    UNREACHABLE();
}

static void happen(struct world *world, const struct wake *wake)
{
    world->number++;
    switch ((enum wake_kind)wake->kind) {
    case WAKE_step: {
        const struct step *step = &world->script.steps[wake->lot];
        if (step->kind >= STEP_hq_cut) {
            MEMORY_OF(world->hq.disk);
            hq_step(&world->hq, step);
        } else if (step->tablet < world->tablet_count) {
            MEMORY_OF(world->tablets[step->tablet].disk);
            tablet_step(&world->tablets[step->tablet], step);
        }
        return;
    }
    case WAKE_arrive:
        net_arrive(world, wake->post);
        return;
    case WAKE_answer:
        tablet_agent_answer(&world->tablets[wake->post->tablet], wake->post);
        post_drop(wake->post);
        return;
    case WAKE_group: {
        MEMORY_OF(world->hq.disk);
        hq_group(&world->hq);
        return;
    }
    case WAKE_hq_boot:
        if (!world->hq.is_up) {
            MEMORY_OF(world->hq.disk);
            hq_boot(&world->hq);
        }
        return;
    case WAKE_boot:
    case WAKE_agent:
    case WAKE_apply:
    case WAKE_visit:
    case WAKE_ticket:
        happen_tablet(world, wake);
        return;
    }
    UNREACHABLE();
}

static void run_until(struct world *world, int64_t until_ms)
{
    while (!world->has_failed && world->wake_count > 0 && world->wakes[0].at_ms <= until_ms) {
        struct wake wake = wake_take(world);
        world->now_ms = wake.at_ms;
        happen(world, &wake);
    }
    world->now_ms = until_ms > world->now_ms ? until_ms : world->now_ms;
}

/* ---- the run ---- */

static void make(struct world *world)
{
    const struct script *script = &world->script;
    world->start_ms = date_instant(START_DAY, START_MINUTE, ZONE_MINUTES);
    world->now_ms = world->start_ms;
    world->tablet_capacity = script->tablet_count;
    for (size_t i = 0; i < script->count; i++) {
        world->tablet_capacity += script->steps[i].kind == STEP_clone;
    }
    world->tablets = calloc(world->tablet_capacity, sizeof(struct tablet));
    CHECK(world->tablets != NULL);
    oracle_init(&world->oracle);
    hq_make(world);
    for (uint32_t i = 0; i < script->tablet_count; i++) {
        struct tablet *tablet = tablet_make(world, i + 1);
        hq_enrol_code(&world->hq, tablet->person_no, tablet->code);
        tablet->is_on = true;
        struct luck luck = luck_make(script->seed, 500 + i);
        int64_t after_ms = script->is_late ? luck_between(&luck, 0, JOIN_MS) : i * 37;
        world_wake(world, world->now_ms + after_ms, WAKE_boot, i)->run = 0;
    }
    for (size_t i = 0; i < script->count; i++) {
        world_wake(world, world->start_ms + script->steps[i].at_ms, WAKE_step, 0)->lot = i;
    }
}

/* The network is good, nothing fails any more, everybody asks for news until nobody has any. */
static void heal(struct world *world)
{
    world->is_healing = true;
    world_say(world, "healing");
    disk_start(world->hq.disk);
    if (!world->hq.is_up) {
        hq_boot(&world->hq);
    }
    if (world->hq.is_rotten && !hq_notice(&world->hq)) {
        world->counts.unnoticed += world->hq.is_rotten;
        world->hq.is_rotten = false;
    }
    for (size_t i = 0; i < world->tablet_count; i++) {
        struct tablet *tablet = &world->tablets[i];
        tablet->away_until_ms = 0;
        tablet->trouble = 0;
        tablet->has_forged_answer = false;
        tablet->disk->faults = (struct disk_faults){0};
        tablet->disk->is_full = false;
        if (!tablet->is_app_up) {
            tablet_boot(tablet);
        }
    }
    uint64_t given = UINT64_MAX; /* to all of them together, when they asked the last time */
    for (int round = 0; !world->has_failed && round < HEAL_ROUNDS_MAX; round++) {
        bool is_quiet = true;
        for (size_t i = 0; !world->has_failed && i < world->tablet_count; i++) {
            world->number++;
            is_quiet = tablet_is_quiet(&world->tablets[i]) && is_quiet;
        }
        if (is_quiet && given == hq_given(&world->hq)) {
            return;
        }
        if (is_quiet) { /* what one of them sent last the others have not asked for yet */
            given = hq_given(&world->hq);
            for (size_t i = 0; i < world->tablet_count; i++) {
                world->tablets[i].quiet_count = QUIET_ROUNDS - 1;
                tablet_seal(&world->tablets[i], true);
            }
        }
        run_until(world, world->now_ms + HEAL_ROUND_MS);
    }
    for (size_t i = 0; !world->has_failed && i < world->tablet_count; i++) {
        struct tablet *tablet = &world->tablets[i];
        if (tablet->quiet_count < QUIET_ROUNDS) {
            world_fail(world, "stuck: tablet %zu has not come to rest after healing: %s", i,
                       !tablet->is_app_up       ? "down"
                       : tablet->unrest != NULL ? tablet->unrest
                                                : "rows come again and again");
        }
    }
}

static void unmake(struct world *world)
{
    for (size_t i = 0; i < world->tablet_count; i++) {
        tablet_free(&world->tablets[i]);
    }
    hq_free(&world->hq);
    while (world->wake_count > 0) {
        struct wake wake = wake_take(world);
        if (wake.post != NULL) {
            post_drop(wake.post);
        }
    }
    oracle_free(&world->oracle);
    free(world->tablets);
    free(world->wakes);
}

/* ---- libsodium's own randomness ---- */

static struct luck sodium_luck;

static const char *sodium_name(void)
{
    return "simulated";
}

static uint32_t sodium_random(void)
{
    return (uint32_t)luck_u64(&sodium_luck);
}

static void sodium_fill(void *const bytes, const size_t size)
{
    luck_fill(&sodium_luck, bytes, size);
}

static struct randombytes_implementation sodium_table = {
    .implementation_name = sodium_name,
    .random = sodium_random,
    .buf = sodium_fill,
};

/* ---- empty databases ---- */

struct disk world_template;

static void make_template(void)
{
    struct arena arena;
    struct store *store = NULL;
    struct hq_store *hq_store = NULL;
    arena_init(&arena, 0);
    disks_reset();
    disk_vfs_restart(0);
    struct disk *disk = disks_add("template", 0);
    struct store_options options = {.path = "/template/device.db"};
    struct luck luck = luck_make(0, 1);
    struct rng nonces = luck_rng(&luck);
    sealed_options(&options, &nonces);
    CHECK(store_open(&arena, &options, &store) == OK);
    store_close(&store);
    CHECK(hq_store_open(&hq_store, "/template", HQ_ACCESS_write, true) == OK);
    hq_store_close(hq_store);
    disk_settle(disk);
    disk_copy(&world_template, disk);
    arena_deinit(&arena);
}

void world_run(const struct script *script, bool is_verbose, struct run_result *result_out)
{
    static bool was_prepared;
    if (!was_prepared) {
        was_prepared = true;
        CHECK(randombytes_set_implementation(&sodium_table) == 0);
        CHECK(sodium_init() >= 0);
        disk_vfs_register();
        make_template();
    }
    sodium_luck = luck_make(script->seed, 1);
    disks_reset();
    disk_vfs_restart(script->seed);
    static struct world world;
    world = (struct world){.script = *script, .is_verbose = is_verbose};
    current = &world;
    real_is_verbose = is_verbose;
    real_failed = promise_broken;
    if (setjmp(broken) == 0) {
        make(&world);
        int64_t last_ms = world.start_ms;
        if (script->count > 0) {
            last_ms += script->steps[script->count - 1].at_ms;
        }
        run_until(&world, last_ms + 1);
        if (!world.has_failed) {
            heal(&world);
        }
        if (!world.has_failed) {
            oracle_final(&world);
        }
        real_failed = NULL;
        unmake(&world);
    } /* else: what the broken program held is not given back */
    real_failed = NULL;
    *result_out = (struct run_result){
        .has_failed = world.has_failed,
        .write_hash = disks.write_hash,
        .virtual_ms = world.now_ms - world.start_ms,
        .counts = world.counts,
        .disk = disks.counts,
    };
    memcpy(result_out->failure, world.failure, sizeof result_out->failure);
}
