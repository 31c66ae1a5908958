/* Damage in words: SQLite names tree pages, people need tables. */
#include "sync/server/command/verify_file.h"

#include "sync/server/store/hq_store.h"

#include <string.h>

enum { LINES_MAX = 20, TABLES_MAX = 128 };

/* What a table is for people; the first whose name is that of the table or index. What can be
 * made again from the journal is only a projection. */
static const struct {
    const char *table, *key;
} meanings[] = {
    {"event", "hq.damage.journal"},         {"batch_signature", "hq.damage.signatures"},
    {"strand", "hq.damage.journal"},        {"kase_state", "hq.damage.projection"},
    {"kase_log", "hq.damage.records"},      {"kase", "hq.damage.records"},
    {"audit", "hq.damage.audit"},           {"device", "hq.damage.devices"},
    {"contact", "hq.damage.projection"},    {"arrangement", "hq.damage.projection"},
    {"payment", "hq.damage.projection"},    {"incident", "hq.damage.projection"},
    {"assignment", "hq.damage.projection"}, {"conflict", "hq.damage.projection"},
    {"day", "hq.damage.projection"},        {"attachment", "hq.damage.attachments"},
};

static const char *meaning_of(const char *table)
{
    for (size_t i = 0; i < COUNT(meanings); i++) {
        if (strcmp(meanings[i].table, table) == 0) {
            return meanings[i].key;
        }
    }
    return "hq.damage.other";
}

/* The number after "tree page ", "Tree " or "Page "; 0 when the line names none. */
static int64_t page_of(const char *line)
{
    static const char *const marks[] = {"tree page ", "Tree ", "Page "};
    for (size_t i = 0; i < COUNT(marks); i++) {
        const char *at = strstr(line, marks[i]);
        if (at == NULL) {
            continue;
        }
        int64_t page = 0;
        for (at += strlen(marks[i]); *at >= '0' && *at <= '9' && page < INT32_MAX; at++) {
            page = page * 10 + (*at - '0');
        }
        return page;
    }
    return 0;
}

struct damage {
    struct command_context *context;
    const hq_backend *backend;
    void *handle;
    const char *lines[LINES_MAX]; /* as SQLite says it */
    size_t line_count;
    const char *tables[TABLES_MAX];
    bool is_damaged[TABLES_MAX];
    size_t table_count;
};

/* Runs a statement and gives the first column of each row to `take`, which may be NULL. */
typedef void take_row(struct damage *damage, struct str text);

static enum err each_row(struct damage *damage, const char *sql, take_row *take)
{
    struct hq_statement *statement = NULL;
    TRY(damage->backend->prepare(damage->handle, sql, &statement));
    bool has_row = false;
    enum err err = damage->backend->step(statement, &has_row);
    while (err == OK && has_row) {
        if (take != NULL) {
            take(damage, damage->backend->column_bytes(statement, 0));
        }
        err = damage->backend->step(statement, &has_row);
    }
    damage->backend->forget(statement);
    return err;
}

static void take_line(struct damage *damage, struct str text)
{
    struct str line;
    while (!str_is(text, "ok") && str_split(&text, '\n', &line)) {
        if (damage->line_count < LINES_MAX && !str_contains(line, STR("*** in database"))) {
            damage->lines[damage->line_count++] = str_text(damage->context->arena, line);
        }
    }
}

static void take_table(struct damage *damage, struct str name)
{
    if (damage->table_count < TABLES_MAX) {
        damage->tables[damage->table_count++] = str_text(damage->context->arena, name);
    }
}

static void take_damaged(struct damage *damage, struct str name)
{
    for (size_t i = 0; i < damage->table_count; i++) {
        damage->is_damaged[i] = damage->is_damaged[i] || str_is(name, damage->tables[i]);
    }
}

/* By the page that a line names, when a table or an index begins there, and by reading
 * every table to its end. */
static void find_tables(struct damage *damage)
{
    struct arena *arena = damage->context->arena;
    if (each_row(damage, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
                 take_table) != OK) {
        return; /* the list of tables itself is damaged: nothing can be named */
    }
    for (size_t i = 0; i < damage->line_count; i++) {
        const char *sql =
            str_format(arena, "SELECT tbl_name FROM sqlite_schema WHERE rootpage = %lld",
                       (long long)page_of(damage->lines[i]));
        (void)each_row(damage, sql, take_damaged); /* what cannot be looked up is not named */
    }
    for (size_t i = 0; i < damage->table_count; i++) {
        const char *sql = str_format(arena, "SELECT * FROM \"%s\" NOT INDEXED", damage->tables[i]);
        damage->is_damaged[i] = each_row(damage, sql, NULL) == ERR_corrupt || damage->is_damaged[i];
    }
}

static void tell(struct damage *damage)
{
    struct command_context *context = damage->context;
    for (size_t i = 0; i < damage->table_count; i++) {
        if (damage->is_damaged[i]) {
            const char *table = damage->tables[i];
            (void)command_fail(context, COMMAND_found,
                               COMMAND_TEXT("hq.verify.table", lang_value_text("table", table),
                                            lang_value_key("meaning", meaning_of(table))));
        }
    }
    for (size_t i = 0; i < damage->line_count; i++) {
        (void)command_fail(
            context, COMMAND_found,
            COMMAND_TEXT("hq.verify.page", lang_value_text("line", damage->lines[i])));
    }
    (void)command_fail(context, COMMAND_found, COMMAND_LINE("hq.verify.file"));
}

enum err verify_file(struct command_context *context, const char *path)
{
    struct damage *damage = ARENA_NEW(context->arena, struct damage);
    damage->context = context;
    damage->backend = &hq_backend_sqlite;
    enum err err = damage->backend->open(path, HQ_ACCESS_read, &damage->handle);
    bool is_open = err == OK;
    if (is_open) {
        err = each_row(damage, "PRAGMA integrity_check(20)", take_line);
    }
    bool is_sound = err == OK && damage->line_count == 0;
    if (is_open && !is_sound) {
        find_tables(damage);
    }
    if (is_open) {
        damage->backend->close(damage->handle);
    }
    if (is_sound || (err != OK && err != ERR_corrupt)) {
        return err;
    }
    tell(damage);
    return ERR_corrupt;
}
