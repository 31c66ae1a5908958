/* What the kernel's small files say of the batteries. */
#include "core/os/os.h"
#include "core/os/os_battery.h"
#include "tests/lib/test.h"

#include <stdlib.h>
#include <unistd.h>

static void put(struct arena *arena, const char *root, const char *device, const char *name,
                const char *text)
{
    const char *folder = os_path(arena, root, device);
    EXPECT_OK(os_folder_make(folder));
    EXPECT_OK(os_file_replace(os_path(arena, folder, name), text, strlen(text)));
}

TEST(test_battery_counts_the_tablets_own_and_no_others)
{
    struct arena arena;
    struct os_battery battery;
    arena_init(&arena, 4096);
    const char *root = str_format(&arena, "%s/battery-%d", BUILD_FOLDER, (int)getpid());
    EXPECT_ERR(ERR_not_found, os_battery_read(root, &battery));
    put(&arena, root, "AC", "type", "Mains\n");
    EXPECT_ERR(ERR_not_found, os_battery_read(root, &battery));
    put(&arena, root, "BAT0", "type", "Battery\n");
    EXPECT_ERR(ERR_not_found, os_battery_read(root, &battery));
    put(&arena, root, "BAT0", "capacity", "41\n");
    put(&arena, root, "BAT0", "status", "Discharging\n");
    EXPECT_OK(os_battery_read(root, &battery));
    EXPECT_INT(41, battery.percent);
    EXPECT(!battery.is_charging);
    put(&arena, root, "pen", "type", "Battery\n");
    put(&arena, root, "pen", "scope", "Device\n");
    put(&arena, root, "pen", "capacity", "3\n");
    EXPECT_OK(os_battery_read(root, &battery));
    EXPECT_INT(41, battery.percent);
    put(&arena, root, "BAT1", "type", "Battery\n");
    put(&arena, root, "BAT1", "capacity", "104\n"); /* some gauges say so */
    put(&arena, root, "BAT1", "status", "Charging\n");
    EXPECT_OK(os_battery_read(root, &battery));
    EXPECT_INT(70, battery.percent);
    EXPECT(battery.is_charging);
    put(&arena, root, "BAT0", "capacity", "full\n");
    EXPECT_OK(os_battery_read(root, &battery));
    EXPECT_INT(100, battery.percent);
    EXPECT_INT(0, system(str_format(&arena, "rm -rf '%s'", root)));
    arena_deinit(&arena);
}
