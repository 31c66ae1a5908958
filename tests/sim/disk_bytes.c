/* What the files of a machine hold: pages, shared between copies until one is written. */
#include "tests/sim/disk_parts.h"

#include <stdlib.h>
#include <string.h>

static struct disk_page *free_pages;

void *disk_grown(void *items, size_t size)
{
    void *more = realloc(items, size);
    CHECK(more != NULL);
    return more;
}

static struct disk_page *page_make(void)
{
    struct disk_page *page = free_pages;
    if (page != NULL) {
        free_pages = page->next_free;
    } else {
        page = disk_grown(NULL, sizeof *page);
    }
    page->use_count = 1;
    return page;
}

static void disk_page_drop(struct disk_page *page)
{
    if (page != NULL && --page->use_count == 0) {
        page->next_free = free_pages;
        free_pages = page;
    }
}

void disk_reserve(struct disk_file *file, uint64_t size)
{
    size_t wanted = (size_t)((size + DISK_PAGE_SIZE - 1) / DISK_PAGE_SIZE);
    if (wanted <= file->page_capacity) {
        return;
    }
    size_t capacity = file->page_capacity * 2 > wanted ? file->page_capacity * 2 : wanted;
    file->pages = disk_grown(file->pages, capacity * sizeof(struct disk_page *));
    memset(file->pages + file->page_capacity, 0,
           (capacity - file->page_capacity) * sizeof(struct disk_page *));
    file->page_capacity = capacity;
}

static struct disk_page *page_to_write(struct disk_file *file, size_t index)
{
    struct disk_page *page = file->pages[index];
    if (page != NULL && page->use_count == 1) {
        return page;
    }
    struct disk_page *own = page_make();
    if (page == NULL) {
        memset(own->bytes, 0, sizeof own->bytes);
    } else {
        memcpy(own->bytes, page->bytes, sizeof own->bytes);
        disk_page_drop(page);
    }
    file->pages[index] = own;
    return own;
}

bool disk_read(const struct disk_file *file, void *to, uint64_t at, size_t size)
{
    uint8_t *bytes = to;
    uint64_t end = at + size;
    bool is_whole = end <= file->size;
    uint64_t have = at >= file->size ? 0 : (is_whole ? size : file->size - at);
    if (have < size) {
        memset(bytes + have, 0, size - (size_t)have);
    }
    while (have > 0) {
        size_t in_page = (size_t)(at % DISK_PAGE_SIZE);
        size_t part = DISK_PAGE_SIZE - in_page;
        part = part < have ? part : (size_t)have;
        const struct disk_page *page = file->pages[at / DISK_PAGE_SIZE];
        if (page == NULL) {
            memset(bytes, 0, part);
        } else {
            memcpy(bytes, page->bytes + in_page, part);
        }
        bytes += part;
        at += part;
        have -= part;
    }
    return is_whole;
}

void disk_put(struct disk *disk, struct disk_file *file, const uint8_t *bytes, uint64_t at,
              size_t size)
{
    disk_reserve(file, at + size);
    if (at + size > file->size) {
        disk->used_size += at + size - file->size;
        file->size = at + size;
    }
    while (size > 0) {
        size_t in_page = (size_t)(at % DISK_PAGE_SIZE);
        size_t part = DISK_PAGE_SIZE - in_page;
        part = part < size ? part : size;
        memcpy(page_to_write(file, (size_t)(at / DISK_PAGE_SIZE))->bytes + in_page, bytes, part);
        bytes += part;
        at += part;
        size -= part;
    }
}

void disk_cut_off(struct disk *disk, struct disk_file *file, uint64_t size)
{
    if (size >= file->size) {
        disk_reserve(file, size);
        disk->used_size += size - file->size;
        file->size = size;
        return;
    }
    size_t first = (size_t)((size + DISK_PAGE_SIZE - 1) / DISK_PAGE_SIZE);
    size_t last = (size_t)((file->size + DISK_PAGE_SIZE - 1) / DISK_PAGE_SIZE);
    for (size_t i = first; i < last; i++) {
        disk_page_drop(file->pages[i]);
        file->pages[i] = NULL;
    }
    size_t in_page = (size_t)(size % DISK_PAGE_SIZE);
    if (in_page > 0 && file->pages[size / DISK_PAGE_SIZE] != NULL) {
        struct disk_page *page = page_to_write(file, (size_t)(size / DISK_PAGE_SIZE));
        memset(page->bytes + in_page, 0, DISK_PAGE_SIZE - in_page);
    }
    disk->used_size -= file->size - size;
    file->size = size;
}
