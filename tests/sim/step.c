#include "tests/sim/step.h"

#include "core/base/check.h"
#include "tests/sim/luck.h"

#include <inttypes.h>
#include <stdlib.h>

enum { ABOUT_work, ABOUT_fault, ABOUT_hq, ABOUT_theme };

static const struct {
    const char *name;
    uint32_t weight;
    int about;
} kinds[STEP_COUNT] = {
#define STEP(name, weight, about) {#name, weight, ABOUT_##about},
#include "tests/sim/steps.def"
#undef STEP
};

const char *step_name(uint32_t kind)
{
    return kind < STEP_COUNT ? kinds[kind].name : "unknown";
}

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS };

static void add(struct script *script, struct luck *luck, int64_t at_ms, uint32_t kind,
                uint32_t tablet)
{
    if ((script->count & (script->count - 1)) == 0) {
        size_t capacity = script->count == 0 ? 1 : script->count * 2;
        script->steps = realloc(script->steps, capacity * sizeof(struct step));
        CHECK(script->steps != NULL);
    }
    script->steps[script->count++] =
        (struct step){.at_ms = at_ms, .kind = kind, .tablet = tablet, .lot = luck_u64(luck)};
}

static int compare(const void *a, const void *b)
{
    const struct step *one = a;
    const struct step *other = b;
    if (one->at_ms != other->at_ms) {
        return one->at_ms < other->at_ms ? -1 : 1;
    }
    return one->lot < other->lot ? -1 : one->lot > other->lot;
}

/* Work of one tablet over `days` from `from_ms` on. */
static void add_work(struct script *script, struct luck *luck, uint32_t tablet,
                     uint32_t visit_count, int64_t from_ms, int64_t day_count)
{
    for (uint32_t i = 0; i < visit_count; i++) {
        int64_t at_ms = from_ms + luck_between(luck, 0, day_count - 1) * DAY_MS +
                        luck_between(luck, 0, 10 * HOUR_MS);
        add(script, luck, at_ms, STEP_visit, tablet);
    }
    for (uint32_t i = 0; i < visit_count / 16; i++) {
        add(script, luck, from_ms + luck_between(luck, 0, day_count * DAY_MS), STEP_attach, tablet);
    }
    if (luck_is(luck, 150)) {
        add(script, luck, from_ms + luck_between(luck, 0, day_count * DAY_MS), STEP_bundle, tablet);
    }
    for (uint32_t i = 0; i < visit_count / 3; i++) {
        add(script, luck, from_ms + luck_between(luck, 0, day_count * DAY_MS), STEP_act, tablet);
    }
    for (int64_t day = 0; day < day_count; day++) {
        add(script, luck, from_ms + day * DAY_MS + luck_between(luck, 0, HOUR_MS), STEP_day,
            tablet);
        add(script, luck, from_ms + day * DAY_MS + 10 * HOUR_MS, STEP_day, tablet);
        for (int i = 0; i < 4; i++) {
            add(script, luck, from_ms + day * DAY_MS + luck_between(luck, 0, 11 * HOUR_MS),
                STEP_send, tablet);
        }
    }
}

/* Steps of the kinds of `about`, each kind more or less often in this run, or never. */
static void add_lots(struct script *script, struct luck *luck, int about, uint32_t step_count,
                     int64_t until_ms)
{
    uint32_t weights[STEP_COUNT] = {0};
    uint64_t sum = 0;
    for (uint32_t kind = 0; kind < STEP_COUNT; kind++) {
        if (kinds[kind].about == about && luck_is(luck, 650)) {
            weights[kind] = kinds[kind].weight * (uint32_t)luck_between(luck, 1, 4);
            sum += weights[kind];
        }
    }
    for (uint32_t i = 0; sum > 0 && i < step_count; i++) {
        uint64_t lot = luck_below(luck, sum);
        uint32_t kind = 0;
        while (lot >= weights[kind]) {
            lot -= weights[kind++];
        }
        add(script, luck, luck_between(luck, 0, until_ms), kind,
            (uint32_t)luck_below(luck, script->tablet_count));
    }
}

