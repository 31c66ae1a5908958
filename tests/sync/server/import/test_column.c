#include "sync/server/import/value.h"

#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

static struct heading_answer bind(struct arena *arena, const char *line, struct column_map *map)
{
    struct str fields[LIMIT_import_fields];
    size_t count = 0;
    struct str rest = str_from(line);
    while (str_split(&rest, ',', &fields[count])) {
        count++;
    }
    struct heading_answer answer;
    column_bind(arena, column_table_payments(), fields, count, map, &answer);
    return answer;
}

TEST(test_headings)
{
    static const struct {
        const char *line;
        enum heading_fault fault;
        size_t field;
        const char *nearest;
    } rows[] = {
        {"case_ref,amount,paid_date,channel,reference", HEADING_ok, 0, NULL},
        {"reference,channel,paid_date,amount,case_ref", HEADING_ok, 0, NULL},
        {"案件编号,还款金额,还款日期,还款渠道,流水号,委托方", HEADING_ok, 0, NULL},
        {"案件编号,amount,还款日期,CHANNEL, Reference ", HEADING_ok, 0, NULL},
        {"case_ref,amont,paid_date,channel,reference", HEADING_unknown, 1, "amount"},
        {"case_ref,还款金颜,paid_date,channel,reference", HEADING_unknown, 1, "还款金额"},
        {"case_ref,paiddate,amount,channel,reference", HEADING_unknown, 1, "paid_date"},
        {"case_ref,xyzzyplugh,amount,channel,reference", HEADING_unknown, 1, NULL},
        {"case_ref,amount,还款金额,channel,reference", HEADING_twice, 2, NULL},
        {"case_ref,amount,,channel,reference", HEADING_empty, 2, NULL},
        {"case_ref,\xBD\xF0\xB6\xEE,channel,reference", HEADING_not_utf8, 1, NULL},
        {"case_ref,amount,channel,reference", HEADING_missing, 0, "还款日期"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct column_map map;
        struct heading_answer answer = bind(&arena, rows[i].line, &map);
        EXPECT_ROW(rows[i].line, answer.fault == rows[i].fault);
        if (answer.fault != HEADING_ok && answer.fault != HEADING_missing) {
            EXPECT_ROW(rows[i].line, answer.field == rows[i].field);
        }
        EXPECT_ROW(rows[i].line,
                   rows[i].nearest == NULL ||
                       (answer.nearest != NULL && strcmp(answer.nearest, rows[i].nearest) == 0));
        EXPECT_ROW(rows[i].line, rows[i].nearest != NULL || answer.fault != HEADING_unknown ||
                                     answer.nearest == NULL);
        arena_deinit(&arena);
    }
}

/* Goal: no value can be guessed from a report. Method: texts with the same
 * shape give the same bytes. */
TEST(test_shapes_say_nothing_of_the_value)
{
    static const struct {
        const char *value, *shape;
    } rows[] = {
        {"", ""},
        {"110105194912310021", "9{18}"},
        {"11010519491231002X", "9{17}a"},
        {"王小明", "字{3}"},
        {"2026-02-30", "9{4}-9{2}-9{2}"},
        {"约1.2万", "字9.9字"},
        {"a@example.com", "a@a{7}.a{3}"},
        {"\xD5\xC5", "?{2}"},
        {"a\tb", "a?a"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char shape[VALUE_SHAPE_SIZE];
        value_shape(shape, str_from(rows[i].value));
        EXPECT_ROW(rows[i].value, strcmp(shape, rows[i].shape) == 0);
    }
    char longest[4096];
    for (size_t i = 0; i < sizeof longest; i++) {
        longest[i] = "a1-"[i % 3];
    }
    for (size_t size = 0; size <= sizeof longest; size += 17) {
        char shape[VALUE_SHAPE_SIZE];
        value_shape(shape, (struct str){longest, size});
        EXPECT(strlen(shape) < VALUE_SHAPE_SIZE && str_is_utf8(str_from(shape)));
    }
}

TEST(test_blanks_of_every_kind_are_trimmed)
{
    EXPECT(str_is(value_trim(STR(" \t\xE3\x80\x80 a b \xC2\xA0\xE3\x80\x80 ")), "a b"));
    EXPECT(value_trim(STR("\xE3\x80\x80")).size == 0);
    EXPECT(value_trim(STR("")).size == 0);
}

/* Every column stands in the README with both names and its need. */
TEST(test_the_readme_documents_every_column)
{
    FILE *file = fopen(TESTS_FOLDER "/../sync/server/import/README.md", "rb");
    EXPECT(file != NULL);
    char *text = calloc(1, 256 * 1024);
    EXPECT(text != NULL && fread(text, 1, 256 * 1024 - 1, file) > 0);
    fclose(file);
    const struct column_table *tables[] = {column_table_cases(), column_table_payments()};
    for (size_t t = 0; t < COUNT(tables); t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct column *column = &tables[t]->columns[i];
            char line[256];
            snprintf(line, sizeof line, "| %s | %s | %s|", column->name, column->zh,
                     column->is_required ? "required " : "");
            EXPECT_ROW(column->name, strstr(text, line) != NULL);
        }
    }
    free(text);
}

TEST(test_names_are_unique_in_both_languages)
{
    const struct column_table *table = column_table_cases();
    for (size_t i = 0; i < table->count; i++) {
        EXPECT_ROW(table->columns[i].name,
                   column_find(table, str_from(table->columns[i].name)) == (int32_t)i);
        EXPECT_ROW(table->columns[i].name,
                   column_find(table, str_from(table->columns[i].zh)) == (int32_t)i);
    }
}
