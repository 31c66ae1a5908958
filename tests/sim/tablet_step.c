/* tests/sim/tablet_step.c -- what is done to a tablet: work, faults, images of it. */
#include "sync/proto/layout.h"
#include "tests/sim/tablet_parts.h"

#include <stdlib.h>

static uint64_t steps_ahead(struct luck *luck)
{
    return luck_is(luck, 700) ? luck_below(luck, 60) + 1 : luck_below(luck, 600) + 1;
}

static void snapshot(struct tablet *tablet)
{
    if (tablet->journey.device_no == 0) {
        return; /* an image without a key would need a new code */
    }
    if (tablet->is_app_up) {
        tablet_power_off(tablet, false, 2000);
    }
    disk_copy(&tablet->image, tablet->disk);
    tablet->has_image = true;
    tablet->image_count = tablet->mirror_count;
    tablet->image_mirror =
        realloc(tablet->image_mirror, (tablet->mirror_count + 1) * sizeof(uint32_t));
    CHECK(tablet->image_mirror != NULL);
    if (tablet->mirror_count > 0) {
        memcpy(tablet->image_mirror, tablet->mirror, tablet->mirror_count * sizeof(uint32_t));
    }
}

void tablet_restore(struct tablet *tablet)
{
    if (!tablet->has_image) {
        return;
    }
    if (tablet->is_app_up) {
        tablet_power_off(tablet, false, 2000);
    }
    tablet->disk->is_off = false;
    tablet->disk->was_cut = false;
    tablet->is_rotten = false;
    oracle_forget_tablet(tablet, 0);
    disk_copy(tablet->disk, &tablet->image);
    if (tablet->mirror_capacity < tablet->image_count) {
        tablet->mirror_capacity = tablet->image_count;
        tablet->mirror = realloc(tablet->mirror, tablet->mirror_capacity * sizeof(uint32_t));
        CHECK(tablet->mirror != NULL);
    }
    for (size_t i = 0; i < tablet->image_count; i++) {
        tablet->mirror[i] = tablet->image_mirror[i];
        tablet->world->oracle.facts[tablet->mirror[i] - 1].holder_count++;
        tablet->world->oracle.facts[tablet->mirror[i] - 1].is_lost_legally = false;
    }
    tablet->mirror_count = tablet->image_count;
    tablet->confirmed_seq = 0;
    tablet->is_excused = tablet->world->oracle.hq_restored_at != 0;
    tablet->draft_hash = 0;
    tablet->is_draft_unsure = true;
    tablet->world->counts.restores++;
    world_say(tablet->world, "t%u is an older image with %zu facts", (unsigned)tablet->index,
              tablet->mirror_count);
    tablet_boot_later(tablet, 3000);
}

void tablet_clone(struct tablet *from, struct tablet *to)
{
    disk_copy(to->disk, from->disk);
    to->mirror = malloc((from->mirror_count + TABLET_MIRROR_FIRST) * sizeof(uint32_t));
    CHECK(to->mirror != NULL);
    to->mirror_capacity = from->mirror_count + TABLET_MIRROR_FIRST;
    for (size_t i = 0; i < from->mirror_count; i++) {
        to->mirror[i] = from->mirror[i];
        to->world->oracle.facts[to->mirror[i] - 1].holder_count++;
    }
    to->mirror_count = from->mirror_count;
    to->machine_clock.ahead_ms = from->machine_clock.ahead_ms;
    to->is_draft_unsure = true;
    to->is_excused = to->world->oracle.hq_restored_at != 0; /* it shows what was true then */
    to->is_on = true;
    tablet_boot_later(to, 3000);
    to->world->counts.clones++;
    world_say(to->world, "t%u is a clone of t%u", (unsigned)to->index, (unsigned)from->index);
}

static void rot(struct tablet *tablet, struct luck *luck)
{
    size_t count = 0;
    for (size_t i = 0; i < tablet->disk->file_count; i++) {
        count += strncmp(tablet->disk->files[i]->path, LAYOUT_SPOOL, strlen(LAYOUT_SPOOL)) == 0;
    }
    uint64_t lot = count == 0 ? 0 : luck_below(luck, count);
    for (size_t i = 0; count > 0 && i < tablet->disk->file_count; i++) {
        struct disk_file *file = tablet->disk->files[i];
        if (strncmp(file->path, LAYOUT_SPOOL, strlen(LAYOUT_SPOOL)) == 0 && lot-- == 0) {
            disk_rot(tablet->disk, file);
            return;
        }
    }
}

