/* The two files of a sealed store, its log damaged or not, as they lie on a disk that somebody else
 * has written: told what they are, looked through for damage, and gone through by the rescue.
 *
 * The first bytes say how many pages and frames there are, which of them do not open, and what the
 * log's head is; the rest is dealt out over the blocks, half to the beginning and half to the end
 * of each, and sealed. */
#include "core/store/page_log.h"
#include "core/store/rescue_find.h"
#include "tests/fuzz/folder.h"

enum { HEAD_SIZE = 4, BLOCKS_MAX = 4, LOG_HEAD = 32, HEAD_SUMMED = 24 };

static const uint8_t MASTER[PAGE_SEAL_KEY_SIZE] = "a key that everybody knows here";

static void fill(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 7, size);
}

struct deal {
    uint8_t key[PAGE_SEAL_KEY_SIZE];
    const uint8_t *bytes;
    size_t part; /* of every block */
    uint8_t spoilt;
    int count; /* blocks dealt */
};

/* One sealed block; every eighth bit of `spoilt` says that it does not open. */
static void block(struct deal *deal, uint8_t *to, size_t size, enum page_seal_kind kind,
                  uint64_t number)
{
    uint8_t open[PAGE_VFS_FRAME_SIZE] = {0};
    uint8_t nonce[PAGE_SEAL_NONCE_SIZE] = {(uint8_t)deal->count, (uint8_t)kind};
    size_t half = deal->part / 2;
    size_t body = size - PAGE_SEAL_TAIL;
    if (half > 0) {
        memcpy(open, deal->bytes, half);
        memcpy(open + body - half, deal->bytes + half, half);
    }
    deal->bytes += deal->part;
    page_seal(to, open, size, deal->key, nonce, kind, number);
    to[size / 2] ^= (uint8_t)((deal->spoilt >> (deal->count % 8)) & 1);
    deal->count++;
}

/* SQLite's sums over the log's head, in the order of bytes that its mark names. */
static void head_sum(uint8_t *head)
{
    uint32_t sums[2] = {0, 0};
    for (size_t at = 0; at < HEAD_SUMMED; at += 8) {
        for (size_t half = 0; half < 2; half++) {
            const uint8_t *four = head + at + 4 * half;
            uint32_t word = (head[3] & 1) != 0 ? (uint32_t)four[0] << 24 | (uint32_t)four[1] << 16 |
                                                     (uint32_t)four[2] << 8 | four[3]
                                               : (uint32_t)four[3] << 24 | (uint32_t)four[2] << 16 |
                                                     (uint32_t)four[1] << 8 | four[0];
            sums[half] += word + sums[1 - half];
        }
    }
    for (size_t i = 0; i < 8; i++) {
        head[HEAD_SUMMED + i] = (uint8_t)(sums[i / 4] >> (24 - 8 * (i % 4)));
    }
}

static void log_head(uint8_t head[LOG_HEAD], uint8_t how)
{
    static const uint8_t MARK[] = {0x37, 0x7F, 0x06, 0x82, 0, 0x2D, 0xE2, 0x18, 0, 0, 0x10, 0};
    memset(head, 0, LOG_HEAD);
    memcpy(head, MARK, sizeof MARK);
    head[3] |= how & 1;
    head_sum(head);
    head[LOG_HEAD - 1] ^= (uint8_t)((how >> 1) & 1); /* torn */
}

static void look(struct arena *arena, const char *path)
{
    static const struct rng rng = {fill, NULL};
    static struct page_vfs *vfs; /* made once: locked memory is dear */
    struct rescue_pages pages;
    struct rescue_found *found = ARENA_NEW(arena, struct rescue_found);
    enum page_vfs_found what;
    bool is_damaged = false;
    CHECK(vfs != NULL || page_vfs_begin(&vfs, NULL, "device", MASTER, &rng) == OK);
    (void)!page_vfs_find(vfs, path, &what);
    (void)!page_log_is_damaged(vfs, path, &is_damaged);
    if (rescue_pages_open(&pages, arena, vfs, path) == OK) {
        CHECK(pages.version_count <= 2 * BLOCKS_MAX);
        rescue_find(found, arena, &pages);
        for (size_t i = 0; i < found->facts.count; i++) {
            CHECK(found->facts.items[i].record.seq > 0 && found->facts.items[i].device_no > 0);
        }
        rescue_pages_close(&pages);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    if (size < HEAD_SIZE) {
        return 0;
    }
    arena_init(&arena, 0);
    size_t page_count = bytes[0] % (BLOCKS_MAX + 1);
    size_t frame_count = bytes[1] % (BLOCKS_MAX + 1);
    size_t count = page_count + frame_count;
    struct deal deal = {.bytes = bytes + HEAD_SIZE,
                        .part = count > 0 ? (size - HEAD_SIZE) / count : 0,
                        .spoilt = bytes[2]};
    deal.part = deal.part < PAGE_VFS_PAGE_SIZE - PAGE_SEAL_TAIL
                    ? deal.part
                    : PAGE_VFS_PAGE_SIZE - PAGE_SEAL_TAIL;
    page_seal_key(deal.key, MASTER, "device");
    uint8_t *database = arena_alloc(&arena, BLOCKS_MAX * PAGE_VFS_PAGE_SIZE);
    uint8_t *log = arena_alloc(&arena, LOG_HEAD + BLOCKS_MAX * PAGE_VFS_FRAME_SIZE);
    for (size_t i = 0; i < page_count; i++) {
        block(&deal, database + i * PAGE_VFS_PAGE_SIZE, PAGE_VFS_PAGE_SIZE, PAGE_SEAL_KIND_database,
              i + 1);
    }
    log_head(log, bytes[3]);
    for (size_t i = 0; i < frame_count; i++) {
        block(&deal, log + LOG_HEAD + i * PAGE_VFS_FRAME_SIZE, PAGE_VFS_FRAME_SIZE,
              PAGE_SEAL_KIND_log, i);
    }
    size_t cut = bytes[3] >> 2; /* the last block came in part */
    size_t log_size = LOG_HEAD + frame_count * PAGE_VFS_FRAME_SIZE;
    const char *path =
        fuzz_folder_put(&arena, "fuzz.db", database, page_count * PAGE_VFS_PAGE_SIZE);
    (void)fuzz_folder_put(&arena, "fuzz.db-wal", log, log_size - (cut < log_size ? cut : 0));
    look(&arena, path);
    arena_deinit(&arena);
    return 0;
}
