#include "core/os/os_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum err os_map_open(const char *path, struct os_map *map_out)
{
    *map_out = (struct os_map){0};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return errno == ENOENT || errno == ENOTDIR ? ERR_not_found : ERR_io;
    }
    struct stat facts;
    enum err err = fstat(file, &facts) != 0                        ? ERR_io
                   : !S_ISREG(facts.st_mode) || facts.st_size <= 0 ? ERR_malformed
                                                                   : OK;
    if (err == OK) {
        void *bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, file, 0);
        if (bytes == MAP_FAILED) {
            err = ERR_io;
        } else {
            *map_out = (struct os_map){bytes, (size_t)facts.st_size};
        }
    }
    close(file);
    return err;
}

void os_map_close(struct os_map *map)
{
    if (map->bytes != NULL) {
        (void)munmap((void *)(uintptr_t)map->bytes, map->size);
        *map = (struct os_map){0};
    }
}
