#include "core/store/rescue_find.h"

#include "core/store/rescue_cell.h"

#include <string.h>

enum {
    PAYLOAD_MAX = 4 * 1024 * 1024, /* larger than anything the store writes into a row */
    OVERFLOW_HEAD = 4,             /* number of the next page */
    TRIES_MAX = 4,                 /* versions of a page that are tried for one payload */
    CASE_COLUMNS = 38,
    ID_SIZE = sizeof(struct id),
};
/* No case has such a number, and every clock is past it: 2001-09-09. */
#define INSTANT_MIN INT64_C(1000000000000)

#define LIST_ADD(found, list, item)                                                  \
    do {                                                                             \
        if ((list).count == (list).capacity) {                                       \
            size_t larger = (list).capacity == 0 ? 32 : (list).capacity * 2;         \
            void *grown = arena_array((found)->arena, larger, sizeof *(list).items); \
            if ((list).count > 0) {                                                  \
                memcpy(grown, (list).items, (list).count * sizeof *(list).items);    \
            }                                                                        \
            (list).items = grown;                                                    \
            (list).capacity = larger;                                                \
        }                                                                            \
        (list).items[(list).count++] = (item);                                       \
    } while (false)

/* One row on its way: where it stands and what is in it. */
struct row {
    struct rescue_found *found;
    struct rescue_pages *pages;
    enum rescue_rank rank;
    bool is_table;
    int64_t rowid;
    size_t count;
    struct rescue_column columns[RESCUE_CELL_COLUMNS_MAX];
};

/* ---- payloads ---- */

/* The version of an overflow page to take at try `attempt`: first the newest, then the others. */
static bool overflow_find(const struct rescue_pages *pages, uint32_t number, int attempt,
                          struct rescue_version *version_out)
{
    int met = 0;
    if (attempt == 0) {
        return rescue_pages_newest(pages, number, version_out);
    }
    bool has_any = false;
    for (size_t i = 0; i < pages->version_count && met <= attempt; i++) {
        if (pages->versions[i].page == number) {
            *version_out = pages->versions[i];
            has_any = true;
            met++;
        }
    }
    return has_any;
}

/* The whole payload in `to`; false when a page of it is not there. */
static bool payload_read(struct rescue_pages *pages, const struct rescue_cell *cell, int attempt,
                         uint8_t *to)
{
    uint8_t page[PAGE_VFS_PAGE_SIZE];
    size_t at = cell->local_size;
    uint32_t next = cell->overflow_page;
    memcpy(to, cell->payload, at);
    while (at < cell->payload_size) {
        struct rescue_version version;
        if (next == 0 || !overflow_find(pages, next, attempt, &version) ||
            !rescue_pages_read(pages, version, page)) {
            return false;
        }
        size_t left = (size_t)cell->payload_size - at;
        size_t part = RESCUE_CELL_USABLE - OVERFLOW_HEAD;
        part = part < left ? part : left;
        memcpy(to + at, page + OVERFLOW_HEAD, part);
        at += part;
        next = (uint32_t)page[0] << 24 | (uint32_t)page[1] << 16 | (uint32_t)page[2] << 8 | page[3];
    }
    return true;
}

static bool is_shape(const struct row *row, const char *shape)
{
    size_t size = strlen(shape);
    if (row->count != size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        enum rescue_column_type type = row->columns[i].type;
        bool is_good = (shape[i] == 'n' && type == RESCUE_COLUMN_number) ||
                       (shape[i] == 't' && type == RESCUE_COLUMN_text) ||
                       (shape[i] == 'b' && type == RESCUE_COLUMN_bytes) ||
                       (shape[i] == '0' && type == RESCUE_COLUMN_null);
        if (!is_good) {
            return false;
        }
    }
    return true;
}

static struct str copy_bytes(struct rescue_found *found, const struct rescue_column *column)
{
    char *bytes = arena_alloc(found->arena, column->size + 1);
    if (column->size > 0) {
        memcpy(bytes, column->bytes, column->size);
    }
    return (struct str){bytes, column->size};
}

/* ---- rows ---- */

static void number_add(struct rescue_found *found, uint32_t number)
{
    for (size_t i = 0; i < found->numbers.count; i++) {
        if (found->numbers.items[i] == number) {
            return;
        }
    }
    LIST_ADD(found, found->numbers, number);
}

/* journal: device_no, seq, id, link, at_ms, order_at_ms, kind, case_no, visit_seq, body */
static bool fact_take(const struct row *row)
{
    const struct rescue_column *columns = row->columns;
    if (row->is_table || !is_shape(row, "nnbbnnnnnb") || columns[2].size != ID_SIZE ||
        columns[3].size != CHAIN_LINK_SIZE || columns[0].number <= 0 ||
        columns[0].number > UINT32_MAX || columns[1].number <= 0) {
        return false;
    }
    struct rescue_fact fact = {
        .rank = row->rank,
        .device_no = (uint32_t)columns[0].number,
        .record = {.seq = (uint64_t)columns[1].number,
                   .at_ms = columns[4].number,
                   .order_at_ms = columns[5].number,
                   .kind = (uint32_t)columns[6].number,
                   .case_no = (uint64_t)columns[7].number,
                   .visit_seq = (uint64_t)columns[8].number,
                   .debtor_name = ""},
    };
    memcpy(fact.record.id.bytes, columns[2].bytes, ID_SIZE);
    memcpy(fact.record.link.bytes, columns[3].bytes, CHAIN_LINK_SIZE);
    fact.record.body = copy_bytes(row->found, &columns[9]);
    number_add(row->found, fact.device_no);
    LIST_ADD(row->found, row->found->facts, fact);
    return true;
}

