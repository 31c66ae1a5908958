/* Goal: no rule of the contact law is beyond a tablet: for each rule, and each point at which it is
 * asked offline, there are facts of a tablet by which it fires. */
#include "core/rules/arrangement.h"
#include "core/rules/disclosure.h"
#include "core/rules/gate.h"
#include "core/rules/gate_law.h"
#include "tests/core/rules/case_sample.h"
#include "tests/sync/server/policy/law_made.h"

enum { HOUR = 3600, POINTS = 4 };

/* What is unlike an ordinary visit; 0: as always. */
struct world {
    uint32_t flag;
    uint32_t life;
    int32_t second, day;              /* of the day; days from the sample's day */
    uint32_t calls, answered, visits; /* contacts before, today */
    uint32_t role, target, channel, place, conduct, told, clock, visitors;
    uint32_t distance_m, stay_s, undone;
    int32_t policy_h, sync_h, notice_days, credential_days;
    bool unverified;
    const char *note;
};

static const struct world worlds[] = {
    {.second = 23 * HOUR},
    {.second = 7 * HOUR},
    {.second = 8 * HOUR + 60},
    {.second = 20 * HOUR + 30 * 60},
    {.second = 21 * HOUR + 50 * 60},
    {.second = 18 * HOUR + 55 * 60},
    {.day = 4}, /* Sunday */
    {.flag = STOP_FLAG_own_times},
    {.calls = 8, .channel = CONTACT_CHANNEL_call},
    {.answered = 8, .channel = CONTACT_CHANNEL_call},
    {.visits = 4},
    {.visits = 4, .role = ROLE_neighbour, .target = ROLE_neighbour},
    {.role = ROLE_neighbour, .target = ROLE_neighbour},
    {.role = ROLE_neighbour, .told = DISCLOSURE_debt_exists},
    {.role = ROLE_minor},
    {.role = ROLE_neighbour, .target = ROLE_neighbour, .conduct = CONDUCT_KIND_pressed_third_party},
    {.place = ADDRESS_KIND_work},
    {.place = ADDRESS_KIND_hospital},
    {.role = ROLE_borrower, .unverified = true, .told = DISCLOSURE_debt_exists},
    {.flag = STOP_FLAG_represented},
    {.flag = STOP_FLAG_cease_contact},
    {.flag = STOP_FLAG_refuses_visits},
    {.flag = STOP_FLAG_dispute},
    {.flag = STOP_FLAG_identity_dispute},
    {.flag = STOP_FLAG_moratorium},
    {.flag = STOP_FLAG_deceased},
    {.flag = STOP_FLAG_incapacity},
    {.flag = STOP_FLAG_acute_hardship},
    {.flag = STOP_FLAG_hardship},
    {.flag = STOP_FLAG_plan_kept},
    {.flag = STOP_FLAG_complaint_open},
    {.life = CASE_LIFE_recalled},
    {.life = CASE_LIFE_closed},
    {.flag = STOP_FLAG_legality_in_doubt},
    {.flag = STOP_FLAG_notice_missing},
    {.notice_days = 2},
    {.undone = GATE_DUTY_id | GATE_DUTY_letter},
    {.undone = GATE_DUTY_recording},
    {.visitors = 1},
    {.credential_days = -1},
    {.conduct = CONDUCT_KIND_institution_not_stated},
    {.conduct = CONDUCT_KIND_posing_as_authority},
    {.conduct = CONDUCT_KIND_recording_stopped},
    {.conduct = CONDUCT_KIND_private_photo},
    {.conduct = CONDUCT_KIND_own_phone},
    {.conduct = CONDUCT_KIND_threat},
    {.conduct = CONDUCT_KIND_entry_without_consent},
    {.conduct = CONDUCT_KIND_stayed_on},
    {.conduct = CONDUCT_KIND_took_property},
    {.conduct = CONDUCT_KIND_referral_pressure},
    {.conduct = CONDUCT_KIND_letter_in_public},
    {.conduct = CONDUCT_KIND_fee_or_gift},
    {.note = "告诉他要坐牢"},
    {.stay_s = 2 * HOUR},
    {.policy_h = 200},
    {.clock = CLOCK_QUALITY_jumped},
    {.distance_m = 900},
    {.sync_h = 30},
};

