/* Goal: whatever the order in which facts arrive, one by one or together, headquarters
 * ends with the same bytes, and what it then shows is what the rules of the debt say.
 * Method: short stories of tablets and headquarters; every permutation of every story. */
#include "tests/sync/server/merge/ledger_board.h"

#define HOUR_MS INT64_C(3600000)
#define FACTS_MAX 8

enum { A = 1, B = 2 }; /* collectors; each has the tablet of that number */

struct story {
    struct arena arena;
    struct merge_fact facts[FACTS_MAX];
    const struct merge_fact *order[FACTS_MAX];
    size_t count;
    struct board board;
};

/* The next fact, an hour after the one before it; its id begins with its number. */
static struct id tell(struct story *story, uint32_t device_no, ds_Event event)
{
    CHECK(story->count < FACTS_MAX);
    size_t n = story->count++;
    event.case_no = 1;
    event.at_ms = (uint64_t)(FIELD_AT_MS + (int64_t)n * HOUR_MS);
    event.person_no = device_no;
    struct merge_fact *fact = &story->facts[n];
    *fact = (struct merge_fact){.holder_no = device_no};
    fact->fact.device_no = device_no;
    fact->fact.seq = n + 1;
    fact->fact.order_at_ms = (int64_t)event.at_ms;
    fact->fact.event = event;
    fact->fact.id.bytes[0] = (uint8_t)(n + 1);
    story->order[n] = fact;
    return fact->fact.id;
}

static ds_Event decide(struct id target, uint32_t decision)
{
    ds_Event event = {.which_kind = ds_Event_arrangement_decided_tag};
    memcpy(event.kind.arrangement_decided.target, target.bytes, sizeof target.bytes);
    event.kind.arrangement_decided.decision = decision;
    event.kind.arrangement_decided.reason = 1;
    return event;
}

static ds_Event take_back(struct id target)
{
    ds_Event event = {.which_kind = ds_Event_correction_tag};
    memcpy(event.kind.correction.target, target.bytes, sizeof target.bytes);
    event.kind.correction.reason = 1;
    event.kind.correction.is_withdrawn = true;
    return event;
}

static ds_Event edit_waiver(struct id target, uint64_t amount_minor)
{
    ds_Event event = take_back(target);
    event.kind.correction.is_withdrawn = false;
    event.kind.correction.which_anew = ds_Correction_waiver_requested_tag;
    event.kind.correction.anew.waiver_requested = field_waiver(A, 1, 0).kind.waiver_requested;
    event.kind.correction.anew.waiver_requested.amount_minor = amount_minor;
    return event;
}

static ds_Event edit_visit(struct id target, uint32_t outcome)
{
    ds_Event event = take_back(target);
    event.kind.correction.is_withdrawn = false;
    event.kind.correction.which_anew = ds_Correction_visit_finished_tag;
    event.kind.correction.anew.visit_finished = field_visit(A, 1, 0, outcome).kind.visit_finished;
    return event;
}

static ds_Event note_payment(uint64_t amount_minor, const char *reference)
{
    ds_Event event = {.which_kind = ds_Event_payment_noted_tag};
    event.kind.payment_noted.amount_minor = amount_minor;
    event.kind.payment_noted.channel = 1;
    event.kind.payment_noted.paid_day = FIELD_DAY;
    event.kind.payment_noted.payer_role = ROLE_borrower;
    snprintf(event.kind.payment_noted.reference, sizeof event.kind.payment_noted.reference, "%s",
             reference);
    return event;
}

static ds_Event post_payment(uint64_t amount_minor, const char *reference)
{
    ds_Event event = {.which_kind = ds_Event_payment_posted_tag};
    event.kind.payment_posted.amount_minor = amount_minor;
    event.kind.payment_posted.paid_day = FIELD_DAY - 1;
    snprintf(event.kind.payment_posted.reference, sizeof event.kind.payment_posted.reference, "%s",
             reference);
    return event;
}

static ds_Event replace_phone(const char *old_value, const char *new_value)
{
    ds_Event event = {.which_kind = ds_Event_contact_point_noted_tag};
    ds_ContactPointNoted *noted = &event.kind.contact_point_noted;
    noted->kind = POINT_KIND_none + 1;
    noted->status = POINT_STATE_none + 1;
    noted->source = FACT_SOURCE_none + 1;
    snprintf(noted->value, sizeof noted->value, "%s", new_value);
    snprintf(noted->replaces, sizeof noted->replaces, "%s", old_value);
    return event;
}

