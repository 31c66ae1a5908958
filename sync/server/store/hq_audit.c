/* The audit log: lines chained to each other, in the name of who works with the handle. */
#include "sync/server/store/hq_store_private.h"

#include <string.h>

/* Numbers of the chain's device field: apart, so that no line of one form reads as the other. */
enum { AUDIT_LINK_PLAIN = 0, AUDIT_LINK_NAMED = 1 };

struct chain_link hq_audit_link(const struct chain_link *previous, int64_t audit_no,
                                const struct hq_audit_line *line)
{
    struct arena arena;
    arena_init(&arena, 4096);
    struct str_builder text;
    str_builder_init(&text, &arena);
    str_add_format(&text, "%lld", (long long)line->at_ms);
    bool is_named = line->person_no != 0 || line->case_no != 0 || line->origin.size > 0;
    const struct str parts[] = {line->actor, line->action, line->detail, line->origin};
    for (size_t i = 0; i < (is_named ? COUNT(parts) : 3); i++) {
        str_add_char(&text, '\n');
        if (is_named) { /* with its size: no text can reach into the next one */
            str_add_format(&text, "%zu ", parts[i].size);
        }
        str_add(&text, parts[i]);
    }
    if (is_named) {
        str_add_format(&text, "\n%lld %lld", (long long)line->person_no, (long long)line->case_no);
    }
    struct chain_link link = chain_next(previous, is_named ? AUDIT_LINK_NAMED : AUDIT_LINK_PLAIN,
                                        (uint64_t)audit_no, (const uint8_t *)text.text, text.size);
    arena_deinit(&arena);
    return link;
}

struct hq_audit_line hq_audit_row(const struct hq_query *query)
{
    return (struct hq_audit_line){
        .at_ms = hq_i64(query, 1),
        .actor = hq_text(query, 2),
        .action = hq_text(query, 3),
        .detail = hq_text(query, 4),
        .origin = hq_text(query, 6),
        .person_no = hq_i64(query, 7),
        .case_no = hq_i64(query, 8),
    };
}

enum err hq_audit_put(struct hq_store *store, const struct hq_audit_line *line)
{
    CHECK(hq_is_in_transaction(store));
    struct chain_link previous = {{0}};
    int64_t audit_no = 0;
    struct hq_query last = hq_query(store, SQL_HQ_audit_last);
    if (hq_next(&last)) {
        audit_no = hq_i64(&last, 0);
        struct str bytes = hq_text(&last, 1);
        if (bytes.size == sizeof previous.bytes) {
            memcpy(previous.bytes, bytes.bytes, sizeof previous.bytes);
        }
    }
    TRY(hq_end(&last));
    audit_no++;
    struct chain_link link = hq_audit_link(&previous, audit_no, line);
    struct hq_query query = hq_query(store, SQL_HQ_audit_add);
    hq_bind_i64(&query, "$audit_no", audit_no);
    hq_bind_i64(&query, "$at_ms", line->at_ms);
    hq_bind_text(&query, "$actor", line->actor);
    hq_bind_text(&query, "$action", line->action);
    hq_bind_text(&query, "$detail", line->detail);
    hq_bind_text(&query, "$origin", line->origin);
    hq_bind_i64(&query, "$person_no", line->person_no);
    hq_bind_i64(&query, "$case_no", line->case_no);
    hq_bind_bytes(&query, "$link", link.bytes, sizeof link.bytes);
    return hq_run(&query);
}

enum err hq_audit(struct hq_store *store, int64_t at_ms, const char *actor, const char *action,
                  const char *detail)
{
    const struct hq_audit_caller *caller = hq_audit_caller(store);
    const struct hq_audit_line line = {
        .at_ms = at_ms,
        .actor = str_from(caller->actor != NULL ? caller->actor : actor),
        .action = str_from(action),
        .detail = str_from(detail),
        .origin = str_from(caller->origin),
        .person_no = caller->person_no,
    };
    return hq_audit_put(store, &line);
}

void hq_audit_as(struct hq_store *store, const char *actor, int64_t person_no, const char *origin)
{
    *hq_audit_caller(store) = (struct hq_audit_caller){
        .actor = actor,
        .origin = actor != NULL ? origin : NULL,
        .person_no = actor != NULL ? person_no : 0,
    };
}
