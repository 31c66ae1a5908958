#include "core/os/os_battery.h"

#include "core/os/os.h"

enum { VALUE_SIZE_MAX = 256 };

/* The line of a small file, "" when it cannot be read. */
static struct str value(struct arena *arena, const char *folder, const char *name)
{
    struct str text;
    if (os_file_read(arena, os_path(arena, folder, name), VALUE_SIZE_MAX, &text) != OK) {
        return (struct str){"", 0};
    }
    return str_trim(text);
}

static bool battery_read(struct arena *arena, const char *folder, int64_t *percent_out,
                         bool *is_charging_out)
{
    if (!str_is(value(arena, folder, "type"), "Battery") ||
        str_is(value(arena, folder, "scope"), "Device") ||
        str_to_i64(value(arena, folder, "capacity"), percent_out) != OK) {
        return false;
    }
    struct str status = value(arena, folder, "status");
    *is_charging_out = str_is(status, "Charging") || str_is(status, "Full");
    *percent_out = *percent_out < 0 ? 0 : *percent_out > 100 ? 100 : *percent_out;
    return true;
}

enum err os_battery_read(const char *root, struct os_battery *battery_out)
{
    struct arena arena;
    const char **names = NULL;
    size_t count = 0;
    int64_t sum = 0;
    int64_t battery_count = 0;
    arena_init(&arena, 4096);
    *battery_out = (struct os_battery){0};
    enum err err = os_folder_list(&arena, root, &names, &count);
    for (size_t i = 0; err == OK && i < count; i++) {
        int64_t percent = 0;
        bool is_charging = false;
        if (battery_read(&arena, os_path(&arena, root, names[i]), &percent, &is_charging)) {
            sum += percent;
            battery_count++;
            battery_out->is_charging = battery_out->is_charging || is_charging;
        }
    }
    arena_deinit(&arena);
    if (battery_count == 0) {
        return ERR_not_found;
    }
    battery_out->percent = (int32_t)(sum / battery_count);
    return OK;
}
