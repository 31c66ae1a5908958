/* tests/sim/tablet.c -- a tablet: its power, the app as far as it syncs, and its agent. */
#include "tests/sim/tablet_parts.h"

#include "core/os/os.h"
#include "sync/proto/layout.h"
#include "tests/lib/sealed.h"

#include <stdlib.h>

enum {
    APPLY_AFTER_MS = 200,
    TICKET_EVERY_MS = 15 * 60 * 1000, /* as the app's session */
    RESERVE_SIZE = 256 * 1024,
    BLOCK_SIZE = 256 * 1024,
};

/* Of the tablet whose code runs; see __wrap_version_own(). */
static uint32_t running_version;

uint32_t __wrap_version_own(void);
uint32_t __wrap_version_own(void)
{
    return running_version;
}

void tablet_enter(struct tablet *tablet)
{
    running_version = tablet->app_version;
}

struct tablet *tablet_make(struct world *world, uint32_t person_no)
{
    CHECK(world->tablet_count < world->tablet_capacity);
    uint32_t index = (uint32_t)world->tablet_count++;
    struct tablet *tablet = &world->tablets[index];
    uint64_t seed = world->script.seed;
    tablet->world = world;
    tablet->index = index;
    tablet->person_no = person_no;
    snprintf(tablet->folder, sizeof tablet->folder, "/t%04u", (unsigned)index);
    snprintf(tablet->database, sizeof tablet->database, "%s/device.db", tablet->folder);
    tablet->disk = disks_add(tablet->folder + 1, seed);
    tablet->disk->now_ms = &world->now_ms;
    if (!world->script.is_fresh) {
        disk_copy_file(tablet->disk, "device.db", disk_find(&world_template, "device.db"));
    }
    tablet->machine_clock = (struct machine_clock){
        .now_ms = &world->now_ms,
        .booted_at_ms = world->now_ms,
        .drift_ppm = (int64_t)(seed * 31 + index * 17) % 201 - 100,
    };
    tablet->clock = machine_clock_table(&tablet->machine_clock);
    tablet->luck = luck_make(seed, 1000 + index * 4);
    tablet->net_luck = luck_make(seed, 1001 + index * 4);
    tablet->rng = luck_rng(&tablet->luck);
    tablet->nonce_luck = luck_make(seed, 900000 + index);
    tablet->nonces = luck_rng(&tablet->nonce_luck);
    tablet->app_version = 100;
    tablet->trouble = world->script.network;
    snprintf(tablet->code, sizeof tablet->code, "CODE-%04u", (unsigned)index);
    arena_init(&tablet->program, 16 * 1024);
    arena_init(&tablet->task, BLOCK_SIZE);
    arena_init(&tablet->agent_arena, BLOCK_SIZE);
    return tablet;
}

/* ---- the agent ---- */

static void agent_body(void *context)
{
    struct tablet *tablet = context;
    struct agent *agent = &tablet->agent;
    for (;;) {
        enum agent_step step = AGENT_STEP_idle;
        int64_t wait_ms = 0;
        tablet_enter(tablet);
        enum err err = agent_step(agent, &tablet->agent_arena, &step, &wait_ms);
        arena_reset(&tablet->agent_arena);
        if (step == AGENT_STEP_delivered || agent->status.refusal != 0) {
            tablet->must_apply = true;
            world_wake(tablet->world, tablet->world->now_ms + APPLY_AFTER_MS, WAKE_apply,
                       tablet->index);
        }
        int64_t now_ms = clock_read(&tablet->clock).monotonic_ms;
        int64_t until_ms = agent->pump.not_before_ms;
        if (err != OK) {
            wait_ms = PUMP_LOOK_MS;
        } else if (step == AGENT_STEP_idle && until_ms <= now_ms) {
            wait_ms = -1; /* it looks every second; here somebody wakes it */
        } else if (until_ms > now_ms) {
            wait_ms = until_ms - now_ms; /* so many looks at once */
        }
        tablet->agent_wakes_at_ms = wait_ms < 0 ? 0 : tablet->world->now_ms + wait_ms + 1;
        if (wait_ms >= 0) {
            world_wake(tablet->world, tablet->agent_wakes_at_ms, WAKE_agent, tablet->index);
        }
        fiber_give_way();
    }
}

static void agent_end(struct tablet *tablet)
{
    if (tablet->fiber != NULL) {
        fiber_drop(tablet->fiber);
        tablet->fiber = NULL;
    }
    if (tablet->post != NULL) {
        post_drop(tablet->post);
        tablet->post = NULL;
    }
    arena_reset(&tablet->agent_arena);
    tablet->agent_run++;
    tablet->agent_wakes_at_ms = 0;
}