/* The points at which a tablet asks each rule: P planner, I check-in, C the door, A arrangement and
 * payment. Left out is what the product cannot do at all: plan calls (F03, F04, P04 at P), take
 * cash (M01, M02), hold forbidden fields, export, follow anybody (D01, D04, D05). */
static const struct {
    const char *rule, *points;
} asked[] = {
    {"T01", "PI"},   {"T02", "PI"},   {"T03", "IC"},   {"T04", "PI"},  {"T05", "PI"},
    {"F01", "C"},    {"F02", "C"},    {"F05", "PI"},   {"F06", "PI"},  {"F07", "PI"},
    {"F08", "C"},    {"P01", "C"},    {"P02", "PC"},   {"P03", "C"},   {"P04", "C"},
    {"P05", "PI"},   {"P06", "CA"},   {"P07", "C"},    {"P08", "PIC"}, {"S01", "PIC"},
    {"S02", "PIC"},  {"S03", "PICA"}, {"S04", "PIC"},  {"S05", "PIC"}, {"S06", "PIC"},
    {"S07", "PIC"},  {"S08", "PIC"},  {"S09", "PICA"}, {"S10", "PIC"}, {"S11", "PI"},
    {"S12", "PICA"}, {"S13", "PIA"},  {"S14", "PI"},   {"I01", "IC"},  {"I02", "I"},
    {"I03", "PI"},   {"I04", "C"},    {"I05", "C"},    {"R01", "IC"},  {"R02", "C"},
    {"R03", "C"},    {"R04", "C"},    {"C01", "C"},    {"C02", "C"},   {"C03", "C"},
    {"C04", "C"},    {"C05", "C"},    {"C06", "C"},    {"A01", "A"},   {"A02", "A"},
    {"A03", "A"},    {"A04", "A"},    {"A05", "A"},    {"A06", "A"},   {"A07", "A"},
    {"A08", "A"},    {"A09", "C"},    {"M04", "A"},    {"X01", "PI"},  {"X02", "I"},
    {"X04", "I"},
};

static const char points[] = "PICA";

struct scene {
    struct policy policy;
    ds_CaseRecord record;
    ds_CaseState state;
    struct gate_door door;
    struct gate_facts facts;
};

static void add_contacts(ds_CaseState *state, uint32_t count, uint32_t channel, uint32_t result,
                         uint32_t role, int64_t at_ms)
{
    for (uint32_t i = 0; i < count; i++) {
        ds_Contact *contact = &state->contacts[state->contacts_count++];
        *contact = (ds_Contact){.at_ms = (uint64_t)(at_ms - 60000 * (i + 1)),
                                .channel = channel,
                                .result = result,
                                .role = role};
    }
}

