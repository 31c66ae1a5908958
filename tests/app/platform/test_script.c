#include "app/platform/script.h"
#include "tests/app/ui/example_screen.h"
#include "tests/app/ui/stage.h"

TEST(test_script_reads_every_command)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct script script;
    const char *problem = "";
    EXPECT_OK(script_parse(&arena, "s",
                           STR("# a comment\n"
                               "\n"
                               "tap \"开始拜访\"\n"
                               "  tap #visit:1/call  \r\n"
                               "press #a\n"
                               "type \"a \\\"b\\\" \\\\ #\"\n"
                               "key back\n"
                               "drag 1 -2 3 4\n"
                               "drag 1 2 3 4 500\n"
                               "slide #s\n"
                               "scroll #list -300\n"
                               "wait 200\n"
                               "await \"x\"\n"
                               "await #k 5000\n"
                               "expect \"x\"\n"
                               "expect_not #k\n"
                               "shot a.png\n"
                               "dump b.txt\n"
                               "lint\n"
                               "quit"),
                           &script, &problem));
    EXPECT_INT(18, script.count);
    EXPECT_TEXT("开始拜访", script.commands[0].text);
    EXPECT_INT(3, script.commands[0].line);
    EXPECT(script.commands[1].is_key);
    EXPECT_TEXT("visit:1/call", script.commands[1].text);
    EXPECT_TEXT("a \"b\" \\ #", script.commands[3].text);
    EXPECT_INT(INPUT_KEY_back, script.commands[4].key);
    EXPECT_INT(-2, script.commands[5].number[1]);
    EXPECT_INT(5, script.commands[6].number_count);
    EXPECT_INT(-300, script.commands[8].number[0]);
    arena_deinit(&arena);
}

TEST(test_script_says_where_it_is_wrong)
{
    static const struct {
        const char *text, *problem;
    } rows[] = {
        {"tip \"x\"", "s:1: no such command: tip"},
        {"\n\ntap", "s:3: a text in double quotes is missing"},
        {"tap x", "s:1: a text in double quotes is missing"},
        {"tap \"x", "s:1: the closing quote is missing"},
        {"tap #", "s:1: a key is missing after #"},
        {"tap \"x\" y", "s:1: too much on this line"},
        {"wait", "s:1: a number is missing"},
        {"wait soon", "s:1: a whole number is expected"},
        {"wait 1e9", "s:1: a whole number is expected"},
        {"wait 9999999", "s:1: a whole number is expected"},
        {"drag 1 2 3", "s:1: a number is missing"},
        {"drag 1 2 3 4 5 6", "s:1: too much on this line"},
        {"scroll \"x\" 3", "s:1: a #key is expected"},
        {"key f1", "s:1: no such key; use back, enter, backspace, left, right, home or end"},
        {"shot", "s:1: a path is missing"},
        {"type \"\xFF\"", "s:1: the text is not UTF-8"},
        {"quit now", "s:1: too much on this line"},
    };
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct script script;
        const char *problem = "";
        EXPECT_ERR(ERR_malformed,
                   script_parse(&arena, "s", str_from(rows[i].text), &script, &problem));
        EXPECT_TEXT(rows[i].problem, problem);
    }
    arena_deinit(&arena);
}

/* Goal: no bytes whatever crash the reader. */
TEST(test_script_survives_any_bytes)
{
    static const char seed[] = "tap \"a\" #k drag 1 2 3 4 wait \\\n\r\t -\xE4\xBD\xA0";
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 5);
    struct arena arena;
    arena_init(&arena, 0);
    size_t accepted = 0;
    for (int round = 0; round < 20000; round++) {
        arena_reset(&arena);
        char text[64];
        size_t size = (size_t)rng_below(&rng, sizeof text);
        for (size_t i = 0; i < size; i++) {
            text[i] = rng_below(&rng, 10) == 0 ? (char)rng_u64(&rng)
                                               : seed[rng_below(&rng, sizeof seed - 1)];
        }
        struct script script;
        const char *problem = NULL;
        enum err err = script_parse(&arena, "s", (struct str){text, size}, &script, &problem);
        EXPECT(err == OK || (err == ERR_malformed && problem != NULL));
        accepted += err == OK;
    }
    EXPECT(accepted > 0);
    arena_deinit(&arena);
}

static void example_build(struct ui *ui, void *context)
{
    example_frame(ui, context);
}

TEST(test_script_finds_what_a_person_would_name)
{
    static const struct {
        const char *name, *text;
        bool is_key;
        const char *key; /* NULL: a problem that begins with `problem` */
        const char *problem;
    } rows[] = {
        {"whole name", "开始拜访", false, "start", NULL},
        {"part of a name", "始拜", false, "start", NULL},
        {"key", "next/call", true, "next/call", NULL},
        {"a text inside an action", "已完成", false, "stop:2", NULL},
        {"two of that name", "陈示例", false, NULL, "\"陈示例\" means both #stop:0 and #stop:1"},
        {"a text that is no action", "逾期天数", false, NULL, "\"逾期天数\" is not there; on the"},
        {"nothing", "没有", false, NULL, "\"没有\" is not there; on the screen:"},
        {"no such key", "none", true, NULL, "#none is not there; on the screen:"},
    };
    struct example example = example_make(&example_zh, EXAMPLE_today);
    struct stage stage;
    stage_open(&stage, &stage_tablet, example_build, &example);
    stage_settle(&stage);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct script_command command = {
            .verb = SCRIPT_tap, .text = rows[i].text, .is_key = rows[i].is_key};
        const char *problem = "";
        int32_t index = script_find(&stage.scratch, stage.ui, &command, &problem);
        size_t count = 0;
        const struct ui_semantic *semantics = ui_semantics(stage.ui, &count);
        if (rows[i].key != NULL) {
            EXPECT_ROW(rows[i].name, index >= 0);
            EXPECT_TEXT(rows[i].key, semantics[index].key);
        } else {
            EXPECT_ROW(rows[i].name, index < 0);
            EXPECT_ROW(problem, strncmp(problem, rows[i].problem, strlen(rows[i].problem)) == 0);
        }
    }
    stage_close(&stage);
}