/* Clones get the numbers after the last tablet, in the order of their making; they work too. */
static void add_clones_work(struct script *script, struct luck *luck)
{
    uint32_t clone = script->tablet_count;
    size_t count = script->count;
    qsort(script->steps, script->count, sizeof(struct step), compare);
    for (size_t i = 0; i < count; i++) {
        int64_t at_ms = script->steps[i].at_ms;
        if (script->steps[i].kind != STEP_clone) {
            continue;
        }
        for (int64_t j = luck_between(luck, 0, 8); j > 0; j--) {
            uint32_t kind = luck_is(luck, 700) ? STEP_visit : STEP_act;
            add(script, luck, at_ms + luck_between(luck, 60000, DAY_MS), kind, clone);
        }
        clone++;
    }
}

static void make_mixed(struct script *script, struct luck *luck,
                       const struct script_options *options)
{
    int64_t day_count = luck_between(luck, 1, 4);
    uint32_t visit_count =
        options->visit_count != 0 ? options->visit_count : (uint32_t)luck_between(luck, 10, 40);
    uint32_t all = script->tablet_count * visit_count;
    for (uint32_t i = 0; i < script->tablet_count; i++) {
        add_work(script, luck, i, visit_count, 60000, day_count);
    }
    bool is_calm = luck_is(luck, 100);
    script->network = is_calm ? 0 : (uint32_t)luck_between(luck, 0, 300);
    if (!is_calm) {
        add_lots(script, luck, ABOUT_fault, all / (uint32_t)luck_between(luck, 4, 20) + 2,
                 day_count * DAY_MS);
    }
    add_lots(script, luck, ABOUT_hq, all / (uint32_t)luck_between(luck, 3, 12) + 2,
             day_count * DAY_MS);
    add_clones_work(script, luck);
}

/* Nothing goes wrong. */
static void make_calm(struct script *script, struct luck *luck,
                      const struct script_options *options)
{
    uint32_t visit_count = options->visit_count != 0 ? options->visit_count : 20;
    for (uint32_t i = 0; i < script->tablet_count; i++) {
        add_work(script, luck, i, visit_count, 60000, 1);
    }
}

/* A week without network, then everything at once. */
static void make_week(struct script *script, struct luck *luck,
                      const struct script_options *options)
{
    uint32_t visit_count = options->visit_count != 0 ? options->visit_count : 70;
    script->is_late = false;
    for (uint32_t i = 0; i < script->tablet_count; i++) {
        add_work(script, luck, i, visit_count, 2 * HOUR_MS, 7);
        for (int64_t hour = 1; hour < 7 * 24; hour++) {
            add(script, luck, hour * HOUR_MS, STEP_stay_away, i);
        }
    }
    add_lots(script, luck, ABOUT_fault, script->tablet_count * 3, 7 * DAY_MS);
    add_lots(script, luck, ABOUT_hq, script->tablet_count * 10, 7 * DAY_MS);
}

/* Everybody was offline over the weekend; on Monday morning all of them call at once. */
static void make_monday(struct script *script, struct luck *luck,
                        const struct script_options *options)
{
    uint32_t visit_count = options->visit_count != 0 ? options->visit_count : 4;
    script->is_late = false;
    for (uint32_t i = 0; i < script->tablet_count; i++) {
        for (int64_t hour = 1; hour < 48; hour++) {
            add(script, luck, hour * HOUR_MS, STEP_stay_away, i);
        }
        for (uint32_t j = 0; j < visit_count; j++) {
            add(script, luck, luck_between(luck, 2 * HOUR_MS, 40 * HOUR_MS), STEP_visit, i);
        }
        add(script, luck, 49 * HOUR_MS + luck_between(luck, 0, 60000), STEP_send, i);
    }
    script->network = 20;
}

/* Short and rough: what seldom happens happens often beside little work. For mutants, which
 * must be caught soon. */
