/* The power goes at every write to the files of a vault: what is there afterwards is the vault as
 * it was, or as it was to be. */
#include "core/vault/roster.h"
#include "tests/core/vault/folder.h"

#include <sys/wait.h>

static const char *const right = "284915";
static const char *const next = "739105";

/* How many more calls reach the disk; -1: all. Of this process alone, set before a cut child runs.
 */
static int calls_left = -1;

enum { EXIT_CUT = 71, EXIT_DONE = 72 };

static void step(void)
{
    if (calls_left == 0) {
        _exit(EXIT_CUT);
    }
    calls_left -= calls_left > 0;
}

/* The linker leads the house's own calls here: see the test's options. */
int __real_rename(const char *from, const char *to);
int __real_link(const char *from, const char *to);
int __real_unlink(const char *path);
int __real_fsync(int fd);
ssize_t __real_write(int fd, const void *bytes, size_t size);
ssize_t __real_pwrite(int fd, const void *bytes, size_t size, off_t at);
int __wrap_rename(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_unlink(const char *path);
int __wrap_fsync(int fd);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t at);

int __wrap_rename(const char *from, const char *to)
{
    step();
    return __real_rename(from, to);
}

int __wrap_link(const char *from, const char *to)
{
    step();
    return __real_link(from, to);
}

int __wrap_unlink(const char *path)
{
    step();
    return __real_unlink(path);
}

int __wrap_fsync(int fd)
{
    step();
    return __real_fsync(fd);
}

/* Half of the bytes, when it is the one that is cut. */
ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
    if (calls_left == 0 && size > 1 && __real_write(fd, bytes, size / 2) < 0) {
        _exit(1);
    }
    step();
    return __real_write(fd, bytes, size);
}

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    if (calls_left == 0 && size > 1 && __real_pwrite(fd, bytes, size / 2, at) < 0) {
        _exit(1);
    }
    step();
    return __real_pwrite(fd, bytes, size, at);
}

/* A vault of a tablet at work, with a file to lose. */
static void at_work(struct vault_folder *folder, struct vault_arm *held)
{
    vault_folder_make(folder, 31);
    vault_folder_open(folder);
    EXPECT_OK(vault_set(folder->vault, right));
    EXPECT(vault_arm(folder->vault, held));
    EXPECT_OK(vault_armed(folder->vault, held->auth));
    EXPECT_OK(os_folder_make(os_path(&folder->arena, folder->path, "spool/out")));
    vault_folder_put(folder, "device.db", "borrowers");
    vault_folder_put(folder, "spool/out/one.env", "sealed");
}

/* Opens with the half of either PIN; the number of the PIN that did it, or 0. */
static int opens_with(struct vault_folder *folder, const struct vault_arm *one,
                      const struct vault_arm *two, const uint8_t key[VAULT_KEY_SIZE])
{
    const char *const pins[] = {right, next};
    const struct vault_arm *const arms[] = {one, two};
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            enum vault_answer answer = VAULT_ANSWER_wrong;
            folder->now.monotonic_ms += VAULT_WAIT_MAX_MS;
            EXPECT_OK(vault_try(folder->vault, pins[i], &answer));
            if (answer == VAULT_ANSWER_ask) {
                EXPECT_OK(vault_half(folder->vault, arms[j]->half, &answer));
            }
            if (answer == VAULT_ANSWER_right) {
                EXPECT(vault_folder_has(folder, key));
                return i + 1;
            }
        }
    }
    return 0;
}

/* Runs `act` in a child that is cut at call `cut`; true when it came to its end. */
static bool run_cut(void (*act)(struct vault_folder *folder), struct vault_folder *folder, int cut)
{
    pid_t pid = fork();
    EXPECT(pid >= 0);
    if (pid == 0) {
        calls_left = cut;
        act(folder);
        _exit(EXIT_DONE);
    }
    int status = 0;
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT(WIFEXITED(status));
    EXPECT(WEXITSTATUS(status) == EXIT_CUT || WEXITSTATUS(status) == EXIT_DONE);
    return WEXITSTATUS(status) == EXIT_DONE;
}

static void must(enum err err)
{
    if (err != OK) {
        _exit(3);
    }
}

static void act_open(struct vault_folder *folder)
{
    must(vault_folder_try_open(folder));
}

static void act_set(struct vault_folder *folder)
{
    must(vault_set(folder->vault, next));
}

static void act_arm(struct vault_folder *folder)
{
    struct vault_arm arm;
    if (vault_arm(folder->vault, &arm)) {
        must(vault_armed(folder->vault, arm.auth));
    }
}

