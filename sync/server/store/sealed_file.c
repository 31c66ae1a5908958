/* Sealed files by libsodium's secretstream, in parts that fit in memory. */
#include "sync/server/store/sealed_file.h"

#include "core/base/check.h"
#include "core/os/os.h"

#include <sodium.h>
#include <string.h>

enum {
    MAGIC_SIZE = 8,
    BOX_SIZE = crypto_box_SEALBYTES + crypto_secretstream_xchacha20poly1305_KEYBYTES,
    BOX_AT = MAGIC_SIZE + SEALED_KEY_SIZE,
    STREAM_AT = BOX_AT + BOX_SIZE,
    HEAD_SIZE = STREAM_AT + crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    PIECE_SIZE = 64 * 1024,
    EXTRA_SIZE = crypto_secretstream_xchacha20poly1305_ABYTES,
    SEALED_PIECE_SIZE = PIECE_SIZE + EXTRA_SIZE,
    /* Each part is flushed when it is written: large ones. */
    PART_PIECES = 64,
    PART_SIZE = PART_PIECES * SEALED_PIECE_SIZE,
    HASH_SIZE = crypto_generichash_BYTES,
};

static const char MAGIC[MAGIC_SIZE + 1] = "DSHQSEA1";

_Static_assert(SEALED_KEY_SIZE == crypto_box_PUBLICKEYBYTES, "keys of boxes");
_Static_assert(SEALED_KEY_SIZE == crypto_box_SECRETKEYBYTES, "keys of boxes");

void sealed_pair_make(struct sealed_public *public_out, struct sealed_secret *secret_out)
{
    crypto_box_keypair(public_out->bytes, secret_out->bytes);
}

struct sealed_public sealed_public_of(const struct sealed_secret *secret)
{
    struct sealed_public public;
    CHECK(crypto_scalarmult_base(public.bytes, secret->bytes) == 0);
    return public;
}

bool sealed_file_is(const char *path)
{
    char magic[MAGIC_SIZE];
    return os_file_read_at(path, 0, magic, sizeof magic) == OK &&
           memcmp(magic, MAGIC, sizeof magic) == 0;
}

/* An empty file has one empty piece, which says that it is the last. */
static uint64_t piece_count(uint64_t size)
{
    return size == 0 ? 1 : (size + PIECE_SIZE - 1) / PIECE_SIZE;
}

uint64_t sealed_file_size(uint64_t size)
{
    return HEAD_SIZE + size + piece_count(size) * EXTRA_SIZE + HASH_SIZE;
}

/* ---- writing ---- */

struct sealer {
    const char *plain_path, *path;
    uint64_t plain_size, read_size, written_size;
    uint8_t *plain; /* a part */
    uint8_t *part;
    uint8_t stream_key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_generichash_state outer, inner; /* of what is written, of what was read */
};

static enum err put(struct sealer *sealer, const uint8_t *bytes, size_t size)
{
    TRY(os_file_write_at(sealer->path, sealer->written_size, bytes, size));
    sealer->written_size += size;
    return OK;
}

static enum err write_head(struct sealer *sealer, const struct sealed_public *to)
{
    uint8_t head[HEAD_SIZE];
    memcpy(head, MAGIC, MAGIC_SIZE);
    memcpy(head + MAGIC_SIZE, to->bytes, SEALED_KEY_SIZE);
    crypto_secretstream_xchacha20poly1305_keygen(sealer->stream_key);
    CHECK(crypto_box_seal(head + BOX_AT, sealer->stream_key, sizeof sealer->stream_key,
                          to->bytes) == 0);
    crypto_secretstream_xchacha20poly1305_init_push(&sealer->stream, head + STREAM_AT,
                                                    sealer->stream_key);
    crypto_generichash_update(&sealer->outer, head, sizeof head);
    return put(sealer, head, sizeof head);
}

