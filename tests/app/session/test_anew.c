/* A tablet whose store, or whose key, is past saving: what is sealed stays and goes its way, it is
 * said, and the collector joins again beside it. Nobody is left with a dead tablet. */
#include "core/vault/roster.h"
#include "sync/proto/layout.h"
#include "tests/app/session/run.h"

#define PIN(key)                                                                                \
    "tap #" key "/2\ntap #" key "/8\ntap #" key "/4\ntap #" key "/9\ntap #" key "/1\ntap #" key \
    "/5\nwait 100\n"
#define SET_PIN \
    "tap #root/more\ntap #more/screen.settings\ntap #settings/pin\n" PIN("pin") PIN("pin")

static const struct screen_options quick = {
    .width_px = 1280, .height_px = 800, .ppi = 160, .lang = LANG_zh, .is_unchecked = true};

static struct str read_file(struct run *run, const char *name)
{
    struct str bytes = {"", 0};
    EXPECT_OK(os_file_read(&run->program, os_path(&run->program, run->folder, name),
                           64 * 1024 * 1024, &bytes));
    return bytes;
}

static void write_file(struct run *run, const char *name, struct str bytes)
{
    EXPECT_OK(os_file_replace(os_path(&run->program, run->folder, name), bytes.bytes, bytes.size));
}

/* A bit of every `step` bytes. */
static void spoil(struct run *run, const char *name, size_t step)
{
    struct str bytes = read_file(run, name);
    char *spoilt = arena_copy(&run->program, bytes.bytes, bytes.size);
    for (size_t at = step / 3; at < bytes.size; at += step) {
        spoilt[at] = (char)(spoilt[at] ^ 0x20);
    }
    write_file(run, name, (struct str){spoilt, bytes.size});
}

/* Envelopes that wait, as the app itself sealed them. */
static size_t sealed_count(struct run *run)
{
    const char **names = NULL;
    size_t count = 0;
    EXPECT_OK(os_folder_list(
        &run->program, os_path(&run->program, run->folder, "spool/" LAYOUT_OUT), &names, &count));
    size_t sealed = 0;
    for (size_t i = 0; i < count; i++) {
        struct layout_name name;
        sealed += layout_read(names[i], LAYOUT_ENVELOPE, &name) && name.class_ != LAYOUT_CLASS_keys;
    }
    return sealed;
}

TEST(test_a_store_past_saving_is_joined_anew_beside_what_is_sealed)
{
    struct run run;
    run_open(&run, "anew", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &quick, SET_PIN));
    size_t before = sealed_count(&run);
    EXPECT(before > 0);
    spoil(&run, "device.db", 4096);
    struct str damaged = read_file(&run, "device.db");
    EXPECT_INT(0,
               play(&run, &quick,
                    "expect #lock/1\n" PIN("lock") "expect \"无法读取\"\nexpect \"已保住\"\n"
                                                   "expect \"正在上传\"\nexpect #lock/sos\nlint\n"
                                                   "tap #lock/anew\nwait 100\nexpect #code\n"
                                                   "expect_not #root/today\n"));
    EXPECT_INT((int64_t)before, (int64_t)sealed_count(&run));
    struct str after = read_file(&run, "device.db");
    EXPECT(after.size == damaged.size && memcmp(after.bytes, damaged.bytes, after.size) == 0);
    EXPECT(os_file_exists(os_path(&run.program, run.folder, ROSTER_FOLDER "/1/device.db")));
    /* after a start it goes on where it was: the code is asked for */
    EXPECT_INT(0, play(&run, &quick, "expect #code\n"));
    run_close(&run);
}

TEST(test_when_the_key_itself_is_damaged_the_tablet_still_comes_up)
{
    static const char *const files[] = {"vault.key", "vault.state"};
    for (size_t i = 0; i < COUNT(files); i++) {
        struct run run;
        run_open(&run, "no_key", PORTFOLIO_CASES);
        EXPECT_INT(0, play(&run, &quick, SET_PIN));
        size_t before = sealed_count(&run);
        spoil(&run, files[i], 64);
        EXPECT_INT(0, play(&run, &quick,
                           "wait 100\nexpect \"密钥文件已损坏\"\nlint\ntap #trouble/yes\nwait "
                           "100\nexpect #code\n"));
        EXPECT_INT((int64_t)before, (int64_t)sealed_count(&run));
        EXPECT_INT(0, play(&run, &quick, "wait 100\nexpect \"密钥文件已损坏\"\n"));
        run_close(&run);
    }
}
