/* The experimental part of zstd's interface is needed for frames without a magic
 * number alone; its parameter numbers are part of the library's ABI. */
#define ZSTD_STATIC_LINKING_ONLY
#include "sync/proto/pack.h"

#include <stdatomic.h>
#include <string.h>

#include <zstd.h>
#include <zstd_errors.h>

extern const unsigned char pack_dictionary_1[];
extern const size_t pack_dictionary_1_size;
extern const unsigned char pack_dictionary_2[];
extern const size_t pack_dictionary_2_size;

enum {
    DICTIONARY_COUNT = 2,
    FORM_plain = 0,
    FORM_block = 1,
    FORM_frame = 2,
    /* A packed message is at most a page of cases: one window of 256 KiB holds it. */
    WINDOW_LOG = 18,
    FRAME_HEAD_SIZE = 2, /* descriptor 0, window */
    BLOCK_HEAD_SIZE = 3,
    BLOCK_SIZE_MAX = 128 * 1024,
    BLOCK_TYPE_compressed = 2,
};

/* What is packed with how much effort. A page of cases is worth more than what follows a
 * visit; a day's cases, fetched once over a village's network, are worth the most. */
enum effort { EFFORT_message, EFFORT_answer, EFFORT_page, EFFORT_day, EFFORT_COUNT };
static const struct {
    uint32_t dictionary;
    int level;
} EFFORTS[EFFORT_COUNT] = {
    [EFFORT_message] = {1, 3},
    [EFFORT_answer] = {2, 3},
    [EFFORT_page] = {2, 9}, /* measured: 1.7 ms for 40 cases */
    [EFFORT_day] = {2, 16}, /* 7 ms for 40 cases, 30 ms for the largest page; 5 % less */
};
/* Plain bytes from which it is that: some 3 cases, some 30. */
enum { PAGE_SIZE_MIN = 2 * 1024, DAY_SIZE_MIN = 22 * 1024 };

static bool dictionary_find(uint32_t number, struct wire_bytes *dictionary_out)
{
    switch (number) {
    case 1:
        *dictionary_out = (struct wire_bytes){pack_dictionary_1, pack_dictionary_1_size};
        return true;
    case 2:
        *dictionary_out = (struct wire_bytes){pack_dictionary_2, pack_dictionary_2_size};
        return true;
    default:
        return false;
    }
}

static const struct {
    ZSTD_cParameter parameter;
    int value;
} settings[] = {
    {ZSTD_c_windowLog, WINDOW_LOG},
    {ZSTD_c_contentSizeFlag, 0},
    {ZSTD_c_checksumFlag, 0},
    {ZSTD_c_dictIDFlag, 0},
    {ZSTD_c_format, (int)ZSTD_f_zstd1_magicless},
};

/* A dictionary is digested once per process: that costs more than packing a message. Whoever
 * comes second at the same moment drops what it made. Never changed and never freed. */
static const ZSTD_CDict *packer(enum effort effort)
{
    static _Atomic(ZSTD_CDict *) known[EFFORT_COUNT];
    ZSTD_CDict *made = atomic_load_explicit(&known[effort], memory_order_acquire);
    if (made != NULL) {
        return made;
    }
    struct wire_bytes dictionary;
    CHECK(dictionary_find(EFFORTS[effort].dictionary, &dictionary));
    ZSTD_CCtx_params *parameters = ZSTD_createCCtxParams();
    CHECK(parameters != NULL);
    size_t levelled =
        ZSTD_CCtxParams_setParameter(parameters, ZSTD_c_compressionLevel, EFFORTS[effort].level);
    CHECK(!ZSTD_isError(levelled));
    for (size_t i = 0; i < COUNT(settings); i++) {
        size_t set =
            ZSTD_CCtxParams_setParameter(parameters, settings[i].parameter, settings[i].value);
        CHECK(!ZSTD_isError(set));
    }
    made = ZSTD_createCDict_advanced2(dictionary.bytes, dictionary.size, ZSTD_dlm_byRef,
                                      ZSTD_dct_auto, parameters, ZSTD_defaultCMem);
    CHECK(made != NULL);
    ZSTD_freeCCtxParams(parameters);
    ZSTD_CDict *first = NULL;
    if (!atomic_compare_exchange_strong(&known[effort], &first, made)) {
        ZSTD_freeCDict(made);
        made = first;
    }
    return made;
}

/* The same for reading. */
static const ZSTD_DDict *unpacker(uint32_t number)
{
    static _Atomic(ZSTD_DDict *) known[DICTIONARY_COUNT + 1];
    ZSTD_DDict *made = atomic_load_explicit(&known[number], memory_order_acquire);
    if (made != NULL) {
        return made;
    }
    struct wire_bytes dictionary;
    CHECK(dictionary_find(number, &dictionary));
    made = ZSTD_createDDict_byReference(dictionary.bytes, dictionary.size);
    CHECK(made != NULL);
    ZSTD_DDict *first = NULL;
    if (!atomic_compare_exchange_strong(&known[number], &first, made)) {
        ZSTD_freeDDict(made);
        made = first;
    }
    return made;
}

/* Size of the frame written, or 0 when it does not fit `capacity`. */
static size_t compress(enum effort effort, struct wire_bytes plain, uint8_t *frame, size_t capacity)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    CHECK(context != NULL);
    for (size_t i = 0; i < COUNT(settings); i++) {
        size_t set = ZSTD_CCtx_setParameter(context, settings[i].parameter, settings[i].value);
        CHECK(!ZSTD_isError(set));
    }
    size_t levelled =
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, EFFORTS[effort].level);
    CHECK(!ZSTD_isError(levelled));
    size_t loaded = ZSTD_CCtx_refCDict(context, packer(effort));
    CHECK(!ZSTD_isError(loaded));
    size_t size = ZSTD_compress2(context, frame, capacity, plain.bytes, plain.size);
    ZSTD_freeCCtx(context);
    return ZSTD_isError(size) ? 0 : size;
}