void tablet_agent_start(struct tablet *tablet)
{
    agent_end(tablet);
    static const char spool[] = "/" LAYOUT_SPOOL;
    char *folder = arena_alloc(&tablet->program, sizeof tablet->folder + sizeof spool);
    snprintf(folder, sizeof tablet->folder + sizeof spool, "%s%s", tablet->folder, spool);
    const struct transport transport = {.post = net_post, .context = tablet};
    agent_init(&tablet->agent, folder, &tablet->clock, &tablet->rng, &transport);
    tablet->fiber = fiber_make(agent_body, tablet);
    tablet->agent_wakes_at_ms = tablet->world->now_ms + 300;
    world_wake(tablet->world, tablet->agent_wakes_at_ms, WAKE_agent, tablet->index);
}

/* Something lies in out/ or the collector pressed a button: at its next look. */
static void agent_nudge(struct tablet *tablet)
{
    if (tablet->fiber == NULL || tablet->post != NULL) {
        return;
    }
    int64_t at_ms = tablet->world->now_ms + luck_between(&tablet->net_luck, 10, PUMP_LOOK_MS);
    if (tablet->agent_wakes_at_ms != 0 && tablet->agent_wakes_at_ms <= at_ms) {
        return;
    }
    tablet->agent_wakes_at_ms = at_ms;
    world_wake(tablet->world, at_ms, WAKE_agent, tablet->index);
}

/* The disk may have stopped in the middle of what it did. */
static void agent_after(struct tablet *tablet)
{
    if (!tablet->disk->is_off) {
        return;
    }
    if (tablet->disk->was_cut) {
        tablet_power_off(tablet, true, 60000);
        return;
    }
    disk_start(tablet->disk); /* only the agent was killed: the app starts it again */
    tablet_agent_start(tablet);
    tablet->must_apply = true; /* it looks into the spool every minute */
    world_wake(tablet->world, tablet->world->now_ms + 60000, WAKE_apply, tablet->index);
}

void tablet_agent_run(struct tablet *tablet)
{
    if (tablet->fiber != NULL && tablet->post == NULL) {
        fiber_resume(tablet->fiber);
        agent_after(tablet);
    }
}

void tablet_agent_answer(struct tablet *tablet, struct post *post)
{
    if (tablet->post != post || tablet->agent_run != post->run || tablet->fiber == NULL) {
        return; /* who waited for it is gone */
    }
    tablet->post_err = post->err;
    tablet->post_response = (struct transport_response){0};
    if (post->err == OK) {
        tablet->post_response.status = post->status;
        tablet->post_response.body = post->answer;
        tablet->post_response.body_size = post->answer_size;
        tablet->post_response.retry_after_s = post->retry_after_s;
    }
    tablet->post = NULL;
    fiber_resume(tablet->fiber);
    post_drop(post);
    agent_after(tablet);
}

/* ---- power and program ---- */

static void app_end(struct tablet *tablet)
{
    agent_end(tablet);
    bool is_off = tablet->disk->is_off;
    tablet->disk->is_off = true; /* nothing more reaches the disk: it was killed */
    store_close(&tablet->store);
    tablet->disk->is_off = is_off;
    arena_reset(&tablet->program);
    arena_reset(&tablet->task);
    tablet->is_app_up = false;
}

void tablet_boot_later(struct tablet *tablet, int64_t pause_ms)
{
    world_wake(tablet->world, tablet->world->now_ms + pause_ms, WAKE_boot, tablet->index)->run =
        tablet->machine_clock.boot;
}

void tablet_power_off(struct tablet *tablet, bool is_cut, int64_t pause_ms)
{
    world_say(tablet->world, "t%u %s at step %llu", (unsigned)tablet->index,
              is_cut ? "loses power" : "is killed", (unsigned long long)tablet->disk->step_count);
    bool was_cut = is_cut || tablet->disk->was_cut;
    disk_stop(tablet->disk, is_cut);
    if (tablet->is_app_up) {
        app_end(tablet);
    }
    if (was_cut) {
        tablet->machine_clock.booted_at_ms = 0; /* a new boot */
    }
    tablet_boot_later(tablet, pause_ms);
}

