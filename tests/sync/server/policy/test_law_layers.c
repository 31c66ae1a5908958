/* Goal: what a client or a case asks for more bites where a case is judged, and a layer linked
 * behind the image says what it would say compiled in. Method: made-up layers over the built-in
 * profiles; random facts for both ways (DOORSTEP_LAW_SETS: how many). */
#include "core/domain/catalog.h"
#include "core/rules/disclosure.h"
#include "core/rules/gate.h"
#include "tests/core/rules/case_sample.h"
#include "tests/sync/server/policy/law_draw.h"

#include <sodium.h>
#include <string.h>

#define HEAD(id, wide, level) \
    "policy 1 id=" id " extends=" wide " layer=" level " version=2026.11.2 expires=2027-01-31 "

static const struct {
    const char *id, *text;
} layers[] = {
    {"bank-a", HEAD("bank-a", "cn", "client") "client=\"Bank A\"\n"
                                              "rule T01 open=09:00 close=20:00\n"
                                              "rule F08 max=1\n"
                                              "rule I02 min=2 max=2\n"
                                              "rule S09 sev=block\n"
                                              "words 起诉你\n"},
    {"bank-b",
     HEAD("bank-b", "us",
          "client") "client=\"Bank B\"\n"
                    "rule S01-own REQ stage=S chan=visit fact=own_times is=0 sev=warn src=x\n"},
    {"bank-c",
     HEAD("bank-c", "cn",
          "client") "client=\"Bank C\"\n"
                    "matrix P01-lost role=SPOUSE,GUARDIAN,FAMILY,NEIGHBOUR,EMPLOYER,OTHER allow=N\n"
                    "rule S02-merge FLAG stage=S chan=visit when=NO_VISITS sev=block src=x\n"},
    {"case", HEAD("case", "cn", "case") "\n"
                                        "rule T01 open=10:00 close=12:00 ovr=none\n"},
    {"case-a",
     HEAD("case-a", "bank-a",
          "case") "\n"
                  "rule T01 open=10:00 close=12:00 ovr=none\n"
                  "rule P05-home GEO stage=P,I,S chan=visit place=home sev=block src=borrower\n"},
    {"office", HEAD("office", "cn", "case") "\n"
                                            "rule P05-home GEO stage=P,I,S chan=visit "
                                            "place=home,other sev=block src=client\n"},
    {"alone",
     HEAD("alone", "cn",
          "case") "\n"
                  "rule P02-never FLAG stage=P,C chan=visit,call,message "
                  "role=SPOUSE,GUARDIAN,FAMILY,"
                  "NEIGHBOUR,EMPLOYER,OTHER sev=block src=client\n"
                  "matrix P01-lost role=SPOUSE,GUARDIAN,FAMILY,NEIGHBOUR,EMPLOYER,OTHER allow=N\n"},
};

static enum err open_layer(void *given, struct arena *arena, const char *id, struct str *text_out,
                           const char **file_out)
{
    for (size_t i = 0; i < COUNT(layers); i++) {
        if (strcmp(layers[i].id, id) == 0) {
            *text_out = str_from(layers[i].text);
            *file_out = layers[i].id;
            return OK;
        }
    }
    return made_layer(given, arena, id, text_out, file_out);
}

/* The whole and its closest layer alone. */
static struct str made_both(struct arena *arena, const char *id, struct law_image *whole_out,
                            struct law_image *layer_out)
{
    struct law_fault fault = {.key = ""};
    struct law_pack *pack = NULL;
    struct chain_public_key public;
    struct chain_secret_key secret;
    struct str whole = STR("");
    struct str layer = STR("");
    made_key(&public, &secret);
    if (law_pack_read(arena, open_layer, NULL, id, &pack, &fault) != OK ||
        law_build(arena, pack, made_zone, NULL, "test", &secret, &whole, &fault) != OK ||
        law_build_layer(arena, pack, made_zone, NULL, "test", &secret, 4096, &layer, &fault) !=
            OK) {
        fail_msg("%s, line %zu: %s %s (%s)", fault.file, fault.line, fault.key, fault.name,
                 fault.expected);
    }
    EXPECT_OK(law_image_open(whole.bytes, whole.size, whole_out));
    EXPECT_OK(law_shelf_case(layer.bytes, layer.size, layer_out));
    return layer;
}