static void block_head(uint8_t head[BLOCK_HEAD_SIZE], size_t size)
{
    uint32_t bits = 1U | BLOCK_TYPE_compressed << 1 | (uint32_t)size << 3;
    head[0] = (uint8_t)bits;
    head[1] = (uint8_t)(bits >> 8);
    head[2] = (uint8_t)(bits >> 16);
}

static const uint8_t FRAME_HEAD[FRAME_HEAD_SIZE] = {0, (WINDOW_LOG - 10) << 3};

/* True when the frame is one compressed block behind the head that is known. Its
 * window may be smaller than ours (zstd fits it to the input): a larger one reads
 * the same block. */
static bool is_one_block(const uint8_t *frame, size_t size)
{
    if (size <= FRAME_HEAD_SIZE + BLOCK_HEAD_SIZE || frame[0] != FRAME_HEAD[0]) {
        return false;
    }
    uint8_t head[BLOCK_HEAD_SIZE];
    block_head(head, size - FRAME_HEAD_SIZE - BLOCK_HEAD_SIZE);
    return memcmp(frame + FRAME_HEAD_SIZE, head, sizeof head) == 0;
}

static struct wire_bytes with_head(struct arena *arena, uint8_t first, const uint8_t *content,
                                   size_t size)
{
    uint8_t *packed = arena_alloc(arena, size + 1);
    packed[0] = first;
    if (size > 0) {
        memcpy(packed + 1, content, size);
    }
    return (struct wire_bytes){packed, size + 1};
}

struct wire_bytes pack_plain(struct arena *arena, struct wire_bytes plain)
{
    return with_head(arena, FORM_plain << 6, plain.bytes, plain.size);
}

static struct wire_bytes pack_with(struct arena *arena, enum effort effort, struct wire_bytes plain)
{
    size_t capacity = ZSTD_compressBound(plain.size);
    uint8_t *frame = arena_alloc(arena, capacity);
    size_t size = compress(effort, plain, frame, capacity);
    size_t skip = is_one_block(frame, size) ? FRAME_HEAD_SIZE + BLOCK_HEAD_SIZE : 0;
    if (size == 0 || size - skip >= plain.size) {
        return pack_plain(arena, plain);
    }
    uint8_t first =
        (uint8_t)((skip > 0 ? 1U * FORM_block : 1U * FORM_frame) << 6 | EFFORTS[effort].dictionary);
    return with_head(arena, first, frame + skip, size - skip);
}

struct wire_bytes pack(struct arena *arena, struct wire_bytes plain)
{
    return pack_with(arena, EFFORT_message, plain);
}

struct wire_bytes pack_answer(struct arena *arena, struct wire_bytes plain)
{
    enum effort effort = plain.size < PAGE_SIZE_MIN  ? EFFORT_answer
                         : plain.size < DAY_SIZE_MIN ? EFFORT_page
                                                     : EFFORT_day;
    return pack_with(arena, effort, plain);
}

static enum wire decompress(struct arena *arena, uint32_t number, struct wire_bytes frame,
                            size_t size_max, struct wire_bytes *plain_out)
{
    uint8_t *plain = arena_alloc(arena, size_max + 1);
    ZSTD_DCtx *context = ZSTD_createDCtx();
    CHECK(context != NULL);
    size_t set = ZSTD_DCtx_setParameter(context, ZSTD_d_format, (int)ZSTD_f_zstd1_magicless);
    CHECK(!ZSTD_isError(set));
    size_t loaded = ZSTD_DCtx_refDDict(context, unpacker(number));
    CHECK(!ZSTD_isError(loaded));
    size_t size = ZSTD_decompressDCtx(context, plain, size_max, frame.bytes, frame.size);
    ZSTD_freeDCtx(context);
    if (ZSTD_isError(size)) {
        return ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall ? WIRE_too_long
                                                                      : WIRE_bad_compression;
    }
    *plain_out = (struct wire_bytes){plain, size};
    return WIRE_ok;
}

enum wire pack_open(struct arena *arena, struct wire_bytes packed, size_t size_max,
                    struct wire_bytes *plain_out)
{
    if (packed.size == 0) {
        return WIRE_truncated;
    }
    uint32_t form = packed.bytes[0] >> 6;
    uint32_t number = packed.bytes[0] & 63U;
    struct wire_bytes content = {packed.bytes + 1, packed.size - 1};
    if (form == FORM_plain) {
        if (number != 0) {
            return WIRE_malformed;
        }
        *plain_out = content;
        return content.size > size_max ? WIRE_too_long : WIRE_ok;
    }
    struct wire_bytes dictionary;
    if (!dictionary_find(number, &dictionary)) {
        return WIRE_unknown_dictionary;
    }
    if (form == FORM_frame) {
        return decompress(arena, number, content, size_max, plain_out);
    }
    if (form != FORM_block || content.size > BLOCK_SIZE_MAX) {
        return WIRE_malformed;
    }
    size_t frame_size = FRAME_HEAD_SIZE + BLOCK_HEAD_SIZE + content.size;
    uint8_t *frame = arena_alloc(arena, frame_size);
    memcpy(frame, FRAME_HEAD, FRAME_HEAD_SIZE);
    block_head(frame + FRAME_HEAD_SIZE, content.size);
    memcpy(frame + FRAME_HEAD_SIZE + BLOCK_HEAD_SIZE, content.bytes, content.size);
    return decompress(arena, number, (struct wire_bytes){frame, frame_size}, size_max, plain_out);
}
