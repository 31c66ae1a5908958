#include "sync/server/import/sample.h"

#include "core/domain/date.h"
#include "core/domain/money.h"
#include "sync/server/import/csv_read.h"
#include "sync/server/import/sample_case.h"
#include "sync/server/import/sample_person.h"

#include <string.h>

enum purpose { PURPOSE_people = 3, PURPOSE_payments = 4 };

static enum err file_end(FILE *file)
{
    return fflush(file) == 0 && ferror(file) == 0 ? OK : ERR_io;
}

static void heading_write(FILE *file, const struct column_table *table, bool is_chinese)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct column *column = &table->columns[i];
        csv_write_field(file, str_from(is_chinese ? column->zh : column->name));
        fputc(i + 1 < table->count ? ',' : '\n', file);
    }
}

static void case_write(FILE *file, const struct sample_case *row)
{
    size_t count = row->is_cut ? CASE_COLUMN_COUNT - 1 : CASE_COLUMN_COUNT;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            fputc(',', file);
        }
        if (i == CASE_COLUMN_debtor_name && row->is_raw) {
            fputs(row->fields[i], file);
        } else {
            csv_write_field(file, str_from(row->fields[i]));
        }
    }
    fputc('\n', file);
}

enum err sample_cases(struct arena *arena, FILE *file, const struct sample_options *options,
                      int64_t *fault_count_out)
{
    *fault_count_out = 0;
    struct sample_case *row = ARENA_NEW(arena, struct sample_case);
    heading_write(file, column_table_cases(), options->is_chinese);
    for (int64_t i = 0; i < options->case_count; i++) {
        struct arena_mark mark = arena_mark(arena);
        sample_case_make(arena, options, i, row);
        case_write(file, row);
        *fault_count_out += row->has_fault ? 1 : 0;
        arena_rollback(arena, mark);
    }
    return file_end(file);
}

/* ---- people ---- */

enum { TEAM_SIZE = 8 };

static void person_write(FILE *file, const char *code, const char *name, const char *role,
                         const char *team, const char *areas, int64_t capacity)
{
    fprintf(file, "%s,%s,%s,%s,%s,%lld\n", code, name, role, team, areas, (long long)capacity);
}

enum err sample_people(FILE *file, const struct sample_options *options)
{
    fputs("code,name,role,team,areas,capacity\n", file);
    size_t district_count = sample_district_count();
    int64_t team_count = (options->collector_count + TEAM_SIZE - 1) / TEAM_SIZE;
    for (int64_t team = 0; team < team_count; team++) {
        struct sample_rng rng = sample_stream(options->seed, PURPOSE_people, (uint64_t)team);
        char team_name[64];
        snprintf(team_name, sizeof team_name, "外访%lld组", (long long)team + 1);
        char code[32];
        snprintf(code, sizeof code, "S%03lld", (long long)team + 1);
        struct sample_name leader = sample_name_make(&rng, (uint32_t)sample_between(&rng, 1, 2));
        person_write(file, code, leader.text, "supervisor", team_name, "", 0);
        for (int64_t i = team * TEAM_SIZE;
             i < (team + 1) * TEAM_SIZE && i < options->collector_count; i++) {
            struct sample_name name = sample_name_make(&rng, (uint32_t)sample_between(&rng, 1, 2));
            char areas[128];
            /* Neighbouring districts, so that every district has somebody as soon
             * as there are half as many collectors as districts. */
            size_t first = (size_t)(i * 2) % district_count;
            snprintf(areas, sizeof areas, "%s;%s", sample_district(first),
                     sample_district((first + 1) % district_count));
            snprintf(code, sizeof code, "C%03lld", (long long)i + 1);
            person_write(file, code, name.text, "collector", team_name, areas, 0);
        }
    }
    return file_end(file);
}

/* ---- payments ---- */

enum err sample_payments(struct arena *arena, FILE *file, const struct sample_options *options,
                         int64_t *payment_count_out, int64_t *fault_count_out)
{
    static const char *const channels[] = {"银行转账", "手机支付", "银行代扣",
                                           "对公账户", "银行柜台", "官方收款码"};
    *payment_count_out = 0;
    *fault_count_out = 0;
    struct sample_case *row = ARENA_NEW(arena, struct sample_case);
    heading_write(file, column_table_payments(), options->is_chinese);
    for (int64_t i = 0; i < options->case_count; i++) {
        struct sample_rng rng = sample_stream(options->seed, PURPOSE_payments, (uint64_t)i);
        if (sample_below(&rng, 8) != 0) {
            continue;
        }
        struct arena_mark mark = arena_mark(arena);
        sample_case_make(arena, options, i, row);
        if (!row->has_fault) {
            int64_t part = sample_below(&rng, 100);
            int64_t amount =
                part < 15 ? row->owed_minor : row->owed_minor * sample_between(&rng, 2, 40) / 100;
            amount = amount > 0 ? amount : 1;
            char money[MONEY_TEXT_SIZE];
            char day[DATE_TEXT_SIZE];
            money_to_text(money, amount, false);
            date_to_text(day, options->today - (int32_t)sample_between(&rng, 0, 2));
            bool is_bad = sample_below(&rng, 100) == 0;
            fprintf(file, "%s,%s,%s,%s,%s,LS%010lld\n", row->fields[CASE_COLUMN_case_ref],
                    row->fields[CASE_COLUMN_client], is_bad ? "一千元" : money, day,
                    channels[sample_below(&rng, COUNT(channels))], (long long)i + 1);
            *payment_count_out += 1;
            *fault_count_out += is_bad ? 1 : 0;
        }
        arena_rollback(arena, mark);
    }
    return file_end(file);
}
