/* assets/embed.c -- host tool: files become C tables at build time.
 *
 *   embed sql NAME ROOM OUT FOLDER   OUT/sql_NAME.{h,c}: every `-- name: x` statement of the
 *                                    .sql files in FOLDER as a list, NNNN_*.sql as migrations
 *   embed po OUT FOLDER...           OUT/texts.{h,c}: sorted key -> texts, one a folder of .po
 * files embed bytes SYMBOL OUT.c FILE    const unsigned char SYMBOL[] and const size_t SYMBOL_size
 *
 * It reads only files of this tree; any oddity ends the build with file and line. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 1024, TEXTS_MAX = 8192, LANGUAGES_MAX = 8, PATH_SIZE = 1024 };

static _Noreturn void fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    exit(1);
}

static void *allocate(size_t size)
{
    void *bytes = calloc(1, size);
    if (bytes == NULL) {
        fail("embed", 0, "out of memory");
    }
    return bytes;
}

static char *file_read(const char *path, size_t *size_out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail(path, 0, "cannot be read");
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = allocate((size_t)size + 1);
    if (fread(text, 1, (size_t)size, file) != (size_t)size) {
        fail(path, 0, "cannot be read");
    }
    fclose(file);
    *size_out = (size_t)size;
    return text;
}

static FILE *file_make(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        fail(path, 0, "cannot be written");
    }
    return file;
}

/* A C string literal, one source line per text line. */
static void put_literal(FILE *out, const char *text, size_t size)
{
    fputc('"', out);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n') {
            fputs(i + 1 < size ? "\\n\"\n    \"" : "\\n", out);
        } else if (c == '"' || c == '\\') {
            fprintf(out, "\\%c", c);
        } else if (c < 0x20 || c >= 0x7F) {
            fprintf(out, "\\%03o", c);
        } else {
            fputc(c, out);
        }
    }
    fputc('"', out);
}

/* ---- sql ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t files_find(const char *folder, const char *ending, char **names)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        fail(folder, 0, "cannot be listed");
    }
    size_t count = 0;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        size_t length = strlen(entry->d_name);
        size_t ending_length = strlen(ending);
        if (entry->d_name[0] == '.' || length <= ending_length ||
            strcmp(entry->d_name + length - ending_length, ending) != 0) {
            continue;
        }
        if (count == NAMES_MAX) {
            fail(folder, 0, "too many files");
        }
        names[count++] = strdup(entry->d_name);
    }
    closedir(dir);
    qsort(names, count, sizeof *names, by_name);
    return count;
}

struct statement {
    char name[64];
    const char *text;
    size_t size;
};

static const char *trim_end(const char *begin, const char *end)
{
    while (end > begin && isspace((unsigned char)end[-1])) {
        end--;
    }
    return end;
}

static size_t statements_read(const char *path, const char *text, struct statement *statements,
                              size_t count)
{
    static const char mark[] = "-- name:";
    int line = 0;
    struct statement *open = NULL;
    for (const char *at = text; *at != '\0';) {
        const char *end = strchr(at, '\n');
        end = end != NULL ? end + 1 : at + strlen(at);
        line++;
        if (strncmp(at, mark, sizeof mark - 1) == 0) {
            if (open != NULL) {
                open->size = (size_t)(trim_end(open->text, at) - open->text);
            }
            if (count == NAMES_MAX) {
                fail(path, line, "too many statements");
            }
            open = &statements[count++];
            if (sscanf(at + sizeof mark - 1, " %63[a-z0-9_]", open->name) != 1) {
                fail(path, line, "a statement's name is lower case, digits and _");
            }
            for (size_t i = 0; i + 1 < count; i++) {
                if (strcmp(statements[i].name, open->name) == 0) {
                    fail(path, line, "this name is used twice");
                }
            }
            open->text = end;
        } else if (open == NULL && !isspace((unsigned char)*at) && strncmp(at, "--", 2) != 0) {
            fail(path, line, "a statement without a `-- name:` line");
        }
        at = end;
    }
    if (open != NULL) {
        open->size = (size_t)(trim_end(open->text, text + strlen(text)) - open->text);
    }
    return count;
}

static int embed_sql(const char *name, const char *room, const char *out_folder, const char *folder)
{
    static char *files[NAMES_MAX];
    static struct statement statements[NAMES_MAX];
    size_t file_count = files_find(folder, ".sql", files);
    size_t count = 0;
    char upper[64];
    char file_name[128];
    snprintf(upper, sizeof upper, "%s", name);
    for (char *c = upper; *c != '\0'; c++) {
        *c = (char)toupper((unsigned char)*c);
    }
    size_t migration_count = 0;
    snprintf(file_name, sizeof file_name, "sql_%s.c", name);
    FILE *source = file_make(out_folder, file_name);
    fprintf(source, "#include \"%s/sql_%s.h\"\n\n", room, name);
    fprintf(source, "const struct sql_%s_migration sql_%s_migrations[] = {\n", name, name);
    for (size_t i = 0; i < file_count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        size_t size = 0;
        char *text = file_read(path, &size);
        if (isdigit((unsigned char)files[i][0])) {
            migration_count++;
            if ((size_t)atoi(files[i]) != migration_count) {
                fail(path, 0, "migrations are numbered 0001, 0002 ... without a gap");
            }
            fprintf(source, "    {\"%s\",\n    ", files[i]);
            put_literal(source, text, size);
            fputs("},\n", source);
        } else {
            count = statements_read(path, text, statements, count);
        }
    }
    if (migration_count == 0) {
        fputs("    {\"\", \"\"},\n", source);
    }
    fprintf(source, "};\n\nconst char *const sql_%s_names[] = {\n", name);
    for (size_t i = 0; i < count; i++) {
        fprintf(source, "    \"%s\",\n", statements[i].name);
    }
    fprintf(source, "%s};\n\nconst char *const sql_%s_texts[] = {\n",
            count == 0 ? "    \"\",\n" : "", name);
    for (size_t i = 0; i < count; i++) {
        fputs("    ", source);
        put_literal(source, statements[i].text, statements[i].size);
        fputs(",\n", source);
    }
    fprintf(source, "%s};\n", count == 0 ? "    \"\",\n" : "");
    fclose(source);

    snprintf(file_name, sizeof file_name, "sql_%s.h", name);
    FILE *header = file_make(out_folder, file_name);
    fprintf(header,
            "/* made by assets/embed.c from the .sql files */\n#pragma once\n\nenum sql_%s {\n",
            name);
    for (size_t i = 0; i < count; i++) {
        fprintf(header, "    SQL_%s_%s,\n", upper, statements[i].name);
    }
    fprintf(header, "    SQL_%s_COUNT\n};\n\n", upper);
    fprintf(header, "extern const char *const sql_%s_names[];\n", name);
    fprintf(header, "extern const char *const sql_%s_texts[];\n\n", name);
    fprintf(header, "struct sql_%s_migration {\n    const char *name;\n    const char *text;\n};\n",
            name);
    fprintf(header, "enum { SQL_%s_MIGRATION_COUNT = %zu };\n", upper, migration_count);
    fprintf(header, "extern const struct sql_%s_migration sql_%s_migrations[];\n", name, name);
    fclose(header);
    return 0;
}