static void act_wrong(struct vault_folder *folder)
{
    enum vault_answer answer;
    must(vault_try(folder->vault, "111222", &answer));
}

static void act_wipe(struct vault_folder *folder)
{
    must(vault_obey(folder->vault, 5, VAULT_ORDER_wipe));
    must(vault_wipe(folder->vault));
}

enum { CUTS_MAX = 200 };

TEST(test_a_cut_while_it_is_made_leaves_a_vault_that_opens)
{
    bool is_done = false;
    int cut = 0;
    for (; !is_done && cut < CUTS_MAX; cut++) {
        struct vault_folder folder;
        uint8_t key[VAULT_KEY_SIZE];
        vault_folder_make(&folder, 30);
        is_done = run_cut(act_open, &folder, cut);
        vault_folder_open(&folder);
        vault_folder_key(&folder, key);
        vault_folder_reopen(&folder);
        EXPECT(vault_folder_has(&folder, key));
        vault_folder_remove(&folder);
    }
    EXPECT(is_done && cut > 6);
}

TEST(test_a_cut_while_the_first_pin_is_set_leaves_the_key)
{
    bool is_done = false;
    for (int cut = 0; !is_done && cut < CUTS_MAX; cut++) {
        struct vault_folder folder;
        uint8_t key[VAULT_KEY_SIZE];
        vault_folder_make(&folder, 32);
        vault_folder_open(&folder);
        vault_folder_key(&folder, key);
        is_done = run_cut(act_set, &folder, cut);
        vault_folder_reopen(&folder);
        bool is_kept = vault_folder_state(&folder).is_kept;
        EXPECT(is_kept || !is_done);
        if (is_kept) {
            EXPECT(vault_key(folder.vault) == NULL);
            EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&folder, next));
        }
        EXPECT(vault_folder_has(&folder, key));
        EXPECT(!vault_folder_is_there(&folder, "vault.key.old"));
        vault_folder_remove(&folder);
    }
    EXPECT(is_done);
}

/* … and one of both PINs opens, with the half that headquarters holds for it. */
TEST(test_a_cut_while_a_pin_is_changed_leaves_the_old_or_the_new)
{
    for (int is_arming = 0; is_arming < 2; is_arming++) {
        bool is_done = false;
        for (int cut = 0; !is_done && cut < CUTS_MAX; cut++) {
            struct vault_folder folder;
            struct vault_arm one;
            struct vault_arm two;
            uint8_t key[VAULT_KEY_SIZE];
            at_work(&folder, &one);
            two = one;
            vault_folder_key(&folder, key);
            if (is_arming) {
                EXPECT_OK(vault_set(folder.vault, next));
                EXPECT(vault_arm(folder.vault, &two));
            }
            is_done = run_cut(is_arming ? act_arm : act_set, &folder, cut);
            vault_folder_reopen(&folder);
            int pin = opens_with(&folder, &one, &two, key);
            EXPECT(pin != 0);
            EXPECT(!is_done || pin == (is_arming ? 2 : 1));
            vault_folder_remove(&folder);
        }
        EXPECT(is_done);
    }
}

TEST(test_a_cut_gives_no_try_for_nothing)
{
    bool is_done = false;
    for (int cut = 0; !is_done && cut < CUTS_MAX; cut++) {
        struct vault_folder folder;
        vault_folder_make(&folder, 33);
        vault_folder_open(&folder);
        EXPECT_OK(vault_set(folder.vault, right));
        vault_folder_reopen(&folder);
        is_done = run_cut(act_wrong, &folder, cut);
        vault_folder_reopen(&folder);
        EXPECT(!is_done || vault_folder_state(&folder).wrong_count == 1);
        EXPECT_INT(VAULT_ANSWER_right, vault_folder_type(&folder, right));
        vault_folder_remove(&folder);
    }
    EXPECT(is_done);
}

