/* Two collectors on one headless tablet: each opens their own and nothing of the other's. */
#include "core/store/page_vfs.h"
#include "core/vault/roster.h"
#include "sync/proto/layout.h"
#include "tests/app/session/run.h"

#define OTHER_PIN "739105"
#define PIN(key)                                                                                \
    "tap #" key "/2\ntap #" key "/8\ntap #" key "/4\ntap #" key "/9\ntap #" key "/1\ntap #" key \
    "/5\nwait 100\n"
#define SECOND_PIN(key)                                                                         \
    "tap #" key "/7\ntap #" key "/3\ntap #" key "/9\ntap #" key "/1\ntap #" key "/0\ntap #" key \
    "/5\nwait 100\n"
#define SET(pin) \
    "tap #root/more\ntap #more/screen.settings\ntap #settings/pin\n" pin pin "tap #bar/back\n"
#define LOCK "tap #root/more\ntap #more/lock\nexpect #lock/1\n"
#define TAKE(place) "tap #lock/people\ntap #lock/person/" place "\nwait 100\nexpect #lock/1\n"

/* Frames are compared with full redraws elsewhere. */
static const struct screen_options quick = {
    .width_px = 1280, .height_px = 800, .ppi = 160, .lang = LANG_zh, .is_unchecked = true};

static const char *second_folder(struct run *run)
{
    return str_format(&run->program, "%s/" ROSTER_FOLDER "/1", run->folder);
}

/* A tablet of one, and the same as the second place of it: a place is a whole tablet's folder. */
static void with_two(struct run *run, const char *name)
{
    run_open(run, name, PORTFOLIO_CASES);
    struct run second = *run;
    second.folder = second_folder(run);
    portfolio_make(&run->program, second.folder, &morning, os_rng(), 3);
    EXPECT_INT(0, play(run, &quick, SET(PIN("pin"))));
    EXPECT_INT(0, play(&second, &quick, SET(SECOND_PIN("pin"))));
}

static bool is_there(struct run *run, const char *name)
{
    return os_file_exists(os_path(&run->program, run->folder, name));
}

TEST(test_the_app_and_the_agent_mean_the_same_folders)
{
    EXPECT_TEXT(LAYOUT_PEOPLE, ROSTER_FOLDER);
}

TEST(test_each_opens_with_their_own_pin_and_nothing_with_the_others)
{
    struct run run;
    with_two(&run, "two");
    EXPECT_INT(0, play(&run, &quick,
                       "expect #lock/1\n" SECOND_PIN(
                           "lock") "expect \"PIN 不对\"\n"
                                   "expect_not #root/today\n" TAKE("1")
                                       PIN("lock") "expect \"PIN 不对\"\nexpect_not "
                                                   "#root/today\nlint\n" SECOND_PIN(
                                                       "lock") "expect #root/today\n" LOCK TAKE("0")
                                                       PIN("lock") "expect #root/today\n"));
    run_close(&run);
}

TEST(test_who_had_the_tablet_last_is_asked_after_a_start)
{
    struct run run;
    with_two(&run, "last");
    EXPECT_INT(0, play(&run, &quick,
                       "expect #lock/1\n" TAKE("1") SECOND_PIN("lock") "expect #root/today\n"));
    EXPECT_INT(0,
               play(&run, &quick,
                    "expect #lock/1\n" SECOND_PIN("lock") "expect #root/today\n" LOCK TAKE("0")));
    EXPECT_INT(0, play(&run, &quick, "expect #lock/1\n" PIN("lock") "expect #root/today\n"));
    run_close(&run);
}

static void key_of(struct run *run, const char *folder, const char *pin, struct store_key *key_out)
{
    struct vault *vault = NULL;
    enum vault_answer answer;
    const struct vault_options options = {.folder = folder, .clock = &morning, .rng = os_rng()};
    EXPECT_OK(vault_open(&run->program, &options, &vault));
    EXPECT_OK(vault_try(vault, pin, &answer));
    EXPECT_INT(VAULT_ANSWER_right, answer);
    memcpy(key_out->bytes, vault_key(vault), sizeof key_out->bytes);
    vault_close(&vault);
}

TEST(test_the_key_of_one_opens_no_store_of_another)
{
    struct run run;
    struct store_key keys[2];
    with_two(&run, "keys");
    const char *const folders[] = {run.folder, second_folder(&run)};
    key_of(&run, folders[0], RUN_PIN, &keys[0]);
    key_of(&run, folders[1], OTHER_PIN, &keys[1]);
    EXPECT(memcmp(keys[0].bytes, keys[1].bytes, sizeof keys[0].bytes) != 0);
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < 2; j++) {
            struct store *store = NULL;
            const struct store_options options = {
                .path = os_path(&run.program, folders[i], "device.db"),
                .key = &keys[j],
                .rng = os_rng()};
            enum err err = store_open(&run.program, &options, &store);
            EXPECT((err == OK) == (i == j));
            if (err == OK) {
                store_close(&store);
            }
        }
    }
    run_close(&run);
}

/* Blocks of a place's store that `key` opens, in file and log; `names_out`: how many of them name
 * one of its borrowers. */
