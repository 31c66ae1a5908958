#include "core/base/err.h"

static const struct {
    const char *name;
    enum err_class class;
} rows[ERR_COUNT] = {
    [OK] = {"ok", ERR_CLASS_none},
#define ERROR(code, class) [ERR_##code] = {#code, ERR_CLASS_##class},
#include "core/base/errors.def"
#undef ERROR
};

const char *err_name(enum err err)
{
    return (unsigned)err < ERR_COUNT ? rows[err].name : "unknown";
}

enum err_class err_class(enum err err)
{
    return (unsigned)err < ERR_COUNT ? rows[err].class : ERR_CLASS_never;
}