static void scene_start(struct scene *scene, const struct world *world,
                        const struct law_image *image)
{
    memset(scene, 0, sizeof *scene);
    scene->policy = policy_default();
    scene->policy.law = image;
    scene->record = case_record();
    scene->record.notice_day = world->notice_days == 0 ? 0 : CASE_DAY + world->notice_days;
    scene->state = case_state(&scene->record);
    if (world->flag != 0) {
        case_flag(&scene->state, world->flag);
    }
    scene->state.life = world->life != 0 ? world->life : scene->state.life;
    int32_t second = world->second != 0 ? world->second : 10 * HOUR + 30 * 60;
    int64_t now_ms = case_at_ms(second) + world->day * DATE_DAY_MS;
    uint32_t role = world->role != 0 ? world->role : ROLE_borrower;
    add_contacts(&scene->state, world->calls, CONTACT_CHANNEL_call, CONTACT_RESULT_not_answered, 0,
                 now_ms);
    add_contacts(&scene->state, world->answered, CONTACT_CHANNEL_call, CONTACT_RESULT_answered,
                 role, now_ms);
    add_contacts(&scene->state, world->visits, CONTACT_CHANNEL_visit, 0, role, now_ms);
    scene->door = (struct gate_door){.role = role,
                                     .is_identity_verified = !world->unverified,
                                     .told = world->told,
                                     .conduct = world->conduct,
                                     .stay_s = world->stay_s,
                                     .note = world->note};
    scene->facts = (struct gate_facts){
        .record = &scene->record,
        .state = &scene->state,
        .now_ms = now_ms,
        .person_no = CASE_PERSON,
        .visitors = world->visitors != 0 ? world->visitors : 2,
        .target_role = world->target,
        .place = world->place != 0 ? world->place : ADDRESS_KIND_home,
        .has_fix = true,
        .distance_m = world->distance_m,
        .is_located = true,
        .clock_quality = world->clock,
        .synced_at_ms = now_ms - (1 + world->sync_h) * CASE_HOUR_MS,
        .policy_at_ms = now_ms - (1 + world->policy_h) * CASE_HOUR_MS,
        .channel = world->channel,
        .credential_until_day = world->credential_days == 0 ? 0 : CASE_DAY + world->credential_days,
        .duties_asked = world->undone,
    };
}

static void note(bool fires[][POINTS], const struct verdict *verdict, size_t point)
{
    for (size_t i = 0; i < verdict->fired_count; i++) {
        const char *rule = refusal_rule(verdict->fired[i].refusal);
        for (size_t r = 0; r < COUNT(asked); r++) {
            bool is_it = strncmp(rule, asked[r].rule, 3) == 0;
            fires[r][point] |= is_it && verdict->fired[i].severity > SEVERITY_ok;
        }
    }
}

/* What is arranged and paid: each wrong in one thing. */
static void note_arrangements(bool fires[][POINTS], const struct scene *scene)
{
    const struct policy *policy = &scene->policy;
    struct arrangement_facts facts = {&scene->record, &scene->state, scene->facts.now_ms};
    ds_PromiseMade above = {.amount_minor = 1200001,
                            .due_day = CASE_DAY + 2,
                            .promised_by = ROLE_borrower,
                            .channel = PAYMENT_CHANNEL_bank_transfer};
    ds_PlanAgreed plan = {
        .total_minor = 1200000,
        .agreed_by = ROLE_borrower,
        .instalments_count = 1,
        .instalments = {{.due_day = CASE_DAY + 365 * 6, .amount_minor = 1200000}}};
    ds_PlanAgreed empty = {.total_minor = 1200000, .agreed_by = ROLE_borrower};
    ds_SettlementRequested low = {.offer_minor = 1, .pay_by_day = CASE_DAY + 2};
    ds_WaiverRequested waiver = {.amount_minor = 1000, .part = BALANCE_PART_penalty};
    ds_PaymentNoted third = {.amount_minor = 1000,
                             .paid_day = CASE_DAY,
                             .payer_role = ROLE_neighbour,
                             .channel = PAYMENT_CHANNEL_bank_transfer};
    ds_PaymentNoted unofficial = {
        .amount_minor = 1000, .paid_day = CASE_DAY, .payer_role = ROLE_borrower, .channel = 99};
    const struct verdict verdicts[] = {
        arrangement_check_promise(policy, &facts, &above),
        arrangement_check_plan(policy, &facts, &plan),
        arrangement_check_plan(policy, &facts, &empty),
        arrangement_check_settlement(policy, &facts, &low),
        arrangement_check_waiver(policy, &facts, &waiver),
        arrangement_check_payment(policy, &facts, &third),
        arrangement_check_payment(policy, &facts, &unofficial),
    };
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        note(fires, &verdicts[i], 3);
    }
}

