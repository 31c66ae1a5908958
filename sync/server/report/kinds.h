/* sync/server/report/kinds.h -- what each report adds to the document; see reports.def. */
#pragma once

#include "sync/server/report/doc.h"
#include "sync/server/report/gather.h"

#define REPORT(name, money)                                                                      \
    enum err name##_report(struct doc *doc, struct hq_store *store, const struct gather *gather) \
        MUST_USE;
#include "sync/server/report/reports.def"
#undef REPORT
