#include "core/store/rescue_pages.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 1024, SALTS_AT = 16, SALTS_SIZE = 8 };

/* Within a frame's header. */
enum { FRAME_PAGE_AT = 0, FRAME_COMMIT_AT = 4, FRAME_SALTS_AT = 8 };

/* One frame as it was met; page 0: it did not open, or is none. */
struct frame {
    uint32_t page, commit;
    uint8_t salts[SALTS_SIZE];
};

static uint32_t number_at(const uint8_t *bytes, size_t at)
{
    return (uint32_t)bytes[at] << 24 | (uint32_t)bytes[at + 1] << 16 |
           (uint32_t)bytes[at + 2] << 8 | bytes[at + 3];
}

static bool block_read(struct page_file *file, uint8_t *block, size_t size, uint64_t number,
                       sqlite3_int64 at)
{
    return file->below != NULL && page_file_block_read(file, block, size, number, at) == SQLITE_OK;
}

static bool frame_read(struct rescue_pages *pages, uint64_t index, uint8_t *frame)
{
    return block_read(&pages->log, frame, PAGE_VFS_FRAME_SIZE, index,
                      PAGE_FILE_LOG_HEAD + (sqlite3_int64)index * PAGE_VFS_FRAME_SIZE);
}

static bool page_read(struct rescue_pages *pages, uint32_t number, uint8_t *page)
{
    return block_read(&pages->database, page, PAGE_VFS_PAGE_SIZE, number,
                      ((sqlite3_int64)number - 1) * PAGE_VFS_PAGE_SIZE);
}

static void add(struct rescue_pages *pages, uint32_t page, uint64_t frame, enum rescue_rank rank)
{
    pages->versions[pages->version_count++] = (struct rescue_version){page, frame, rank};
}

/* All frames of the log, as far as they open. */
static void frames_look(struct rescue_pages *pages, struct frame *frames, uint64_t count)
{
    uint8_t *frame = arena_alloc(pages->arena, PAGE_VFS_FRAME_SIZE);
    for (uint64_t i = 0; i < count; i++) {
        /* Memory is taken by the highest number that a frame names. */
        if (!frame_read(pages, i, frame) || number_at(frame, FRAME_PAGE_AT) > PAGE_VFS_PAGES_MAX) {
            pages->damaged_count++;
            continue;
        }
        frames[i].page = number_at(frame, FRAME_PAGE_AT);
        frames[i].commit = number_at(frame, FRAME_COMMIT_AT);
        memcpy(frames[i].salts, frame + FRAME_SALTS_AT, SALTS_SIZE);
    }
    explicit_bzero(frame, PAGE_VFS_FRAME_SIZE);
}

/* The round of the log that counts: the header's, where the first frame that opens is of it; a
 * header that was changed names none. */
static const uint8_t *round_find(struct rescue_pages *pages, const struct frame *frames,
                                 uint64_t count, uint8_t head[PAGE_FILE_LOG_HEAD])
{
    sqlite3_file *below = pages->log.below;
    bool has_head =
        below != NULL && below->pMethods->xRead(below, head, PAGE_FILE_LOG_HEAD, 0) == SQLITE_OK;
    const uint8_t *first = NULL;
    for (uint64_t i = 0; i < count; i++) {
        if (frames[i].page == 0) {
            continue;
        }
        first = first != NULL ? first : frames[i].salts;
        if (has_head && memcmp(frames[i].salts, head + SALTS_AT, SALTS_SIZE) == 0) {
            return head + SALTS_AT;
        }
    }
    return first;
}

/* Which frame holds the newest committed version of each page, and how far commits go. */
static uint64_t newest_find(struct rescue_pages *pages, const struct frame *frames,
                            uint64_t frame_count, const uint8_t *salts, uint64_t *newest)
{
    uint64_t committed_count = 0;
    for (uint64_t i = 0; i < frame_count; i++) {
        bool is_ours = frames[i].page != 0 && memcmp(frames[i].salts, salts, SALTS_SIZE) == 0;
        committed_count = is_ours && frames[i].commit != 0 ? i + 1 : committed_count;
    }
    pages->is_whole_log = true;
    for (uint64_t i = 0; i < committed_count; i++) {
        pages->is_whole_log = pages->is_whole_log && frames[i].page != 0;
        newest[frames[i].page] = i + 1; /* of page 0 too, which is none */
    }
    return committed_count;
}

