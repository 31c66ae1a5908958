#include "sync/server/import/fault_report.h"

#include "sync/server/import/value.h"

static void text_write(FILE *file, const char *text, char end)
{
    csv_write_field(file, str_from(text));
    fputc(end, file);
}

void fault_report_start(struct fault_report *report)
{
    arena_init(&report->scratch, 0);
    report->is_started = true;
    if (report->file == NULL) {
        return;
    }
    static const char *const keys[] = {"import.report.line", "import.report.column",
                                       "import.report.shape", "import.report.reason",
                                       "import.report.expected"};
    fputs("\xEF\xBB\xBF", report->file);
    for (size_t i = 0; i < COUNT(keys); i++) {
        text_write(report->file, lang_text(report->lang, keys[i]),
                   i + 1 < COUNT(keys) ? ',' : '\n');
    }
}

void fault_report_add(struct fault_report *report, const struct column_map *map, int64_t line,
                      const struct row_fault *fault)
{
    report->fault_count++;
    if (report->file == NULL) {
        return;
    }
    const struct column *column = NULL;
    const char *heading = "";
    if (fault->column != COLUMN_NONE) {
        CHECK(map != NULL);
        column = &map->table->columns[fault->column];
        int32_t field = map->field_of[fault->column];
        heading = field != COLUMN_NONE ? map->heading_of[field] : column->name;
    }
    fprintf(report->file, "%lld,", (long long)line);
    text_write(report->file, heading, ',');
    text_write(report->file, fault->shape, ',');
    text_write(report->file,
               lang_fill(&report->scratch, report->lang, fault_key(fault->fault),
                         lang_value_count("line", fault->other_line)),
               ',');
    text_write(
        report->file,
        lang_fill(&report->scratch, report->lang, fault_expected_key(fault->fault),
                  lang_value_text("values",
                                  column != NULL ? value_choices(&report->scratch, column) : ""),
                  lang_value_count("size", column != NULL ? (int64_t)column->size - 1 : 0)),
        '\n');
    arena_reset(&report->scratch);
}

enum err fault_report_end(struct fault_report *report)
{
    if (report->is_started) {
        arena_deinit(&report->scratch);
        report->is_started = false;
    }
    if (report->file == NULL) {
        return OK;
    }
    return fflush(report->file) == 0 && ferror(report->file) == 0 ? OK : ERR_io;
}

enum fault fault_of_csv(enum csv_fault fault)
{
    switch (fault) {
    case CSV_FAULT_none:
        return FAULT_none;
    case CSV_FAULT_quote:
        return FAULT_quote;
    case CSV_FAULT_quote_open:
        return FAULT_quote_open;
    case CSV_FAULT_row_too_long:
        return FAULT_row_too_long;
    case CSV_FAULT_too_many_fields:
        return FAULT_too_many_fields;
    }
    UNREACHABLE();
}
