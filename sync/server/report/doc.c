#include "sync/server/report/doc.h"

void doc_start(struct doc *doc, struct arena *arena, const char *name, const char *title)
{
    *doc = (struct doc){.arena = arena, .name = name, .title = title};
    doc->block_end = &doc->blocks;
}

void doc_fact(struct doc *doc, const char *name, const char *title, const char *text)
{
    CHECK(doc->fact_count < DOC_FACTS_MAX);
    doc->facts[doc->fact_count++] = (struct doc_fact){name, title, text};
}

static struct doc_block *block_add(struct doc *doc, enum doc_block_type type, const char *name)
{
    struct doc_block *block = ARENA_NEW(doc->arena, struct doc_block);
    *block = (struct doc_block){.type = type, .name = name};
    block->row_end = &block->rows;
    *doc->block_end = block;
    doc->block_end = &block->next;
    return block;
}

struct doc_block *doc_paragraph(struct doc *doc, const char *name, const char *text)
{
    struct doc_block *block = block_add(doc, DOC_BLOCK_paragraph, name);
    block->text = text;
    return block;
}

struct doc_block *doc_table(struct doc *doc, const char *name, const char *title)
{
    struct doc_block *block = block_add(doc, DOC_BLOCK_table, name);
    block->title = title;
    return block;
}

void doc_column(struct doc_block *table, const char *name, const char *title, bool is_right)
{
    CHECK(table->column_count < DOC_COLUMNS_MAX && table->row_count == 0);
    table->columns[table->column_count++] =
        (struct doc_column){.name = name, .title = title, .is_right = is_right};
}

void doc_column_silent(struct doc_block *table, const char *name, const char *title)
{
    doc_column(table, name, title, false);
    table->columns[table->column_count - 1].is_silent = true;
}

struct doc_cell *doc_row(struct doc *doc, struct doc_block *table)
{
    struct doc_row *row = ARENA_NEW(doc->arena, struct doc_row);
    row->cells = ARENA_ARRAY(doc->arena, table->column_count, struct doc_cell);
    for (size_t i = 0; i < table->column_count; i++) {
        row->cells[i] = (struct doc_cell){.text = "", .is_empty = true};
    }
    *table->row_end = row;
    table->row_end = &row->next;
    table->row_count++;
    return row->cells;
}

struct doc_cell doc_cell_text(const char *text)
{
    return (struct doc_cell){.text = text};
}

struct doc_cell doc_cell_number(const char *text, const char *plain, int64_t number)
{
    return (struct doc_cell){.text = text, .plain = plain, .has_number = true, .number = number};
}
