/* core/os/os_map.h -- a file as memory, only to be read. Not pure. */
#pragma once

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

struct os_map {
    const void *bytes; /* NULL: nothing is mapped */
    size_t size;
};

/* Whoever replaces the file must put another in its place (as os_file_replace() does): one that
 * is cut while it is mapped ends the program. ERR_not_found, ERR_malformed (empty, or no plain
 * file), ERR_io. */
enum err os_map_open(const char *path, struct os_map *map_out) MUST_USE;
void os_map_close(struct os_map *map);
