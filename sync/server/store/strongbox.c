/* Sealing of single columns by libsodium; the keys live in the store's handle. */
#include "sync/server/store/strongbox.h"

#include "core/os/log.h"
#include "sync/server/store/hq_store_private.h"

#include <sodium.h>
#include <string.h>

enum {
    VERSION = 1,
    NAME_SIZE = 4,
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    HEAD_SIZE = 1 + NAME_SIZE + NONCE_SIZE,
    ROW_MAX = 64,
    BOUND_MAX = 1 + ROW_MAX,
};

_Static_assert(STRONGBOX_EXTRA == HEAD_SIZE + TAG_SIZE, "head and tag");
_Static_assert(HQ_STRONGBOX_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(STRONGBOX_SEED_SIZE == crypto_kdf_KEYBYTES, "seed");

enum err strongbox_add_key(struct hq_store *store, const uint8_t seed[STRONGBOX_SEED_SIZE])
{
    static const char purpose[crypto_kdf_CONTEXTBYTES + 1] = "hqatrest";
    struct hq_strongbox *box = hq_strongbox(store);
    uint8_t key[HQ_STRONGBOX_KEY_SIZE];
    crypto_kdf_derive_from_key(key, sizeof key, 1, purpose, seed);
    size_t at = 0;
    while (at < box->count && sodium_memcmp(box->keys[at], key, sizeof key) != 0) {
        at++;
    }
    if (at == HQ_STRONGBOX_KEYS_MAX) {
        sodium_memzero(key, sizeof key);
        return ERR_too_many;
    }
    /* One that is there already becomes the last: the present one. */
    for (size_t i = at; i + 1 < box->count; i++) {
        memcpy(box->keys[i], box->keys[i + 1], sizeof key);
    }
    box->count += at == box->count;
    memcpy(box->keys[box->count - 1], key, sizeof key);
    sodium_memzero(key, sizeof key);
    return OK;
}

static void name_of(uint8_t name_out[NAME_SIZE], const uint8_t key[HQ_STRONGBOX_KEY_SIZE])
{
    static const uint8_t purpose[] = "name";
    uint8_t hash[crypto_generichash_BYTES];
    crypto_generichash(hash, sizeof hash, purpose, sizeof purpose - 1, key, HQ_STRONGBOX_KEY_SIZE);
    memcpy(name_out, hash, NAME_SIZE);
}

static const uint8_t *key_named(const struct hq_strongbox *box, const uint8_t name[NAME_SIZE])
{
    for (size_t i = box->count; i > 0; i--) {
        uint8_t own[NAME_SIZE];
        name_of(own, box->keys[i - 1]);
        if (memcmp(own, name, NAME_SIZE) == 0) {
            return box->keys[i - 1];
        }
    }
    return NULL;
}

/* What a sealed secret is bound to. */
static size_t bind(uint8_t bound[BOUND_MAX], enum strongbox_what what, struct str row)
{
    CHECK(row.size <= ROW_MAX);
    bound[0] = (uint8_t)what;
    memcpy(bound + 1, row.bytes, row.size);
    return 1 + row.size;
}

enum err strongbox_seal(struct hq_store *store, enum strongbox_what what, struct str row,
                        struct str secret, uint8_t sealed_out[STRONGBOX_SIZE_MAX], size_t *size_out)
{
    const struct hq_strongbox *box = hq_strongbox(store);
    CHECK(secret.size > 0 && secret.size <= STRONGBOX_SECRET_MAX);
    if (box->count == 0) {
        return ERR_wrong_key;
    }
    const uint8_t *key = box->keys[box->count - 1];
    uint8_t bound[BOUND_MAX];
    size_t bound_size = bind(bound, what, row);
    sealed_out[0] = VERSION;
    name_of(sealed_out + 1, key);
    uint8_t *nonce = sealed_out + 1 + NAME_SIZE;
    crypto_generichash_state hash;
    crypto_generichash_init(&hash, key, HQ_STRONGBOX_KEY_SIZE, NONCE_SIZE);
    crypto_generichash_update(&hash, bound, bound_size);
    crypto_generichash_update(&hash, (const uint8_t *)secret.bytes, secret.size);
    crypto_generichash_final(&hash, nonce, NONCE_SIZE);
    unsigned long long size = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed_out + HEAD_SIZE, &size,
                                               (const uint8_t *)secret.bytes, secret.size, bound,
                                               bound_size, NULL, nonce, key);
    *size_out = HEAD_SIZE + (size_t)size;
    return OK;
}

