/* Goal: a pack that makes no sense, or loosens what stands above it, is refused with file, line
 * and what would be right. */
#include "tests/sync/server/policy/law_made.h"

#define HEAD "policy 1 id=client extends=cn layer=client version=2026.11.1 expires=2027-02-20\n"

static const char *client_text;

static enum err open_client(void *given, struct arena *arena, const char *id, struct str *text_out,
                            const char **file_out)
{
    if (strcmp(id, "client") != 0) {
        return made_layer(given, arena, id, text_out, file_out);
    }
    *text_out = str_from(client_text);
    *file_out = "client.pol";
    return OK;
}

static enum err read_client(struct arena *arena, const char *text, struct law_pack **pack_out,
                            struct law_fault *fault)
{
    client_text = text;
    return law_pack_read(arena, open_client, NULL, "client", pack_out, fault);
}

TEST(test_a_looser_line_is_refused_naming_what_it_would_loosen)
{
    static const struct {
        const char *line, *above;
    } rows[] = {
        {"rule T01 close=23:00", "T01, cn.pol:4 (close)"},
        {"rule T01 open=07:00", "T01, cn.pol:4 (open)"},
        {"rule T01 sev=warn", "T01, cn.pol:4 (sev)"},
        {"rule T01 chan=visit", "T01, cn.pol:4 (chan)"},
        {"rule T01 stage=P", "T01, cn.pol:4 (stage)"},
        {"rule T01 from=2026-12-01", "T01, cn.pol:4 (from)"},
        {"rule T01 to=2027-01-01", "T01, cn.pol:4 (to)"},
        {"rule T01 ovr=supervisor", "T01, cn.pol:4 (ovr)"},
        {"rule T03-soon margin=10min", "T03-soon, cn.pol:5 (margin)"},
        {"rule F01 max=4", "(max)"},
        {"rule F05 span=0", "(span)"},
        {"rule I02 min=1", "(min)"},
        {"rule I02 max=4", "(max)"},
        {"rule S12 when=RECALLED", "(when)"},
        {"rule S03 oblige=STOP_DEMAND", "(oblige)"},
        {"rule S06 role=SELF", "(role)"},
        {"rule P02 unless=LOST,DISPUTE", "(unless)"},
        {"rule A07 max=100h", "(max)"},
        {"rule X04 beyond=500", "(beyond)"},
        {"rule P05-care place=hospital", "(place)"},
        {"rule C01 any=threat", "(any)"},
        {"rule C03 if=recording", "(if)"},
        {"rule D02 min_months=59", "(min_months)"},
        {"rule R01 is=0", "(is)"},
        {"matrix P01-third allow=N,M", "P01-liable"},
        {"matrix P01-lost allow=N,E,W,M,D", "P01-liable"},
        {"matrix P01-new stage=C,S,R chan=visit role=MINOR allow=W sev=block src=x", "P01-liable"},
        {"rule P02-mine RANGE stage=P chan=all fact=failed_days max=0 sets=LOST sev=ok src=x",
         "P02-mine"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct law_pack *pack;
        struct law_fault fault;
        const char *text = str_format(&arena, HEAD "# one line more\n%s\n", rows[i].line);
        EXPECT_ROW(rows[i].line, read_client(&arena, text, &pack, &fault) == ERR_malformed);
        EXPECT_TEXT("law_fault.looser", fault.key);
        EXPECT_TEXT("client.pol", fault.file);
        EXPECT_INT(3, fault.line);
        EXPECT_ROW(rows[i].line, strstr(fault.expected, rows[i].above) != NULL);
        arena_deinit(&arena);
    }
}

TEST(test_a_tighter_line_is_taken)
{
    static const char *const lines[] = {
        "rule T01 open=09:00 close=20:00",
        "rule T01 ovr=none",
        "rule T03-soon margin=30min",
        "rule F01 max=1",
        "rule I02 max=2",
        "rule S03 sev=block",
        "rule S12 when=RECALLED,SETTLED,DISPUTE",
        "rule X01 max=24h",
        "rule C03 sev=block",
        "matrix P01-lost allow=N,W",
        "matrix P01-new stage=C,S,R chan=visit role=NEIGHBOUR allow=N sev=block src=x",
        "rule F06 RATE stage=P,I chan=visit fact=met_30d max=2 span=30 sev=warn src=\"our rule\"",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct law_pack *pack;
        struct law_fault fault;
        enum err err =
            read_client(&arena, str_format(&arena, HEAD "%s\n", lines[i]), &pack, &fault);
        EXPECT_ROW(lines[i], err == OK);
        arena_deinit(&arena);
    }
}

TEST(test_a_line_that_makes_no_sense_is_refused_with_its_place)
{
    static const struct {
        const char *line, *key, *name;
    } rows[] = {
        {"rull T01 sev=block", "law_fault.entry", "rull"},
        {"rule T77 sev=block", "law_fault.rule", "T77"},
        {"rule", "law_fault.rule", ""},
        {"rule T01 TWW sev=block", "law_fault.kind", "TWW"},
        {"rule T01 RATE sev=block", "law_fault.kind", "RATE"},
        {"rule T01 opens=09:00", "law_fault.field", "opens"},
        {"rule T01 max=3", "law_fault.field", "max"},
        {"rule T01 open=9:00", "law_fault.value", "open=9:00"},
        {"rule T01 open=25:00", "law_fault.value", "open=25:00"},
        {"rule T01 open=22:00", "law_fault.order", "T01"},
        {"rule T01 sev=ok", "law_fault.value", "sev=ok"},
        {"rule T01 sev=stop", "law_fault.value", "sev=stop"},
        {"rule T01 ovr=consent:nothing", "law_fault.value", "ovr=consent:nothing"},
        {"rule T01 open=09:00 open=10:00", "law_fault.twice", "open"},
        {"rule T01 edges=[]", "law_fault.missing", "edges"},
        {"rule F01 max=-1", "law_fault.value", "max=-1"},
        {"rule F06 RATE stage=P chan=visit sev=block src=x", "law_fault.missing", "F06"},
        {"rule F06 stage=P", "law_fault.missing", "F06"},
        {"rule X01 max=3weeks", "law_fault.value", "max=3weeks"},
        {"rule D02 min_months=0", "law_fault.value", "min_months=0"},
        {"rule C01 any=rudeness", "law_fault.value", "any=rudeness"},
        {"policy 1 id=again", "law_fault.entry", "policy"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct law_pack *pack;
        struct law_fault fault;
        const char *text = str_format(&arena, HEAD "\n%s\n", rows[i].line);
        EXPECT_ROW(rows[i].line, read_client(&arena, text, &pack, &fault) == ERR_malformed);
        if (strcmp(rows[i].key, fault.key) != 0 || strcmp(rows[i].name, fault.name) != 0) {
            fail_msg("%s: %s %s", rows[i].line, fault.key, fault.name);
        }
        EXPECT_INT(3, fault.line);
        arena_deinit(&arena);
    }
}

TEST(test_a_profile_that_is_not_there_is_not_found)
{
    static const char *const names[] = {"", "nowhere", "../cn"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct law_pack *pack;
        struct law_fault fault;
        EXPECT_ERR(ERR_not_found, law_pack_read(&arena, made_layer, NULL, names[i], &pack, &fault));
        arena_deinit(&arena);
    }
}

TEST(test_a_head_that_makes_no_sense_is_refused)
{
    static const struct {
        const char *text, *key;
    } rows[] = {
        {"", "law_fault.format"},
        {"policy\n", "law_fault.format"},
        {"rule T01 sev=block\n", "law_fault.format"},
        {"policy 2 id=client\n", "law_fault.format"},
        {"policy 1 id=client version=2026.11.1\n", "law_fault.missing"},
        {"policy 1 id=client version=2026.13.1 expires=2027-02-20\n", "law_fault.value"},
        {"policy 1 id=client version=2026.11.1 expires=soon\n", "law_fault.value"},
        {"policy 1 id=a-name-that-is-far-too-long-for-it version=2026.11.1\n", "law_fault.value"},
        {"policy 1 id=other layer=client version=2026.11.1 expires=2027-02-20\n",
         "law_fault.layers"},
        {"policy 1 id=client extends=client layer=client version=2026.11.1 expires=2027-02-20\n",
         "law_fault.layers"},
        {"policy 1 id=client extends=us-ma layer=base version=2026.11.1 expires=2027-02-20\n",
         "law_fault.layers"},
        {"policy 1 id=client extends=nowhere layer=client version=2026.11.1 expires=2027-02-20\n",
         "law_fault.no_layer"},
        {"policy 1 id=client extends=cn layer=client version=2026.11.1 expires=2027-02-20 "
         "zone=Moon/Base\n",
         "law_fault.zone"},
        {"policy 1 id=\xff\n", "law_fault.utf8"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct law_pack *pack;
        struct law_fault fault;
        EXPECT_ROW(rows[i].text, read_client(&arena, rows[i].text, &pack, &fault) == ERR_malformed);
        EXPECT_TEXT(rows[i].key, fault.key);
        arena_deinit(&arena);
    }
}

TEST(test_a_situation_that_makes_no_sense_is_refused_with_its_place)
{
    static const struct {
        const char *text, *key;
        size_t line;
    } rows[] = {
        {"profile=cn visitors=1", "law_fault.unsaid", 1},
        {"# a\n\ncheckin visiters=1", "law_fault.name", 3},
        {"checkin visitors=two", "law_fault.value", 1},
        {"checkin\nvisitors=1\nvisitors=2", "law_fault.twice", 3},
        {"checkin call plan", "law_fault.two", 1},
        {"checkin call visit", "law_fault.two", 1},
        {"checkin\nchannel=visit event=call", "law_fault.two", 2},
        {"checkin pay=100", "law_fault.two", 1},
        {"checkin tz= local=10:00", "law_fault.value", 1},
        {"checkin visitors=", "law_fault.value", 1},
        {"checkin time=24:30", "law_fault.value", 1},
        {"checkin instant=2026-11-18T10:30", "law_fault.value", 1},
        {"checkin conv_date=18.11.2026", "law_fault.value", 1},
        {"checkin RECALLED.effective=soon", "law_fault.value", 1},
        {"checkin NONSENSE.effective=09:00", "law_fault.name", 1},
        {"checkin amount=-5", "law_fault.value", 1},
        {"checkin role=UNCLE", "law_fault.value", 1},
        {"knock visit", "law_fault.name", 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct str text = str_from(rows[i].text);
        struct law_case law_case;
        struct law_fault fault = {.key = ""};
        size_t line = 0;
        enum err err = law_case_next(&arena, "case", &text, &line, &law_case, &fault);
        EXPECT_ROW(rows[i].text, err == ERR_malformed);
        if (strcmp(rows[i].key, fault.key) != 0 || rows[i].line != fault.line) {
            fail_msg("%s: %s line %zu", rows[i].text, fault.key, fault.line);
        }
        arena_deinit(&arena);
    }
}

TEST(test_a_situation_at_a_time_that_never_was_is_refused)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct law_image image;
    made_image(&arena, "us", &image);
    static const struct {
        const char *text, *key;
    } rows[] = {{"call local=2027-03-14T02:30:00", "law_fault.gap"},
                {"call tz=Mars/Olympus", "law_fault.zone"},
                {"call local=2041-01-01T10:00:00", "law_fault.years"},
                {"call instant=2041-07-01T10:00:00Z", "law_fault.years"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str text = str_from(rows[i].text);
        struct law_case law_case;
        struct law_fault fault;
        size_t line = 0;
        EXPECT_OK(law_case_next(&arena, "case", &text, &line, &law_case, &fault));
        EXPECT_ERR(ERR_malformed, law_case_settle("case", &law_case, &image, &fault));
        EXPECT_TEXT(rows[i].key, fault.key);
    }
    arena_deinit(&arena);
}

/* As editors of all systems leave it. */
TEST(test_a_situation_is_read_with_any_line_end_and_with_a_mark_before_it)
{
    static const char *const texts[] = {
        "checkin visitors=3\nlocal=2040-12-31T10:00:00\n",
        "\357\273\277checkin visitors=3\r\nlocal=2040-12-31T10:00:00\r\n",
        "\tcheckin   visitors = 3  # three\nlocal= 2040-12-31T10:00:00",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct law_image image;
        made_image(&arena, "us", &image);
        struct str text = str_from(texts[i]);
        struct law_case law_case;
        struct law_fault fault = {.key = ""};
        size_t line = 0;
        EXPECT_OK(law_case_next(&arena, "case", &text, &line, &law_case, &fault));
        EXPECT_OK(law_case_settle("case", &law_case, &image, &fault));
        EXPECT_INT(3, law_get(&law_case.situation, LAW_FACT_visitors));
        EXPECT_INT(25932, law_case.day);
        arena_deinit(&arena);
    }
}