static bool is_same(const struct law_verdict *a, const struct law_verdict *b)
{
    bool is_equal = a->severity == b->severity && a->fired_count == b->fired_count &&
                    a->obligations == b->obligations && a->next_ok_at_ms == b->next_ok_at_ms;
    for (size_t i = 0; is_equal && i < a->fired_count; i++) {
        is_equal = a->fired[i].rule == b->fired[i].rule &&
                   a->fired[i].severity == b->fired[i].severity &&
                   a->fired[i].is_overridden == b->fired[i].is_overridden;
    }
    return is_equal;
}

TEST(test_a_linked_layer_says_what_it_would_say_compiled_in)
{
    static const struct {
        const char *profile, *client, *last;
    } rows[] = {{"cn", NULL, "bank-a"}, {"us", NULL, "bank-b"},     {"cn", NULL, "bank-c"},
                {"cn", NULL, "case"},   {"cn", "bank-a", "case-a"}, {"cn", NULL, "alone"}};
    struct arena arena;
    arena_init(&arena, 0);
    struct test_rng rng = {.state = 23};
    size_t different = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct law_image base;
        struct law_image whole;
        struct law_image last;
        struct law_image client;
        struct law_image unused;
        made_image(&arena, rows[i].profile, &base);
        made_both(&arena, rows[i].last, &whole, &last);
        base.closer = &last;
        if (rows[i].client != NULL) {
            made_both(&arena, rows[i].client, &unused, &client);
            client.closer = &last;
            base.closer = &client;
        }
        struct law_image bare = base;
        bare.closer = NULL;
        for (uint64_t n = law_set_count(60000) / COUNT(rows); n > 0; n--) {
            struct law_situation situation = draw_situation(&rng, &base);
            struct law_verdict linked;
            struct law_verdict compiled;
            struct law_verdict without;
            situation.note = draw(&rng, 8) == 0 ? STR("他说要起诉你") : situation.note;
            law_judge(&base, &situation, &linked);
            law_judge(&whole, &situation, &compiled);
            law_judge(&bare, &situation, &without);
            if (!is_same(&linked, &compiled)) {
                law_tell("linked differs from compiled:", &whole, &situation, &linked, &compiled);
            }
            different += !is_same(&linked, &without);
        }
    }
    EXPECT(different > 1000); /* the layers do say something */
    arena_deinit(&arena);
}