bool tablet_after(struct tablet *tablet, enum err err)
{
    if (tablet->disk->is_off) {
        if (tablet->is_app_up) {
            tablet_power_off(tablet, tablet->disk->was_cut,
                             luck_between(&tablet->net_luck, 2000, 600000));
        }
        return false;
    }
    if (err == OK) {
        return true;
    }
    /* As the app's session does it. */
    tablet->world->counts.failed_calls++;
    world_say(tablet->world, "t%u call failed: %s (%s)", (unsigned)tablet->index, err_name(err),
              store_error_text(tablet->store));
    if (store_is_in_transaction(tablet->store)) {
        store_rollback(tablet->store);
    }
    if (err == ERR_no_space) {
        store_reserve_release(tablet->store);
    }
    if (err == ERR_io && store_reopen(tablet->store) != OK) {
        err = ERR_corrupt;
    }
    if (err == ERR_corrupt && tablet->is_rotten) {
        tablet_restore(tablet);
        return false;
    }
    if (err == ERR_corrupt) { /* it ends and is started again */
        tablet->world->counts.corrupt_opens++;
        tablet_power_off(tablet, false, 3000);
        return false;
    }
    if (tablet->disk->is_off) {
        return tablet_after(tablet, OK);
    }
    oracle_started(tablet); /* what was opened anew is what a collector sees now */
    return true;
}

static enum err open_app(struct tablet *tablet)
{
    struct store_options options = {.path = tablet->database, .reserve_size = RESERVE_SIZE};
    sealed_options(&options, &tablet->nonces);
    TRY(os_folder_make(tablet->folder));
    TRY(store_open(&tablet->program, &options, &tablet->store));
    TRY(journey_init(&tablet->journey, tablet->store, &tablet->clock, &tablet->rng, &tablet->task));
    TRY(spool_open(&tablet->spool, &tablet->program, &tablet->journey, tablet->folder));
    struct str payload;
    TRY(store_setting_bytes(tablet->store, &tablet->task, SETTING_enrol_payload, &payload));
    if (tablet->journey.device_no == 0 && payload.size == 0) {
        struct enrol_payload code = {.hq = tablet->world->hq.keys.public_key};
        snprintf(code.url, sizeof code.url, "http://hq");
        snprintf(code.code, sizeof code.code, "%s", tablet->code);
        char text[ENROL_PAYLOAD_SIZE];
        enrol_payload_to_text(text, &code);
        enum wire refusal = WIRE_ok;
        TRY(spool_enrol(&tablet->spool, str_from(text), &refusal));
        CHECK(refusal == WIRE_ok);
        TRY(spool_set_photos(&tablet->spool, LAYOUT_PHOTOS_always));
    }
    return OK;
}

void tablet_boot(struct tablet *tablet)
{
    struct world *world = tablet->world;
    CHECK(!tablet->is_app_up);
    disk_start(tablet->disk);
    struct machine_clock *clock = &tablet->machine_clock;
    clock->boot++;
    if (clock->booted_at_ms == 0) {
        clock->booted_at_ms = world->now_ms - 20000;
    }
    tablet_enter(tablet);
    world->counts.boots++;
    enum err err = open_app(tablet);
    arena_reset(&tablet->task);
    if (err != OK || tablet->disk->is_off) {
        world_say(world, "t%u does not start: %s", (unsigned)tablet->index, err_name(err));
        if (err == ERR_corrupt && !tablet->disk->is_off && tablet->is_rotten) {
            tablet->is_app_up = true; /* to end it whole */
            tablet_restore(tablet);
            return;
        }
        if (err == ERR_corrupt && !tablet->disk->is_off) {
            world_fail(world, "tablet %u: its own database is called damaged after a restart",
                       (unsigned)tablet->index);
        }
        tablet->is_app_up = true; /* to end it whole */
        tablet_power_off(tablet, tablet->disk->was_cut, 5000);
        return;
    }
    tablet->is_app_up = true;
    oracle_started(tablet);
    if (tablet->is_app_up) {
        oracle_sealed(tablet);
    }
    if (!tablet->is_app_up) {
        return;
    }
    tablet_agent_start(tablet);
    tablet->must_apply = true;
    tablet->wants_ticket = true;
    world_wake(world, world->now_ms + APPLY_AFTER_MS, WAKE_apply, tablet->index);
    world_wake(world, world->now_ms + 60000, WAKE_visit, tablet->index)->lot =
        luck_u64(&tablet->net_luck);
}

/* ---- sync, as the app's session does it ---- */

void tablet_seal(struct tablet *tablet, bool wants_ticket)
{
    struct spool_sealed sealed;
    tablet_enter(tablet);
    enum err err = spool_seal(&tablet->spool, wants_ticket || tablet->wants_ticket, &sealed);
    arena_reset(&tablet->task);
    if (!tablet_after(tablet, err) || err != OK) {
        return;
    }
    tablet->wants_ticket = false;
    if (sealed.envelope_count > 0 || sealed.has_ticket) {
        tablet->world->counts.envelopes += sealed.envelope_count + sealed.has_ticket;
        err = spool_wake(&tablet->spool);
        if (!tablet_after(tablet, err == ERR_no_space ? OK : err)) {
            return;
        }
    }
    agent_nudge(tablet);
}

