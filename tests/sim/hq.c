/* tests/sim/hq.c -- headquarters: the real api and store on a simulated disk. */
#include "core/os/os.h"
#include "sync/proto/bundle.h"
#include "sync/server/store/backup.h"
#include "sync/server/store/vault.h"
#include "tests/sim/hq_parts.h"

#include <stdlib.h>

enum { GROUP_MAX = API_QUEUE };

/* ---- up and down ---- */

static enum err open_hq(struct hq *hq)
{
    TRY(hq_store_open(&hq->store, HQ_FOLDER, HQ_ACCESS_write, true));
    const struct api_options options = {
        .folder = HQ_FOLDER,
        .store = hq->store,
        .keys = &hq->keys,
        .clock = &hq->clock,
        .rng = &hq->rng,
        .reader_count = hq->reader_count,
        .is_single_thread = true,
    };
    return api_start(&options, &hq->api);
}

static void close_hq(struct hq *hq)
{
    bool is_off = hq->disk->is_off;
    hq->disk->is_off = true; /* killed: nothing more reaches the disk */
    if (hq->api != NULL) {
        api_stop(hq->api);
        hq->api = NULL;
    }
    hq_store_close(hq->store);
    hq->store = NULL;
    hq->disk->is_off = is_off;
    hq->is_up = false;
    for (size_t i = 0; i < hq->inbox_count; i++) { /* connections break */
        net_fail(hq->world, hq->inbox[i], ERR_timed_out, 1000);
        post_drop(hq->inbox[i]);
    }
    hq->inbox_count = 0;
}

void hq_down(struct hq *hq, bool is_cut, int64_t pause_ms)
{
    world_say(hq->world, "hq %s at step %llu", is_cut ? "loses power" : "is killed",
              (unsigned long long)hq->disk->step_count);
    disk_stop(hq->disk, is_cut);
    close_hq(hq);
    world_wake(hq->world, hq->world->now_ms + pause_ms, WAKE_hq_boot, 0);
}

/* As the command does it after it restored. */
static void look_on_writer(void *context, struct hq_store *store)
{
    struct hq *hq = context;
    struct vault_looked looked;
    if (hq_begin(store) != OK) {
        return;
    }
    struct revocation *items = NULL;
    size_t count = 0;
    uint64_t again_count = 0;
    enum err read_err = revocation_read(&hq->task, "/vault/" REVOCATION_NAME, &items, &count);
    const char *from = str_format(&hq->task, "/vault/%s", hq->backup_name);
    enum err log_err = backup_came_back(store, from);
    struct ingest *ingest = ingest_start(&hq->task, store, hq->world->now_ms);
    enum err err = log_err == OK ? vault_look(ingest, HQ_FOLDER, false, &looked) : log_err;
    if (err == OK && read_err == OK) {
        err = revocation_apply(ingest, items, count, &again_count);
    }
    enum err finish_err = ingest_finish(ingest);
    if (err == OK && finish_err == OK) {
        err = hq_commit(store);
    } else {
        hq_rollback(store);
    }
    hq->was_restored = err != OK || read_err != OK;
}

void hq_boot(struct hq *hq)
{
    disk_start(hq->disk);
    hq->machine_clock.boot++;
    hq->machine_clock.booted_at_ms = hq->world->now_ms;
    enum err err = open_hq(hq);
    hq->is_up = true;
    hq->world->counts.hq_boots++;
    if (err != OK || hq->disk->is_off) {
        if (!hq->disk->is_off && hq->is_rotten) {
            world_say(hq->world, "hq does not open its database: %s", err_name(err));
            hq_come_back(hq);
            return;
        }
        if (!hq->disk->is_off && !hq->disk->was_starved) {
            world_fail(hq->world, "headquarters does not open its database: %s", err_name(err));
        }
        hq_down(hq, hq->disk->was_cut, 10000);
        return;
    }
    if (hq->was_restored) {
        api_on_writer(hq->api, look_on_writer, hq);
        arena_reset(&hq->task);
    }
    if (hq_after(hq)) {
        oracle_all_confirmed(hq->world);
    }
}

bool hq_after(struct hq *hq)
{
    if (hq->disk->is_off && hq->is_up) {
        hq_down(hq, hq->disk->was_cut, luck_between(&hq->luck, 2000, 1800000));
    }
    return hq->is_up;
}

