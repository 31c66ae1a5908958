#include "app/ui/icon.h"

#include "core/base/check.h"

static const struct {
    const char *name;
    uint32_t code;
} icons[ICON_COUNT] = {
    [ICON_none] = {"none", 0},
#define ICON(name, code) [ICON_##name] = {#name, code},
#include "app/ui/icons.def"
#undef ICON
};

uint32_t icon_code(enum icon icon)
{
    CHECK(icon < ICON_COUNT);
    return icons[icon].code;
}

const char *icon_name(enum icon icon)
{
    CHECK(icon < ICON_COUNT);
    return icons[icon].name;
}
