#include "sync/server/report/doc.h"
#include "tests/lib/test.h"

#include <jansson.h>

static struct str_builder out_make(struct arena *arena)
{
    struct str_builder out;
    str_builder_init(&out, arena);
    return out;
}

/* A table of two columns with the cells that make trouble. */
static void doc_trouble(struct doc *doc, struct arena *arena)
{
    doc_start(doc, arena, "trouble", "标题, \"引号\"");
    doc_fact(doc, "from", "起", "2026-11-01");
    doc_paragraph(doc, "words", "第一行\n第二行");
    struct doc_block *table = doc_table(doc, "rows", "明细");
    doc_column(table, "name", "名称", false);
    doc_column(table, "amount_minor", "金额", true);
    static const char *const names[] = {"=1+1",   "+86",    "-5",   "@x", "逗,号",
                                        "引\"号", "换\n行", "普通", ""};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(names[i]);
        cells[1] = doc_cell_number("-1,234.50 元", "-1234.50", -123450);
    }
    (void)doc_row(doc, table);
}

TEST(test_doc_csv_quotes_guards_and_has_one_width)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct doc doc;
    doc_trouble(&doc, &arena);
    struct str_builder out = out_make(&arena);
    doc_print_csv(&doc, &out);
    static const char expected[] = "\xEF\xBB\xBF"
                                   "report,trouble,\"标题, \"\"引号\"\"\"\r\n"
                                   "report,from,2026-11-01\r\n"
                                   "text,words,\"第一行\n第二行\"\r\n"
                                   "rows,名称,金额\r\n"
                                   "rows,'=1+1,-1234.50\r\n"
                                   "rows,'+86,-1234.50\r\n"
                                   "rows,'-5,-1234.50\r\n"
                                   "rows,'@x,-1234.50\r\n"
                                   "rows,\"逗,号\",-1234.50\r\n"
                                   "rows,\"引\"\"号\",-1234.50\r\n"
                                   "rows,\"换\n行\",-1234.50\r\n"
                                   "rows,普通,-1234.50\r\n"
                                   "rows,,-1234.50\r\n"
                                   "rows,,\r\n";
    EXPECT_TEXT(expected, out.text);
    arena_deinit(&arena);
}

TEST(test_doc_text_lines_columns_up_by_display_width)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct doc doc;
    doc_start(&doc, &arena, "wide", "宽");
    struct doc_block *table = doc_table(&doc, "rows", NULL);
    doc_column(table, "a", "列", false);
    doc_column(table, "b", "Amount", true);
    struct doc_cell *cells = doc_row(&doc, table);
    cells[0] = doc_cell_text("上门");
    cells[1] = doc_cell_number("1", "1", 1);
    cells = doc_row(&doc, table);
    cells[0] = doc_cell_text("abcdef");
    cells[1] = doc_cell_number("12,345.00 元", "12345.00", 1234500);
    struct str_builder out = out_make(&arena);
    doc_print_text(&doc, &out);
    EXPECT_TEXT("宽\n"
                "\n"
                "列            Amount\n"
                "--------------------\n"
                "上门               1\n"
                "abcdef  12,345.00 元\n",
                out.text);
    arena_deinit(&arena);
}

TEST(test_doc_width_counts_columns_of_a_terminal)
{
    static const struct {
        const char *text;
        size_t width;
    } rows[] = {
        {"", 0},   {"abc", 3},       {"上门", 4}, {"，。", 4}, {"ｶ", 1},
        {"Ａ", 2}, {"e\xCC\x81", 1}, {"¥1", 2},   {"–", 1},    {"\xFF", 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].text, doc_width(str_from(rows[i].text)) == rows[i].width);
    }
}

TEST(test_doc_json_is_strict_and_keeps_integers)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct doc doc;
    doc_trouble(&doc, &arena);
    struct str_builder out = out_make(&arena);
    doc_print_json(&doc, &out);
    json_error_t fault;
    json_t *root = json_loads(out.text, JSON_REJECT_DUPLICATES, &fault);
    EXPECT(root != NULL);
    EXPECT_TEXT("trouble", json_string_value(json_object_get(root, "report")));
    json_t *table = json_object_get(json_object_get(root, "tables"), "rows");
    json_t *rows = json_object_get(table, "rows");
    EXPECT_INT(10, json_array_size(rows));
    json_t *first = json_array_get(rows, 0);
    EXPECT_TEXT("=1+1", json_string_value(json_object_get(first, "name")));
    EXPECT_INT(-123450, json_integer_value(json_object_get(first, "amount_minor")));
    EXPECT(json_is_null(json_object_get(json_array_get(rows, 9), "name")));
    json_decref(root);
    arena_deinit(&arena);
}

/* Names of people and words of collectors are text in a page, never a part of it. */
TEST(test_doc_html_escapes_every_text)
{
    static const char evil[] = "<b onclick=\"x\">&'";
    static const char told[] = "&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;";
    struct arena arena;
    arena_init(&arena, 0);
    struct doc doc;
    doc_start(&doc, &arena, "evil", evil);
    doc_fact(&doc, "from", evil, evil);
    doc_paragraph(&doc, "words", evil);
    struct doc_block *table = doc_table(&doc, "rows", evil);
    doc_column(table, "name", evil, false);
    doc_column_silent(table, "code", "hidden");
    doc_row(&doc, table)[0] = doc_cell_text(evil);
    (void)doc_row(&doc, table); /* empty cells */
    table->text = evil;
    struct str_builder out = out_make(&arena);
    doc_print_html(&doc, &out);
    size_t count = 0;
    for (const char *at = strstr(out.text, told); at != NULL; at = strstr(at + 1, told)) {
        count++;
    }
    EXPECT_INT(10, (int64_t)count); /* title, fact twice, paragraph, table, head, two labels, … */
    EXPECT(strstr(out.text, "<b") == NULL && strstr(out.text, "hidden") == NULL);
    arena_deinit(&arena);
}
