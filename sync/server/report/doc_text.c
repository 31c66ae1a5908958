/* Text form: paragraphs as they are, tables in columns that line up in a terminal
 * and in a fixed-width font, where a Chinese character is two columns wide. */
#include "sync/server/report/doc.h"

/* Ranges of East Asian Width W and F (Unicode Standard Annex 11) that occur in
 * the languages of the product: Hangul, kana, hanzi, full-width forms. */
static bool code_is_wide(uint32_t code)
{
    return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0x303E) ||
           (code >= 0x3041 && code <= 0x33FF) || (code >= 0x3400 && code <= 0x4DBF) ||
           (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0xA000 && code <= 0xA4CF) ||
           (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
           (code >= 0xFFE0 && code <= 0xFFE6) || (code >= 0x1F300 && code <= 0x1FAFF) ||
           (code >= 0x20000 && code <= 0x3FFFD);
}

static bool code_is_combining(uint32_t code)
{
    return (code >= 0x0300 && code <= 0x036F) || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF;
}

size_t doc_width(struct str text)
{
    size_t width = 0;
    while (text.size > 0) {
        uint32_t code = str_next_code(&text);
        width += code_is_wide(code) ? 2 : code_is_combining(code) ? 0 : 1;
    }
    return width;
}

static void put_spaces(struct str_builder *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        str_add_char(out, ' ');
    }
}

/* Line breaks and tabs inside a cell would break the columns. */
static void put_cell_text(struct str_builder *out, const char *text)
{
    for (; *text != '\0'; text++) {
        str_add_char(out, (unsigned char)*text < 0x20 ? ' ' : *text);
    }
}

static void put_cell(struct str_builder *out, const char *text, size_t width, bool is_right,
                     bool is_last)
{
    size_t size = doc_width(str_from(text));
    size_t fill = width > size ? width - size : 0;
    if (is_right) {
        put_spaces(out, fill);
    }
    put_cell_text(out, text);
    if (!is_right && !is_last) {
        put_spaces(out, fill);
    }
    if (!is_last) {
        str_add_text(out, "  ");
        return;
    }
    while (out->size > 0 && out->text[out->size - 1] == ' ') {
        out->text[--out->size] = '\0'; /* an empty last cell leaves no blanks behind */
    }
    str_add_char(out, '\n');
}

/* Widths of the columns; `last_out` is the last one that is shown. */
static size_t column_widths(const struct doc_block *table, size_t widths[DOC_COLUMNS_MAX],
                            size_t *last_out)
{
    size_t total = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].is_silent) {
            continue;
        }
        widths[i] = doc_width(str_from(table->columns[i].title));
        for (const struct doc_row *row = table->rows; row != NULL; row = row->next) {
            size_t width = doc_width(str_from(row->cells[i].text));
            widths[i] = width > widths[i] ? width : widths[i];
        }
        total += widths[i] + (total > 0 ? 2 : 0);
        *last_out = i;
    }
    return total;
}

static void put_table(const struct doc_block *table, struct str_builder *out)
{
    size_t widths[DOC_COLUMNS_MAX] = {0};
    size_t last = 0;
    size_t total = column_widths(table, widths, &last);
    for (size_t i = 0; i <= last; i++) {
        if (!table->columns[i].is_silent) {
            put_cell(out, table->columns[i].title, widths[i], table->columns[i].is_right,
                     i == last);
        }
    }
    for (size_t i = 0; i < total; i++) {
        str_add_char(out, '-');
    }
    str_add_char(out, '\n');
    for (const struct doc_row *row = table->rows; row != NULL; row = row->next) {
        for (size_t i = 0; i <= last; i++) {
            if (!table->columns[i].is_silent) {
                put_cell(out, row->cells[i].text, widths[i], table->columns[i].is_right, i == last);
            }
        }
    }
}

void doc_print_text(const struct doc *doc, struct str_builder *out)
{
    str_add_text(out, doc->title);
    str_add_char(out, '\n');
    for (size_t i = 0; i < doc->fact_count; i++) {
        str_add_format(out, "%s: %s\n", doc->facts[i].title, doc->facts[i].text);
    }
    for (const struct doc_block *block = doc->blocks; block != NULL; block = block->next) {
        if (block->is_silent) {
            continue;
        }
        str_add_char(out, '\n');
        if (block->title != NULL) {
            str_add_text(out, block->title);
            str_add_char(out, '\n');
        }
        if (block->type == DOC_BLOCK_table) {
            put_table(block, out);
        }
        if (block->text != NULL) {
            str_add_text(out, block->text);
            str_add_char(out, '\n');
        }
    }
}