/* The database or its log. What is found to be damaged is never shown: the workshop puts the
 * image of this moment back, and headquarters tells of what the tablet had sent. A flip in the
 * end of the log looks like a write that power cut short: what was committed there is gone. */
static void rot_store(struct tablet *tablet, struct luck *luck)
{
    static const char *const suffixes[] = {"", "-wal"};
    if (tablet->is_rotten || tablet->journey.device_no == 0) {
        return; /* nobody noticed yet: an image of now would be damaged too */
    }
    snapshot(tablet);
    const char *suffix = suffixes[luck_below(luck, 2)];
    const char *name = strrchr(tablet->database, '/') + 1;
    for (size_t i = 0; i < tablet->disk->file_count; i++) {
        struct disk_file *file = tablet->disk->files[i];
        size_t size = strlen(name);
        if (strncmp(file->path, name, size) == 0 && strcmp(file->path + size, suffix) == 0 &&
            file->size > 0) {
            disk_rot(tablet->disk, file);
            tablet->is_rotten = true;
            tablet->draft_hash = 0;
            tablet->is_draft_unsure = true;
        }
    }
}

/* The folder is emptied, or single files are: a cleaning program, or a repaired file system. */
static void lose_spool(struct tablet *tablet, struct luck *luck)
{
    bool is_whole = luck_is(luck, 400);
    struct disk_faults faults = tablet->disk->faults;
    bool is_off = tablet->disk->is_off;
    tablet->disk->faults = (struct disk_faults){0};
    tablet->disk->is_off = false;
    for (size_t i = tablet->disk->file_count; i-- > 0;) {
        struct disk_file *file = tablet->disk->files[i];
        if (strncmp(file->path, LAYOUT_SPOOL "/", strlen(LAYOUT_SPOOL "/")) == 0 &&
            (is_whole || luck_is(luck, 400))) {
            CHECK(disk_remove(tablet->disk, file, true) == OK);
        }
    }
    tablet->disk->faults = faults;
    tablet->disk->is_off = is_off;
}

static void fault(struct tablet *tablet, const struct step *step, struct luck *luck)
{
    struct world *world = tablet->world;
    struct disk *disk = tablet->disk;
    int64_t pause_ms = luck_between(luck, 2000, 1800000);
    switch (step->kind) {
    case STEP_kill_app:
        if (tablet->is_app_up) {
            tablet_power_off(tablet, false, 2000);
        }
        return;
    case STEP_kill_agent:
        if (tablet->is_app_up) {
            tablet_agent_start(tablet);
        }
        return;
    case STEP_cut:
        if (tablet->is_app_up) {
            tablet_power_off(tablet, true, pause_ms);
        }
        return;
    case STEP_arm_cut:
        disk->faults.cut_at = disk->step_count + steps_ahead(luck);
        return;
    case STEP_arm_kill:
        disk->faults.kill_at = disk->step_count + steps_ahead(luck);
        return;
    case STEP_arm_fail:
        disk->faults.fail_at = disk->step_count + steps_ahead(luck);
        return;
    case STEP_arm_read_fail:
        disk->faults.read_fail_at = (uint32_t)(disk->read_count + steps_ahead(luck));
        return;
    case STEP_arm_full:
        disk->faults.full_at = disk->step_count + steps_ahead(luck);
        disk->faults.relief_at = disk->faults.full_at + steps_ahead(luck);
        world->counts.disk_full++;
        return;
    case STEP_arm_memory:
        memory_arm(disk, luck);
        return;
    case STEP_rot_store:
        rot_store(tablet, luck);
        return;
    case STEP_rot: /* at rest */
        if (tablet->is_app_up) {
            tablet_power_off(tablet, false, pause_ms);
        }
        rot(tablet, luck);
        return;
    case STEP_lose_spool: /* at rest */
        if (tablet->is_app_up) {
            tablet_power_off(tablet, false, pause_ms);
        }
        if (tablet->journey.device_no != 0) { /* a code that is on its way would be lost */
            lose_spool(tablet, luck);
        }
        return;
    case STEP_jump:
        world->counts.jumps++;
        tablet->machine_clock.ahead_ms +=
            luck_is(luck, 500)
                ? luck_between(luck, -600000, 600000)
                : luck_between(luck, -3, 3) * 86400000 + luck_between(luck, -86400000, 86400000);
        return;
    case STEP_dead_clock:
        world->counts.jumps++;
        tablet->machine_clock.ahead_ms = INT64_C(1577836800000) - world->now_ms; /* 2020 */
        if (tablet->is_app_up) {
            tablet_power_off(tablet, true, pause_ms);
        }
        return;
    case STEP_away:
        tablet->away_until_ms = world->now_ms + luck_between(luck, 60000, 8 * 3600000);
        return;
    case STEP_stay_away:
        tablet->away_until_ms = world->now_ms + 3700000;
        return;
    case STEP_weather:
        tablet->trouble = (uint32_t)luck_between(luck, 0, 600);
        return;
    case STEP_update:
        world->counts.updates++;
        tablet->app_version += 1 + (uint32_t)luck_below(luck, 3);
        if (tablet->is_app_up) {
            tablet_power_off(tablet, false, 4000);
        }
        return;
    case STEP_snapshot:
        snapshot(tablet);
        return;
    case STEP_restore:
        if (tablet->has_image) {
            tablet_restore(tablet);
        } else { /* an image of now comes back in some hours */
            snapshot(tablet);
            world_wake(world, world->now_ms + luck_between(luck, 600000, 30 * 3600000), WAKE_step,
                       tablet->index)
                ->lot = (uint64_t)(step - world->script.steps);
        }
        return;
    case STEP_clone:
        if (world->tablet_count < world->tablet_capacity && tablet->journey.device_no != 0) {
            if (tablet->is_app_up) {
                tablet_power_off(tablet, false, 2000);
            }
            tablet_clone(tablet, tablet_make(world, tablet->person_no));
        }
        return;
    case STEP_forge:
        forger_send(tablet, luck);
        return;
    case STEP_forge_answer:
        tablet->has_forged_answer = true;
        return;
    default:
        UNREACHABLE();
    }
}