static void make_storm(struct script *script, struct luck *luck,
                       const struct script_options *options)
{
    enum { KINDS = 4 };
    static const uint32_t packs[][KINDS] = {
        /* what only does harm together */
        {STEP_snapshot, STEP_snapshot, STEP_restore, STEP_restore},
        {STEP_clone, STEP_clone, STEP_send, STEP_send},
        {STEP_hq_backup, STEP_hq_backup, STEP_hq_restore, STEP_hq_restore},
        {STEP_hq_arm_fail, STEP_hq_arm_full, STEP_hq_arm_cut, STEP_hq_arm_kill},
        {STEP_arm_cut, STEP_arm_cut, STEP_arm_kill, STEP_kill_app},
        {STEP_arm_fail, STEP_arm_full, STEP_arm_fail, STEP_arm_full},
        {STEP_rot, STEP_rot, STEP_kill_app, STEP_kill_app},
        {STEP_jump, STEP_jump, STEP_dead_clock, STEP_hq_jump},
        {STEP_hq_assign, STEP_hq_recall, STEP_hq_assign, STEP_hq_recall},
    };
    uint32_t visit_count = options->visit_count != 0 ? options->visit_count : 8;
    for (uint32_t i = 0; i < script->tablet_count; i++) {
        add_work(script, luck, i, visit_count, 60000, 1);
    }
    script->network = (uint32_t)luck_between(luck, 0, 200);
    script->is_late = false; /* an image of before would need a new code */
    uint64_t pack_count = 1 + luck_below(luck, 3);
    for (uint64_t i = 0; i < pack_count; i++) {
        const uint32_t *pack = packs[luck_below(luck, sizeof packs / sizeof *packs)];
        for (uint32_t j = 0; j < script->tablet_count * KINDS; j++) {
            add(script, luck, luck_between(luck, 0, DAY_MS), pack[j % KINDS],
                (uint32_t)luck_below(luck, script->tablet_count));
        }
    }
    add_lots(script, luck, ABOUT_hq, script->tablet_count * 6, DAY_MS);
}

/* ---- for mutants: one thing that goes wrong, again and again, beside little work ---- */

enum { THEME_KINDS_MAX = 12 };

/* Each kind of `kinds` (up to STEP_COUNT) once per round, at any time and on any tablet. */
static void add_theme(struct script *script, struct luck *luck, const uint32_t *kinds_of,
                      uint32_t round_count)
{
    for (uint32_t round = 0; round < round_count; round++) {
        for (uint32_t i = 0; i < THEME_KINDS_MAX && kinds_of[i] != STEP_COUNT; i++) {
            add(script, luck, luck_between(luck, HOUR_MS / 4, DAY_MS / 2), kinds_of[i],
                (uint32_t)luck_below(luck, script->tablet_count));
        }
    }
}

static void add_themes_work(struct script *script, struct luck *luck,
                            const struct script_options *options, uint32_t visit_count)
{
    visit_count = options->visit_count != 0 ? options->visit_count : visit_count;
    for (uint32_t i = 0; i < script->tablet_count; i++) {
        add_work(script, luck, i, visit_count, 60000, 1);
        for (uint32_t j = 0; j < visit_count / 2; j++) {
            add(script, luck, luck_between(luck, 60000, DAY_MS / 2), STEP_act, i);
        }
    }
    script->is_late = false;
    script->is_fresh = false;
}

/* Copies of tablets and old images, and headquarters from a backup in between. */
static void make_fork(struct script *script, struct luck *luck,
                      const struct script_options *options)
{
    static const uint32_t copies[] = {STEP_clone, STEP_snapshot, STEP_restore, STEP_send,
                                      STEP_send,  STEP_send,     STEP_away,    STEP_COUNT};
    static const uint32_t both[] = {STEP_clone, STEP_hq_backup, STEP_hq_restore, STEP_send,
                                    STEP_send,  STEP_hq_assign, STEP_hq_restore, STEP_COUNT};
    static const uint32_t hq[] = {STEP_hq_backup, STEP_hq_restore, STEP_hq_assign, STEP_send,
                                  STEP_hq_assign, STEP_hq_restore, STEP_hq_recall, STEP_COUNT};
    add_themes_work(script, luck, options, 8);
    script->network = luck_is(luck, 500) ? 0 : 100;
    uint64_t lot = luck_below(luck, 3);
    add_theme(script, luck, lot == 0 ? copies : lot == 1 ? both : hq, 3);
    add_clones_work(script, luck);
}

/* A bad line: answers are lost, envelopes arrive twice and late. */
static void make_lossy(struct script *script, struct luck *luck,
                       const struct script_options *options)
{
    static const uint32_t kinds_of[] = {STEP_send,      STEP_send,   STEP_send, STEP_kill_agent,
                                        STEP_hq_assign, STEP_hq_pay, STEP_COUNT};
    static const uint32_t rough[] = {STEP_hq_arm_fail, STEP_hq_arm_full, STEP_hq_arm_kill,
                                     STEP_send,        STEP_send,        STEP_COUNT};
    add_themes_work(script, luck, options, 8);
    script->network = (uint32_t)luck_between(luck, 300, 700);
    add_theme(script, luck, kinds_of, 4);
    if (luck_is(luck, 500)) {
        add_theme(script, luck, rough, 4);
    }
}

