/* Goal: whoever steals a backup reads no name, and whoever holds the recovery key gets headquarters
 * back. Method: what an office knows is looked for in every byte of its backups. */
#include "sync/server/store/sealed_file.h"
#include "tests/sync/server/command/branch_office.h"

#include <sys/stat.h>

#define HOUR_MS INT64_C(3600000)

/* What field.h gives the cases, and what a collector wrote. */
static const char *const planted[] = {"Debtor 1", "1 Some Road", "REF-000001", "Collector One",
                                      "spoke with the borrower"};

/* For what is said about a row that failed. */
static const char *row_name(size_t row)
{
    static char text[24];
    snprintf(text, sizeof text, "%zu", row);
    return text;
}

static size_t count_planted(struct office *office, const char *name)
{
    struct str bytes;
    size_t count = 0;
    EXPECT_OK(os_file_read(&office->arena, office_path(office, name), 64 * 1024 * 1024, &bytes));
    for (size_t i = 0; i < COUNT(planted); i++) {
        count += memmem(bytes.bytes, bytes.size, planted[i], strlen(planted[i])) != NULL;
    }
    return count;
}

/* One visit has been; "key.txt" is the recovery key, "kept/hq.db" the sealed backup. */
static void open_with_backup(struct office *office)
{
    office_open(office);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + HOUR_MS, OUTCOME_refused_to_pay);
    office_arrive(office, 0, &event);
    EXPECT_OK(os_folder_make(office_path(office, "kept")));
    EXPECT_EXIT(COMMAND_ok, office, "backup", "kept/plain.db");
    EXPECT_SAID(office, "in clear");
    EXPECT_INT(COUNT(planted), count_planted(office, "kept/plain.db"));
    EXPECT_OK(os_file_remove(office_path(office, "kept/plain.db")));
    EXPECT_EXIT(COMMAND_ok, office, "keys", "recovery", "new", "key.txt");
    EXPECT_EXIT(COMMAND_ok, office, "backup", "kept/hq.db");
    EXPECT_SAID(office, "only the recovery key opens it");
}

TEST(test_a_stolen_backup_shows_no_name)
{
    struct office office;
    const char **names = NULL;
    size_t count = 0;
    open_with_backup(&office);
    EXPECT_INT(0, count_planted(&office, "kept/hq.db"));
    EXPECT_OK(os_folder_list(&office.arena, office_path(&office, "kept"), &names, &count));
    for (size_t i = 0; i < count; i++) {
        const char *name = os_path(&office.arena, "kept", names[i]);
        if (os_file_is_plain(office_path(&office, name))) {
            EXPECT_ROW(row_name(i), count_planted(&office, name) == 0);
        }
    }
    EXPECT(!os_file_exists(office_path(&office, "hq-backup.tmp")));
    /* The key is not in what was stolen, nor with headquarters. */
    struct str key, store;
    EXPECT_OK(os_file_read(&office.arena, office_path(&office, "key.txt"), 4096, &key));
    EXPECT_OK(os_file_read(&office.arena, office_path(&office, "hq.db"), 64 * 1024 * 1024, &store));
    const char *line = strchr(key.bytes, '\n') + 1;
    EXPECT(memmem(store.bytes, store.size, line, 64) == NULL);
    EXPECT_EXIT(COMMAND_ok, &office, "audit", "verify");
    office_close(&office);
}

TEST(test_the_holder_of_the_key_gets_headquarters_back)
{
    struct office office;
    struct office restored;
    open_with_backup(&office);
    const char *kept = office_path(&office, "kept");
    const char *key = office_path(&office, "hq.key");
    const char *recovery = office_path(&office, "key.txt");
    EXPECT_EXIT(COMMAND_ok, &office, "backup", "check", "kept/hq.db");
    EXPECT_EXIT(COMMAND_ok, &office, "backup", "check", "kept/hq.db", "--recovery-key", "key.txt");
    office_open_empty(&restored);
    EXPECT_EXIT(COMMAND_usage, &restored, "restore", kept, "--key", key);
    EXPECT_SAID(&restored, "--recovery-key");
    EXPECT_EXIT(COMMAND_not_found, &restored, "restore", kept, "--recovery-key", "none");
    EXPECT_EXIT(COMMAND_usage, &restored, "restore", kept, "--recovery-key",
                office_path(&office, "kept/hq.revoked"));
    EXPECT_EXIT(COMMAND_ok, &restored, "restore", kept, "--key", key, "--recovery-key", recovery);
    EXPECT_SAID(&restored, "3 cases");
    EXPECT(!os_file_exists(office_path(&restored, "hq-restore.tmp")));
    EXPECT_EXIT(COMMAND_ok, &restored, "verify");
    EXPECT_INT(1, office_case(&restored, 1)->visit_count);
    EXPECT_EXIT(COMMAND_ok, &restored, "keys", "recovery"); /* it goes on sealing */
    EXPECT_SAID(&restored, "are sealed for the recovery key");
    office_close(&restored);
    office_close(&office);
}