static ds_Event dispute(void)
{
    ds_Event event = {.which_kind = ds_Event_dispute_raised_tag};
    event.kind.dispute_raised.dispute = DISPUTE_KIND_none + 1;
    return event;
}

static ds_Event clear(uint32_t flag, uint32_t known_count)
{
    ds_Event event = {.which_kind = ds_Event_status_cleared_tag};
    event.kind.status_cleared.flag = flag;
    event.kind.status_cleared.has_raised_count = true;
    event.kind.status_cleared.raised_count = known_count;
    return event;
}

/* ---- the stories ---- */

static void tell_two_promises(struct story *story)
{
    tell(story, 0, field_assign(1, A, 1, 0));
    tell(story, A, field_promise(A, 1, 0, 1000));
    tell(story, A, field_promise(A, 1, 0, 2000)); /* the same collector: replaced */
    ds_Event event = field_promise(B, 1, 0, 3000);
    struct id second = tell(story, B, event);
    tell(story, A, field_visit(A, 1, 0, OUTCOME_refused_to_pay));
    tell(story, B, field_visit(B, 1, 0, OUTCOME_refused_to_pay));
    tell(story, 0, decide(second, DECISION_approved));
}

static void tell_edit_and_decision(struct story *story)
{
    tell(story, 0, field_assign(1, A, 1, 0));
    struct id asked = tell(story, A, field_waiver(A, 1, 0));
    tell(story, A, edit_waiver(asked, 5000));         /* offline, before … */
    tell(story, 0, decide(asked, DECISION_approved)); /* … this, which did not know */
    tell(story, A, edit_waiver(asked, 6000));         /* and after it */
    tell(story, A, take_back(asked));
}

static void tell_recall(struct story *story)
{
    tell(story, 0, field_assign(1, A, 1, 0));
    tell(story, A, field_visit(A, 1, 0, OUTCOME_refused_to_pay));
    tell(story, 0, field_recall(1, 0));
    tell(story, A, field_visit(A, 1, 0, OUTCOME_promise_to_pay)); /* the tablet did not know */
    struct id promise = tell(story, A, field_promise(A, 1, 0, 1000));
    tell(story, A, note_payment(500, "R1"));
    tell(story, 0, decide(promise, DECISION_approved));
}

static void tell_money(struct story *story)
{
    tell(story, 0, field_assign(1, A, 1, 0));
    tell(story, A, field_promise(A, 1, 0, 400000)); /* of 520001 */
    tell(story, 0, post_payment(300000, "P1"));     /* paid before the promise: owed 220001 */
    tell(story, A, note_payment(500, "R1"));
    tell(story, A, note_payment(700, "R1"));
    tell(story, A, note_payment(500, ""));
    tell(story, B, field_promise(B, 1, 0, 250000)); /* more than is owed by now */
}

static void tell_corrections(struct story *story)
{
    tell(story, 0, field_assign(1, A, 1, 0));
    struct id visit = tell(story, A, field_visit(A, 1, 0, OUTCOME_refused_to_pay));
    struct id edit = tell(story, A, edit_visit(visit, OUTCOME_promise_to_pay));
    tell(story, A, edit_visit(visit, OUTCOME_nobody_home));
    tell(story, A, take_back(edit)); /* a correction is nobody's to take back */
    tell(story, A, replace_phone("111", "222"));
    tell(story, B, replace_phone("111", "333"));
}

static void tell_stops(struct story *story)
{
    tell(story, 0, field_assign(1, A, 1, 0));
    tell(story, A, dispute());
    struct id second = tell(story, B, dispute()); /* not yet known to who clears */
    tell(story, 0, clear(STOP_FLAG_dispute, 1));
    tell(story, B, take_back(second)); /* lifts no stop */
    tell(story, 0, clear(STOP_FLAG_dispute, 1));
    tell(story, A, dispute());
}