/* The spool is lost, damaged or half written. */
static void make_spool(struct script *script, struct luck *luck,
                       const struct script_options *options)
{
    static const uint32_t kinds_of[] = {STEP_lose_spool, STEP_lose_spool, STEP_arm_cut,
                                        STEP_arm_kill,   STEP_rot,        STEP_away,
                                        STEP_send,       STEP_COUNT};
    add_themes_work(script, luck, options, 8);
    script->network = (uint32_t)luck_between(luck, 0, 200);
    add_theme(script, luck, kinds_of, 4);
}

/* Bits flip in the stores of tablets, and power goes. */
static void make_rotten(struct script *script, struct luck *luck,
                        const struct script_options *options)
{
    static const uint32_t kinds_of[] = {STEP_rot_store, STEP_rot_store, STEP_rot_store,
                                        STEP_arm_cut,   STEP_kill_app,  STEP_away,
                                        STEP_hq_assign, STEP_send,      STEP_COUNT};
    add_themes_work(script, luck, options, 10);
    script->network = (uint32_t)luck_between(luck, 0, 200);
    add_theme(script, luck, kinds_of, 6);
}

/* Memory runs out, of tablets and of headquarters, in the middle of whatever they do. */
static void make_starved(struct script *script, struct luck *luck,
                         const struct script_options *options)
{
    static const uint32_t kinds_of[] = {STEP_arm_memory,    STEP_arm_memory,    STEP_arm_memory,
                                        STEP_arm_memory,    STEP_arm_memory,    STEP_hq_arm_memory,
                                        STEP_hq_arm_memory, STEP_hq_arm_memory, STEP_send,
                                        STEP_hq_pay,        STEP_attach,        STEP_COUNT};
    static const uint32_t rough[] = {STEP_arm_cut,   STEP_kill_app,  STEP_hq_arm_cut,
                                     STEP_hq_backup, STEP_hq_assign, STEP_hq_recall,
                                     STEP_bundle,    STEP_COUNT};
    add_themes_work(script, luck, options, 10);
    script->network = luck_is(luck, 500) ? 0 : 100;
    add_theme(script, luck, kinds_of, 6);
    if (luck_is(luck, 500)) {
        add_theme(script, luck, rough, 2);
    }
}

/* Bits flip in headquarters' files, and backups are made and needed in between. */
static void make_decay(struct script *script, struct luck *luck,
                       const struct script_options *options)
{
    static const uint32_t kinds_of[] = {STEP_hq_rot, STEP_hq_backup, STEP_hq_cut, STEP_hq_assign,
                                        STEP_hq_pay, STEP_send,      STEP_send,   STEP_COUNT};
    add_themes_work(script, luck, options, 8);
    script->network = luck_is(luck, 500) ? 0 : 100;
    add(script, luck, HOUR_MS / 8, STEP_hq_backup, 0);
    add_theme(script, luck, kinds_of, 4);
    if (luck_is(luck, 500)) {
        add(script, luck, luck_between(luck, HOUR_MS, DAY_MS / 2), STEP_hq_restore, 0);
    }
}

/* Cases go to others while a visit to them is under way, and the tablet does not hear of it. */
static void make_holders(struct script *script, struct luck *luck,
                         const struct script_options *options)
{
    enum { SOON_MS = 20 * 60 * 1000 };
    add_themes_work(script, luck, options, 10);
    script->network = luck_is(luck, 500) ? 0 : 150;
    size_t count = script->count;
    for (size_t i = 0; i < count; i++) {
        struct step visit = script->steps[i];
        if (visit.kind != STEP_visit) {
            continue;
        }
        if (luck_is(luck, 400)) {
            add(script, luck, visit.at_ms, STEP_away, visit.tablet);
        }
        for (int64_t j = luck_between(luck, 0, 2); j > 0; j--) {
            add(script, luck, visit.at_ms + luck_between(luck, 1000, SOON_MS), STEP_hq_assign, 0);
        }
        if (luck_is(luck, 100)) {
            add(script, luck, visit.at_ms + luck_between(luck, 1000, SOON_MS), STEP_hq_recall, 0);
        }
    }
}

