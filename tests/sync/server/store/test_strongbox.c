/* Goal: who has the database alone opens no secret in it, and nobody moves one to another row. Also
 * what an earlier program left in clear is gone from every byte of the file. */
#include "sync/server/store/page_sum.h"
#include "sync/server/store/strongbox.h"

#include "core/base/buf.h"
#include "core/os/os.h"
#include "tests/sync/server/field.h"

#include <sodium.h>
#include <sqlite3.h>
#include <string.h>

enum { SECRET = 32, TABLETS = 60 };

struct world {
    struct arena arena;
    char *folder;
    struct hq_store *store;
};

/* For what is said about a row that failed. */
static const char *row_name(size_t row)
{
    static char text[24];
    snprintf(text, sizeof text, "%zu", row);
    return text;
}

static void seed_of(uint8_t seed[STRONGBOX_SEED_SIZE], uint8_t n)
{
    memset(seed, n, STRONGBOX_SEED_SIZE);
}

static void open_with(struct world *world, const char *keys)
{
    uint8_t seed[STRONGBOX_SEED_SIZE];
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, true));
    for (size_t i = 0; keys[i] != '\0'; i++) {
        seed_of(seed, (uint8_t)keys[i]);
        EXPECT_OK(strongbox_add_key(world->store, seed));
    }
}

static void again_with(struct world *world, const char *keys)
{
    hq_store_close(world->store);
    open_with(world, keys);
}

static void world_open(struct world *world, const char *keys)
{
    arena_init(&world->arena, 0);
    world->folder = field_folder(&world->arena);
    open_with(world, keys);
}

static void world_close(struct world *world)
{
    hq_store_close(world->store);
    field_folder_remove(world->folder);
    arena_deinit(&world->arena);
}

static const struct str ROW = {"a vault", 7};

static struct str sealed(struct world *world, const uint8_t secret[SECRET])
{
    uint8_t *bytes = arena_alloc(&world->arena, STRONGBOX_SIZE_MAX);
    size_t size = 0;
    EXPECT_OK(strongbox_seal(world->store, STRONGBOX_half, ROW,
                             (struct str){(const char *)secret, SECRET}, bytes, &size));
    EXPECT_INT(SECRET + STRONGBOX_EXTRA, size);
    return (struct str){(const char *)bytes, size};
}

TEST(test_a_secret_opens_in_its_own_place_alone_and_under_its_own_key_alone)
{
    struct world world;
    world_open(&world, "a");
    uint8_t secret[SECRET], opened[SECRET];
    memset(secret, 7, sizeof secret);
    struct str kept = sealed(&world, secret);
    EXPECT_OK(strongbox_open(world.store, STRONGBOX_half, ROW, kept, opened, SECRET));
    EXPECT(memcmp(secret, opened, SECRET) == 0);
    EXPECT(memmem(kept.bytes, kept.size, secret, 4) == NULL);
    EXPECT_ERR(ERR_corrupt,
               strongbox_open(world.store, STRONGBOX_recovery, ROW, kept, opened, SECRET));
    EXPECT_ERR(ERR_corrupt,
               strongbox_open(world.store, STRONGBOX_half, STR("b vault"), kept, opened, SECRET));
    EXPECT_ERR(ERR_corrupt, strongbox_open(world.store, STRONGBOX_half, ROW, kept, opened, 20));
    char *changed = arena_copy(&world.arena, kept.bytes, kept.size);
    for (size_t i = 0; i < kept.size; i++) { /* in the key's name: a key that is not there */
        changed[i] ^= 0x20;
        struct str flipped = {changed, kept.size};
        EXPECT_ROW(row_name(i),
                   strongbox_open(world.store, STRONGBOX_half, ROW, flipped, opened, SECRET) ==
                       (i >= 1 && i <= 4 ? ERR_wrong_key : ERR_corrupt));
        changed[i] ^= 0x20;
    }
    for (size_t size = 0; size < kept.size; size++) {
        struct str cut = {kept.bytes, size};
        EXPECT_ERR(ERR_corrupt,
                   strongbox_open(world.store, STRONGBOX_half, ROW, cut, opened, SECRET));
    }
    again_with(&world, "b");
    EXPECT_ERR(ERR_wrong_key,
               strongbox_open(world.store, STRONGBOX_half, ROW, kept, opened, SECRET));
    again_with(&world, "");
    EXPECT_ERR(ERR_wrong_key,
               strongbox_open(world.store, STRONGBOX_half, ROW, kept, opened, SECRET));
    uint8_t bytes[STRONGBOX_SIZE_MAX];
    size_t size = 0;
    EXPECT_ERR(ERR_wrong_key,
               strongbox_seal(world.store, STRONGBOX_half, ROW,
                              (struct str){(const char *)secret, SECRET}, bytes, &size));
    world_close(&world);
}

TEST(test_the_next_key_seals_and_the_earlier_ones_still_open)
{
    struct world world;
    world_open(&world, "a");
    uint8_t secret[SECRET], opened[SECRET], seed[STRONGBOX_SEED_SIZE];
    memset(secret, 7, sizeof secret);
    struct str first = sealed(&world, secret);
    again_with(&world, "ab");
    struct str second = sealed(&world, secret);
    EXPECT(!str_equal(first, second));
    EXPECT_OK(strongbox_open(world.store, STRONGBOX_half, ROW, first, opened, SECRET));
    EXPECT_OK(strongbox_open(world.store, STRONGBOX_half, ROW, second, opened, SECRET));
    again_with(&world, "b");
    EXPECT_ERR(ERR_wrong_key,
               strongbox_open(world.store, STRONGBOX_half, ROW, first, opened, SECRET));
    EXPECT_OK(strongbox_open(world.store, STRONGBOX_half, ROW, second, opened, SECRET));
    seed_of(seed, 'a'); /* given again, it is the present one, and there once */
    for (int i = 0; i < 100; i++) {
        EXPECT_OK(strongbox_add_key(world.store, seed));
    }
    EXPECT(str_equal(first, sealed(&world, secret)));
    for (uint8_t n = 0; n < 14; n++) {
        seed_of(seed, n);
        EXPECT_OK(strongbox_add_key(world.store, seed));
    }
    seed_of(seed, 99);
    EXPECT_ERR(ERR_too_many, strongbox_add_key(world.store, seed));
    world_close(&world);
}

