/* core/journey/journey.c -- the journey itself: who, by which policy, at what time. */
#include "core/journey/journey.h"

#include "core/event/chain.h"
#include "core/journey/journey_private.h"

#include <string.h>

/* Every answer comes by here, and few bring another policy. */
static bool is_in_force(const struct journey *journey, struct str text)
{
    return text.size > 0 && journey->policy.hash != 0 &&
           journey->policy.hash == chain_short_hash(text.bytes, text.size);
}

static enum err policy_load(struct journey *journey)
{
    struct arena_mark mark = arena_mark(journey->arena);
    struct str text;
    enum err err = store_setting_bytes(journey->store, journey->arena, SETTING_policy_text, &text);
    if (err == OK && !is_in_force(journey, text)) {
        struct policy_fault fault;
        journey->policy = policy_default();
        if (text.size > 0 && policy_from_text(text, &journey->policy, &fault) != OK) {
            journey->policy = policy_default();
        }
        /* Whose it is was asked when it came: journey_apply_policy(). */
        (void)!law_shelf_open(&journey->shelf, &journey->policy);
        journey->policy.law_text = STR(""); /* it goes with the text */
        journey->policy.layer_text = STR("");
    }
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_reload(struct journey *journey)
{
    int64_t device_no = 0;
    int64_t person_no = 0;
    TRY(store_setting_number(journey->store, SETTING_device_no, 0, &device_no));
    TRY(store_setting_number(journey->store, SETTING_person_no, 0, &person_no));
    TRY(store_setting_number(journey->store, SETTING_current_at_ms, 0, &journey->synced_at_ms));
    journey->policy_at_ms = journey->synced_at_ms; /* an answer that leaves nothing out */
    int64_t credential_until_day = 0;
    TRY(store_setting_number(journey->store, SETTING_credential_until_day, 0,
                             &credential_until_day));
    journey->credential_until_day = (int32_t)credential_until_day;
    journey->device_no = (uint32_t)device_no;
    journey->detour_day = 0; /* another policy takes lines at another speed */
    journey->person_no = (uint32_t)person_no;
    return policy_load(journey);
}

/* After an upgrade of the schema or of how facts fold (FOLD_VERSION). */
static enum err project_anew(struct journey *journey)
{
    int64_t must_project = 0;
    int64_t fold_version = 0;
    TRY(store_setting_number(journey->store, SETTING_must_project, 0, &must_project));
    TRY(store_setting_number(journey->store, SETTING_fold_version, 0, &fold_version));
    if (must_project == 0 && fold_version == FOLD_VERSION) {
        return OK;
    }
    TRY(store_begin(journey->store));
    bool has_facts = journey->device_no != 0;
    enum err err = has_facts ? journey_project_all(journey) : OK;
    if (err == OK && has_facts) {
        err = store_setting_set_number(journey->store, SETTING_must_project, 0);
    }
    if (err == OK) {
        err = store_setting_set_number(journey->store, SETTING_fold_version, FOLD_VERSION);
    }
    if (err != OK) {
        store_rollback(journey->store);
        return err;
    }
    return store_commit(journey->store);
}

enum err journey_init(struct journey *journey, struct store *store, const struct clock *clock,
                      const struct rng *rng, struct arena *arena)
{
    *journey = (struct journey){.store = store, .clock = clock, .rng = rng, .arena = arena};
    TRY(journey_reload(journey));
    /* Rows made anew must keep nobody from working: the next start tries again. */
    enum err err = project_anew(journey);
    return err == ERR_corrupt || err == ERR_no_space ? OK : err;
}

int32_t journey_today(struct journey *journey)
{
    int32_t offset_minutes = 0;
    enum err err = date_zone_offset(str_from(journey->policy.zone), &offset_minutes);
    CHECK(err == OK); /* a policy names a known zone */
    return date_day_at(journey_now_ms(journey), offset_minutes);
}

struct gate_facts journey_gate_facts(struct journey *journey, const struct store_case *subject,
                                     uint32_t place, uint32_t address_index, uint32_t visitors,
                                     uint32_t override_reason)
{
    int64_t now_ms = journey_now_ms(journey);
    struct gate_facts facts = {
        .record = subject->record,
        .state = subject->state,
        .now_ms = now_ms,
        .person_no = journey->person_no,
        .visitors = visitors,
        .place = place,
        .has_fix = journey->has_fix,
        .fix_age_s = journey->fix.age_s,
        .synced_at_ms = journey->synced_at_ms,
        .policy_at_ms = journey->policy_at_ms,
        .credential_until_day = journey->credential_until_day,
        .has_hours_consent = gate_has_consent(&journey->policy, subject->record, subject->state,
                                              now_ms, override_reason),
    };
    struct address_list addresses = address_list(subject->record, subject->state);
    if (address_index < addresses.count) {
        const ds_Address *address = addresses.items[address_index].at;
        struct geo_point there = {address->lat_e7, address->lon_e7};
        struct geo_point here = {journey->fix.lat_e7, journey->fix.lon_e7};
        facts.is_located = geo_is_located(there);
        if (facts.is_located && facts.has_fix) {
            facts.distance_m = geo_distance_m(here, there);
        }
    }
    return facts;
}
