/* sync/server/import/case_row.h -- one row of a portfolio: a CaseRecord or what is wrong. Pure.
 *
 * All faults of a row are found, not only the first. A row with a fault gives no
 * record: half a case at a door is worse than none. */
#pragma once

#include "sync/server/import/column.h"
#include "sync/server/import/csv_read.h"

/* Reads `row` (without a csv fault) as of `today`, the day of the import in the
 * zone of headquarters. `draft_out->record` is whole when `faults_out->count` is 0:
 * places in WGS-84, currency CNY and zone Asia/Shanghai where the row says
 * nothing, the sex from a citizen number, empty telephones and addresses closed
 * up; case_no is 0. */
void case_row_read(const struct column_map *map, const struct csv_row *row, int32_t today,
                   uint32_t branch_no, struct case_draft *draft_out, struct row_faults *faults_out);