static void note_world(bool fires[][POINTS], const struct world *world,
                       const struct law_image *image)
{
    struct scene scene;
    scene_start(&scene, world, image);
    for (int stage = GATE_plan; stage <= GATE_arrange; stage++) {
        bool has_door = stage == GATE_speak || stage == GATE_arrange;
        scene.facts.door = has_door ? &scene.door : NULL;
        struct verdict verdict = gate_check(&scene.policy, (enum gate_stage)stage, &scene.facts);
        note(fires, &verdict, (size_t)stage);
    }
}

TEST(test_every_rule_can_fire_wherever_a_tablet_asks_it)
{
    static const char *const profiles[] = {"cn", "us", "uk", "in", "strict"};
    static bool fires[COUNT(asked)][POINTS];
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t p = 0; p < COUNT(profiles); p++) {
        struct law_image image;
        made_image(&arena, profiles[p], &image);
        for (size_t w = 0; w < COUNT(worlds); w++) {
            note_world(fires, &worlds[w], &image);
        }
        struct scene scene;
        scene_start(&scene, &(struct world){0}, &image);
        note_arrangements(fires, &scene);
    }
    size_t pairs = 0;
    bool is_whole = true;
    for (size_t r = 0; r < COUNT(asked); r++) {
        for (const char *at = asked[r].points; *at != '\0'; at++) {
            size_t point = (size_t)(strchr(points, *at) - points);
            pairs++;
            if (!fires[r][point]) {
                fprintf(stderr, "no fact of a tablet lets %s fire at %c\n", asked[r].rule, *at);
                is_whole = false;
            }
        }
    }
    printf("%zu rules, %zu points: each fires\n", COUNT(asked), pairs);
    arena_deinit(&arena);
    EXPECT(is_whole);
}

/* Nothing of it fires on an ordinary morning, else the above would show nothing. */
TEST(test_an_ordinary_visit_is_free_in_every_profile)
{
    static const char *const profiles[] = {"cn", "us", "uk", "in", "strict"};
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t p = 0; p < COUNT(profiles); p++) {
        struct law_image image;
        struct scene scene;
        made_image(&arena, profiles[p], &image);
        scene_start(&scene, &(struct world){0}, &image);
        for (int stage = GATE_plan; stage <= GATE_arrange; stage++) {
            struct verdict verdict =
                gate_check(&scene.policy, (enum gate_stage)stage, &scene.facts);
            EXPECT_ROW(profiles[p], verdict.fired_count == 0);
        }
    }
    arena_deinit(&arena);
}

/* A stop whose flag has run out still counts where the law counts days from its beginning or its
 * end, to the last of them. */
