/* Goal: a call for help from a shut tablet counts as heard when headquarters heard that one, and
 * not an earlier one, whatever the tablet's clock says. */
#include "core/os/os.h"
#include "sync/spool/keyhole.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DEVICE_NO = 7 };

struct ear {
    struct arena arena;
    char folder[64];
    int64_t now_ms;
    struct clock clock;
    struct test_rng state;
    struct rng rng;
    struct envelope_keys hq;
    struct vault *vault;
    struct keyhole keyhole;
};

static struct clock_reading read_clock(void *context)
{
    const struct ear *ear = context;
    return (struct clock_reading){.wall_ms = ear->now_ms, .monotonic_ms = ear->now_ms};
}

static void ear_open(struct ear *ear)
{
    memset(ear, 0, sizeof *ear);
    arena_init(&ear->arena, 0);
    snprintf(ear->folder, sizeof ear->folder, "/tmp/doorstep-ear-XXXXXX");
    EXPECT(mkdtemp(ear->folder) != NULL);
    ear->now_ms = INT64_C(1790000000000);
    ear->clock = (struct clock){.read = read_clock, .context = ear};
    ear->rng = test_rng_make(&ear->state, 5);
    chain_keypair(&ear->rng, &ear->hq.public_key, &ear->hq.secret_key);
    const struct vault_options options = {.folder = ear->folder,
                                          .clock = &ear->clock,
                                          .rng = &ear->rng,
                                          .stretch_ops = 1,
                                          .stretch_kib = 8};
    EXPECT_OK(vault_open(&ear->arena, &options, &ear->vault));
    struct vault_owner owner = {.device_no = DEVICE_NO, .person_no = 2, .lang = "en"};
    memcpy(owner.hq_key, ear->hq.public_key.bytes, sizeof owner.hq_key);
    EXPECT_OK(vault_set_owner(ear->vault, &owner));
    EXPECT_OK(
        keyhole_open(&ear->keyhole, &ear->arena, ear->vault, ear->folder, &ear->clock, &ear->rng));
}

static void folder_remove(struct arena *arena, const char *folder)
{
    const char **names = NULL;
    size_t count = 0;
    if (os_folder_list(arena, folder, &names, &count) == OK) {
        for (size_t i = 0; i < count; i++) {
            const char *path = os_path(arena, folder, names[i]);
            if (unlink(path) != 0) {
                folder_remove(arena, path);
            }
        }
    }
    (void)rmdir(folder);
}

static void ear_close(struct ear *ear)
{
    keyhole_close(&ear->keyhole);
    vault_close(&ear->vault);
    folder_remove(&ear->arena, ear->folder);
    arena_deinit(&ear->arena);
}

static void ask(struct ear *ear)
{
    const struct keyhole_ask ask = {0};
    bool is_asked = false;
    EXPECT_OK(keyhole_ask(&ear->keyhole, &ear->arena, &ask, &is_asked));
    EXPECT(is_asked);
}

/* Headquarters answers what waits: the newest call that it has is of `alarm_at_ms`. */
static void answer(struct ear *ear, uint32_t refusal, int64_t alarm_at_ms)
{
    const ds_KeysDown down = {.refusal = refusal,
                              .hq_at_ms = (uint64_t)ear->now_ms,
                              .alarm_at_ms = (uint64_t)alarm_at_ms};
    struct wire_bytes envelope;
    struct keyhole_heard heard;
    EXPECT_INT(WIRE_ok, keys_answer_seal(&ear->arena, &down, ear->keyhole.tag, &ear->hq, DEVICE_NO,
                                         &ear->keyhole.reader.public_key, &envelope));
    const char *name = str_format(&ear->arena, "%s%s", ear->keyhole.stem, LAYOUT_ANSWER);
    EXPECT_OK(os_file_replace(os_path(&ear->arena, ear->keyhole.in, name), envelope.bytes,
                              envelope.size));
    EXPECT_OK(keyhole_take(&ear->keyhole, &ear->arena, &heard));
    EXPECT(heard.is_heard);
}

TEST(test_a_call_counts_as_heard_by_the_answer_to_its_own_envelope)
{
    struct ear ear;
    ear_open(&ear);
    int64_t first_at_ms = ear.now_ms;
    EXPECT_OK(keyhole_alarm(&ear.keyhole, false));
    EXPECT(keyhole_has_news(&ear.keyhole, false));
    ask(&ear);
    answer(&ear, WIRE_ok, first_at_ms);
    EXPECT(!keyhole_has_news(&ear.keyhole, false));
    EXPECT_OK(keyhole_recorded(&ear.keyhole));
    EXPECT_INT(0, ear.keyhole.alarm_count);
    ask(&ear); /* something else, on its way when help is needed again */
    ear.now_ms -= INT64_C(3600000);
    EXPECT_OK(keyhole_alarm(&ear.keyhole, true));
    answer(&ear, WIRE_ok, first_at_ms);
    EXPECT(keyhole_has_news(&ear.keyhole, false));
    ask(&ear);
    answer(&ear, WIRE_old_words, first_at_ms); /* of an earlier headquarters: it took none */
    EXPECT(keyhole_has_news(&ear.keyhole, false));
    ask(&ear);
    answer(&ear, WIRE_ok, first_at_ms);
    EXPECT(!keyhole_has_news(&ear.keyhole, false));
    ear_close(&ear);
}