static void trace_add(const struct row *row, const struct rescue_trace *trace)
{
    if (row->rank <= RESCUE_RANK_older) { /* what was taken back leaves no gap */
        LIST_ADD(row->found, row->found->traces, *trace);
    }
}

/* journal_by_id: id, device_no, seq; journal_by_time: at_ms, seq, device_no; journal_by_case:
 * case_no, seq, device_no. The index of cases by score has their number twice instead. */
static bool trace_take(const struct row *row)
{
    const struct rescue_column *columns = row->columns;
    struct rescue_trace trace = {0};
    if (row->is_table) {
        return false;
    }
    if (is_shape(row, "bnn") && columns[0].size == ID_SIZE) {
        trace.device_no = (uint32_t)columns[1].number;
        trace.seq = (uint64_t)columns[2].number;
        memcpy(trace.id.bytes, columns[0].bytes, ID_SIZE);
    } else if (is_shape(row, "nnn") && columns[1].number != columns[2].number) {
        trace.device_no = (uint32_t)columns[2].number;
        trace.seq = (uint64_t)columns[1].number;
        if (columns[0].number >= INSTANT_MIN) {
            trace.at_ms = columns[0].number;
        } else {
            trace.case_no = (uint64_t)columns[0].number;
        }
    } else {
        return false;
    }
    trace_add(row, &trace);
    return true;
}

static bool setting_take(const struct row *row)
{
    enum { TYPE_number, TYPE_text, TYPE_bytes };
    static const struct {
        const char *name;
        int type;
    } known[] = {
#define SETTING(name, type) {#name, TYPE_##type},
#include "core/store/settings.def"
#undef SETTING
    };
    if (row->is_table || row->count != 2 || row->columns[0].type != RESCUE_COLUMN_text) {
        return false;
    }
    struct str name = {(const char *)row->columns[0].bytes, row->columns[0].size};
    const struct rescue_column *value = &row->columns[1];
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        struct rescue_found *found = row->found;
        bool is_number = value->type == RESCUE_COLUMN_number;
        if (!str_is(name, known[i].name) || is_number != (known[i].type == TYPE_number)) {
            continue;
        }
        if (found->has_setting[i] && found->settings[i].rank <= row->rank) {
            return true;
        }
        found->has_setting[i] = true;
        found->settings[i] = (struct rescue_setting){
            .setting = (enum setting)i,
            .rank = row->rank,
            .is_number = is_number,
            .number = value->number,
            .is_text = known[i].type == TYPE_text,
        };
        if (!found->settings[i].is_number) {
            found->settings[i].bytes = copy_bytes(found, value);
        }
        return true;
    }
    return false;
}

/* draft: key, case_no, bytes, changed_at_ms */
static bool draft_take(const struct row *row)
{
    const struct rescue_column *columns = row->columns;
    if (row->is_table || !is_shape(row, "tnbn")) {
        return false;
    }
    struct rescue_draft draft = {
        .rank = row->rank,
        .draft = {.key = copy_bytes(row->found, &columns[0]).bytes,
                  .case_no = (uint64_t)columns[1].number,
                  .bytes = copy_bytes(row->found, &columns[2]),
                  .changed_at_ms = columns[3].number},
    };
    LIST_ADD(row->found, row->found->drafts, draft);
    return true;
}

/* receipt: device_no, stored_seq, level, link, stored_at_ms, bytes, signature */
static bool receipt_take(const struct row *row)
{
    const struct rescue_column *columns = row->columns;
    if (row->is_table || !is_shape(row, "nnnbnbb") || columns[3].size != CHAIN_LINK_SIZE ||
        columns[6].size != CHAIN_SIGNATURE_SIZE) {
        return false;
    }
    struct rescue_receipt receipt = {
        .device_no = (uint32_t)columns[0].number,
        .receipt = {.stored_seq = (uint64_t)columns[1].number,
                    .level = (uint32_t)columns[2].number,
                    .stored_at_ms = columns[4].number,
                    .bytes = copy_bytes(row->found, &columns[5])},
    };
    memcpy(receipt.receipt.link.bytes, columns[3].bytes, CHAIN_LINK_SIZE);
    memcpy(receipt.receipt.signature.bytes, columns[6].bytes, CHAIN_SIGNATURE_SIZE);
    LIST_ADD(row->found, row->found->receipts, receipt);
    return true;
}

