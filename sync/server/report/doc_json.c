/* JSON form: one object; numbers are integers in the smallest unit, never text. */
#include "sync/server/report/doc.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Texts come from the store, where they were checked to be UTF-8; a text that is
 * not becomes null rather than ending the report. */
static json_t *json_of_text(const char *text)
{
    json_t *value = json_string(text);
    return value != NULL ? value : json_null();
}

static void set(json_t *object, const char *name, json_t *value)
{
    CHECK(json_object_set_new(object, name, value) == 0);
}

static json_t *json_of_table(const struct doc_block *table)
{
    json_t *columns = json_array();
    for (size_t i = 0; i < table->column_count; i++) {
        json_t *column = json_object();
        set(column, "name", json_of_text(table->columns[i].name));
        set(column, "title", json_of_text(table->columns[i].title));
        CHECK(json_array_append_new(columns, column) == 0);
    }
    json_t *rows = json_array();
    for (const struct doc_row *row = table->rows; row != NULL; row = row->next) {
        json_t *object = json_object();
        for (size_t i = 0; i < table->column_count; i++) {
            const struct doc_cell *cell = &row->cells[i];
            json_t *value = cell->is_empty     ? json_null()
                            : cell->has_number ? json_integer(cell->number)
                                               : json_of_text(cell->text);
            set(object, table->columns[i].name, value);
        }
        CHECK(json_array_append_new(rows, object) == 0);
    }
    json_t *object = json_object();
    if (table->title != NULL) {
        set(object, "title", json_of_text(table->title));
    }
    set(object, "columns", columns);
    set(object, "rows", rows);
    if (table->text != NULL) {
        set(object, "note", json_of_text(table->text));
    }
    return object;
}

void doc_print_json(const struct doc *doc, struct str_builder *out)
{
    json_t *root = json_object();
    set(root, "report", json_of_text(doc->name));
    set(root, "title", json_of_text(doc->title));
    for (size_t i = 0; i < doc->fact_count; i++) {
        set(root, doc->facts[i].name, json_of_text(doc->facts[i].text));
    }
    json_t *texts = json_object();
    json_t *tables = json_object();
    for (const struct doc_block *block = doc->blocks; block != NULL; block = block->next) {
        if (block->type == DOC_BLOCK_paragraph) {
            set(texts, block->name, json_of_text(block->text));
        } else {
            set(tables, block->name, json_of_table(block));
        }
    }
    set(root, "texts", texts);
    set(root, "tables", tables);
    char *text = json_dumps(root, JSON_INDENT(1));
    CHECK(text != NULL);
    str_add_text(out, text);
    str_add_char(out, '\n');
    free(text);
    json_decref(root);
}