/* What waits goes to headquarters on a stick; the answers come back on it. */
static void bundle(struct tablet *tablet)
{
    char up[32];
    char down[32];
    struct spool_carried carried = {0};
    struct spool_applied applied;
    enum wire refusal = WIRE_ok;
    snprintf(up, sizeof up, "/usb/%u-up.dsb", (unsigned)tablet->index);
    snprintf(down, sizeof down, "/usb/%u-down.dsb", (unsigned)tablet->index);
    enum err err = spool_export(&tablet->spool, up, &carried);
    arena_reset(&tablet->task);
    if (!tablet_after(tablet, err == ERR_not_found ? OK : err) || err != OK ||
        !hq_bundle(&tablet->world->hq, up, down)) {
        return;
    }
    err = spool_import(&tablet->spool, down, &refusal, &carried, &applied);
    arena_reset(&tablet->task);
    if (err != OK) { /* the answers lie in the spool: the app looks there again */
        tablet->must_apply = true;
        world_wake(tablet->world, tablet->world->now_ms + 60000, WAKE_apply, tablet->index);
    }
    tablet->world->counts.bundles++;
    if (refusal != WIRE_ok) {
        world_fail(tablet->world, "tablet %u: the bundle of answers is refused: %s",
                   (unsigned)tablet->index, wire_name(refusal));
    }
    if (tablet_after(tablet, err)) {
        oracle_confirmed(tablet);
    }
}

void tablet_step(struct tablet *tablet, const struct step *step)
{
    struct luck luck = {step->lot};
    world_say(tablet->world, "t%u %s", (unsigned)tablet->index, step_name(step->kind));
    if (step->kind >= STEP_kill_app) {
        fault(tablet, step, &luck);
        return;
    }
    if (!tablet->is_app_up || tablet->journey.device_no == 0) {
        return;
    }
    tablet_enter(tablet);
    if (step->kind == STEP_visit) {
        work_visit(tablet, &luck);
    } else if (step->kind == STEP_act) {
        work_act(tablet, &luck);
    } else if (step->kind == STEP_day) {
        work_day(tablet, &luck);
    } else if (step->kind == STEP_attach) {
        work_attach(tablet, &luck);
    } else if (step->kind == STEP_bundle) {
        bundle(tablet);
    } else {
        tablet_seal(tablet, true);
    }
    arena_reset(&tablet->task);
}

void tablet_visit_on(struct tablet *tablet, uint64_t lot)
{
    struct luck luck = {lot};
    if (tablet->journey.device_no != 0) {
        tablet_enter(tablet);
        work_visit_on(tablet, &luck);
        arena_reset(&tablet->task);
    }
}
