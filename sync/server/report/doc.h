/* sync/server/report/doc.h -- a report before it is printed: head, paragraphs and
 * tables. Everything lives in the arena it was started with. Pure. */
#pragma once

#include "core/base/arena.h"
#include "core/base/str.h"

#include <stdint.h>

/* A cell: what people read, and the number behind it. */
struct doc_cell {
    const char *text;  /* as shown in text form */
    const char *plain; /* as written in CSV: without grouping and signs; NULL: `text` */
    bool has_number;
    int64_t number; /* as written in JSON */
    bool is_empty;  /* no data: empty in CSV, null in JSON */
};

struct doc_column {
    const char *name;  /* in JSON and CSV heads */
    const char *title; /* in text and CSV heads */
    bool is_right;
    bool is_silent; /* for CSV and JSON only */
};

struct doc_row {
    struct doc_row *next;
    struct doc_cell *cells; /* column_count */
};

enum { DOC_COLUMNS_MAX = 16 };

enum doc_block_type { DOC_BLOCK_paragraph, DOC_BLOCK_table };

struct doc_block {
    struct doc_block *next;
    enum doc_block_type type;
    const char *name;  /* machine name, unique in the report */
    const char *title; /* NULL: none */
    const char *text;  /* paragraph; of a table: a note below it, or NULL */
    struct doc_column columns[DOC_COLUMNS_MAX];
    size_t column_count;
    struct doc_row *rows, **row_end;
    size_t row_count;
    bool is_silent; /* a table for CSV and JSON only: its numbers stand in a paragraph */
};

/* A line of the head, such as period or scope. */
struct doc_fact {
    const char *name, *title, *text;
};
enum { DOC_FACTS_MAX = 12 };

struct doc {
    struct arena *arena;
    const char *name, *title;
    struct doc_fact facts[DOC_FACTS_MAX];
    size_t fact_count;
    struct doc_block *blocks, **block_end;
};

void doc_start(struct doc *doc, struct arena *arena, const char *name, const char *title);
/* All texts are borrowed and must live as long as the arena. */
void doc_fact(struct doc *doc, const char *name, const char *title, const char *text);
struct doc_block *doc_paragraph(struct doc *doc, const char *name, const char *text);
struct doc_block *doc_table(struct doc *doc, const char *name, const char *title);
void doc_column(struct doc_block *table, const char *name, const char *title, bool is_right);
/* A column of names for machines, or one that has nothing to say this time. */
void doc_column_silent(struct doc_block *table, const char *name, const char *title);
/* A row of empty cells to be filled; columns are complete by then. */
struct doc_cell *doc_row(struct doc *doc, struct doc_block *table);

struct doc_cell doc_cell_text(const char *text);
struct doc_cell doc_cell_number(const char *text, const char *plain, int64_t number);

/* Display columns of a text: 2 for wide characters (East Asian Width W and F). */
size_t doc_width(struct str text);

void doc_print_text(const struct doc *doc, struct str_builder *out);
/* Fields that begin with = + - @ or a tab and are no numbers get an apostrophe in
 * front, so that no spreadsheet runs them as a formula. */
void doc_print_csv(const struct doc *doc, struct str_builder *out);
void doc_print_json(const struct doc *doc, struct str_builder *out);
/* A part of a page, without silent tables and columns; every text is escaped. */
void doc_print_html(const struct doc *doc, struct str_builder *out);
