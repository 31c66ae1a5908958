/* tests/fuzz/folder.h -- a folder for targets whose readers want files: made once, below $TMPDIR or
 * in memory, and removed with all that lies in it when the program ends. */
#pragma once

#include "core/os/os.h"
#include "tests/fuzz/target.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char fuzz_folder_path[256];

static int fuzz_folder_drop(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    (void)remove(path);
    return 0;
}

static void fuzz_folder_leave(void)
{
    (void)nftw(fuzz_folder_path, fuzz_folder_drop, 8, FTW_DEPTH | FTW_PHYS);
}

static inline const char *fuzz_folder(void)
{
    if (fuzz_folder_path[0] == '\0') {
        const char *top = getenv("TMPDIR");
        snprintf(fuzz_folder_path, sizeof fuzz_folder_path, "%s/doorstep-fuzz-XXXXXX",
                 top != NULL                     ? top
                 : access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                                                 : "/tmp");
        CHECK(mkdtemp(fuzz_folder_path) != NULL && atexit(fuzz_folder_leave) == 0);
    }
    return fuzz_folder_path;
}

/* A file there, written anew. Its path, in `arena`. */
static inline const char *fuzz_folder_put(struct arena *arena, const char *name, const void *bytes,
                                          size_t size)
{
    const char *path = os_path(arena, fuzz_folder(), name);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    return path;
}
