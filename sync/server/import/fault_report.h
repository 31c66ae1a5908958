/* sync/server/import/fault_report.h -- the report file of an import.
 *
 * A CSV file with a byte order mark (so that spreadsheets read it as UTF-8) and
 * one line per fault: line of the file, column as the file names it, the shape
 * of the value, what is wrong, what was expected. Never the value itself. */
#pragma once

#include "app/i18n/lang.h"
#include "sync/server/import/column.h"
#include "sync/server/import/csv_read.h"

struct fault_report {
    FILE *file; /* NULL: faults are only counted */
    enum lang lang;
    int64_t fault_count;
    bool is_started;
    struct arena scratch; /* of one line */
};

/* Writes the heading. fault_report_end() must follow. */
void fault_report_start(struct fault_report *report);
/* `map` may be NULL for faults of the whole row. */
void fault_report_add(struct fault_report *report, const struct column_map *map, int64_t line,
                      const struct row_fault *fault);
/* Also without a start. ERR_io when something could not be written. */
enum err fault_report_end(struct fault_report *report) MUST_USE;

/* The fault of a row that could not even be cut into fields. */
enum fault fault_of_csv(enum csv_fault fault);