static const struct {
    const char *name;
    void (*tell)(struct story *story);
    const char *conflicts; /* of the whole story, fact by fact */
} stories[] = {
    {"two promises", tell_two_promises,
     "not_assigned 4 other 0\nconflicting_promise 4 other 3\ntwo_collectors 6 other 5\n"
     "not_assigned 6 other 0\n"},
    {"edit and decision", tell_edit_and_decision,
     "superseded_proposal 4 other 3\nsuperseded_proposal 5 other 2\ncorrected_again 5 other 3\n"
     "superseded_proposal 6 other 2\ncorrected_again 6 other 5\n"},
    {"recall", tell_recall,
     "after_end 4 other 0\nafter_end 5 other 0\nconflicting_promise 5 other 0\n"
     "after_end 6 other 0\n"},
    {"money", tell_money,
     "owed_changed 3 other 2\nduplicate_payment 5 other 4\npossible_duplicate 6 other 4\n"
     "not_assigned 7 other 0\nconflicting_promise 7 other 2\nowed_changed 7 other 0\n"},
    {"corrections", tell_corrections,
     "corrected_again 4 other 3\nwithout_effect 5 other 0\nnot_assigned 7 other 0\n"
     "contact_corrected_twice 7 other 6\n"},
    {"stops", tell_stops,
     "not_assigned 3 other 0\nstop_after_clear 4 other 0\nnot_assigned 5 other 0\n"
     "without_effect 5 other 0\n"},
};

static void open_story(struct story *story, size_t index)
{
    memset(story, 0, sizeof *story);
    arena_init(&story->arena, 0);
    stories[index].tell(story);
    board_init(&story->board);
}

/* All at once, in order: what every arrival has to come to. */
static const char *told_at_once(struct story *story)
{
    board_init(&story->board);
    board_arrive(&story->board, &story->arena, story->order, story->count);
    return board_text(&story->board, &story->arena);
}

/* The next permutation in the order of the pointers; false after the last. */
static bool permute(const struct merge_fact **order, size_t count)
{
    size_t i = count - 1;
    while (i > 0 && order[i - 1] >= order[i]) {
        i--;
    }
    if (i == 0) {
        return false;
    }
    size_t j = count - 1;
    while (order[j] <= order[i - 1]) {
        j--;
    }
    const struct merge_fact *kept = order[i - 1];
    order[i - 1] = order[j];
    order[j] = kept;
    for (size_t low = i, high = count - 1; low < high; low++, high--) {
        kept = order[low];
        order[low] = order[high];
        order[high] = kept;
    }
    return true;
}

TEST(test_every_order_of_arrival_gives_the_same_bytes)
{
    for (size_t s = 0; s < COUNT(stories); s++) {
        struct story story;
        open_story(&story, s);
        const char *expected = told_at_once(&story);
        struct test_rng rng_state;
        struct rng rng = test_rng_make(&rng_state, 20260722 + s);
        size_t seen_count = 0;
        do {
            struct arena_mark mark = arena_mark(&story.arena);
            board_init(&story.board);
            for (size_t i = 0; i < story.count;) {
                /* one by one, or a few that came in one batch */
                size_t size = rng_below(&rng, 3) > 0 ? 1 : 1 + rng_below(&rng, story.count - i);
                board_arrive(&story.board, &story.arena, &story.order[i], size);
                i += size;
            }
            const char *text = board_text(&story.board, &story.arena);
            if (strcmp(expected, text) != 0) {
                printf("%s\nexpected: %s\ngot: %s\n", stories[s].name, expected, text);
            }
            EXPECT_ROW(stories[s].name, strcmp(expected, text) == 0);
            arena_rollback(&story.arena, mark);
            seen_count++;
        } while (permute(story.order, story.count));
        size_t factorial = 1;
        for (size_t i = 2; i <= story.count; i++) {
            factorial *= i;
        }
        EXPECT_INT(factorial, seen_count);
        arena_deinit(&story.arena);
    }
}

static int compare_by_fact(const void *a, const void *b)
{
    const struct conflict *left = a;
    const struct conflict *right = b;
    int order = (int)left->id.bytes[0] - (int)right->id.bytes[0];
    return order != 0 ? order : (int)left->kind - (int)right->kind;
}