TEST(test_what_would_loosen_names_file_line_and_rule)
{
    static const struct {
        const char *row, *text, *name, *expected;
    } rows[] = {
        {"hours", "rule T01 close=23:00\n", "T01", "T01, cn.pol"},
        {"visitors", "\nrule I02 max=4\n", "I02", "I02, cn.pol"},
        {"a stop", "rule S12 sev=warn\n", "S12", "S12, base.pol"},
        {"who may hear", "matrix P01-minor allow=N,D\n", "P01-minor", "P01-"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct law_layer *layer = ARENA_NEW(&arena, struct law_layer);
        struct law_fault fault;
        struct law_pack *pack;
        char text[400];
        snprintf(text, sizeof text, HEAD("case", "cn", "case") "\n%s", rows[i].text);
        EXPECT_OK(law_source_layer(&arena, "7.pol", str_from(text), layer, &fault));
        struct made_text given = {"case", text, "7.pol"};
        EXPECT_ROW(rows[i].row, law_pack_read(&arena, made_layer_over, &given, "case", &pack,
                                              &fault) == ERR_malformed);
        EXPECT_ROW(rows[i].row, strcmp(fault.key, "law_fault.looser") == 0);
        EXPECT_ROW(rows[i].row,
                   strcmp(fault.file, "7.pol") == 0 && fault.line == layer->rules[0].line);
        EXPECT_ROW(rows[i].row, strcmp(fault.name, rows[i].name) == 0);
        EXPECT_ROW(rows[i].row, strstr(fault.expected, rows[i].expected) != NULL);
        arena_deinit(&arena);
    }
}

/* ---- at the gate ---- */

struct scene {
    struct arena arena;
    struct policy policy;
    struct law_shelf shelf;
    ds_CaseRecord record;
    ds_CaseState state;
    struct gate_facts facts;
};

static const char *base64_of(struct arena *arena, const struct law_image *image)
{
    size_t size = sodium_base64_encoded_len(image->size, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(arena, size);
    return sodium_bin2base64(text, size, image->bytes, image->size, sodium_base64_VARIANT_ORIGINAL);
}

/* Of cn, with the layer of Bank A; `case_id` NULL: nothing for this case alone. */
static void scene_start(struct scene *scene, const char *client, const char *case_id)
{
    struct law_image base;
    struct law_image whole;
    struct law_image layer;
    struct policy_fault fault;
    arena_init(&scene->arena, 0);
    made_image(&scene->arena, "cn", &base);
    made_both(&scene->arena, "bank-a", &whole, &layer);
    const char *text =
        str_format(&scene->arena, "visits_per_day = 2\nlaw = %s\nlaw_client = %s Bank A # theirs\n",
                   base64_of(&scene->arena, &base), base64_of(&scene->arena, &layer));
    EXPECT_OK(policy_from_text(str_from(text), &scene->policy, &fault));
    EXPECT_OK(law_shelf_open(&scene->shelf, &scene->policy));
    scene->record = case_record();
    scene->state = case_state(&scene->record);
    snprintf(scene->record.client, sizeof scene->record.client, "%s", client);
    if (case_id != NULL) {
        made_both(&scene->arena, case_id, &whole, &layer);
        memcpy(scene->state.law.bytes, layer.bytes, layer.size);
        scene->state.law.size = (pb_size_t)layer.size;
    }
    scene->facts = (struct gate_facts){
        .record = &scene->record,
        .state = &scene->state,
        .person_no = scene->state.owner_no,
        .visitors = 2,
        .place = ADDRESS_KIND_home,
    };
}

static void scene_at(struct scene *scene, int32_t hour, int32_t minute)
{
    scene->facts.now_ms = case_at_ms(hour * 3600 + minute * 60);
    scene->facts.synced_at_ms = scene->facts.now_ms;
    scene->facts.policy_at_ms = scene->facts.now_ms;
}

static enum severity hours_of(struct scene *scene, enum gate_stage stage)
{
    struct verdict verdict = gate_check(&scene->policy, stage, &scene->facts);
    const struct verdict_fired *fired = verdict_find(&verdict, REFUSAL_contact_hours);
    return fired == NULL ? SEVERITY_ok : fired->severity;
}

TEST(test_the_hours_of_a_client_and_of_a_case_bite_before_the_door)
{
    static const struct {
        const char *row, *client, *case_id;
        int32_t hour, minute;
        bool has_consent;
        enum severity hours;
    } rows[] = {
        {"everybody's", "Bank Z", NULL, 8, 0, false, SEVERITY_ok},
        {"the client's open later", "Bank A", NULL, 8, 59, false, SEVERITY_block},
        {"the client's first minute", "Bank A", NULL, 9, 0, false, SEVERITY_ok},
        {"the client's close earlier", "Bank A", NULL, 20, 0, false, SEVERITY_block},
        {"agreed with the client's", "Bank A", NULL, 20, 0, true, SEVERITY_log},
        {"the case's open later", "Bank Z", "case", 9, 59, false, SEVERITY_block},
        {"the case's first minute", "Bank Z", "case", 10, 0, false, SEVERITY_ok},
        {"the case's last minute", "Bank Z", "case", 11, 59, false, SEVERITY_ok},
        {"the case's close", "Bank Z", "case", 12, 0, false, SEVERITY_block},
        {"no consent lifts the case's", "Bank Z", "case", 12, 0, true, SEVERITY_block},
        {"both: the case's", "Bank A", "case-a", 9, 30, false, SEVERITY_block},
    };
    static const enum gate_stage stages[] = {GATE_plan, GATE_checkin};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene *scene = malloc(sizeof *scene);
        scene_start(scene, rows[i].client, rows[i].case_id);
        scene_at(scene, rows[i].hour, rows[i].minute);
        scene->facts.has_hours_consent = rows[i].has_consent;
        for (size_t s = 0; s < COUNT(stages); s++) {
            EXPECT_ROW(rows[i].row, hours_of(scene, stages[s]) == rows[i].hours);
        }
        arena_deinit(&scene->arena);
        free(scene);
    }
}

TEST(test_a_refusal_tells_the_hours_of_the_case_and_when_they_open)
{
    struct scene *scene = malloc(sizeof *scene);
    scene_start(scene, "Bank A", "case-a");
    scene_at(scene, 13, 0);
    scene->facts.place = ADDRESS_KIND_work;
    struct verdict verdict = gate_check(&scene->policy, GATE_plan, &scene->facts);
    const struct verdict_fired *fired = verdict_find(&verdict, REFUSAL_contact_hours);
    EXPECT(fired != NULL && fired->value_count == 3);
    EXPECT_INT(10 * 60, fired->values[0].number);
    EXPECT_INT(12 * 60, fired->values[1].number);
    EXPECT(verdict.next_ok_at_ms == case_at_ms((24 + 10) * 3600));
    struct gate_hours hours =
        gate_hours(&scene->policy, &scene->record, &scene->state, scene->facts.now_ms);
    EXPECT_INT(10 * 60, hours.open_minute);
    EXPECT_INT(12 * 60, hours.close_minute);
    arena_deinit(&scene->arena);
    free(scene);
}

TEST(test_a_place_and_a_third_person_may_be_shut_for_one_case)
{
    struct scene *scene = malloc(sizeof *scene);
    scene_start(scene, "Bank Z", "office");
    scene_at(scene, 10, 30);
    struct verdict verdict = gate_check(&scene->policy, GATE_checkin, &scene->facts);
    EXPECT(verdict_find(&verdict, REFUSAL_place_not_suitable) != NULL && !verdict.is_allowed);
    scene->facts.place = ADDRESS_KIND_work;
    verdict = gate_check(&scene->policy, GATE_checkin, &scene->facts);
    EXPECT(verdict_find(&verdict, REFUSAL_place_not_suitable) == NULL);
    arena_deinit(&scene->arena);
    scene_start(scene, "Bank Z", "alone");
    scene_at(scene, 10, 30);
    struct disclosure_facts told = {.role = ROLE_neighbour, .is_lost = true};
    uint32_t usual = disclosure_allowed(&scene->policy, scene->facts.now_ms, &told);
    told.record = &scene->record;
    told.state = &scene->state;
    EXPECT((usual & DISCLOSURE_ask_whereabouts) != 0);
    EXPECT_INT(DISCLOSURE_own_name, disclosure_allowed(&scene->policy, scene->facts.now_ms, &told));
    scene->facts.target_role = ROLE_neighbour;
    verdict = gate_check(&scene->policy, GATE_speak, &scene->facts);
    EXPECT(verdict_find(&verdict, REFUSAL_third_party_not_lost) != NULL && !verdict.is_allowed);
    arena_deinit(&scene->arena);
    free(scene);
}

TEST(test_a_policy_refuses_layers_that_do_not_belong_to_it)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct law_image cn;
    struct law_image us;
    struct law_image whole;
    struct law_image layer;
    made_image(&arena, "cn", &cn);
    made_image(&arena, "us", &us);
    made_both(&arena, "bank-a", &whole, &layer);
    const char *a = base64_of(&arena, &layer);
    const char *const texts[] = {
        str_format(&arena, "law_client = %s Bank A\n", a),
        str_format(&arena, "law = %s\nlaw_client = %s Bank A\n", base64_of(&arena, &us), a),
        str_format(&arena, "law = %s\nlaw_client = %s\n", base64_of(&arena, &cn), a),
        str_format(&arena, "law = %s\nlaw_client = %s A\nlaw_client = %s A\n",
                   base64_of(&arena, &cn), a, a),
        str_format(&arena, "law = %s\nlaw_client = %s A\n", base64_of(&arena, &cn),
                   base64_of(&arena, &cn)),
        str_format(&arena, "law = %s\nlaw_client = nonsense A\n", base64_of(&arena, &cn)),
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct policy policy = policy_default();
        struct policy_fault fault;
        EXPECT_ERR(ERR_malformed, policy_from_text(str_from(texts[i]), &policy, &fault));
        EXPECT(strcmp(fault.key, "policy_fault.law_client") == 0);
    }
    struct policy policy;
    struct policy_fault fault;
    const char *alone = str_format(&arena, "law = %s\n", a); /* a layer is no policy */
    EXPECT_ERR(ERR_malformed, policy_from_text(str_from(alone), &policy, &fault));
    arena_deinit(&arena);
}
