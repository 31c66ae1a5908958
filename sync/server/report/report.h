/* sync/server/report/report.h -- reports from headquarters' rows.
 *
 * A report is counted by core/rules/tally, built as a document (doc.h) and
 * printed as text, CSV or JSON. It reads one consistent view of the store and
 * writes nothing. */
#pragma once

#include "app/i18n/lang.h"
#include "core/base/arena.h"
#include "core/rules/period.h"
#include "sync/server/store/hq_store.h"

enum report_kind {
#define REPORT(name, money) REPORT_##name,
#include "sync/server/report/reports.def"
#undef REPORT
    REPORT_COUNT
};

enum report_format {
    REPORT_FORMAT_text,
    REPORT_FORMAT_csv,
    REPORT_FORMAT_json,
    REPORT_FORMAT_html
};
enum report_money { REPORT_MONEY_yuan, REPORT_MONEY_wan };

/* Whose work: all, one person or one team. */
enum report_scope { REPORT_SCOPE_all, REPORT_SCOPE_person, REPORT_SCOPE_team };

struct report_ask {
    enum report_kind kind;
    struct period period;
    int64_t now_ms; /* while the period runs, debts are stated as of now */
    enum report_scope scope;
    uint32_t scope_no; /* of the person or team */
    enum report_money money;
    enum report_format format;
    enum lang lang;
    size_t rows_max; /* of each list, 0: all; what is left out is counted and said */
};

/* "t1" …; false when there is no such report. */
bool report_kind_from_text(struct str text, enum report_kind *kind_out);
const char *report_kind_name(enum report_kind kind); /* static */
enum report_money report_kind_money(enum report_kind kind);

/* The report as bytes in `arena`, ending with a newline. CSV: RFC 4180 with a
 * byte order mark, every record begins with its section. JSON: one object, money
 * in minor units, rates in basis points.
 *
 * ERR_not_found: no such person or team. Errors of the store. */
enum err report_make(struct arena *arena, struct hq_store *store, const struct report_ask *ask,
                     struct str *text_out) MUST_USE;
