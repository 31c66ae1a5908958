#include "sync/client/link.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 32, LINE_SIZE = 256 };

static bool is_modem(const char *name)
{
    static const char *const starts[] = {"ww", "ppp", "rmnet"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (strncmp(name, starts[i], strlen(starts[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Columns of the table: interface, destination, gateway, flags, two counts, metric, mask. */
static bool read_default(const char *line, char name[NAME_SIZE], uint32_t *metric_out)
{
    unsigned destination = 0;
    unsigned gateway = 0;
    unsigned flags = 0;
    unsigned references = 0;
    unsigned uses = 0;
    unsigned metric = 0;
    unsigned mask = 0;
    int count = sscanf(line, "%31s %x %x %x %u %u %u %x", name, &destination, &gateway, &flags,
                       &references, &uses, &metric, &mask);
    const unsigned is_up = 1;
    *metric_out = metric;
    return count == 8 && destination == 0 && mask == 0 && (flags & is_up) != 0;
}

bool link_is_metered(const char *route_path)
{
    FILE *file = fopen(route_path, "r");
    if (file == NULL) {
        return false;
    }
    char line[LINE_SIZE];
    uint32_t best_metric = UINT32_MAX;
    bool is_metered = false;
    while (fgets(line, sizeof line, file) != NULL) {
        char name[NAME_SIZE];
        uint32_t metric = 0;
        if (read_default(line, name, &metric) && metric < best_metric) {
            best_metric = metric;
            is_metered = is_modem(name);
        }
    }
    (void)fclose(file);
    return is_metered;
}
