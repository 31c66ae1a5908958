/* Goal: a person who has a folder and this program, and neither headquarters nor a database, is
 * told in plain words whether the pack holds and where it first breaks. */
#include "sync/verify/verify.h"

#include "core/os/os.h"
#include "sync/evidence/evidence_write.h"
#include "tests/lib/test.h"

#include <stdlib.h>
#include <unistd.h>

enum { SAID_SIZE = 16 * 1024, CASE_NO = 4711 };

struct desk {
    struct arena arena;
    char folder[64];
    char fingerprint[ENROL_FINGERPRINT_SIZE];
    char *said;
};

static void put(struct desk *desk, const char *name, struct str bytes)
{
    EXPECT_OK(os_file_replace(os_path(&desk->arena, desk->folder, name), bytes.bytes, bytes.size));
}

/* Headquarters closed the case: one fact of its own, with its receipt. */
static void desk_open(struct desk *desk)
{
    *desk = (struct desk){.folder = "/tmp/doorstep-verify-XXXXXX"};
    arena_init(&desk->arena, 0);
    EXPECT(mkdtemp(desk->folder) != NULL);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 3);
    struct keyring ring = {0};
    EXPECT_OK(keyring_add(&ring, &rng, 1763000000000));
    enrol_fingerprint(desk->fingerprint, &keyring_newest(&ring)->public_key);
    ds_Event event = {.at_ms = 1763863200000, .case_no = CASE_NO};
    event.which_kind = ds_Event_case_closed_tag;
    event.kind.case_closed.reason = 1;
    uint8_t body[LIMIT_event_size];
    size_t size = 0;
    EXPECT_OK(event_encode(&event, body, sizeof body, &size));
    struct chain_link start = {{0}};
    struct chain_link link = chain_next(&start, 0, 1, body, size);
    struct evidence_writer writer;
    evidence_write_start(&writer, &desk->arena, CASE_NO, 1763863300000, &ring);
    evidence_write_record(&writer, STR("record"));
    evidence_write_chain(&writer, 0, 0);
    evidence_write_at(&writer, 0, &start);
    evidence_write_fact(&writer, 1, 0, (struct str){(const char *)body, size});
    evidence_write_receipt(&writer, 0, 1, &link, 1763863300000);
    put(desk, EVIDENCE_INDEX, evidence_write_seal(&writer));
    put(desk, EVIDENCE_RECORD, STR("record"));
}

static void desk_close(struct desk *desk)
{
    static const char *const names[] = {EVIDENCE_INDEX, EVIDENCE_RECORD};
    for (size_t i = 0; i < COUNT(names); i++) {
        (void)unlink(os_path(&desk->arena, desk->folder, names[i]));
    }
    EXPECT_INT(0, rmdir(desk->folder));
    arena_deinit(&desk->arena);
}

static enum verify_exit run(struct desk *desk, const char *const *words, int count)
{
    const char *argv[8] = {"doorstep-verify"};
    CHECK(count < 8);
    for (int i = 0; i < count; i++) {
        argv[i + 1] = words[i];
    }
    FILE *out = tmpfile();
    EXPECT(out != NULL);
    struct arena arena = {0};
    arena_init(&arena, 0);
    enum verify_exit code = verify_run(&arena, LANG_zh, count + 1, argv, out, out);
    arena_deinit(&arena);
    desk->said = arena_alloc(&desk->arena, SAID_SIZE);
    rewind(out);
    desk->said[fread(desk->said, 1, SAID_SIZE - 1, out)] = '\0';
    fclose(out);
    return code;
}

#define RUN(desk, ...)                         \
    run((desk), (const char *[]){__VA_ARGS__}, \
        (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *)))

static void expect_said(const struct desk *desk, const char *words)
{
    if (strstr(desk->said, words) == NULL) {
        fail_msg("does not say \"%s\": %s", words, desk->said);
    }
}

TEST(test_a_pack_that_holds_is_told_so)
{
    struct desk desk;
    desk_open(&desk);
    EXPECT_INT(VERIFY_holds, RUN(&desk, "--lang", "en", desk.folder));
    expect_said(&desk, "The pack holds");
    expect_said(&desk, "case 4711");
    expect_said(&desk, desk.fingerprint); /* to be compared */
    EXPECT_INT(VERIFY_holds, RUN(&desk, desk.folder, "--key", desk.fingerprint, "--facts"));
    expect_said(&desk, "证据包完整");
    expect_said(&desk, "与您给出的指纹一致");
    expect_said(&desk, "总部 第 1 条");
    EXPECT(strchr(desk.said, '{') == NULL); /* every placeholder has its value */
    desk_close(&desk);
}

