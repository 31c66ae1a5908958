/* Columns as wide as their widest cell, counted as a terminal shows them. */
#include "sync/server/command/listing_private.h"

#include "core/domain/date.h"
#include "core/domain/money.h"
#include "sync/server/command/lookup.h"

#include <string.h>

enum err listing_start(struct listing *listing, struct command_context *context,
                       const struct listing_column *columns, size_t count)
{
    *listing = (struct listing){.context = context, .columns = columns, .column_count = count};
    return lookup_offset(context, &listing->offset_minutes);
}

static void add(struct listing *listing, const char *shown, json_t *value, bool is_number)
{
    if (listing->cell_count == listing->cell_capacity) {
        size_t capacity = listing->cell_capacity == 0 ? 256 : listing->cell_capacity * 2;
        struct listing_cell *more =
            ARENA_ARRAY(listing->context->arena, capacity, struct listing_cell);
        if (listing->cell_count > 0) {
            memcpy(more, listing->cells, listing->cell_count * sizeof *more);
        }
        listing->cells = more;
        listing->cell_capacity = capacity;
    }
    listing->cells[listing->cell_count++] = (struct listing_cell){.shown = shown,
                                                                  .pick = listing->pick,
                                                                  .link = listing->link,
                                                                  .value = value,
                                                                  .is_number = is_number,
                                                                  .tone = listing->tone};
    listing->pick = NULL;
    listing->link = NULL;
    listing->tone = LISTING_TONE_none;
}

static bool wants_json(const struct listing *listing)
{
    return listing->context->is_json;
}

void listing_pick(struct listing *listing, const char *value)
{
    CHECK(listing->cell_count % listing->column_count == 0);
    listing->pick = value;
}

void listing_tone(struct listing *listing, enum listing_tone tone)
{
    listing->tone = tone;
}

void listing_link(struct listing *listing, const char *address)
{
    listing->link = address;
}

void listing_text(struct listing *listing, struct str text)
{
    char *shown = str_text(listing->context->arena, text);
    add(listing, shown, wants_json(listing) ? json_stringn(shown, text.size) : NULL, false);
}

void listing_number(struct listing *listing, int64_t number)
{
    add(listing, str_format(listing->context->arena, "%lld", (long long)number),
        wants_json(listing) ? json_integer(number) : NULL, true);
}

void listing_money(struct listing *listing, int64_t amount_minor)
{
    char text[MONEY_TEXT_SIZE];
    add(listing, arena_text(listing->context->arena, money_to_text(text, amount_minor, true)),
        wants_json(listing) ? json_integer(amount_minor) : NULL, true);
}

void listing_day(struct listing *listing, int32_t day)
{
    char text[DATE_TEXT_SIZE];
    const char *shown = day == 0 ? "-" : date_to_text(text, day);
    add(listing, arena_text(listing->context->arena, shown),
        !wants_json(listing) ? NULL
        : day == 0           ? json_null()
                             : json_string(shown),
        false);
}

void listing_instant(struct listing *listing, int64_t at_ms)
{
    char text[DATE_INSTANT_TEXT_SIZE];
    const char *shown =
        at_ms == 0 ? "-" : date_instant_to_text(text, at_ms, listing->offset_minutes);
    add(listing, arena_text(listing->context->arena, shown),
        wants_json(listing) ? json_integer(at_ms) : NULL, false);
}

void listing_key(struct listing *listing, const char *key, const char *name)
{
    add(listing, lang_text(listing->context->lang, key),
        wants_json(listing) ? json_string(name) : NULL, false);
}

/* Wide characters (hanzi, full-width forms) take two places of a terminal. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    struct str rest = str_from(text);
    while (rest.size > 0) {
        uint32_t code = str_next_code(&rest);
        bool is_wide = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
                       (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
                       (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
                       (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x20000 && code <= 0x3fffd);
        width += is_wide ? 2 : 1;
    }
    return width;
}

static void put(const struct listing *listing, const char *text, size_t width, bool is_number,
                bool is_last)
{
    FILE *out = listing->context->out;
    int blanks = (int)(width - width_of(text));
    if (is_number) {
        fprintf(out, "%*s%s", blanks, "", text);
    } else {
        fprintf(out, "%s%*s", text, is_last ? 0 : blanks, "");
    }
    fputs(is_last ? "\n" : "  ", out);
}

static void print_columns(const struct listing *listing)
{
    size_t count = listing->column_count;
    size_t *widths = ARENA_ARRAY(listing->context->arena, count, size_t);
    for (size_t i = 0; i < count; i++) {
        widths[i] = width_of(lang_text(listing->context->lang, listing->columns[i].key));
    }
    for (size_t i = 0; i < listing->cell_count; i++) {
        size_t width = width_of(listing->cells[i].shown);
        widths[i % count] = width > widths[i % count] ? width : widths[i % count];
    }
    for (size_t i = 0; i < count; i++) {
        bool is_number = listing->cell_count > 0 && listing->cells[i].is_number;
        put(listing, lang_text(listing->context->lang, listing->columns[i].key), widths[i],
            is_number, i + 1 == count);
    }
    for (size_t i = 0; i < listing->cell_count; i++) {
        put(listing, listing->cells[i].shown, widths[i % count], listing->cells[i].is_number,
            i % count + 1 == count);
    }
}

static void print_json(const struct listing *listing)
{
    json_t *rows = json_array();
    json_t *row = NULL;
    for (size_t i = 0; i < listing->cell_count; i++) {
        if (i % listing->column_count == 0) {
            row = json_object();
            json_array_append_new(rows, row);
        }
        json_object_set_new(row, listing->columns[i % listing->column_count].name,
                            listing->cells[i].value);
    }
    json_dumpf(rows, listing->context->out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    fputc('\n', listing->context->out);
    json_decref(rows);
}

void listing_end(struct listing *listing)
{
    const struct command_context *context = listing->context;
    CHECK(listing->cell_count % listing->column_count == 0);
    if (context->only_team_no != 0 && !wants_json(listing)) {
        fprintf(context->out, context->is_page ? "<p class=hint>%s</p>\n" : "%s\n",
                lang_text(context->lang, "office.only_team"));
    }
    if (listing->context->is_page) {
        listing_print_page(listing);
    } else if (wants_json(listing)) {
        print_json(listing);
    } else {
        print_columns(listing);
    }
}
