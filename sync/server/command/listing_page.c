/* A list as a table of HTML. Each cell carries the heading of its column, so that a telephone
 * shows a row as a card (assets/office/office.css). */
#include "sync/server/command/listing_private.h"

#include <string.h>

void listing_escaped(FILE *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        switch (*at) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            fputc(*at, out);
        }
    }
}

/* 2026-11-23, which a browser would break at its hyphens. */
static bool is_day(const char *word, size_t size)
{
    static const char form[] = "9999-99-99";
    bool is_so = size == sizeof form - 1;
    for (size_t i = 0; i < size && is_so; i++) {
        is_so = form[i] == '9' ? word[i] >= '0' && word[i] <= '9' : word[i] == form[i];
    }
    return is_so;
}

/* The text of a cell; a day stays on one line. */
static void put_text(const struct listing *listing, const char *text)
{
    FILE *out = listing->context->out;
    while (*text != '\0') {
        size_t size = strcspn(text, " \n");
        bool is_whole = is_day(text, size);
        size += size == 0 ? 1 : 0; /* the blank itself */
        fputs(is_whole ? "<span class=whole>" : "", out);
        listing_escaped(out, str_text(listing->context->arena, (struct str){text, size}));
        fputs(is_whole ? "</span>" : "", out);
        text += size;
    }
}

static void put_pick(const struct listing *listing, const char *value, size_t row)
{
    if (!listing->context->is_page_pick) {
        return;
    }
    FILE *out = listing->context->out;
    fprintf(out, "<td class=pick><input type=radio name=pick required id=pick%zu value=\"", row);
    listing_escaped(out, value);
    fputs("\"></td>", out);
}

/* A heading as a page has it: a terminal's are small. */
static void put_heading(const struct listing *listing, size_t column)
{
    struct command_context *context = listing->context;
    const char *words = lang_text(context->lang, listing->columns[column].key);
    if (words[0] >= 'a' && words[0] <= 'z') {
        fputc(words[0] - 'a' + 'A', context->out);
        words++;
    }
    listing_escaped(context->out, words);
}

static void put_head(const struct listing *listing)
{
    FILE *out = listing->context->out;
    fputs("<thead><tr>", out);
    if (listing->context->is_page_pick) {
        fputs("<th class=pick aria-label=\"", out);
        listing_escaped(out, lang_text(listing->context->lang, "office.column.pick"));
        fputs("\"></th>", out);
    }
    for (size_t i = 0; i < listing->column_count; i++) {
        bool is_number = listing->cell_count > 0 && listing->cells[i].is_number;
        fputs(is_number ? "<th class=number>" : "<th>", out);
        put_heading(listing, i);
        fputs("</th>", out);
    }
    fputs("</tr></thead>", out);
}

/* A state has its colour, a sign (of the style sheet) and its word. */
static void put_words(const struct listing *listing, const struct listing_cell *cell)
{
    FILE *out = listing->context->out;
    static const char *const tones[] = {NULL, "good", "wait", "bad", "off"};
    if (cell->tone != LISTING_TONE_none) {
        fprintf(out, "<span class=\"tag %s\">", tones[cell->tone]);
    }
    if (cell->link != NULL) {
        fputs("<a href=\"", out);
        listing_escaped(out, cell->link);
        fputs("\">", out);
    }
    put_text(listing, cell->shown);
    fputs(cell->link != NULL ? "</a>" : "", out);
    fputs(cell->tone != LISTING_TONE_none ? "</span>" : "", out);
}

static void put_cell(const struct listing *listing, size_t i)
{
    FILE *out = listing->context->out;
    const struct listing_cell *cell = &listing->cells[i];
    size_t count = listing->column_count;
    bool is_label = i % count == 0 && listing->context->is_page_pick;
    bool is_nothing = cell->shown[0] == '\0' || strcmp(cell->shown, "-") == 0;
    fputs(cell->is_number ? "<td class=\"number" : "<td class=\"", out);
    fputs(is_nothing ? " nothing\" data-label=\"" : "\" data-label=\"", out);
    put_heading(listing, i % count);
    fputs("\">", out);
    if (is_label) {
        fprintf(out, "<label for=pick%zu>", i / count);
    }
    put_words(listing, cell);
    fputs(is_label ? "</label></td>" : "</td>", out);
}

void listing_print_page(const struct listing *listing)
{
    FILE *out = listing->context->out;
    size_t count = listing->column_count;
    fputs("<div class=table><table>", out);
    put_head(listing);
    fputs("<tbody>\n", out);
    for (size_t i = 0; i < listing->cell_count; i++) {
        const struct listing_cell *cell = &listing->cells[i];
        if (i % count == 0) {
            fputs("<tr>", out);
            put_pick(listing, cell->pick != NULL ? cell->pick : cell->shown, i / count);
        }
        put_cell(listing, i);
        fputs(i % count + 1 == count ? "</tr>\n" : "", out);
    }
    fputs("</tbody></table></div>\n", out);
}