void hq_enrol_code(struct hq *hq, uint32_t person_no, const char *code)
{
    struct chain_link hash = api_code_hash(str_from(code));
    CHECK(hq_begin(hq->store) == OK);
    struct hq_query query = hq_query(hq->store, SQL_HQ_enrol_code_add);
    hq_bind_bytes(&query, "$hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_i64(&query, "$made_at_ms", hq->world->now_ms);
    hq_bind_i64(&query, "$expires_at_ms", hq->world->now_ms + INT64_C(90) * 86400000);
    CHECK(hq_run(&query) == OK);
    CHECK(hq_commit(hq->store) == OK);
}

void hq_make(struct world *world)
{
    struct hq *hq = &world->hq;
    uint64_t seed = world->script.seed;
    hq->world = world;
    hq->disk = disks_add("hq", seed);
    hq->disk->now_ms = &world->now_ms;
    if (!world->script.is_fresh) {
        disk_copy_file(hq->disk, "hq.db", disk_find(&world_template, "hq.db"));
    }
    (void)disks_add("vault", seed);
    (void)disks_add("usb", seed);
    hq->machine_clock =
        (struct machine_clock){.now_ms = &world->now_ms, .booted_at_ms = world->now_ms, .boot = 1};
    hq->clock = machine_clock_table(&hq->machine_clock);
    hq->luck = luck_make(seed, 2);
    hq->rng = luck_rng(&hq->luck);
    hq->reader_count = world->script.is_shared ? 1 : 0;
    arena_init(&hq->arena, 0);
    arena_init(&hq->task, 256 * 1024);
    CHECK(api_keys(&hq->arena, HQ_FOLDER, true, &hq->rng, &hq->keys) == OK);
    CHECK(open_hq(hq) == OK);
    hq->is_up = true;
    CHECK(hq_fill(hq) == OK);
    arena_reset(&hq->task);
}

void hq_free(struct hq *hq)
{
    if (hq->store != NULL) {
        close_hq(hq);
    }
    free(hq->inbox);
    arena_deinit(&hq->arena);
    arena_deinit(&hq->task);
}

uint64_t hq_given(struct hq *hq)
{
    uint64_t sum = 0;
    bool is_known = true;
    for (int64_t device_no = 1; is_known; device_no++) {
        struct hq_query query = hq_query(hq->store, SQL_HQ_device_feed_seq);
        hq_bind_i64(&query, "$device_no", device_no);
        is_known = hq_next(&query);
        sum += is_known ? (uint64_t)hq_i64(&query, 0) : 0;
        CHECK(hq_end(&query) == OK); /* nothing fails any more */
    }
    return sum;
}

/* ---- envelopes ---- */

/* True: headquarters said that it failed. */
static bool send_back(struct hq *hq, struct post *post, struct wire_bytes answer)
{
    uint32_t code = WIRE_ok;
    bool is_busy = envelope_read_refusal(answer, &code) == WIRE_ok &&
                   (code == WIRE_overloaded || code == WIRE_hq_failed);
    net_answer(hq->world, post, answer);
    if (is_busy && post->status == 200) { /* as the route does it */
        post->status = 503;
        post->retry_after_s = 5 + (int64_t)luck_below(&hq->luck, 26);
    }
    return code == WIRE_hq_failed;
}

void hq_group(struct hq *hq)
{
    hq->has_group = false;
    if (!hq->is_up || hq->inbox_count == 0) {
        return;
    }
    size_t count = hq->inbox_count < GROUP_MAX ? hq->inbox_count : GROUP_MAX;
    struct wire_bytes envelopes[GROUP_MAX];
    struct wire_bytes answers[GROUP_MAX];
    struct post *posts[GROUP_MAX];
    bool has_failure = false;
    for (size_t i = 0; i < count; i++) {
        posts[i] = hq->inbox[i];
        envelopes[i] = (struct wire_bytes){posts[i]->bytes, posts[i]->size};
    }
    hq->inbox_count -= count;
    memmove(hq->inbox, hq->inbox + count, hq->inbox_count * sizeof(struct post *));
    api_step(hq->api, &hq->task, envelopes, count, answers);
    hq->world->counts.groups++;
    bool is_alive = !hq->disk->is_off;
    for (size_t i = 0; i < count; i++) {
        if (is_alive) {
            has_failure = send_back(hq, posts[i], answers[i]) || has_failure;
        } else {
            net_fail(hq->world, posts[i], ERR_timed_out, 1000);
        }
        post_drop(posts[i]);
    }
    arena_reset(&hq->task);
    if (has_failure && hq_notice(hq)) {
        return;
    }
    if (hq_after(hq) && hq->inbox_count > 0) {
        hq->has_group = true;
        world_wake(hq->world, hq->world->now_ms + 5, WAKE_group, 0);
    }
}

/* ---- sticks ---- */

bool hq_bundle(struct hq *hq, const char *path, const char *answers_path)
{
    MEMORY_OF(hq->disk);
    struct str bytes;
    struct bundle_item *items = NULL;
    size_t count = 0;
    if (!hq->is_up || os_file_read(&hq->task, path, BUNDLE_SIZE_MAX, &bytes) != OK) {
        return false;
    }
    enum wire wire = bundle_read(
        &hq->task, (struct wire_bytes){(const uint8_t *)bytes.bytes, bytes.size}, &items, &count);
    if (wire != WIRE_ok) {
        world_fail(hq->world, "a bundle is refused: %s", wire_name(wire));
        return false;
    }
    struct bundle_item *answers = ARENA_ARRAY(&hq->task, count + 1, struct bundle_item);
    for (size_t i = 0; i < count; i++) {
        struct wire_bytes answer = api_envelope(hq->api, &hq->task, items[i].bytes);
        size_t stem_size = strlen(items[i].name) - strlen(LAYOUT_ENVELOPE);
        answers[i] = (struct bundle_item){
            .type = BUNDLE_answer,
            .name = str_format(&hq->task, "%.*s%s", (int)stem_size, items[i].name, LAYOUT_ANSWER),
            .bytes = answer,
        };
    }
    bool is_alive = hq_after(hq);
    struct wire_bytes whole;
    if (is_alive) {
        CHECK(bundle_write(&hq->task, answers, count, &whole) == WIRE_ok);
        CHECK(os_file_replace(answers_path, whole.bytes, whole.size) == OK);
    }
    arena_reset(&hq->task);
    return is_alive;
}

static void arm(struct hq *hq, const struct step *step)
{
    struct luck luck = {step->lot};
    struct disk *disk = hq->disk;
    uint64_t ahead = luck_below(&luck, luck_is(&luck, 500) ? 40 : 400) + 1;
    switch (step->kind) {
    case STEP_hq_arm_cut:
        disk->faults.cut_at = disk->step_count + ahead;
        return;
    case STEP_hq_arm_kill:
        disk->faults.kill_at = disk->step_count + ahead;
        return;
    case STEP_hq_arm_fail:
        disk->faults.fail_at = disk->step_count + ahead;
        return;
    case STEP_hq_arm_read_fail:
        disk->faults.read_fail_at = (uint32_t)(disk->read_count + ahead);
        return;
    case STEP_hq_arm_full:
        disk->faults.full_at = disk->step_count + ahead;
        disk->faults.relief_at = disk->faults.full_at + luck_below(&luck, 300) + 1;
        hq->world->counts.disk_full++;
        return;
    case STEP_hq_arm_memory:
        memory_arm(disk, &luck);
        return;
    default:
        UNREACHABLE();
    }
}

void hq_step(struct hq *hq, const struct step *step)
{
    world_say(hq->world, "%s", step_name(step->kind));
    if (step->kind >= STEP_hq_arm_cut && step->kind <= STEP_hq_arm_memory) {
        arm(hq, step);
        return;
    }
    if (step->kind == STEP_hq_restore) {
        struct luck luck = {step->lot};
        hq_restore(hq, &luck);
        return;
    }
    if (step->kind == STEP_hq_jump) {
        struct luck luck = {step->lot};
        hq->machine_clock.ahead_ms = luck_between(&luck, -HQ_AHEAD_MAX_MS, HQ_AHEAD_MAX_MS);
        return;
    }
    if (step->kind == STEP_hq_rot) {
        struct luck luck = {step->lot};
        hq_rot(hq, &luck);
        return;
    }
    if (!hq->is_up) {
        return;
    }
    if (step->kind == STEP_hq_cut) {
        hq_down(hq, true, luck_between(&hq->luck, 2000, 3600000));
    } else if (step->kind == STEP_hq_backup) {
        hq_backup_step(hq);
        (void)hq_after(hq);
    } else {
        hq_work(hq, step);
    }
}
