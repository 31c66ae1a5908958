#include "sync/server/import/assign.h"

#include "core/domain/catalog.h"
#include "sync/server/store/ingest.h"

#include <stdio.h>
#include <string.h>

static enum err people_load(struct arena *arena, struct hq_store *store, struct assign_plan *plan)
{
    size_t capacity = 64;
    plan->people = ARENA_ARRAY(arena, capacity, struct assign_person);
    struct hq_query query = hq_query(store, SQL_HQ_assign_people);
    while (hq_next(&query)) {
        if (plan->person_count == capacity) {
            struct assign_person *more = ARENA_ARRAY(arena, capacity * 2, struct assign_person);
            memcpy(more, plan->people, capacity * sizeof *more);
            plan->people = more;
            capacity *= 2;
        }
        plan->people[plan->person_count++] = (struct assign_person){
            .person_no = (uint32_t)hq_i64(&query, 0),
            .code = str_text(arena, hq_text(&query, 1)),
            .name = str_text(arena, hq_text(&query, 2)),
            .can_work = hq_i64(&query, 3) == STAFF_ROLE_collector && hq_i64(&query, 5) != 0,
            .areas = str_from(str_text(arena, hq_text(&query, 6))),
            .capacity = hq_i64(&query, 7),
        };
    }
    return hq_end(&query);
}

static enum err case_read(struct arena *arena, const struct hq_query *query, int32_t today,
                          ds_CaseRecord *record, struct assign_case *case_out)
{
    struct str bytes = hq_text(query, 4);
    TRY(case_record_decode(record, (const uint8_t *)bytes.bytes, bytes.size));
    int64_t life = hq_i64(query, 5);
    int64_t mandate_day = hq_i64(query, 3);
    int64_t owed = hq_i64(query, 8);
    if (owed < 0) { /* no fact yet: the record's own balance */
        owed = (int64_t)(record->principal_minor + record->interest_minor + record->penalty_minor +
                         record->fees_minor);
    }
    *case_out = (struct assign_case){
        .case_no = (uint64_t)hq_i64(query, 0),
        .case_ref = str_text(arena, hq_text(query, 1)),
        .area = str_from(str_text(arena, hq_text(query, 2))),
        .debtor_id = str_from(arena_text(arena, record->id_number)),
        .grade = record->grade,
        .owed_minor = (uint64_t)owed,
        .is_open = life == CASE_LIFE_none || life == CASE_LIFE_open,
        .is_mandate_over = mandate_day != 0 && mandate_day < today,
        .owner_no = (uint32_t)hq_i64(query, 6),
        .epoch = (uint32_t)hq_i64(query, 7),
    };
    return OK;
}

static enum err cases_load(struct arena *arena, struct hq_store *store, int32_t today,
                           struct assign_plan *plan)
{
    struct hq_query count = hq_query(store, SQL_HQ_import_case_count);
    int64_t case_count;
    TRY(hq_one_i64(&count, &case_count));
    plan->cases = ARENA_ARRAY(arena, (size_t)case_count + 1, struct assign_case);
    ds_CaseRecord *record = ARENA_NEW(arena, ds_CaseRecord);
    struct hq_query query = hq_query(store, SQL_HQ_assign_cases);
    enum err err = OK;
    while (err == OK && plan->case_count < (size_t)case_count && hq_next(&query)) {
        err = case_read(arena, &query, today, record, &plan->cases[plan->case_count++]);
    }
    TRY(hq_end(&query));
    return err;
}

enum err assign_load(struct arena *arena, struct hq_store *store, int32_t today,
                     struct assign_plan *plan_out)
{
    *plan_out = (struct assign_plan){0};
    TRY(people_load(arena, store, plan_out));
    return cases_load(arena, store, today, plan_out);
}

struct assign_person *assign_person_find(const struct assign_plan *plan, struct str code)
{
    int64_t number = 0;
    bool is_number = str_to_i64(code, &number) == OK;
    for (size_t i = 0; i < plan->person_count; i++) {
        if (str_is(code, plan->people[i].code)) {
            return &plan->people[i];
        }
    }
    for (size_t i = 0; is_number && i < plan->person_count; i++) {
        if (plan->people[i].person_no == number) {
            return &plan->people[i];
        }
    }
    return NULL;
}

struct assign_case *assign_case_find(const struct assign_plan *plan, struct str ref,
                                     bool *is_ambiguous_out)
{
    *is_ambiguous_out = false;
    int64_t number = 0;
    bool is_number = ref.size > 1 && ref.bytes[0] == '#' &&
                     str_to_i64((struct str){ref.bytes + 1, ref.size - 1}, &number) == OK;
    struct assign_case *found = NULL;
    for (size_t i = 0; i < plan->case_count; i++) {
        struct assign_case *one = &plan->cases[i];
        if (is_number ? one->case_no == (uint64_t)number : str_is(ref, one->case_ref)) {
            *is_ambiguous_out = found != NULL;
            found = one;
            if (*is_ambiguous_out) {
                return NULL;
            }
        }
    }
    return found;
}