TEST(test_a_wrong_key_or_a_damaged_file_restores_nothing_and_says_where)
{
    struct office office;
    struct office restored;
    open_with_backup(&office);
    const char *kept = office_path(&office, "kept/hq.db");
    const char *recovery = office_path(&office, "key.txt");
    struct str bytes;
    EXPECT_OK(os_file_read(&office.arena, kept, 64 * 1024 * 1024, &bytes));
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "recovery", "new", "other.txt");
    office_open_empty(&restored);
    EXPECT_EXIT(COMMAND_found, &restored, "restore", kept, "--recovery-key",
                office_path(&office, "other.txt"));
    EXPECT_SAID(&restored, "not among those given");
    char *changed = arena_copy(&office.arena, bytes.bytes, bytes.size);
    changed[144 + 65553 + 5] ^= 1; /* in its second piece */
    EXPECT_OK(os_file_replace(kept, changed, bytes.size));
    EXPECT_EXIT(COMMAND_found, &office, "backup", "check", "kept/hq.db");
    EXPECT_EXIT(COMMAND_found, &restored, "restore", kept, "--recovery-key", recovery);
    EXPECT_SAID(&restored, "from byte 65697 on");
    EXPECT_OK(os_file_replace(kept, bytes.bytes, 120));
    EXPECT_EXIT(COMMAND_found, &restored, "restore", kept, "--recovery-key", recovery);
    EXPECT_SAID(&restored, "ends after 120 bytes");
    EXPECT(!os_file_exists(office_path(&restored, "hq.db")));
    EXPECT(!os_file_exists(office_path(&restored, "hq-restore.tmp")));
    EXPECT_OK(os_file_replace(kept, bytes.bytes, bytes.size)); /* and then it goes on */
    EXPECT_EXIT(COMMAND_ok, &restored, "restore", kept, "--recovery-key", recovery);
    office_close(&restored);
    office_close(&office);
}

TEST(test_the_recovery_key_is_set_by_those_who_may_and_written_down)
{
    static const char hex[] = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "recovery");
    EXPECT_SAID(&office, "in clear");
    EXPECT_EXIT(COMMAND_usage, &office, "keys", "recovery", "set", "8520");
    EXPECT_EXIT(COMMAND_usage, &office, "keys", "recovery", "sometimes");
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "recovery", "set", hex);
    EXPECT_SAID(&office, hex);
    EXPECT_OK(os_file_replace(office_path(&office, "there.txt"), "x", 1));
    EXPECT_EXIT(COMMAND_failed, &office, "keys", "recovery", "new", "there.txt");
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "recovery");
    EXPECT_SAID(&office, hex);
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "recovery", "off");
    EXPECT_EXIT(COMMAND_ok, &office, "backup", "plain.db");
    EXPECT(!sealed_file_is(office_path(&office, "plain.db")));
    office_close(&office);
}

/* Goal: the key of headquarters is read from where the service manager hands it over, and from
 * nowhere where others can read it too. */
TEST(test_the_key_file_may_be_handed_over_and_must_be_nobodys_but_ours)
{
    struct office office;
    office_open(&office);
    const char *key = office_path(&office, "hq.key");
    EXPECT_INT(0, chmod(key, 0640));
    EXPECT_EXIT(COMMAND_failed, &office, "keys", "list");
    EXPECT_SAID(&office, "mode 0600");
    EXPECT_EXIT(COMMAND_failed, &office, "serve", "--listen", "127.0.0.1:0");
    EXPECT_INT(0, chmod(key, 0600));
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "list");

    /* As a service sees it: a folder that it cannot write, a file that its group may read. */
    struct str text;
    EXPECT_OK(os_file_read(&office.arena, key, 4096, &text));
    EXPECT_OK(os_folder_make(office_path(&office, "handed")));
    EXPECT_OK(os_file_replace(office_path(&office, "handed/hq.key"), text.bytes, text.size));
    EXPECT_INT(0, chmod(office_path(&office, "handed/hq.key"), 0440));
    EXPECT_OK(os_file_remove(key));
    EXPECT_EXIT(COMMAND_not_found, &office, "keys", "list");
    EXPECT_SAID(&office, "hq.key is not there");
    EXPECT_INT(0, setenv("CREDENTIALS_DIRECTORY", office_path(&office, "handed"), 1));
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "list");
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "rotate"); /* in use once it is put in place */
    EXPECT_SAID(&office, "not in use yet");
    EXPECT(!os_file_exists(key));
    struct str same, next;
    EXPECT_OK(os_file_read(&office.arena, office_path(&office, "handed/hq.key"), 4096, &same));
    EXPECT_OK(os_file_read(&office.arena, office_path(&office, "hq-next.key"), 4096, &next));
    EXPECT(str_equal(text, same) && next.size > text.size);
    EXPECT_INT(0, chmod(office_path(&office, "handed/hq.key"), 0444));
    EXPECT_EXIT(COMMAND_failed, &office, "keys", "list");
    EXPECT_OK(os_file_replace(office_path(&office, "handed/hq.key"), "no key", 6));
    EXPECT_EXIT(COMMAND_failed, &office, "keys", "list");
    EXPECT_SAID(&office, "does not hold");
    EXPECT_INT(0, unsetenv("CREDENTIALS_DIRECTORY"));
    office_close(&office);
}