/* ---- what an earlier program left ---- */

static void secret_of(uint8_t secret[SECRET], char kind, int n)
{
    char text[32];
    int size = snprintf(text, sizeof text, "planted %c %d", kind, n);
    crypto_generichash(secret, SECRET, (const uint8_t *)text, (unsigned long long)size, NULL, 0);
}

static void run(sqlite3 *db, const char *sql)
{
    EXPECT_INT(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

/* As they lay before there was a strongbox: several leaves of a table, each changed now and then.
 */
static void plant(struct world *world)
{
    sqlite3 *db = NULL;
    hq_store_close(world->store);
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(os_path(&world->arena, world->folder, "hq.db"), &db,
                                          SQLITE_OPEN_READWRITE, page_sum_vfs));
    for (int n = 0; n < TABLETS; n++) {
        uint8_t secrets[4][SECRET];
        char hex[4][2 * SECRET + 1];
        for (int i = 0; i < 4; i++) {
            secret_of(secrets[i], "ahrt"[i], n);
            buf_to_hex(hex[i], secrets[i], SECRET);
        }
        run(db, str_format(&world->arena,
                           "INSERT INTO device_vault VALUES (1, x'%032x', %d, x'%064d', 2, x'%s', "
                           "x'%s', x'%s', 1, 2, 3, 4, %d, x'', 0, 0);"
                           "INSERT INTO account VALUES (1, %d, '', x'', 0, 0, x'%.40s', 1, %d, 5)",
                           n + 1, n + 1, n, hex[0], hex[1], hex[2], n % 3, n + 1, hex[3], n));
    }
    run(db, "UPDATE device_vault SET asked_at_ms = 12345678901 WHERE device_no % 3 = 0;"
            "DELETE FROM device_vault WHERE device_no % 7 = 0");
    sqlite3_close(db);
}

/* How many of the planted secrets the bytes of the database hold. */
static int count_planted(struct world *world)
{
    struct str bytes;
    int count = 0;
    EXPECT_OK(os_file_read(&world->arena, os_path(&world->arena, world->folder, "hq.db"),
                           16 * 1024 * 1024, &bytes));
    for (int n = 0; n < TABLETS; n++) {
        for (int i = 0; i < 4; i++) {
            uint8_t secret[SECRET];
            secret_of(secret, "ahrt"[i], n);
            count += memmem(bytes.bytes, bytes.size, secret, 12) != NULL;
        }
    }
    return count;
}

static void expect_open(struct world *world, int n)
{
    char name[16] = {0};
    uint8_t secret[SECRET], opened[SECRET];
    name[15] = (char)(n + 1);
    struct str row = {name, sizeof name};
    struct hq_query query = hq_query(world->store, SQL_HQ_vault_key_get);
    hq_bind_bytes(&query, "$vault_id", name, sizeof name);
    EXPECT(hq_next(&query));
    static const enum strongbox_what whats[] = {STRONGBOX_auth, STRONGBOX_half, STRONGBOX_recovery};
    for (int i = 0; i < 3; i++) {
        secret_of(secret, "ahr"[i], n);
        EXPECT_OK(
            strongbox_open(world->store, whats[i], row, hq_text(&query, 3 + i), opened, SECRET));
        EXPECT(memcmp(secret, opened, SECRET) == 0);
    }
    EXPECT_INT(n % 3, hq_i64(&query, 10));
    EXPECT_OK(hq_end(&query));
    struct hq_query account = hq_query(world->store, SQL_HQ_account_get);
    hq_bind_i64(&account, "$person_no", n + 1);
    EXPECT(hq_next(&account));
    secret_of(secret, 't', n);
    EXPECT_OK(strongbox_open(world->store, STRONGBOX_totp,
                             str_from(str_format(&world->arena, "%d", n + 1)), hq_text(&account, 4),
                             opened, 20));
    EXPECT(memcmp(secret, opened, 20) == 0);
    EXPECT_INT(n, hq_i64(&account, 6));
    EXPECT_OK(hq_end(&account));
}

TEST(test_what_lay_in_clear_is_sealed_and_gone_from_every_page)
{
    struct world world;
    uint64_t count = 0;
    world_open(&world, "");
    plant(&world);
    EXPECT(count_planted(&world) > 3 * TABLETS);
    open_with(&world, "");
    EXPECT_ERR(ERR_wrong_key, strongbox_migrate(world.store, &count)); /* and nothing is half */
    again_with(&world, "a");
    EXPECT_OK(strongbox_migrate(world.store, &count));
    EXPECT_INT(2 * TABLETS - TABLETS / 7, count);
    for (int n = 0; n < TABLETS; n++) {
        if ((n + 1) % 7 != 0) {
            expect_open(&world, n);
        }
    }
    EXPECT_OK(strongbox_migrate(world.store, &count));
    EXPECT_INT(0, count);
    const char *copy = os_path(&world.arena, world.folder, "copy.db");
    EXPECT_OK(hq_backup(world.store, copy));
    EXPECT_OK(hq_check(world.store));
    again_with(&world, "a");
    EXPECT_INT(0, count_planted(&world));
    world_close(&world);
}
