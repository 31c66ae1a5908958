/* Form for a page of the office and its print: a heading, the head as pairs, tables. Every text is
 * escaped; classes alone, no style of its own. */
#include "sync/server/report/doc.h"

#include <string.h>

static void put_text(struct str_builder *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        switch (*at) {
        case '&':
            str_add_text(out, "&amp;");
            break;
        case '<':
            str_add_text(out, "&lt;");
            break;
        case '>':
            str_add_text(out, "&gt;");
            break;
        case '"':
            str_add_text(out, "&quot;");
            break;
        case '\'':
            str_add_text(out, "&#39;");
            break;
        default:
            str_add_char(out, *at);
        }
    }
}

static void put_in(struct str_builder *out, const char *head, const char *text, const char *foot)
{
    str_add_text(out, head);
    put_text(out, text);
    str_add_text(out, foot);
}

static void put_table(const struct doc_block *table, struct str_builder *out)
{
    str_add_text(out, "<div class=table><table class=report><thead><tr>");
    for (size_t i = 0; i < table->column_count; i++) {
        const struct doc_column *column = &table->columns[i];
        if (!column->is_silent) {
            put_in(out, column->is_right ? "<th class=number>" : "<th>", column->title, "</th>");
        }
    }
    str_add_text(out, "</tr></thead><tbody>");
    for (const struct doc_row *row = table->rows; row != NULL; row = row->next) {
        str_add_text(out, "<tr>");
        for (size_t i = 0; i < table->column_count; i++) {
            const struct doc_column *column = &table->columns[i];
            if (column->is_silent) {
                continue;
            }
            put_in(out, column->is_right ? "<td class=number data-label=\"" : "<td data-label=\"",
                   column->title, "\">");
            put_in(out, "", row->cells[i].text, "</td>");
        }
        str_add_text(out, "</tr>");
    }
    str_add_text(out, "</tbody></table></div>");
}

void doc_print_html(const struct doc *doc, struct str_builder *out)
{
    put_in(out, "<article class=report><h2>", doc->title, "</h2><dl class=facts>");
    for (size_t i = 0; i < doc->fact_count; i++) {
        put_in(out, "<div><dt>", doc->facts[i].title, "</dt>");
        put_in(out, "<dd>", doc->facts[i].text, "</dd></div>");
    }
    str_add_text(out, "</dl>");
    for (const struct doc_block *block = doc->blocks; block != NULL; block = block->next) {
        if (block->is_silent) {
            continue;
        }
        if (block->title != NULL) {
            put_in(out, "<h3>", block->title, "</h3>");
        }
        if (block->type == DOC_BLOCK_table) {
            put_table(block, out);
        }
        if (block->text != NULL) {
            put_in(out, "<p class=words>", block->text, "</p>");
        }
    }
    str_add_text(out, "</article>\n");
}