enum err strongbox_open(struct hq_store *store, enum strongbox_what what, struct str row,
                        struct str sealed, uint8_t *secret_out, size_t size)
{
    const struct hq_strongbox *box = hq_strongbox(store);
    const uint8_t *bytes = (const uint8_t *)sealed.bytes;
    if (sealed.size != size + STRONGBOX_EXTRA || bytes[0] != VERSION) {
        return ERR_corrupt;
    }
    const uint8_t *key = key_named(box, bytes + 1);
    if (key == NULL) {
        return ERR_wrong_key;
    }
    uint8_t bound[BOUND_MAX];
    size_t bound_size = bind(bound, what, row);
    int code = crypto_aead_xchacha20poly1305_ietf_decrypt(secret_out, NULL, NULL, bytes + HEAD_SIZE,
                                                          sealed.size - HEAD_SIZE, bound,
                                                          bound_size, bytes + 1 + NAME_SIZE, key);
    return code == 0 ? OK : ERR_corrupt;
}

/* ---- what an earlier program left in clear ---- */

enum { ROW_SIZE = 32, SECRETS_MAX = 3 };

struct clear_row {
    char row[ROW_SIZE];
    size_t row_size;
    int64_t number; /* of a person */
    struct str secrets[SECRETS_MAX];
};

/* Sizes tell: a sealed secret is STRONGBOX_EXTRA longer. Empty ones are none. */
static bool is_clear(struct str secret)
{
    return secret.size > 0 && secret.size <= STRONGBOX_SECRET_MAX;
}

static enum err bind_sealed(struct arena *arena, struct hq_query *query, const char *name,
                            enum strongbox_what what, const struct clear_row *row,
                            struct str secret)
{
    uint8_t *sealed = arena_alloc(arena, STRONGBOX_SIZE_MAX);
    size_t size = 0;
    if (!is_clear(secret)) {
        hq_bind_bytes(query, name, secret.bytes, secret.size);
        return OK;
    }
    TRY(strongbox_seal(query->store, what, (struct str){row->row, row->row_size}, secret, sealed,
                       &size));
    hq_bind_bytes(query, name, sealed, size);
    return OK;
}

/* Few hundred people and some thousand tablets at most: read whole before anything is written. */
static enum err read_clear(struct arena *arena, struct hq_store *store, enum sql_hq which,
                           struct clear_row **rows_out, size_t *count_out)
{
    size_t capacity = 0;
    *count_out = 0;
    *rows_out = NULL;
    struct hq_query query = hq_query(store, which);
    while (hq_next(&query)) {
        if (*count_out == capacity) {
            capacity = capacity == 0 ? 64 : capacity * 2;
            struct clear_row *more = ARENA_ARRAY(arena, capacity, struct clear_row);
            if (*count_out > 0) {
                memcpy(more, *rows_out, *count_out * sizeof *more);
            }
            *rows_out = more;
        }
        struct clear_row *row = &(*rows_out)[(*count_out)++];
        struct str name = hq_text(&query, 0);
        CHECK(name.size <= sizeof row->row);
        memcpy(row->row, name.bytes, name.size);
        row->row_size = name.size;
        row->number = hq_i64(&query, 0);
        for (int i = 0; i + 1 < hq_column_count(&query); i++) {
            struct str secret = hq_text(&query, i + 1);
            row->secrets[i] =
                (struct str){arena_copy(arena, secret.bytes, secret.size), secret.size};
        }
    }
    return hq_end(&query);
}