/* ---- po ---- */

struct text_entry {
    const char *file;
    int line;
    char *key;
    char *text;   /* msgstr or msgstr[0] */
    char *plural; /* msgstr[1], or NULL */
};

/* Appends the quoted part of a line to *text; false when there is none. */
static int quoted_add(const char *file, int line_number, const char *line, char **text)
{
    const char *at = strchr(line, '"');
    if (at == NULL) {
        return 0;
    }
    size_t length = *text != NULL ? strlen(*text) : 0;
    char *grown = allocate(length + strlen(at) + 1);
    if (*text != NULL) {
        memcpy(grown, *text, length);
    }
    for (at++; *at != '"'; at++) {
        if (*at == '\0') {
            fail(file, line_number, "a quote is not closed");
        }
        char c = *at;
        if (c == '\\') {
            at++;
            c = *at == 'n' ? '\n' : *at == 't' ? '\t' : *at;
        }
        grown[length++] = c;
    }
    *text = grown;
    return 1;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct text_entry *)a)->key, ((const struct text_entry *)b)->key);
}

/* Adds the entries of one file after the `count` that are there. */
static size_t po_file_read(const char *path, struct text_entry *entries, size_t count)
{
    size_t size = 0;
    char *text = file_read(path, &size);
    struct text_entry entry = {0};
    char *ignored = NULL;
    char **target = NULL;
    int line_number = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        line_number++;
        int is_msgid = strncmp(line, "msgid ", 6) == 0;
        if (is_msgid) {
            if (entry.key != NULL && entry.key[0] != '\0') {
                if (count == TEXTS_MAX) {
                    fail(path, line_number, "too many texts");
                }
                entries[count++] = entry;
            }
            entry = (struct text_entry){.file = path, .line = line_number};
            target = &entry.key;
        } else if (strncmp(line, "msgid_plural ", 13) == 0) {
            target = &ignored;
        } else if (strncmp(line, "msgstr ", 7) == 0 || strncmp(line, "msgstr[0] ", 10) == 0) {
            target = &entry.text;
        } else if (strncmp(line, "msgstr[1] ", 10) == 0) {
            target = &entry.plural;
        } else if (line[0] != '"') {
            continue;
        }
        if (target != NULL && !quoted_add(path, line_number, line, target)) {
            fail(path, line_number, "a quoted text is expected");
        }
    }
    if (entry.key != NULL && entry.key[0] != '\0') {
        entries[count++] = entry;
    }
    return count;
}