void assign_apply(struct arena *arena, struct assign_plan *plan)
{
    assign_rule_apply(arena, plan->people, plan->person_count, plan->cases, plan->case_count);
}

void assign_move(struct assign_plan *plan, struct assign_case *one, struct assign_person *to)
{
    (void)plan;
    one->new_owner_no = to->person_no;
    one->why = ASSIGN_WHY_by_hand;
    to->given_count += one->owner_no != to->person_no ? 1 : 0;
}

/* Everybody keeps what they have; the base for a transfer. */
static void owners_keep(struct assign_plan *plan)
{
    for (size_t i = 0; i < plan->case_count; i++) {
        struct assign_case *one = &plan->cases[i];
        if (one->why == ASSIGN_WHY_none) {
            one->new_owner_no = one->owner_no;
            one->why = ASSIGN_WHY_stays;
        }
    }
}

size_t assign_move_all(struct assign_plan *plan, const struct assign_person *from,
                       struct assign_person *to)
{
    owners_keep(plan);
    size_t count = 0;
    for (size_t i = 0; i < plan->case_count; i++) {
        struct assign_case *one = &plan->cases[i];
        if (one->is_open && one->owner_no == from->person_no && from != to) {
            assign_move(plan, one, to);
            count++;
        }
    }
    return count;
}

static bool case_changes(const struct assign_case *one)
{
    /* A case that gets nobody now keeps its owner on paper: only the rule's own
     * refusals for want of a mandate or life say nothing about the lease. */
    return one->new_owner_no != 0 && one->new_owner_no != one->owner_no;
}

size_t assign_change_count(const struct assign_plan *plan)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->case_count; i++) {
        count += case_changes(&plan->cases[i]) ? 1 : 0;
    }
    return count;
}

static const char *person_name(const struct assign_plan *plan, uint32_t person_no)
{
    for (size_t i = 0; i < plan->person_count; i++) {
        if (plan->people[i].person_no == person_no) {
            return plan->people[i].name;
        }
    }
    return "-";
}

const char *assign_why_text(struct arena *arena, enum lang lang, const struct assign_plan *plan,
                            const struct assign_case *one)
{
    const char *area = one->area.size > 0 ? str_text(arena, one->area) : "-";
    return lang_fill(arena, lang, assign_why_key(one->why), lang_value_text("area", area),
                     lang_value_text("name", person_name(plan, one->new_owner_no)),
                     lang_value_count("candidates", (int64_t)one->candidate_count),
                     lang_value_count("cases", one->count_before),
                     lang_value_count("grade", one->grade),
                     lang_value_money("owed", (int64_t)one->owed_minor));
}

static enum err case_give(struct ingest *ingest, struct arena *scratch,
                          const struct assign_plan *plan, const struct assign_case *one,
                          enum lang lang)
{
    ds_Event event = ds_Event_init_zero;
    event.case_no = one->case_no;
    event.which_kind = ds_Event_case_assigned_tag;
    event.kind.case_assigned.owner_no = one->new_owner_no;
    event.kind.case_assigned.lease_epoch = one->epoch + 1;
    (void)str_copy(event.kind.case_assigned.why, sizeof event.kind.case_assigned.why,
                   str_from(assign_why_text(scratch, lang, plan, one)));
    return ingest_own(ingest, &event, NULL);
}

/* The facts of cases from `*at` on that make a slice, in the transaction that is open. */
static enum err slice_write(struct hq_store *store, const struct assign_plan *plan,
                            const struct assign_options *options, size_t *at, size_t *count_out)
{
    struct arena arena;   /* of the ingest */
    struct arena scratch; /* texts: the ingest keeps its own things in the first */
    arena_init(&arena, 0);
    arena_init(&scratch, 0);
    struct ingest *ingest = ingest_start(&arena, store, options->now_ms);
    enum err err = OK;
    *count_out = 0;
    for (; err == OK && *at < plan->case_count && *count_out < ASSIGN_SLICE; ++*at) {
        const struct assign_case *one = &plan->cases[*at];
        if (case_changes(one)) {
            err = case_give(ingest, &scratch, plan, one, options->lang);
            arena_reset(&scratch);
            ++*count_out;
        }
    }
    enum err finish_err = ingest_finish(ingest); /* also after an error: it frees */
    arena_deinit(&scratch);
    arena_deinit(&arena);
    TRY(err);
    TRY(finish_err);
    char detail[64];
    snprintf(detail, sizeof detail, "%zu cases", *count_out);
    return hq_audit(store, options->now_ms, options->actor, "assign", detail);
}

enum err assign_write(struct hq_store *store, const struct assign_plan *plan,
                      const struct assign_options *options, size_t *written_count_out)
{
    size_t change_count = assign_change_count(plan);
    size_t at = 0;
    *written_count_out = 0;
    while (*written_count_out < change_count) {
        if (*written_count_out > 0 && options->between != NULL) {
            options->between(options->between_context);
        }
        size_t count = 0;
        TRY(hq_begin(store));
        enum err err = slice_write(store, plan, options, &at, &count);
        if (err != OK) {
            hq_rollback(store);
            return err;
        }
        TRY(hq_commit(store));
        *written_count_out += count;
    }
    return OK;
}
