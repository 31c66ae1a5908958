/* core/os/os_battery.h -- how full the battery is, as the kernel says. */
#pragma once

#include "core/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct os_battery {
    int32_t percent;  /* 0..100, of all batteries together by their mean */
    bool is_charging; /* or full and plugged in */
};

#define OS_BATTERY_ROOT "/sys/class/power_supply"

/* Reads the batteries below `root` (OS_BATTERY_ROOT but in tests). Batteries of mice and pens
 * (scope Device) do not count. ERR_not_found when there is none that says how full it is. */
enum err os_battery_read(const char *root, struct os_battery *battery_out) MUST_USE;
