/* app/ui/icon.h -- the icons in use, by name. See icons.def. Pure. */
#pragma once

#include <stdint.h>

enum icon {
    ICON_none = 0,
#define ICON(name, code) ICON_##name,
#include "app/ui/icons.def"
#undef ICON
    ICON_COUNT
};

/* Code point in the icon font; 0 for ICON_none. */
uint32_t icon_code(enum icon icon);
/* Name as in icons.def; "none" for ICON_none. */
const char *icon_name(enum icon icon);