void tablet_apply(struct tablet *tablet)
{
    struct spool_applied applied;
    tablet_enter(tablet);
    tablet->must_apply = false;
    enum err err = spool_apply(&tablet->spool, &applied);
    arena_reset(&tablet->task);
    if (!tablet_after(tablet, err)) {
        return;
    }
    oracle_read(tablet); /* what it states by itself: a case that left it was cleared */
    if (!tablet->is_app_up) {
        return;
    }
    oracle_sealed(tablet);
    if (!tablet->is_app_up) {
        return;
    }
    if (err != OK) {
        tablet->must_apply = true;
        world_wake(tablet->world, tablet->world->now_ms + 5000, WAKE_apply, tablet->index);
        return;
    }
    tablet->world->counts.answers += applied.answer_count;
    tablet->world->counts.introduced += applied.was_introduced;
    tablet->world->counts.replaced += applied.was_replaced;
    if (applied.was_replaced) {
        world_say(tablet->world, "t%u gets the number %u", (unsigned)tablet->index,
                  (unsigned)tablet->journey.device_no);
    }
    if (applied.case_count + applied.withdrawn_count > 0 || applied.has_more) {
        tablet->quiet_count = 0;
    }
    oracle_confirmed(tablet);
    if (applied.alarm_count + applied.held_count > 0 && tablet->is_app_up) {
        oracle_heard(tablet);
    }
    if (!tablet->is_app_up) {
        return;
    }
    if (applied.was_enrolled || applied.was_replaced || applied.has_new_policy) {
        err = journey_init(&tablet->journey, tablet->store, &tablet->clock, &tablet->rng,
                           &tablet->task);
        if (!tablet_after(tablet, err)) {
            return;
        }
    }
    if (applied.was_enrolled || applied.has_more || tablet->wants_ticket ||
        applied.answer_count + applied.quarantined_count > 0) {
        tablet_seal(tablet, applied.was_enrolled || applied.has_more);
    }
}

/* What is still to be done, NULL when nothing is; static. */
static enum err find_unrest(struct tablet *tablet, const char **unrest_out)
{
    struct store_outbox outbox;
    struct store_attachment *attachments = NULL;
    struct store_alarm *alarms = NULL;
    size_t waiting_count = 0;
    size_t count = 0;
    *unrest_out = NULL;
    TRY(store_outbox_read(tablet->store, &outbox));
    TRY(spool_waiting(&tablet->spool, &waiting_count));
    if (tablet->journey.device_no == 0) {
        *unrest_out = "not enrolled";
        return OK;
    }
    if (outbox.stored_seq != outbox.last_seq) {
        *unrest_out = "facts are not confirmed";
    } else if (waiting_count != 0) {
        *unrest_out = "envelopes wait";
    } else if (tablet->must_apply) {
        *unrest_out = "answers wait";
    }
    TRY(store_alarm_list(tablet->store, &tablet->task, true, &alarms, &count));
    if (*unrest_out == NULL && count > 0) {
        *unrest_out = "alarms are not heard";
    }
    TRY(store_attachment_list(tablet->store, &tablet->task, &attachments, &count));
    for (size_t i = 0; i < count && *unrest_out == NULL; i++) {
        if (attachments[i].state < ATTACHMENT_held && !attachments[i].is_missing) {
            *unrest_out = "attachments are not held";
        }
    }
    return OK;
}

bool tablet_is_quiet(struct tablet *tablet)
{
    if (!tablet->is_app_up) {
        tablet_boot(tablet);
        return false;
    }
    enum err err = find_unrest(tablet, &tablet->unrest);
    arena_reset(&tablet->task);
    if (!tablet_after(tablet, err) || err != OK) {
        tablet->unrest = "its store fails";
        return false;
    }
    tablet->quiet_count = tablet->unrest == NULL ? tablet->quiet_count + 1 : 0;
    if (tablet->quiet_count >= QUIET_ROUNDS) {
        return true;
    }
    tablet_seal(tablet, true);
    return false;
}

void tablet_free(struct tablet *tablet)
{
    if (tablet->is_app_up || tablet->store != NULL) {
        tablet->disk->is_off = true;
        app_end(tablet);
    }
    agent_end(tablet);
    disk_clear(&tablet->image);
    free(tablet->mirror);
    free(tablet->image_mirror);
    arena_deinit(&tablet->program);
    arena_deinit(&tablet->task);
    arena_deinit(&tablet->agent_arena);
}
