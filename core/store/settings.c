/* core/store/settings.c -- what the tablet remembers beside facts and cases. */
#include "core/store/identity.h"
#include "core/store/store_private.h"

#include <string.h>

enum setting_type { SETTING_TYPE_number, SETTING_TYPE_text, SETTING_TYPE_bytes };

static const struct {
    const char *name;
    enum setting_type type;
} settings[SETTING_COUNT] = {
#define SETTING(name, type) {#name, SETTING_TYPE_##type},
#include "core/store/settings.def"
#undef SETTING
};

static enum err setting_find(struct store *store, enum setting setting, struct store_stmt *stmt_out,
                             bool *is_set_out)
{
    TRY(store_stmt_start(store, SQL_DEVICE_setting_get, stmt_out));
    store_stmt_bind_text(stmt_out, "$name", settings[setting].name);
    return store_stmt_next(stmt_out, is_set_out);
}

enum err store_setting_number(struct store *store, enum setting setting, int64_t fallback,
                              int64_t *value_out)
{
    CHECK(settings[setting].type == SETTING_TYPE_number);
    if (store->is_broken) {
        return ERR_io;
    }
    struct store_number *known = &store->known.numbers[setting];
    if (!known->is_known) {
        struct store_stmt stmt;
        bool is_set = false;
        TRY(setting_find(store, setting, &stmt, &is_set));
        int64_t value = is_set ? store_stmt_number(&stmt, "value") : 0;
        store_stmt_end(&stmt);
        *known = (struct store_number){.is_known = true, .is_set = is_set, .value = value};
    }
    *value_out = known->is_set ? known->value : fallback;
    return OK;
}

enum err store_setting_set_number(struct store *store, enum setting setting, int64_t value)
{
    CHECK(settings[setting].type == SETTING_TYPE_number);
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_setting_set, &stmt));
    store_stmt_bind_text(&stmt, "$name", settings[setting].name);
    store_stmt_bind_number(&stmt, "$value", value);
    store->known.numbers[setting].is_known = false;
    store->is_identity_old = store->is_identity_old || identity_holds(setting);
    if (setting == SETTING_device_no) {
        store->tail.is_known = false;
    }
    return store_stmt_run(&stmt);
}

enum err store_setting_bytes(struct store *store, struct arena *arena, enum setting setting,
                             struct str *value_out)
{
    CHECK(settings[setting].type != SETTING_TYPE_number);
    struct store_stmt stmt;
    bool is_set = false;
    TRY(setting_find(store, setting, &stmt, &is_set));
    *value_out = is_set ? store_stmt_bytes(&stmt, arena, "value") : (struct str){"", 0};
    store_stmt_end(&stmt);
    return OK;
}

enum err store_setting_set_bytes(struct store *store, enum setting setting, const void *bytes,
                                 size_t size)
{
    CHECK(settings[setting].type != SETTING_TYPE_number);
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_setting_set, &stmt));
    store_stmt_bind_text(&stmt, "$name", settings[setting].name);
    store_stmt_bind_bytes(&stmt, "$value", bytes, size);
    store->is_identity_old = store->is_identity_old || identity_holds(setting);
    return store_stmt_run(&stmt);
}

enum err store_setting_set_text(struct store *store, enum setting setting, const char *text)
{
    return store_setting_set_bytes(store, setting, text, strlen(text));
}