static void versions_list(struct rescue_pages *pages, const struct frame *frames,
                          uint64_t frame_count, uint32_t page_count, const uint8_t *salts)
{
    bool *opens = ARENA_ARRAY(pages->arena, (size_t)page_count + 1, bool);
    uint64_t *newest = ARENA_ARRAY(pages->arena, (size_t)pages->page_max + 1, uint64_t);
    uint8_t *page = arena_alloc(pages->arena, PAGE_VFS_PAGE_SIZE);
    uint64_t committed_count = newest_find(pages, frames, frame_count, salts, newest);
    for (uint32_t number = 1; number <= page_count; number++) {
        opens[number] = page_read(pages, number, page);
        pages->damaged_count += !opens[number];
    }
    explicit_bzero(page, PAGE_VFS_PAGE_SIZE);
    for (uint32_t number = 1; number <= pages->page_max; number++) {
        if (newest[number] != 0 || (number <= page_count && opens[number])) {
            add(pages, number, newest[number], RESCUE_RANK_newest);
            pages->newest[number] = pages->version_count;
        }
    }
    for (uint64_t i = committed_count; i-- > 0;) {
        if (frames[i].page != 0 && newest[frames[i].page] != i + 1) {
            add(pages, frames[i].page, i + 1, RESCUE_RANK_older);
        }
    }
    for (uint32_t number = 1; number <= page_count; number++) {
        if (newest[number] != 0 && opens[number]) {
            add(pages, number, 0, RESCUE_RANK_older);
        }
    }
    for (uint64_t i = frame_count; i-- > committed_count;) {
        if (frames[i].page != 0) {
            bool is_ours = memcmp(frames[i].salts, salts, SALTS_SIZE) == 0;
            add(pages, frames[i].page, i + 1, is_ours ? RESCUE_RANK_unlasting : RESCUE_RANK_left);
        }
    }
}

static enum err look(struct rescue_pages *pages, struct page_vfs *vfs, const char *path)
{
    char log_path[PATH_SIZE];
    uint8_t head[PAGE_FILE_LOG_HEAD];
    static const uint8_t no_salts[SALTS_SIZE];
    sqlite3_int64 size = 0;
    sqlite3_int64 log_size = 0;
    snprintf(log_path, sizeof log_path, "%s-wal", path);
    TRY(page_below_look(vfs, pages->arena, path, &pages->below[0], &size));
    TRY(page_below_look(vfs, pages->arena, log_path, &pages->below[1], &log_size));
    pages->database = (struct page_file){
        .vfs = vfs, .kind = PAGE_SEAL_KIND_database, .below = pages->below[0].file};
    pages->log =
        (struct page_file){.vfs = vfs, .kind = PAGE_SEAL_KIND_log, .below = pages->below[1].file};
    uint32_t page_count = (uint32_t)(size / PAGE_VFS_PAGE_SIZE);
    uint64_t frame_count = 0;
    if (log_size > PAGE_FILE_LOG_HEAD) {
        frame_count = (uint64_t)(log_size - PAGE_FILE_LOG_HEAD) / PAGE_VFS_FRAME_SIZE;
    }
    struct frame *frames = ARENA_ARRAY(pages->arena, frame_count + 1, struct frame);
    frames_look(pages, frames, frame_count);
    pages->page_max = page_count;
    for (uint64_t i = 0; i < frame_count; i++) {
        pages->page_max = frames[i].page > pages->page_max ? frames[i].page : pages->page_max;
    }
    /* A page of the file stands once at most; so does a frame, and a newest page is one of both. */
    pages->versions =
        ARENA_ARRAY(pages->arena, page_count + frame_count + 1, struct rescue_version);
    pages->newest = ARENA_ARRAY(pages->arena, (size_t)pages->page_max + 1, size_t);
    const uint8_t *salts = round_find(pages, frames, frame_count, head);
    versions_list(pages, frames, frame_count, page_count, salts != NULL ? salts : no_salts);
    return OK;
}

enum err rescue_pages_open(struct rescue_pages *pages_out, struct arena *arena,
                           struct page_vfs *vfs, const char *path)
{
    *pages_out = (struct rescue_pages){.arena = arena};
    enum err err = look(pages_out, vfs, path);
    if (err != OK) {
        rescue_pages_close(pages_out);
    }
    return err;
}

void rescue_pages_close(struct rescue_pages *pages)
{
    page_below_close(&pages->below[0]);
    page_below_close(&pages->below[1]);
}

bool rescue_pages_read(struct rescue_pages *pages, struct rescue_version version,
                       uint8_t page_out[PAGE_VFS_PAGE_SIZE])
{
    if (version.frame == 0) {
        return page_read(pages, version.page, page_out);
    }
    uint8_t frame[PAGE_VFS_FRAME_SIZE];
    bool opens = frame_read(pages, version.frame - 1, frame);
    memcpy(page_out, frame + PAGE_VFS_FRAME_HEAD, PAGE_VFS_PAGE_SIZE);
    explicit_bzero(frame, sizeof frame);
    return opens;
}

bool rescue_pages_newest(const struct rescue_pages *pages, uint32_t number,
                         struct rescue_version *version_out)
{
    if (number > pages->page_max || pages->newest[number] == 0) {
        return false;
    }
    *version_out = pages->versions[pages->newest[number] - 1];
    return true;
}