/* Cases change hands, and decisions, payments and clocks with them. */
static void make_office(struct script *script, struct luck *luck,
                        const struct script_options *options)
{
    static const uint32_t kinds_of[] = {
        STEP_hq_assign, STEP_hq_assign, STEP_hq_decide, STEP_hq_decide, STEP_hq_pay, STEP_hq_recall,
        STEP_hq_jump,   STEP_jump,      STEP_away,      STEP_away,      STEP_COUNT};
    add_themes_work(script, luck, options, 10);
    script->network = 0;
    add_theme(script, luck, kinds_of, 6);
}

/* Photos, alarms and backups. */
static void make_vault(struct script *script, struct luck *luck,
                       const struct script_options *options)
{
    static const uint32_t kinds_of[] = {STEP_attach,      STEP_attach,      STEP_attach,
                                        STEP_hq_backup,   STEP_hq_arm_fail, STEP_hq_arm_cut,
                                        STEP_hq_arm_full, STEP_send,        STEP_COUNT};
    add_themes_work(script, luck, options, 4);
    script->network = (uint32_t)luck_between(luck, 0, 200);
    add_theme(script, luck, kinds_of, 4);
}

/* Flushes fail, and power goes soon after. */
static void make_flush(struct script *script, struct luck *luck,
                       const struct script_options *options)
{
    add_themes_work(script, luck, options, 10);
    for (uint32_t i = 0; i < script->tablet_count * 8; i++) {
        int64_t at_ms = luck_between(luck, HOUR_MS / 4, DAY_MS / 2);
        uint32_t tablet = (uint32_t)luck_below(luck, script->tablet_count);
        add(script, luck, at_ms, STEP_arm_fail, tablet);
        add(script, luck, at_ms + luck_between(luck, 1, 2 * HOUR_MS), STEP_cut, tablet);
    }
}

/* Headquarters comes back from backups that do not know of tablets, revocations and policies of
 * since; tablets introduce themselves. */
static void make_lost(struct script *script, struct luck *luck,
                      const struct script_options *options)
{
    static const uint32_t kinds_of[] = {STEP_hq_backup, STEP_hq_restore, STEP_hq_assign,
                                        STEP_send,      STEP_hq_policy,  STEP_attach,
                                        STEP_act,       STEP_COUNT};
    add_themes_work(script, luck, options, 6);
    script->network = luck_is(luck, 500) ? 0 : 100;
    script->is_late = true;
    add_theme(script, luck, kinds_of, 4);
    for (uint32_t i = 0; i < script->tablet_count; i++) { /* they join over the day */
        add(script, luck, luck_between(luck, DAY_MS / 2, DAY_MS * 2), STEP_visit, i);
        add(script, luck, luck_between(luck, DAY_MS / 2, DAY_MS * 2), STEP_send, i);
    }
    add(script, luck, luck_between(luck, 0, DAY_MS), STEP_hq_backup, 0);
    add(script, luck, luck_between(luck, DAY_MS / 2, DAY_MS * 2), STEP_hq_restore, 0);
    if (luck_is(luck, 500)) {
        add(script, luck, luck_between(luck, DAY_MS / 4, DAY_MS), STEP_hq_revoke, 0);
    }
}

/* Somebody on the line. */
static void make_forged(struct script *script, struct luck *luck,
                        const struct script_options *options)
{
    static const uint32_t kinds_of[] = {STEP_forge,        STEP_forge, STEP_forge_answer,
                                        STEP_forge_answer, STEP_send,  STEP_attach,
                                        STEP_COUNT};
    add_themes_work(script, luck, options, 6);
    script->network = 100;
    add_theme(script, luck, kinds_of, 12);
}

/* More cases than a page has room for. */
static void make_crowd(struct script *script, struct luck *luck,
                       const struct script_options *options)
{
    add_themes_work(script, luck, options, 4);
    script->network = 0;
}