TEST(test_days_of_stops_count_past_their_flags)
{
    static const struct {
        const char *name, *profile;
        uint32_t flag;
        int32_t from, until; /* days from the sample's day; until 0: open */
        enum refusal refusal;
        bool fires;
    } rows[] = {
        {"breathing, last day", "uk", STOP_FLAG_moratorium, -59, -1, REFUSAL_moratorium, true},
        {"breathing, over", "uk", STOP_FLAG_moratorium, -60, -1, REFUSAL_moratorium, false},
        {"no breathing space in us", "us", STOP_FLAG_moratorium, -5, -1, REFUSAL_moratorium, false},
        {"until its own day", "us", STOP_FLAG_moratorium, -5, 1, REFUSAL_moratorium, true},
        {"in treatment", "uk", STOP_FLAG_in_treatment, -90, 1, REFUSAL_moratorium, true},
        {"after it, last day", "uk", STOP_FLAG_in_treatment, -90, -29, REFUSAL_moratorium, true},
        {"after it, over", "uk", STOP_FLAG_in_treatment, -90, -30, REFUSAL_moratorium, false},
        {"hardship, kr, last day", "kr", STOP_FLAG_acute_hardship, -91, -1, REFUSAL_acute_hardship,
         true},
        {"hardship, kr, over", "kr", STOP_FLAG_acute_hardship, -92, -1, REFUSAL_acute_hardship,
         false},
        {"hardship, cn, over", "cn", STOP_FLAG_acute_hardship, -5, -1, REFUSAL_acute_hardship,
         false},
    };
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct law_image image;
        struct scene scene;
        made_image(&arena, rows[i].profile, &image);
        scene_start(&scene, &(struct world){.flag = rows[i].flag}, &image);
        scene.state.flags[0].from_day = CASE_DAY + rows[i].from;
        scene.state.flags[0].until_day = CASE_DAY + rows[i].until;
        struct verdict verdict = gate_check(&scene.policy, GATE_plan, &scene.facts);
        const struct verdict_fired *fired = verdict_find(&verdict, rows[i].refusal);
        EXPECT_ROW(rows[i].name, (fired != NULL) == rows[i].fires);
        EXPECT_ROW(rows[i].name, verdict.is_allowed != rows[i].fires);
        scene.state.flags[0].is_cleared = true; /* headquarters took it off */
        verdict = gate_check(&scene.policy, GATE_plan, &scene.facts);
        EXPECT_ROW(rows[i].name, verdict_find(&verdict, rows[i].refusal) == NULL);
    }
    arena_deinit(&arena);
}

/* Of the customer's times each kind, on both sides of each edge. */
TEST(test_wishes_bite_to_the_minute_and_the_place)
{
    static const struct {
        const char *name;
        ds_Flag wish;
        int32_t minute, day;
        uint32_t place;
        bool bites;
    } rows[] = {
        {"before", {.not_before_minute = 600}, 599, 0, ADDRESS_KIND_home, true},
        {"from then on", {.not_before_minute = 600}, 600, 0, ADDRESS_KIND_home, false},
        {"until", {.not_after_minute = 1080}, 1079, 0, ADDRESS_KIND_home, false},
        {"after", {.not_after_minute = 1080}, 1080, 0, ADDRESS_KIND_home, true},
        {"Wednesday", {.not_weekdays = 1 << 2}, 700, 0, ADDRESS_KIND_home, true},
        {"Thursday", {.not_weekdays = 1 << 2}, 700, 1, ADDRESS_KIND_home, false},
        {"at work", {.not_places = 1 << ADDRESS_KIND_work}, 700, 0, ADDRESS_KIND_work, true},
        {"at home", {.not_places = 1 << ADDRESS_KIND_work}, 700, 0, ADDRESS_KIND_home, false},
        {"never", {0}, 700, 0, ADDRESS_KIND_home, true},
        {"not yet", {.from_day = CASE_DAY + 1}, 700, 0, ADDRESS_KIND_home, false},
        {"no more", {.until_day = CASE_DAY}, 700, 1, ADDRESS_KIND_home, false},
    };
    struct arena arena;
    arena_init(&arena, 0);
    struct law_image image;
    made_image(&arena, "us", &image); /* here it blocks */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;
        scene_start(&scene,
                    &(struct world){.flag = STOP_FLAG_own_times,
                                    .second = rows[i].minute * 60,
                                    .day = rows[i].day,
                                    .place = rows[i].place},
                    &image);
        ds_Flag *wish = &scene.state.flags[0];
        *wish = rows[i].wish;
        wish->flag = STOP_FLAG_own_times;
        struct verdict verdict = gate_check(&scene.policy, GATE_checkin, &scene.facts);
        const struct verdict_fired *fired = verdict_find(&verdict, REFUSAL_own_times);
        EXPECT_ROW(rows[i].name,
                   (fired != NULL && fired->severity == SEVERITY_block) == rows[i].bites);
    }
    arena_deinit(&arena);
}