TEST(test_a_wipe_that_was_cut_goes_on_and_keeps_what_is_sealed)
{
    bool is_done = false;
    int begun = 0;
    for (int cut = 0; !is_done && cut < CUTS_MAX; cut++) {
        struct vault_folder folder;
        struct vault_arm held;
        uint8_t key[VAULT_KEY_SIZE];
        at_work(&folder, &held);
        vault_folder_key(&folder, key);
        is_done = run_cut(act_wipe, &folder, cut);
        vault_folder_reopen(&folder);
        EXPECT(vault_folder_is_there(&folder, "spool/out/one.env"));
        if (vault_folder_state(&folder).is_wiped) {
            struct vault_done done;
            begun++;
            EXPECT(!vault_folder_is_there(&folder, "device.db"));
            EXPECT(!vault_folder_is_there(&folder, "vault.key"));
            EXPECT(vault_done(folder.vault, &done));
            EXPECT_INT(5, done.order_no);
            EXPECT_INT(1, done.sealed_count);
            EXPECT(done.file_count >= 1);
        } else { /* the order was not taken in yet: all is as before */
            EXPECT(!is_done);
            EXPECT_INT(1, opens_with(&folder, &held, &held, key));
            EXPECT(vault_folder_is_there(&folder, "device.db"));
        }
        vault_folder_remove(&folder);
    }
    EXPECT(is_done && begun > 8);
}

/* ---- several collectors ---- */

static void act_join(struct vault_folder *folder)
{
    struct roster roster;
    uint32_t place = 0;
    must(roster_open(&roster, folder->path, &folder->rng));
    if (!roster_free(&roster, &place)) {
        _exit(3);
    }
    struct vault_options options = {.clock = &folder->clock, .rng = &folder->rng};
    struct vault *vault = NULL;
    options.folder = roster_folder(&roster, &folder->arena, place);
    must(vault_open(&folder->arena, &options, &vault));
    must(roster_use(&roster, place));
}

static void act_leave(struct vault_folder *folder)
{
    struct roster roster;
    must(roster_open(&roster, folder->path, &folder->rng));
    must(roster_empty(&roster, roster.last));
}

/* The vault of place 1 opens, whatever was cut while it was made; the first one is as it was. */
static void second_opens(struct vault_folder *folder, struct roster *roster)
{
    struct vault *vault = NULL;
    struct vault_options options = {.clock = &folder->clock, .rng = &folder->rng};
    options.folder = roster_folder(roster, &folder->arena, 1);
    EXPECT_OK(vault_open(&folder->arena, &options, &vault));
    EXPECT(vault_key(vault) != NULL);
    vault_close(&vault);
    EXPECT(vault_folder_is_there(folder, "device.db"));
}

static void folder_remove_all(struct vault_folder *folder)
{
    vault_close(&folder->vault);
    const char *command = str_format(&folder->arena, "rm -rf '%s'", folder->path);
    EXPECT_INT(0, system(command));
    arena_deinit(&folder->arena);
}

TEST(test_a_cut_while_one_more_joins_leaves_the_others_and_a_place_to_join)
{
    bool is_done = false;
    int cut = 0;
    for (; !is_done && cut < CUTS_MAX; cut++) {
        struct vault_folder folder;
        struct vault_arm held;
        struct roster roster;
        at_work(&folder, &held);
        is_done = run_cut(act_join, &folder, cut);
        EXPECT_OK(roster_open(&roster, folder.path, &folder.rng));
        EXPECT(roster_is_taken(&roster, 0));
        EXPECT(roster.last == 0 || roster_is_taken(&roster, 1));
        EXPECT(!is_done || roster.last == 1);
        second_opens(&folder, &roster);
        folder_remove_all(&folder);
    }
    EXPECT(is_done && cut > 8);
}

TEST(test_a_cut_while_one_leaves_keeps_them_whole_or_takes_them_away_whole)
{
    for (uint32_t leaving = 0; leaving < 2; leaving++) {
        bool is_done = false;
        for (int cut = (int)leaving; !is_done && cut < CUTS_MAX; cut += 2) {
            struct vault_folder folder;
            struct vault_arm held;
            struct roster roster;
            at_work(&folder, &held);
            act_join(&folder);
            vault_folder_put(&folder, ROSTER_FOLDER "/1/device.db", "other borrowers");
            EXPECT_OK(roster_open(&roster, folder.path, &folder.rng));
            EXPECT_OK(roster_use(&roster, leaving));
            is_done = run_cut(act_leave, &folder, cut);
            EXPECT_OK(roster_open(&roster, folder.path, &folder.rng)); /* goes on with it */
            static const char *const data[] = {"device.db", ROSTER_FOLDER "/1/device.db"};
            bool is_taken = roster_is_taken(&roster, leaving);
            EXPECT(!is_done || !is_taken);
            EXPECT(vault_folder_is_there(&folder, data[leaving]) == is_taken);
            EXPECT(roster_is_taken(&roster, 1 - leaving));
            EXPECT(vault_folder_is_there(&folder, data[1 - leaving]));
            folder_remove_all(&folder);
        }
        EXPECT(is_done);
    }
}
