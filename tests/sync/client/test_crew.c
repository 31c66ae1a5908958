/* Several collectors of one tablet: what is urgent goes first whoever it belongs to, and nobody's
 * week of visits holds up another's. */
#include "sync/client/crew.h"

#include "sync/proto/envelope.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

static const uint8_t ANSWER[] = {ENVELOPE_FORMAT << 4 | ENVELOPE_answer, 1, 2, 3, 4};

struct stage {
    struct arena arena, task;
    char folder[64];
    struct crew crew;
    struct test_rng rng_state;
    struct rng rng;
    int64_t now_ms;
    struct clock clock;
    char posted[512]; /* bodies, in order, with blanks between */
    const char *failing_url;
};

static struct clock_reading read_clock(void *context)
{
    struct stage *stage = context;
    return (struct clock_reading){
        .wall_ms = 1763863200000 + stage->now_ms, .monotonic_ms = stage->now_ms, .boot = 1};
}

static enum err post(void *context, struct arena *arena, const char *url, const void *body,
                     size_t body_size, struct transport_response *response_out)
{
    struct stage *stage = context;
    size_t size = strlen(stage->posted);
    snprintf(stage->posted + size, sizeof stage->posted - size, "%s%.*s", size > 0 ? " " : "",
             (int)body_size, (const char *)body);
    if (stage->failing_url != NULL && strstr(url, stage->failing_url) != NULL) {
        *response_out = (struct transport_response){0};
        return ERR_offline;
    }
    *response_out = (struct transport_response){.status = 200,
                                                .body = arena_copy(arena, ANSWER, sizeof ANSWER),
                                                .body_size = sizeof ANSWER};
    return OK;
}

static const char *spool(struct stage *stage, int place)
{
    return place == 0 ? os_path(&stage->arena, stage->folder, LAYOUT_SPOOL)
                      : str_format(&stage->arena, "%s/" LAYOUT_PEOPLE "/%d/" LAYOUT_SPOOL,
                                   stage->folder, place);
}

static void put(struct stage *stage, int place, enum layout_class class_, uint64_t seq,
                const char *text)
{
    char stem[LAYOUT_STEM_SIZE];
    const struct layout_name name = {class_, seq, seq};
    layout_stem(stem, &name);
    const char *path = str_format(&stage->arena, "%s/" LAYOUT_OUT "/%s" LAYOUT_ENVELOPE,
                                  spool(stage, place), stem);
    EXPECT_OK(os_file_replace(path, text, strlen(text)));
}

static void join(struct stage *stage, int place)
{
    const char *folder = spool(stage, place);
    const char *conf = str_format(&stage->arena, "url=http://hq%d.example/\n", place);
    EXPECT_OK(os_folder_make(os_path(&stage->arena, folder, LAYOUT_OUT)));
    EXPECT_OK(os_folder_make(os_path(&stage->arena, folder, LAYOUT_IN)));
    EXPECT_OK(os_file_replace(os_path(&stage->arena, folder, LAYOUT_CONF), conf, strlen(conf)));
}

static struct stage *stage_open(int people)
{
    struct stage *stage = calloc(1, sizeof *stage);
    arena_init(&stage->arena, 0);
    arena_init(&stage->task, 0);
    snprintf(stage->folder, sizeof stage->folder, "/tmp/doorstep-crew-XXXXXX");
    EXPECT(mkdtemp(stage->folder) != NULL);
    stage->rng = test_rng_make(&stage->rng_state, 1);
    stage->clock = (struct clock){.read = read_clock, .context = stage};
    for (int place = 0; place < people; place++) {
        join(stage, place);
    }
    const struct transport transport = {.post = post, .context = stage};
    EXPECT_OK(crew_open(&stage->crew, &stage->arena, stage->folder, &stage->clock, &stage->rng,
                        &transport, NULL));
    return stage;
}

static void stage_close(struct stage *stage)
{
    crew_close(&stage->crew);
    EXPECT_INT(0, system(str_format(&stage->arena, "rm -rf '%s'", stage->folder)));
    arena_deinit(&stage->task);
    arena_deinit(&stage->arena);
    free(stage);
}

static void run(struct stage *stage, int steps)
{
    for (int i = 0; i < steps; i++) {
        enum agent_step step;
        int64_t wait_ms = 0;
        EXPECT_OK(crew_step(&stage->crew, &stage->task, &step, &wait_ms));
        stage->now_ms += wait_ms;
    }
}

TEST(test_a_tablet_of_one_is_served_as_ever)
{
    struct stage *stage = stage_open(1);
    put(stage, 0, LAYOUT_CLASS_text, 2, "two");
    put(stage, 0, LAYOUT_CLASS_text, 1, "one");
    run(stage, 4);
    EXPECT_TEXT("one two", stage->posted);
    stage_close(stage);
}

TEST(test_an_alarm_of_one_goes_before_all_of_another)
{
    struct stage *stage = stage_open(3);
    put(stage, 0, LAYOUT_CLASS_text, 1, "text0");
    put(stage, 1, LAYOUT_CLASS_photo, 1, "photo1");
    put(stage, 1, LAYOUT_CLASS_keys, 1, "keys1");
    put(stage, 2, LAYOUT_CLASS_alarm, 1, "alarm2");
    run(stage, 6);
    EXPECT_TEXT("alarm2 keys1 text0 photo1", stage->posted);
    stage_close(stage);
}

TEST(test_what_is_equally_urgent_goes_in_turn)
{
    struct stage *stage = stage_open(2);
    static const char *const texts[] = {"a1", "a2", "a3"};
    for (uint64_t i = 0; i < COUNT(texts); i++) {
        put(stage, 0, LAYOUT_CLASS_text, i + 1, texts[i]);
    }
    put(stage, 1, LAYOUT_CLASS_text, 1, "b1");
    put(stage, 1, LAYOUT_CLASS_text, 2, "b2");
    run(stage, 8);
    EXPECT_TEXT("a1 b1 a2 b2 a3", stage->posted);
    stage_close(stage);
}

TEST(test_one_who_cannot_be_sent_for_holds_up_nobody)
{
    struct stage *stage = stage_open(2);
    stage->failing_url = "hq0";
    put(stage, 0, LAYOUT_CLASS_text, 1, "a1");
    put(stage, 1, LAYOUT_CLASS_text, 1, "b1");
    put(stage, 1, LAYOUT_CLASS_text, 2, "b2");
    run(stage, 4);
    EXPECT_TEXT("a1 b1 b2", stage->posted);
    stage_close(stage);
}

TEST(test_people_who_join_and_leave_are_noticed)
{
    struct stage *stage = stage_open(1);
    run(stage, 2);
    join(stage, 4);
    put(stage, 4, LAYOUT_CLASS_join, 0, "joins");
    run(stage, 4);
    EXPECT_TEXT("joins", stage->posted);
    EXPECT_INT(0, system(str_format(&stage->arena, "rm -rf '%s/people/4'", stage->folder)));
    run(stage, 4);
    EXPECT(!stage->crew.members[4].is_on);
    stage_close(stage);
}

TEST(test_another_agent_of_the_tablet_is_told_apart)
{
    struct stage *stage = stage_open(1);
    struct crew second;
    const struct transport transport = {.post = post, .context = stage};
    /* A lock is the process's in other systems; here an open file's, so the same process counts. */
    EXPECT_ERR(ERR_busy, crew_open(&second, &stage->arena, stage->folder, &stage->clock,
                                   &stage->rng, &transport, NULL));
    stage_close(stage);
}
