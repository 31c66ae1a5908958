/* Which tablet this is stands a second time beside the store, sealed: what is in whole pages is
 * saved and can be signed for when just the pages with number and keys are gone. */
#include "tests/core/store/damaged_store.h"

/* Every block, of the file and its log, that says which tablet this is or has a part of its keys.
 */
static void spoil_identity(struct damaged *d)
{
    static const struct {
        const char *name;
        size_t head, unit;
        enum page_seal_kind kind;
    } files[] = {{"device.db", 0, PAGE, PAGE_SEAL_KIND_database},
                 {"device.db-wal", 32, FRAME, PAGE_SEAL_KIND_log}};
    static const char *const names[] = {"device_no", "person_no", "device_secret_key"};
    for (size_t i = 0; i < COUNT(files); i++) {
        struct fault_file *file = fault_disk_file(&d->memory.disk, files[i].name);
        for (size_t at = files[i].head; file != NULL && at + files[i].unit <= file->size;
             at += files[i].unit) {
            uint8_t open[FRAME];
            uint64_t number = (at - files[i].head) / files[i].unit + (i == 0 ? 1 : 0);
            bool is_said = false;
            if (page_seal_open(open, file->bytes + at, files[i].unit, d->page_key, files[i].kind,
                               number)) {
                is_said = memmem(open, files[i].unit, secret, 16) != NULL;
                for (size_t j = 0; j < COUNT(names); j++) {
                    is_said = is_said || memmem(open, files[i].unit, names[j], strlen(names[j]));
                }
            }
            file->bytes[at + files[i].unit / 2] ^= is_said ? 0x20 : 0;
        }
    }
}

/* A fact in an intact page needs its tablet's number and keys to reach headquarters: where just the
 * pages with those are gone they come from their copy, and where that is gone too the files stay.
 */
TEST(test_facts_are_saved_when_the_pages_with_number_and_keys_are_gone)
{
    struct damaged *d = open_damaged(true);
    struct memory_store *memory = &d->memory;
    bool expected[NOTES + 1] = {false};
    spoil_identity(d);
    look_at_blocks(d);
    EXPECT(!lies_intact(d, secret, sizeof secret) && !lies_intact(d, STR("device_no").bytes, 9));
    uint64_t intact_count = 0;
    for (uint64_t seq = 1; seq <= NOTES; seq++) {
        expected[seq] =
            d->notes[seq].size < 900 && lies_intact(d, d->notes[seq].body, d->notes[seq].size);
        intact_count += expected[seq];
    }
    EXPECT(intact_count > NOTES / 2);
    struct fault_disk spoilt = {0};
    fault_disk_copy(&spoilt, &memory->disk);

    struct fault_file *copy = fault_disk_file(&memory->disk, "device.db.identity");
    copy->bytes[copy->size / 3] ^= 1;
    EXPECT_ERR(ERR_not_enrolled, store_rescue(&memory->options, 1700009000000));

    fault_disk_copy(&memory->disk, &spoilt);
    EXPECT_OK(store_rescue(&memory->options, 1700009000000));
    EXPECT_OK(store_open(&memory->arena, &memory->options, &memory->store));
    EXPECT(check_journal("identity", d, expected) >= intact_count);
    struct str bytes;
    int64_t number = 0;
    EXPECT_OK(store_setting_number(memory->store, SETTING_device_no, 0, &number));
    EXPECT_INT(DEVICE, number);
    EXPECT_OK(
        store_setting_bytes(memory->store, &memory->arena, SETTING_device_secret_key, &bytes));
    EXPECT(bytes.size == sizeof secret && memcmp(bytes.bytes, secret, bytes.size) == 0);
    store_close(&memory->store);
    fault_disk_free(&spoilt);
    close_damaged(d);
}

TEST(test_the_copy_of_the_identity_follows_the_store_and_is_sealed)
{
    struct damaged *d = open_damaged(false);
    struct memory_store *memory = &d->memory;
    const struct fault_file *copy = fault_disk_file(&memory->disk, "device.db.identity");
    EXPECT(copy != NULL && memmem(copy->bytes, copy->size, "device_no", 9) == NULL);
    EXPECT(copy != NULL && memmem(copy->bytes, copy->size, secret, 16) == NULL);
    /* torn and opened: it is made whole */
    fault_disk_file(&memory->disk, "device.db.identity")->size = 100;
    EXPECT_OK(store_open(&memory->arena, &memory->options, &memory->store));
    /* another number, in a transaction that was rolled back, and in one that was not */
    EXPECT_OK(store_begin(memory->store));
    EXPECT_OK(store_setting_set_number(memory->store, SETTING_person_no, 98));
    store_rollback(memory->store);
    EXPECT_OK(store_begin(memory->store));
    EXPECT_OK(store_setting_set_number(memory->store, SETTING_person_no, 99));
    EXPECT_OK(store_commit(memory->store));
    store_close(&memory->store);
    spoil_identity(d);
    EXPECT_OK(store_rescue(&memory->options, 1700009000000));
    EXPECT_OK(store_open(&memory->arena, &memory->options, &memory->store));
    int64_t number = 0;
    EXPECT_OK(store_setting_number(memory->store, SETTING_person_no, 0, &number));
    EXPECT_INT(99, number);
    store_close(&memory->store);
    close_damaged(d);
}
