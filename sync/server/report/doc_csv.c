/* CSV form (RFC 4180): CRLF, one number of fields in every record, the first of
 * which is the section, so that one file holds the whole report and a filter on
 * the first column gives one table. */
#include "sync/server/report/doc.h"

enum { FACT_FIELDS = 3 }; /* section, name, value */

static void put_field(struct str_builder *out, const char *text, bool is_number)
{
    struct str rest = str_from(text);
    bool is_formula = !is_number && rest.size > 0 &&
                      (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@' ||
                       text[0] == '\t' || text[0] == '\r');
    bool is_quoted = false;
    for (size_t i = 0; i < rest.size; i++) {
        is_quoted =
            is_quoted || text[i] == '"' || text[i] == ',' || text[i] == '\n' || text[i] == '\r';
    }
    if (is_quoted) {
        str_add_char(out, '"');
    }
    if (is_formula) {
        str_add_char(out, '\'');
    }
    for (size_t i = 0; i < rest.size; i++) {
        if (text[i] == '"') {
            str_add_char(out, '"');
        }
        str_add_char(out, text[i]);
    }
    if (is_quoted) {
        str_add_char(out, '"');
    }
}

static void put_end(struct str_builder *out, size_t used, size_t fields)
{
    for (size_t i = used; i < fields; i++) {
        str_add_char(out, ',');
    }
    str_add_text(out, "\r\n");
}

static void put_fact(struct str_builder *out, const char *section, const char *name,
                     const char *text, size_t fields)
{
    put_field(out, section, false);
    str_add_char(out, ',');
    put_field(out, name, false);
    str_add_char(out, ',');
    put_field(out, text, false);
    put_end(out, FACT_FIELDS, fields);
}

static void put_table(struct str_builder *out, const struct doc_block *table, size_t fields)
{
    put_field(out, table->name, false);
    for (size_t i = 0; i < table->column_count; i++) {
        str_add_char(out, ',');
        put_field(out, table->columns[i].title, false);
    }
    put_end(out, table->column_count + 1, fields);
    for (const struct doc_row *row = table->rows; row != NULL; row = row->next) {
        put_field(out, table->name, false);
        for (size_t i = 0; i < table->column_count; i++) {
            const struct doc_cell *cell = &row->cells[i];
            str_add_char(out, ',');
            if (!cell->is_empty) {
                put_field(out, cell->plain != NULL ? cell->plain : cell->text, cell->has_number);
            }
        }
        put_end(out, table->column_count + 1, fields);
    }
}

void doc_print_csv(const struct doc *doc, struct str_builder *out)
{
    size_t fields = FACT_FIELDS;
    for (const struct doc_block *block = doc->blocks; block != NULL; block = block->next) {
        if (block->type == DOC_BLOCK_table && block->column_count + 1 > fields) {
            fields = block->column_count + 1;
        }
    }
    str_add_text(out, "\xEF\xBB\xBF");
    put_fact(out, "report", doc->name, doc->title, fields);
    for (size_t i = 0; i < doc->fact_count; i++) {
        put_fact(out, "report", doc->facts[i].name, doc->facts[i].text, fields);
    }
    for (const struct doc_block *block = doc->blocks; block != NULL; block = block->next) {
        if (block->type == DOC_BLOCK_paragraph) {
            put_fact(out, "text", block->name, block->text, fields);
        } else {
            put_table(out, block, fields);
        }
    }
}