static enum err migrate_people(struct arena *arena, struct hq_store *store, uint64_t *count)
{
    struct clear_row *rows = NULL;
    size_t row_count = 0;
    TRY(read_clear(arena, store, SQL_HQ_strongbox_clear_people, &rows, &row_count));
    for (size_t i = 0; i < row_count; i++) {
        struct hq_query query = hq_query(store, SQL_HQ_strongbox_seal_person);
        enum err err = bind_sealed(arena, &query, "$totp_secret", STRONGBOX_totp, &rows[i],
                                   rows[i].secrets[0]);
        hq_bind_i64(&query, "$person_no", rows[i].number);
        enum err run_err = hq_run(&query);
        TRY(err);
        TRY(run_err);
    }
    *count += row_count;
    return OK;
}

static enum err migrate_vaults(struct arena *arena, struct hq_store *store, uint64_t *count)
{
    struct clear_row *rows = NULL;
    size_t row_count = 0;
    TRY(read_clear(arena, store, SQL_HQ_strongbox_clear_vaults, &rows, &row_count));
    for (size_t i = 0; i < row_count; i++) {
        const struct clear_row *row = &rows[i];
        struct hq_query query = hq_query(store, SQL_HQ_strongbox_seal_vault);
        hq_bind_bytes(&query, "$vault_id", row->row, row->row_size);
        enum err err =
            bind_sealed(arena, &query, "$auth_hash", STRONGBOX_auth, row, row->secrets[0]);
        if (err == OK) {
            err = bind_sealed(arena, &query, "$half", STRONGBOX_half, row, row->secrets[1]);
        }
        if (err == OK) {
            err = bind_sealed(arena, &query, "$recovery", STRONGBOX_recovery, row, row->secrets[2]);
        }
        enum err run_err = hq_run(&query);
        TRY(err);
        TRY(run_err);
    }
    *count += row_count;
    return OK;
}

/* A page that SQLite shifts cells in may keep old ones in its gaps. So the tables are emptied,
 * which overwrites their pages under secure_delete, and filled again with the sealed rows.
 * Temporary tables are in memory. */
static const char rewrite[] =
    "CREATE TEMP TABLE strongbox_account AS SELECT * FROM main.account;"
    "CREATE TEMP TABLE strongbox_vault AS SELECT * FROM main.device_vault;"
    "DELETE FROM main.account;"
    "DELETE FROM main.device_vault;"
    "INSERT INTO main.account SELECT * FROM temp.strongbox_account;"
    "INSERT INTO main.device_vault SELECT * FROM temp.strongbox_vault;"
    "DROP TABLE temp.strongbox_account;"
    "DROP TABLE temp.strongbox_vault;";

static enum err migrate(struct arena *arena, struct hq_store *store, uint64_t *count)
{
    TRY(hq_begin(store));
    enum err err = migrate_people(arena, store, count);
    if (err == OK) {
        err = migrate_vaults(arena, store, count);
    }
    if (err == OK) {
        err = hq_run_text(store, "strongbox", rewrite);
    }
    if (err == OK) {
        return hq_commit(store);
    }
    hq_rollback(store);
    return err;
}

enum err strongbox_migrate(struct hq_store *store, uint64_t *count_out)
{
    uint64_t count = 0;
    int64_t clear_count = 0;
    struct hq_query query = hq_query(store, SQL_HQ_strongbox_clear_count);
    TRY(hq_one_i64(&query, &clear_count));
    if (count_out != NULL) {
        *count_out = 0;
    }
    if (clear_count == 0) {
        return OK;
    }
    if (hq_strongbox(store)->count == 0) {
        return ERR_wrong_key;
    }
    struct arena arena;
    arena_init(&arena, 0);
    TRY(hq_run_text(store, "strongbox", "PRAGMA secure_delete = ON"));
    enum err err = migrate(&arena, store, &count);
    enum err off_err = hq_run_text(store, "strongbox", "PRAGMA secure_delete = OFF");
    arena_deinit(&arena);
    TRY(err);
    TRY(off_err);
    TRY(hq_checkpoint(store)); /* the file itself, not only its log */
    log_line(LOG_warning, "store",
             "%llu secrets of people and tablets are sealed now; copies of the database that were "
             "made before still hold them in clear",
             (unsigned long long)count);
    if (count_out != NULL) {
        *count_out = count;
    }
    return OK;
}
