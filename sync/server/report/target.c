#include "sync/server/report/target.h"

#include "core/domain/money.h"

#include <stdio.h>

const char *target_name(char text[TARGET_NAME_SIZE], enum period_kind kind, enum metric metric)
{
    snprintf(text, TARGET_NAME_SIZE, "target.%s.%s", period_kind_name(kind), metric_name(metric));
    return text;
}

enum err target_from_text(enum metric_unit unit, struct str text, int64_t *value_out)
{
    text = str_trim(text);
    if (unit == METRIC_UNIT_rate && text.size > 0 && text.bytes[text.size - 1] == '%') {
        text = str_trim((struct str){text.bytes, text.size - 1});
    }
    int64_t hundredths = 0;
    TRY(money_from_text(text, &hundredths));
    int64_t step = metric_unit_decimals(unit) == 2 ? 1 : metric_unit_decimals(unit) == 1 ? 10 : 100;
    if (hundredths < 0) {
        return ERR_out_of_range;
    }
    if (hundredths % step != 0) {
        return ERR_bad_number;
    }
    *value_out = hundredths / step;
    return OK;
}