static size_t opened_count(struct run *run, const char *folder, const struct store_key *key,
                           const char *name, size_t *names_out)
{
    static const struct {
        const char *file;
        size_t head, size;
        enum page_seal_kind kind;
        uint64_t first;
    } parts[] = {{"device.db", 0, PAGE_VFS_PAGE_SIZE, PAGE_SEAL_KIND_database, 1},
                 {"device.db-wal", 32, PAGE_VFS_FRAME_SIZE, PAGE_SEAL_KIND_log, 0}};
    uint8_t own[PAGE_SEAL_KEY_SIZE];
    uint8_t open[PAGE_VFS_FRAME_SIZE];
    size_t count = 0;
    page_seal_key(own, key->bytes, "device");
    *names_out = 0;
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct str bytes;
        enum err err = os_file_read(&run->program, os_path(&run->program, folder, parts[i].file),
                                    64 * 1024 * 1024, &bytes);
        if (err == ERR_not_found) {
            continue; /* the log went with the last close */
        }
        EXPECT_OK(err);
        for (size_t at = parts[i].head; at + parts[i].size <= bytes.size; at += parts[i].size) {
            uint64_t number = parts[i].first + (at - parts[i].head) / parts[i].size;
            if (page_seal_open(open, (const uint8_t *)bytes.bytes + at, parts[i].size, own,
                               parts[i].kind, number)) {
                count++;
                *names_out += memmem(open, parts[i].size, name, strlen(name)) != NULL;
            }
        }
    }
    return count;
}

/* Whether any file of a folder, as it lies there, has `name` in it. */
static bool is_in_clear(struct run *run, const char *folder, const char *name)
{
    const char **files = NULL;
    size_t count = 0;
    bool is_found = false;
    EXPECT_OK(os_folder_list(&run->program, folder, &files, &count));
    EXPECT(count > 2);
    for (size_t i = 0; i < count; i++) {
        struct str bytes = {"", 0};
        if (os_file_read(&run->program, os_path(&run->program, folder, files[i]), 64 * 1024 * 1024,
                         &bytes) == OK &&
            bytes.size > 0) {
            is_found = is_found || memmem(bytes.bytes, bytes.size, name, strlen(name)) != NULL;
        }
    }
    return is_found;
}

/* With everything that lies on the flash, and the key of one: every block of both is tried. */
TEST(test_with_the_key_of_one_no_byte_of_the_other_is_read)
{
    struct run run;
    struct store_key keys[2];
    with_two(&run, "bytes");
    const char *const folders[] = {run.folder, second_folder(&run)};
    const char *name = portfolio_people[0].name; /* a borrower of both */
    key_of(&run, folders[0], RUN_PIN, &keys[0]);
    key_of(&run, folders[1], OTHER_PIN, &keys[1]);
    for (size_t i = 0; i < 2; i++) {
        size_t names = 0;
        EXPECT_INT(0, (int64_t)opened_count(&run, folders[i], &keys[1 - i], name, &names));
        EXPECT(opened_count(&run, folders[i], &keys[i], name, &names) > 10); /* control */
        EXPECT(names > 0);
        EXPECT(!is_in_clear(&run, folders[i], name));
    }
    run_close(&run);
}

TEST(test_joining_that_is_given_up_leaves_nothing)
{
    struct run run;
    run_open(&run, "join", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &quick, SET(PIN("pin"))));
    EXPECT_INT(
        0, play(&run, &quick,
                "expect #lock/1\ntap #lock/people\nlint\ntap #lock/add\nwait 100\nexpect #code\n"
                "expect_not #root/today\ntap #bar/back\nwait 100\nexpect #lock/add\n"
                "expect_not #lock/person/1\ntap #lock/person/0\nwait 100\n" PIN(
                    "lock") "expect #root/today\n"));
    EXPECT(!is_there(&run, ROSTER_FOLDER "/1/vault.state"));
    EXPECT(!is_there(&run, ROSTER_FOLDER "/1/device.db"));
    /* … also when the battery ends it, once somebody else has the tablet again */
    EXPECT_INT(0, play(&run, &quick, "tap #lock/people\ntap #lock/add\nwait 100\nexpect #code\n"));
    EXPECT_INT(0, play(&run, &quick,
                       "expect #code\ntap #bar/back\nwait 100\ntap #lock/person/0\nwait 100\n"));
    EXPECT(!is_there(&run, ROSTER_FOLDER "/1/vault.state"));
    run_close(&run);
}

TEST(test_who_has_something_to_send_does_not_leave)
{
    struct run run;
    with_two(&run, "leave");
    EXPECT_INT(
        0, play(&run, &quick,
                "expect #lock/1\n" PIN(
                    "lock") "tap #root/more\ntap #more/screen.settings\n"
                            "tap #settings/leave\nwait 100\nslide #settings/leave_now\nwait 200\n"
                            "expect \"没有上传完\"\n"));
    EXPECT(is_there(&run, "device.db"));
    EXPECT(is_there(&run, ROSTER_FOLDER "/1/device.db"));
    run_close(&run);
}

TEST(test_pictures_are_of_who_had_the_tablet)
{
    struct run run;
    with_two(&run, "pictures");
    const char *camera = os_path(&run.program, run.folder, "camera");
    EXPECT_OK(os_folder_make(camera));
    EXPECT_OK(os_file_replace(os_path(&run.program, camera, "door.jpg"), "\xff\xd8\xff\xd9", 4));
    EXPECT_INT(0, play(&run, &quick,
                       "expect #lock/1\n" PIN("lock") "expect #root/today\n" LOCK TAKE("1")));
    EXPECT(!is_there(&run, "camera/door.jpg"));
    EXPECT(is_there(&run, "pictures/door.jpg"));
    EXPECT(!is_there(&run, ROSTER_FOLDER "/1/pictures/door.jpg"));
    run_close(&run);
}