static const struct {
    const char *name;
    uint32_t tablet_count; /* 0: by the seed */
    uint32_t case_count;
    void (*make)(struct script *script, struct luck *luck, const struct script_options *options);
} scenarios[] = {
    {"mixed", 0, 0, make_mixed},     {"calm", 4, 8, make_calm},
    {"week", 4, 12, make_week},      {"monday", 200, 3, make_monday},
    {"storm", 3, 5, make_storm},     {"fork", 2, 3, make_fork},
    {"lossy", 2, 3, make_lossy},     {"spool", 2, 3, make_spool},
    {"office", 2, 3, make_office},   {"vault", 2, 2, make_vault},
    {"flush", 2, 3, make_flush},     {"crowd", 1, 700, make_crowd},
    {"lost", 4, 3, make_lost},       {"forged", 2, 3, make_forged},
    {"rotten", 2, 3, make_rotten},   {"decay", 2, 3, make_decay},
    {"holders", 3, 1, make_holders}, {"starved", 2, 3, make_starved},
};

const char *script_scenarios(void)
{
    return "mixed, calm, week, monday, storm, fork, lossy, spool, office, vault, flush, crowd, "
           "lost, forged, rotten, decay, holders, starved";
}

bool script_make(struct script *script_out, const struct script_options *options)
{
    const char *name = options->scenario != NULL ? options->scenario : "mixed";
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        if (strcmp(scenarios[i].name, name) != 0) {
            continue;
        }
        struct luck luck = luck_make(options->seed, 0);
        uint32_t tablet_count = (uint32_t)luck_between(&luck, 2, 8);
        uint32_t case_count = (uint32_t)luck_between(&luck, 3, 12);
        *script_out = (struct script){
            .seed = options->seed,
            .tablet_count = options->tablet_count != 0       ? options->tablet_count
                            : scenarios[i].tablet_count != 0 ? scenarios[i].tablet_count
                                                             : tablet_count,
            .case_count = scenarios[i].case_count != 0 ? scenarios[i].case_count : case_count,
            .is_shared = luck_is(&luck, 300),
            .is_late = luck_is(&luck, 250),
            .is_fresh = luck_is(&luck, 150),
        };
        scenarios[i].make(script_out, &luck, options);
        qsort(script_out->steps, script_out->count, sizeof(struct step), compare);
        return true;
    }
    return false;
}

void script_free(struct script *script)
{
    free(script->steps);
    *script = (struct script){0};
}

void script_print(FILE *out, const struct script *script)
{
    fprintf(out,
            "fleet seed=%" PRIu64 " tablets=%u cases=%u network=%u shared=%d late=%d fresh=%d\n",
            script->seed, (unsigned)script->tablet_count, (unsigned)script->case_count,
            (unsigned)script->network, (int)script->is_shared, (int)script->is_late,
            (int)script->is_fresh);
    for (size_t i = 0; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        fprintf(out, "%12" PRId64 " t%u %s %016" PRIx64 "\n", step->at_ms, (unsigned)step->tablet,
                step_name(step->kind), step->lot);
    }
}

bool script_read(FILE *in, struct script *script_out)
{
    unsigned tablet_count = 0;
    unsigned case_count = 0;
    unsigned network = 0;
    int is_shared = 0;
    int is_late = 0;
    int is_fresh = 0;
    *script_out = (struct script){0};
    if (fscanf(in,
               "fleet seed=%" SCNu64 " tablets=%u cases=%u network=%u shared=%d late=%d fresh=%d\n",
               &script_out->seed, &tablet_count, &case_count, &network, &is_shared, &is_late,
               &is_fresh) != 7 ||
        tablet_count == 0) {
        return false;
    }
    script_out->tablet_count = tablet_count;
    script_out->case_count = case_count;
    script_out->network = network;
    script_out->is_shared = is_shared != 0;
    script_out->is_late = is_late != 0;
    script_out->is_fresh = is_fresh != 0;
    struct luck unused = {0};
    int64_t at_ms = 0;
    unsigned tablet = 0;
    char name[32];
    uint64_t lot = 0;
    while (fscanf(in, "%" SCNd64 " t%u %31s %" SCNx64 "\n", &at_ms, &tablet, name, &lot) == 4) {
        uint32_t kind = 0;
        while (kind < STEP_COUNT && strcmp(kinds[kind].name, name) != 0) {
            kind++;
        }
        if (kind == STEP_COUNT) {
            return false;
        }
        add(script_out, &unused, at_ms, kind, tablet);
        script_out->steps[script_out->count - 1].lot = lot;
    }
    return feof(in) != 0;
}