TEST(test_each_story_raises_its_conflicts_and_no_other)
{
    for (size_t s = 0; s < COUNT(stories); s++) {
        struct story story;
        open_story(&story, s);
        told_at_once(&story);
        struct board *board = &story.board;
        qsort(board->conflicts, board->conflict_count, sizeof board->conflicts[0], compare_by_fact);
        struct str_builder text;
        str_builder_init(&text, &story.arena);
        str_add_text(&text, "");
        size_t line_count = 0;
        bool is_each_expected = true;
        for (size_t i = 0; i < board->conflict_count; i++) {
            const struct conflict *one = &board->conflicts[i];
            const char *line =
                str_format(&story.arena, "%s %d other %d\n", conflict_name(one->kind),
                           one->id.bytes[0], one->other_id.bytes[0]);
            str_add_text(&text, line);
            is_each_expected &= str_contains(str_from(stories[s].conflicts), str_from(line));
        }
        for (const char *c = stories[s].conflicts; *c != '\0'; c++) {
            line_count += *c == '\n';
        }
        if (!is_each_expected || line_count != board->conflict_count) {
            printf("%s\nexpected:\n%sgot:\n%s", stories[s].name, stories[s].conflicts, text.text);
        }
        EXPECT_ROW(stories[s].name, is_each_expected && line_count == board->conflict_count);
        arena_deinit(&story.arena);
    }
}

static const struct arrangement_row *arrangement(struct story *story, uint8_t number)
{
    for (size_t i = 0; i < story->board.arrangement_count; i++) {
        if (story->board.arrangements[i].id.bytes[0] == number) {
            return &story->board.arrangements[i];
        }
    }
    fail_msg("no arrangement %d", number);
    return NULL;
}

TEST(test_what_headquarters_decided_is_what_stands)
{
    struct story story;
    open_story(&story, 1);
    told_at_once(&story);
    EXPECT_INT(ARRANGEMENT_STATE_active, arrangement(&story, 2)->state);
    EXPECT_INT(1000, arrangement(&story, 2)->amount_minor);
    EXPECT_INT(ARRANGEMENT_STATE_withdrawn, arrangement(&story, 3)->state);
    EXPECT_INT(ARRANGEMENT_STATE_withdrawn, arrangement(&story, 5)->state);
    arena_deinit(&story.arena);
}

TEST(test_late_work_of_the_former_owner_is_his)
{
    struct story story;
    open_story(&story, 2);
    told_at_once(&story);
    EXPECT_INT(CASE_LIFE_recalled, story.board.state.life);
    EXPECT_INT(2, story.board.contact_count);
    for (size_t i = 0; i < story.board.contact_count; i++) {
        EXPECT_INT(A, story.board.contacts[i].person_no);
        EXPECT(!story.board.contacts[i].is_withdrawn);
    }
    EXPECT_INT(1, story.board.payment_count);
    EXPECT_INT(A, story.board.payments[0].credited_no);
    /* The promise was inert until the supervisor approved it. */
    EXPECT_INT(A, arrangement(&story, 5)->person_no);
    EXPECT_INT(ARRANGEMENT_STATE_active, arrangement(&story, 5)->state);
    story.count--;
    told_at_once(&story);
    EXPECT_INT(ARRANGEMENT_STATE_conflicting, arrangement(&story, 5)->state);
    arena_deinit(&story.arena);
}

TEST(test_no_more_is_asked_than_is_owed)
{
    struct story story;
    open_story(&story, 3);
    told_at_once(&story);
    struct balance balance = fold_balance(&story.board.record, &story.board.state);
    EXPECT_INT(220001, balance.owed_minor);
    /* R1 once, and the one without a reference: both lessen what may be asked. */
    EXPECT_INT(1000, balance.noted_minor);
    EXPECT_INT(219001, balance.askable_minor);
    arena_deinit(&story.arena);
}

TEST(test_a_stop_stands_until_every_raise_is_cleared)
{
    struct story story;
    open_story(&story, 5);
    static const bool is_stopped[] = {false, true, true, true, true, false, true};
    size_t count = story.count;
    EXPECT_INT(COUNT(is_stopped), count);
    for (story.count = 1; story.count <= count; story.count++) {
        told_at_once(&story);
        const ds_Flag *flag = fold_flag(&story.board.state, STOP_FLAG_dispute, FIELD_DAY);
        EXPECT_INT(is_stopped[story.count - 1], flag != NULL);
    }
    arena_deinit(&story.arena);
}

TEST(test_ordinary_facts_in_order_are_not_folded_anew)
{
    struct story story;
    open_story(&story, 0);
    for (size_t i = 0; i < story.count; i++) {
        board_arrive(&story.board, &story.arena, &story.order[i], 1);
    }
    EXPECT_INT(1, story.board.anew_count); /* the first one only */
    arena_deinit(&story.arena);
}