static enum err write_part(struct sealer *sealer)
{
    size_t size = PART_PIECES * PIECE_SIZE;
    if (sealer->plain_size - sealer->read_size < size) {
        size = (size_t)(sealer->plain_size - sealer->read_size);
    }
    if (size > 0) {
        enum err err = os_file_read_at(sealer->plain_path, sealer->read_size, sealer->plain, size);
        TRY(err == ERR_truncated ? ERR_io : err); /* it must not change meanwhile */
    }
    crypto_generichash_update(&sealer->inner, sealer->plain, size);
    size_t sealed_size = 0;
    size_t at = 0;
    do {
        size_t piece = size - at < PIECE_SIZE ? size - at : PIECE_SIZE;
        bool is_last = sealer->read_size + piece == sealer->plain_size;
        unsigned long long made = 0;
        crypto_secretstream_xchacha20poly1305_push(
            &sealer->stream, sealer->part + sealed_size, &made, sealer->plain + at, piece, NULL, 0,
            is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                    : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
        sealed_size += (size_t)made;
        at += piece;
        sealer->read_size += piece;
    } while (at < size);
    crypto_generichash_update(&sealer->outer, sealer->part, sealed_size);
    return put(sealer, sealer->part, sealed_size);
}

static enum err write_all(struct sealer *sealer, const struct sealed_public *to)
{
    TRY(write_head(sealer, to));
    do {
        TRY(write_part(sealer));
    } while (sealer->read_size < sealer->plain_size);
    uint8_t hash[HASH_SIZE];
    crypto_generichash_final(&sealer->outer, hash, sizeof hash);
    return put(sealer, hash, sizeof hash);
}

/* ---- reading ---- */

struct opener {
    const char *path, *plain_path;
    uint64_t size, read_size, written_size;
    uint8_t *plain;
    uint8_t *part;
    struct sealed_fault *fault;
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_generichash_state inner; /* of what was opened */
};

static enum err say(struct sealed_fault *fault, enum sealed_fault_kind kind, uint64_t at)
{
    fault->kind = kind;
    fault->at = at;
    return kind == SEALED_FAULT_wrong_key ? ERR_wrong_key : ERR_corrupt;
}

static enum err read_head(const char *path, uint8_t head[HEAD_SIZE], uint64_t *size_out,
                          struct sealed_fault *fault)
{
    *fault = (struct sealed_fault){0};
    TRY(os_file_facts(path, size_out, NULL));
    if (!sealed_file_is(path)) {
        return say(fault, SEALED_FAULT_strange, 0);
    }
    if (*size_out < sealed_file_size(0)) {
        return say(fault, SEALED_FAULT_cut, *size_out);
    }
    TRY(os_file_read_at(path, 0, head, HEAD_SIZE));
    memcpy(fault->to.bytes, head + MAGIC_SIZE, sizeof fault->to.bytes);
    return OK;
}

/* One piece of the part. `left`: bytes of the whole file from here to the hash at its end. */
static enum err open_piece(struct opener *opener, const uint8_t *bytes, uint64_t left,
                           uint8_t *plain, size_t *size_out, bool *is_last_out)
{
    size_t size = left < SEALED_PIECE_SIZE ? (size_t)left : SEALED_PIECE_SIZE;
    unsigned long long made = 0;
    unsigned char tag = 0;
    if (size < EXTRA_SIZE || crypto_secretstream_xchacha20poly1305_pull(
                                 &opener->stream, plain, &made, &tag, bytes, size, NULL, 0) != 0) {
        /* The piece before the end of a cut file holds part of the hash, or is short. */
        return say(opener->fault, SEALED_FAULT_changed, opener->read_size);
    }
    *is_last_out = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    *size_out = (size_t)made;
    opener->read_size += size;
    return OK;
}

static enum err open_part(struct opener *opener, bool *is_last_out)
{
    uint64_t left = opener->size - HASH_SIZE - opener->read_size;
    size_t size = left < PART_SIZE ? (size_t)left : PART_SIZE;
    if (size == 0) { /* no piece said that it is the last */
        return say(opener->fault, SEALED_FAULT_cut, opener->size);
    }
    TRY(os_file_read_at(opener->path, opener->read_size, opener->part, size));
    size_t plain_size = 0;
    size_t at = 0;
    while (at < size && !*is_last_out) {
        size_t made = 0;
        uint64_t before = opener->read_size;
        TRY(open_piece(opener, opener->part + at, size - at, opener->plain + plain_size, &made,
                       is_last_out));
        at += (size_t)(opener->read_size - before);
        plain_size += made;
    }
    if (*is_last_out && opener->read_size != opener->size - HASH_SIZE) {
        return say(opener->fault, SEALED_FAULT_changed, opener->read_size); /* something added */
    }
    crypto_generichash_update(&opener->inner, opener->plain, plain_size);
    if (opener->plain_path != NULL) {
        TRY(os_file_write_at(opener->plain_path, opener->written_size, opener->plain, plain_size));
        opener->written_size += plain_size;
    }
    return OK;
}

static enum err open_all(struct opener *opener, const uint8_t head[HEAD_SIZE],
                         const uint8_t *stream_key)
{
    opener->read_size = HEAD_SIZE;
    if (crypto_secretstream_xchacha20poly1305_init_pull(&opener->stream, head + STREAM_AT,
                                                        stream_key) != 0) {
        return say(opener->fault, SEALED_FAULT_changed, STREAM_AT);
    }
    bool is_last = false;
    while (!is_last) {
        TRY(open_part(opener, &is_last));
    }
    return OK;
}

static enum err remove_after(enum err err, const char *path)
{
    if (err != OK && path != NULL) {
        enum err remove_err = os_file_remove(path);
        (void)remove_err; /* the first error is the one to tell */
    }
    return err;
}

/* Opens with the stream key that is at hand what was just written. */
static enum err read_again(struct sealer *sealer)
{
    struct sealed_fault fault;
    struct opener opener = {
        .path = sealer->path, .plain = sealer->plain, .part = sealer->part, .fault = &fault};
    uint8_t head[HEAD_SIZE], before[HASH_SIZE], after[HASH_SIZE];
    crypto_generichash_init(&opener.inner, NULL, 0, HASH_SIZE);
    TRY(sealed_file_look(sealer->path, &fault));
    TRY(read_head(sealer->path, head, &opener.size, &fault));
    TRY(open_all(&opener, head, sealer->stream_key));
    crypto_generichash_final(&sealer->inner, before, sizeof before);
    crypto_generichash_final(&opener.inner, after, sizeof after);
    return memcmp(before, after, sizeof before) == 0 ? OK : ERR_corrupt;
}

enum err sealed_file_make(const char *plain_path, const char *path, const struct sealed_public *to)
{
    struct sealer sealer = {.plain_path = plain_path, .path = path};
    if (os_file_exists(path)) {
        return ERR_exists;
    }
    TRY(os_file_facts(plain_path, &sealer.plain_size, NULL));
    struct arena arena;
    arena_init(&arena, 0);
    sealer.plain = arena_alloc(&arena, PART_PIECES * PIECE_SIZE);
    sealer.part = arena_alloc(&arena, PART_SIZE);
    crypto_generichash_init(&sealer.outer, NULL, 0, HASH_SIZE);
    crypto_generichash_init(&sealer.inner, NULL, 0, HASH_SIZE);
    enum err err = write_all(&sealer, to);
    if (err == OK) {
        err = read_again(&sealer);
    }
    sodium_memzero(sealer.plain, PART_PIECES * PIECE_SIZE);
    sodium_memzero(&sealer, sizeof sealer);
    arena_deinit(&arena);
    return remove_after(err, path);
}

/* From which part on the file is not what was written, only the whole hash could say: it cannot.
 * So `at` is where the hash lies that does not fit. */
enum err sealed_file_look(const char *path, struct sealed_fault *fault_out)
{
    uint8_t head[HEAD_SIZE];
    uint64_t size = 0;
    TRY(read_head(path, head, &size, fault_out));
    struct arena arena;
    arena_init(&arena, 0);
    uint8_t *part = arena_alloc(&arena, PART_SIZE);
    crypto_generichash_state outer;
    crypto_generichash_init(&outer, NULL, 0, HASH_SIZE);
    enum err err = OK;
    uint64_t at = 0;
    while (err == OK && at < size - HASH_SIZE) {
        uint64_t left = size - HASH_SIZE - at;
        size_t step = left < PART_SIZE ? (size_t)left : PART_SIZE;
        err = os_file_read_at(path, at, part, step);
        crypto_generichash_update(&outer, part, err == OK ? step : 0);
        at += step;
    }
    uint8_t made[HASH_SIZE], written[HASH_SIZE];
    crypto_generichash_final(&outer, made, sizeof made);
    if (err == OK) {
        err = os_file_read_at(path, size - HASH_SIZE, written, sizeof written);
    }
    arena_deinit(&arena);
    if (err == OK && memcmp(made, written, sizeof made) != 0) {
        return say(fault_out, SEALED_FAULT_changed, 0);
    }
    return err;
}

/* The stream key by the one of `secrets` whose public half the file names. */
static enum err find_stream_key(const uint8_t head[HEAD_SIZE], const struct sealed_secret *secrets,
                                size_t count, uint8_t *stream_key, struct sealed_fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        struct sealed_public public = sealed_public_of(&secrets[i]);
        if (memcmp(public.bytes, fault->to.bytes, sizeof public.bytes) == 0) {
            return crypto_box_seal_open(stream_key, head + BOX_AT, BOX_SIZE, public.bytes,
                                        secrets[i].bytes) == 0
                       ? OK
                       : say(fault, SEALED_FAULT_changed, BOX_AT);
        }
    }
    return say(fault, SEALED_FAULT_wrong_key, 0);
}