TEST(test_what_breaks_is_named_in_plain_words)
{
    struct desk desk;
    desk_open(&desk);
    put(&desk, EVIDENCE_RECORD, STR("Record"));
    EXPECT_INT(VERIFY_broken, RUN(&desk, "--lang", "en", desk.folder));
    expect_said(&desk, "file case.bin");
    expect_said(&desk, "expected: ");
    expect_said(&desk, "found: ");
    EXPECT_INT(VERIFY_broken, RUN(&desk, desk.folder));
    expect_said(&desk, "案件资料被改动过");
    put(&desk, EVIDENCE_RECORD, STR("record"));
    struct str text;
    EXPECT_OK(os_file_read(&desk.arena, os_path(&desk.arena, desk.folder, EVIDENCE_INDEX),
                           EVIDENCE_INDEX_SIZE_MAX, &text));
    char *fact = strstr((char *)(uintptr_t)text.bytes, "fact 1 0 ");
    fact[12] = fact[12] == '0' ? '1' : '0';
    put(&desk, EVIDENCE_INDEX, text);
    EXPECT_INT(VERIFY_broken, RUN(&desk, "--lang", "en", desk.folder));
    expect_said(&desk, "evidence.txt, line 8");
    expect_said(&desk, "fact 1 of headquarters");
    EXPECT(strchr(desk.said, '{') == NULL);
    desk_close(&desk);
}

TEST(test_what_was_found_is_shown_as_text_alone)
{
    struct desk desk;
    struct str text;
    desk_open(&desk);
    EXPECT_OK(os_file_read(&desk.arena, os_path(&desk.arena, desk.folder, EVIDENCE_INDEX),
                           EVIDENCE_INDEX_SIZE_MAX, &text));
    char *number = strstr((char *)(uintptr_t)text.bytes, "4711");
    EXPECT(number != NULL);
    number[1] = '\x1b';
    put(&desk, EVIDENCE_INDEX, text);
    EXPECT_INT(VERIFY_broken, RUN(&desk, "--lang", "en", desk.folder));
    expect_said(&desk, "found: ");
    EXPECT(strchr(desk.said, '\x1b') == NULL);
    desk_close(&desk);
}

/* Whoever has the copy changes one sign of it, any of them. */
TEST(test_a_compromised_copy_of_a_receipt_fails)
{
    struct desk desk;
    struct str text;
    size_t changed_count = 0;
    desk_open(&desk);
    EXPECT_OK(os_file_read(&desk.arena, os_path(&desk.arena, desk.folder, EVIDENCE_INDEX),
                           EVIDENCE_INDEX_SIZE_MAX, &text));
    char *line = strstr((char *)(uintptr_t)text.bytes, "\nreceipt ");
    EXPECT(line != NULL);
    for (char *at = line + strlen("\nreceipt "); *at != '\n'; at++) {
        if (*at == ' ') {
            continue;
        }
        char kept = *at;
        *at = kept == '0' ? '1' : '0';
        put(&desk, EVIDENCE_INDEX, text);
        EXPECT_INT(VERIFY_broken, RUN(&desk, "--lang", "en", desk.folder));
        expect_said(&desk, "evidence.txt, line ");
        *at = kept;
        changed_count++;
    }
    EXPECT(changed_count > 64); /* the signature was among it */
    put(&desk, EVIDENCE_INDEX, text);
    EXPECT_INT(VERIFY_holds, RUN(&desk, "--lang", "en", desk.folder));
    desk_close(&desk);
}

TEST(test_arguments_and_folders_that_make_no_sense_are_told)
{
    struct desk desk;
    desk_open(&desk);
    EXPECT_INT(VERIFY_usage, RUN(&desk, "--lang", "xx", desk.folder));
    EXPECT_INT(VERIFY_usage, RUN(&desk, desk.folder, desk.folder));
    EXPECT_INT(VERIFY_usage, RUN(&desk, "--key"));
    EXPECT_INT(VERIFY_usage, RUN(&desk, "--facts"));
    EXPECT_INT(VERIFY_broken, RUN(&desk, "/nowhere")); /* nothing there is no pack */
    EXPECT_INT(VERIFY_broken, RUN(&desk, desk.folder, "--key", "0000 0000 0000 0000 0000 0000"));
    /* a link may lead to anything */
    const char *path = os_path(&desk.arena, desk.folder, EVIDENCE_RECORD);
    EXPECT_INT(0, unlink(path));
    EXPECT_INT(0, symlink("/etc/hostname", path));
    EXPECT_INT(VERIFY_unreadable, RUN(&desk, desk.folder));
    desk_close(&desk);
}

/* The program is judged by who gets it: a stranger, without our database or network. */
TEST(test_the_program_has_no_database_and_no_network)
{
    static const char *const names[] = {"libsqlite3", "sqlite3_open", "libcurl", "libmicrohttpd",
                                        "libgnutls",  "libssl",       "libSDL2"};
    struct arena arena = {0};
    arena_init(&arena, 0);
    struct str program;
    EXPECT_OK(os_file_read(&arena, BUILD_FOLDER "/doorstep-verify", 256 * 1024 * 1024, &program));
    EXPECT(str_contains(program, STR("libsodium"))); /* the names of libraries are found so */
    for (size_t i = 0; i < COUNT(names); i++) {
        EXPECT_ROW(names[i], !str_contains(program, str_from(names[i])));
    }
    arena_deinit(&arena);
}