/* alarm: seq, state, heard_at_ms, by_name; lineage: device_no, until_seq. */
static bool small_table_take(const struct row *row)
{
    const struct rescue_column *columns = row->columns;
    if (!row->is_table) {
        return false;
    }
    if (is_shape(row, "0n")) {
        number_add(row->found, (uint32_t)row->rowid);
        return true;
    }
    if (!is_shape(row, "0nnt") || row->rank != RESCUE_RANK_newest) {
        return false;
    }
    struct rescue_alarm alarm = {.seq = (uint64_t)row->rowid,
                                 .state = (uint32_t)columns[1].number,
                                 .heard_at_ms = columns[2].number,
                                 .by_name = copy_bytes(row->found, &columns[3]).bytes};
    LIST_ADD(row->found, row->found->alarms, alarm);
    return true;
}

static struct str case_bytes(const struct row *row, const struct rescue_column *column)
{
    return column->type == RESCUE_COLUMN_bytes ? copy_bytes(row->found, column)
                                               : (struct str){"", 0};
}

/* cases: case_no, feed_seq, folded_seq, is_withdrawn, record, hq_state … Only where this is what
 * the tablet showed last: a borrower who was withdrawn since is shown to nobody. */
static bool case_take(const struct row *row)
{
    const struct rescue_column *columns = row->columns;
    if (!row->is_table || row->count < CASE_COLUMNS || columns[0].type != RESCUE_COLUMN_null) {
        return false;
    }
    for (size_t i = 1; i < 4; i++) {
        if (columns[i].type != RESCUE_COLUMN_number) {
            return false;
        }
    }
    if (row->rank != RESCUE_RANK_newest || !row->pages->is_whole_log) {
        return true;
    }
    struct store_case_feed feed = {
        .case_no = (uint64_t)row->rowid,
        .feed_seq = (uint64_t)columns[1].number,
        .folded_seq = (uint64_t)columns[2].number,
        .is_withdrawn = columns[3].number != 0,
        .record = case_bytes(row, &columns[4]),
        .state = case_bytes(row, &columns[5]),
    };
    LIST_ADD(row->found, row->found->cases, feed);
    return true;
}

static bool is_fact(const struct row *row)
{
    return !row->is_table && is_shape(row, "nnbbnnnnnb") && row->columns[2].size == ID_SIZE;
}

static bool is_fact_whole(const struct row *row)
{
    const struct rescue_column *columns = row->columns;
    struct id id = chain_event_id((uint32_t)columns[0].number, (uint64_t)columns[1].number,
                                  columns[9].bytes, columns[9].size);
    return memcmp(id.bytes, columns[2].bytes, ID_SIZE) == 0;
}

static void row_take(const struct row *row)
{
    (void)(fact_take(row) || trace_take(row) || setting_take(row) || draft_take(row) ||
           receipt_take(row) || small_table_take(row) || case_take(row));
}

/* A payload that goes on in other pages is put together from their newest versions; for a fact,
 * whose id tells, from others when these are not its own. */
static void cell_take(struct row *row, struct arena *scratch, const struct rescue_cell *cell)
{
    uint8_t *payload = arena_alloc(scratch, (size_t)cell->payload_size + 1);
    int tries = cell->overflow_page == 0 ? 1 : TRIES_MAX;
    row->is_table = cell->is_table;
    row->rowid = cell->rowid;
    /* The last try is the first once more: a fact of an earlier number has that one's id. */
    for (int i = 0; i < tries; i++) {
        int attempt = i + 1 < tries ? i : 0;
        if (!payload_read(row->pages, cell, attempt, payload) ||
            !rescue_cell_columns(payload, (size_t)cell->payload_size, row->columns, &row->count)) {
            continue;
        }
        if (i + 1 == tries || !is_fact(row) || is_fact_whole(row)) {
            if (attempt == 0 || is_fact(row)) {
                row_take(row);
            }
            return;
        }
    }
}

void rescue_find(struct rescue_found *found_out, struct arena *arena, struct rescue_pages *pages)
{
    struct arena scratch;
    uint8_t page[PAGE_VFS_PAGE_SIZE];
    arena_init(&scratch, 0);
    *found_out = (struct rescue_found){.arena = arena};
    for (size_t i = 0; i < pages->version_count; i++) {
        const struct rescue_version *version = &pages->versions[i];
        struct row row = {.found = found_out, .pages = pages, .rank = version->rank};
        if (!rescue_pages_read(pages, *version, page)) {
            continue;
        }
        size_t count = rescue_cell_count(page, version->page);
        for (size_t j = 0; j < count; j++) {
            struct rescue_cell cell;
            if (rescue_cell_read(page, version->page, j, &cell) &&
                cell.payload_size <= PAYLOAD_MAX) {
                cell_take(&row, &scratch, &cell);
                arena_reset(&scratch);
            }
        }
    }
    explicit_bzero(page, sizeof page);
    arena_deinit(&scratch);
}

int64_t rescue_find_number(const struct rescue_found *found, enum setting setting, int64_t fallback)
{
    return found->has_setting[setting] && found->settings[setting].is_number
               ? found->settings[setting].number
               : fallback;
}