static size_t po_read(const char *folder, struct text_entry *entries)
{
    static char *files[NAMES_MAX];
    size_t file_count = files_find(folder, ".po", files);
    size_t count = 0;
    for (size_t i = 0; i < file_count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        count = po_file_read(strdup(path), entries, count);
    }
    qsort(entries, count, sizeof *entries, by_key);
    for (size_t i = 0; i < count; i++) {
        if (entries[i].text == NULL || entries[i].text[0] == '\0') {
            fail(entries[i].file, entries[i].line, "this key has no text");
        }
        if (i > 0 && strcmp(entries[i - 1].key, entries[i].key) == 0) {
            fail(entries[i].file, entries[i].line, "this key stands twice");
        }
    }
    return count;
}

static int embed_po(const char *out_folder, char **paths, size_t path_count)
{
    static struct text_entry entries[LANGUAGES_MAX][TEXTS_MAX];
    size_t counts[LANGUAGES_MAX] = {0};
    int is_bad = 0;
    for (size_t i = 0; i < path_count; i++) {
        counts[i] = po_read(paths[i], entries[i]);
    }
    for (size_t i = 1; i < path_count; i++) {
        for (size_t a = 0, b = 0; a < counts[0] || b < counts[i];) {
            int order = a == counts[0]   ? 1
                        : b == counts[i] ? -1
                                         : by_key(&entries[0][a], &entries[i][b]);
            if (order != 0) {
                const struct text_entry *only = order < 0 ? &entries[0][a] : &entries[i][b];
                fprintf(stderr, "%s:%d: key %s is missing in %s\n", only->file, only->line,
                        only->key, paths[order < 0 ? i : 0]);
                is_bad = 1;
            }
            a += order <= 0;
            b += order >= 0;
        }
    }
    if (is_bad) {
        return 1;
    }
    FILE *source = file_make(out_folder, "texts.c");
    fputs("#include \"app/i18n/texts.h\"\n\n#include <stddef.h>\n\n", source);
    fputs("const struct texts_row texts_rows[TEXTS_COUNT] = {\n", source);
    for (size_t row = 0; row < counts[0]; row++) {
        fprintf(source, "    {\"%s\", {", entries[0][row].key);
        for (size_t i = 0; i < path_count; i++) {
            put_literal(source, entries[i][row].text, strlen(entries[i][row].text));
            fputs(", ", source);
        }
        fputs("}, {", source);
        for (size_t i = 0; i < path_count; i++) {
            const char *plural = entries[i][row].plural;
            if (plural != NULL) {
                put_literal(source, plural, strlen(plural));
            } else {
                fputs("NULL", source);
            }
            fputs(", ", source);
        }
        fputs("}},\n", source);
    }
    fputs("};\n", source);
    fclose(source);
    FILE *header = file_make(out_folder, "texts.h");
    fprintf(header,
            "/* made by assets/embed.c from assets/i18n; languages in the order of the PO list */\n"
            "#pragma once\n\nenum { TEXTS_COUNT = %zu, TEXTS_LANGUAGES = %zu };\n\n"
            "struct texts_row {\n    const char *key;\n    const char *text[TEXTS_LANGUAGES];\n"
            "    const char *plural[TEXTS_LANGUAGES];\n};\n\n/* Sorted by key. */\n"
            "extern const struct texts_row texts_rows[TEXTS_COUNT];\n",
            counts[0], path_count);
    fclose(header);
    return 0;
}

/* ---- bytes ---- */

static int embed_bytes(const char *symbol, const char *out_path, const char *path)
{
    size_t size = 0;
    char *bytes = file_read(path, &size);
    FILE *out = fopen(out_path, "wb");
    if (out == NULL) {
        fail(out_path, 0, "cannot be written");
    }
    fprintf(out, "#include <stddef.h>\n\nextern const unsigned char %s[];\n", symbol);
    fprintf(out, "extern const size_t %s_size;\nconst unsigned char %s[] = {", symbol, symbol);
    for (size_t i = 0; i < size; i++) {
        fprintf(out, "%s%u,", i % 20 == 0 ? "\n    " : "", (unsigned char)bytes[i]);
    }
    fprintf(out, "\n};\nconst size_t %s_size = %zu;\n", symbol, size);
    fclose(out);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "sql") == 0) {
        return embed_sql(argv[2], argv[3], argv[4], argv[5]);
    }
    if (argc > 3 && argc <= 3 + LANGUAGES_MAX && strcmp(argv[1], "po") == 0) {
        return embed_po(argv[2], argv + 3, (size_t)argc - 3);
    }
    if (argc == 5 && strcmp(argv[1], "bytes") == 0) {
        return embed_bytes(argv[2], argv[3], argv[4]);
    }
    fprintf(stderr, "usage: embed sql NAME ROOM OUT FOLDER | embed po OUT FOLDER... | "
                    "embed bytes SYMBOL OUT.c FILE\n");
    return 2;
}