enum err sealed_file_open(const char *path, const struct sealed_secret *secrets, size_t count,
                          const char *plain_path, struct sealed_fault *fault_out)
{
    uint8_t head[HEAD_SIZE];
    uint8_t stream_key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    struct opener opener = {.path = path, .plain_path = plain_path, .fault = fault_out};
    TRY(read_head(path, head, &opener.size, fault_out));
    if (plain_path != NULL && os_file_exists(plain_path)) {
        return ERR_exists;
    }
    TRY(find_stream_key(head, secrets, count, stream_key, fault_out));
    struct arena arena;
    arena_init(&arena, 0);
    opener.plain = arena_alloc(&arena, PART_PIECES * PIECE_SIZE);
    opener.part = arena_alloc(&arena, PART_SIZE);
    crypto_generichash_init(&opener.inner, NULL, 0, HASH_SIZE);
    enum err err = open_all(&opener, head, stream_key);
    if (err == OK) {
        err = sealed_file_look(path, fault_out); /* the hash itself may be what is damaged */
    }
    sodium_memzero(stream_key, sizeof stream_key);
    sodium_memzero(opener.plain, PART_PIECES * PIECE_SIZE);
    sodium_memzero(&opener.stream, sizeof opener.stream);
    arena_deinit(&arena);
    return remove_after(err, plain_path);
}
