/* The sync centre and what leads on from it: what is said in every state that the
 * traffic can be in, and that nothing is said that headquarters did not sign. */
#include "tests/app/screens/tablet.h"

/* ---- states ---- */

enum { DOOR_SIZE = 2950000, PAPER_SIZE = 410000, CAR_SIZE = 1830000 };

static struct chain_hash attach(struct tablet *tablet, uint64_t case_no, uint32_t evidence,
                                uint32_t size)
{
    struct arena_mark mark = arena_mark(&tablet->program);
    uint8_t *bytes = arena_alloc(&tablet->program, size);
    memset(bytes, (int)evidence, size);
    struct capture capture;
    record(tablet, &capture,
           journey_attach(&tablet->journey, case_no, evidence, MEDIA_TYPE_jpeg,
                          (struct str){(const char *)bytes, size}, "门牌清楚，通知已张贴。",
                          &capture));
    struct chain_hash hash = chain_hash(bytes, size);
    arena_rollback(&tablet->program, mark);
    return hash;
}

static void hold(struct tablet *tablet, const struct chain_hash *hash, uint32_t level)
{
    struct chain_signature signature = {0};
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(
        store_attachment_held(tablet->store, hash, level, portfolio_at_ms() - 60000, &signature));
    EXPECT_OK(store_commit(tablet->store));
}

/* Headquarters names `count` lacking chunks from `from` on. */
static void lack(struct tablet *tablet, const struct chain_hash *hash, uint32_t from, size_t count)
{
    uint32_t indexes[64];
    CHECK(count <= COUNT(indexes));
    for (size_t i = 0; i < count; i++) {
        indexes[i] = from + (uint32_t)i;
    }
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_attachment_lack(tablet->store, hash, indexes, count));
    EXPECT_OK(store_commit(tablet->store));
}

static uint64_t raise(struct tablet *tablet, uint32_t incident, bool is_silent)
{
    struct capture capture;
    ds_SafetyIncident safety = {.incident = incident, .severity = 3, .is_silent = is_silent};
    record(tablet, &capture, journey_raise_safety(&tablet->journey, 3, &safety, &capture));
    return capture.first_seq;
}

static void hear(struct tablet *tablet, uint64_t seq, enum alarm_state state, const char *name)
{
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_alarm_heard(tablet->store, seq, state, portfolio_at_ms() + 12 * 60000, name));
    EXPECT_OK(store_commit(tablet->store));
}

static void confirm(struct tablet *tablet, uint64_t seq, uint32_t level)
{
    struct store_receipt receipt = {.stored_seq = seq,
                                    .stored_at_ms = portfolio_at_ms() - 600000,
                                    .level = level,
                                    .bytes = STR("signed")};
    enum receipt_result result;
    EXPECT_OK(store_journal_link(tablet->store, seq, &receipt.link));
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_outbox_receipt(tablet->store, &receipt, &result));
    EXPECT_OK(store_commit(tablet->store));
}

static void seal(struct tablet *tablet, uint64_t first_seq, uint64_t last_seq)
{
    struct store_envelope envelope = {.name = "sealed",
                                      .first_seq = first_seq,
                                      .last_seq = last_seq,
                                      .sealed_at_ms = portfolio_at_ms()};
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_outbox_seal(tablet->store, &envelope));
    EXPECT_OK(store_commit(tablet->store));
}

static const char *const stick_bundles[] = {"/media/zhang/WORK/doorstep-7-20261122-181500.dsb",
                                            "/media/zhang/WORK/answers-20261122.dsb"};
static const struct traffic_stick sticks[] = {
    {.name = "WORK",
     .folder = "/media/zhang/WORK",
     .is_writable = true,
     .free_size = UINT64_C(7400000000),
     .bundles = stick_bundles,
     .bundle_count = 2},
    {.name = "一个名字特别特别长的移动硬盘，上海分部外访组公用", .folder = "/media/zhang/PUBLIC"},
};

static const struct traffic_picture pictures[] = {
    {"IMG_20261123_092811.jpg", 2950000, INT64_C(1795397291000), MEDIA_TYPE_jpeg},
    {"IMG_20261123_092755.jpg", 3120000, INT64_C(1795397275000), MEDIA_TYPE_jpeg},
    {"IMG_20261123_092001.png", 9400000, INT64_C(1795396801000), MEDIA_TYPE_png},
    {"IMG_20261120_154410.jpg", 2200000, INT64_C(1795160650000), MEDIA_TYPE_jpeg},
};

#define LONG_QUESTION                                                                         \
    "这次见的是谁？记录里写的是配偶，备注里写的是本人，请按当时" \
    "的情况更正，并在备注里写明原因。"

/* Everything at once: what a bad week looks like. */
static void make_trouble(struct tablet *tablet)
{
    struct chain_hash door = attach(tablet, 7, EVIDENCE_KIND_door, DOOR_SIZE);
    struct chain_hash paper = attach(tablet, 7, EVIDENCE_KIND_document, PAPER_SIZE);
    (void)attach(tablet, 3, EVIDENCE_KIND_collateral, CAR_SIZE);
    hold(tablet, &paper, 2);
    lack(tablet, &door, 7, 40);
    uint64_t seen_seq = raise(tablet, SAFETY_KIND_dog, false);
    hear(tablet, seen_seq, ALARM_seen, "林老师");
    (void)raise(tablet, SAFETY_KIND_threat, false);
    confirm(tablet, 4, 1);
    confirm(tablet, 2, 2);
    seal(tablet, 5, 7);
    static const char *const texts[] = {"请补充收入证明的照片。", "客户电话号码少一位，请核对。",
                                        "里程和路线差得比较多，请说明。", LONG_QUESTION};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct store_question question = {.seq = i < 2    ? 5 + i
                                                 : i == 2 ? 0
                                                          : 8,
                                          .code = VERDICT_asked_back,
                                          .text = texts[i],
                                          .asked_at_ms = portfolio_at_ms() - 3600000};
        EXPECT_OK(store_question_put(tablet->store, &question));
    }
    struct store_quarantined items[] = {
        {.name = "case 88",
         .err = ERR_malformed,
         .bytes = STR("xxxxxxxxxxxxxxxx"),
         .at_ms = portfolio_at_ms() - 7200000},
        {.name = "2-00000000000000000012-0123456789abcdef.ans",
         .err = ERR_bad_signature,
         .bytes = STR("xxxxxxxxxxxxxxxxxxxxx"),
         .at_ms = portfolio_at_ms() - 3600000},
    };
    for (size_t i = 0; i < COUNT(items); i++) {
        EXPECT_OK(store_quarantine_put(tablet->store, &items[i]));
    }
    tablet->link = VIEW_LINK_offline;
    tablet->traffic.why = TRAFFIC_WHY_no_network;
    tablet->traffic.next_try_at_ms = portfolio_at_ms() + 95000;
    tablet->traffic.load = (struct traffic_load){.text_size = 38400,
                                                 .photo_size = 2100000,
                                                 .photo_count = 2,
                                                 .envelope_count = 9,
                                                 .bytes_per_s = 2500};
    tablet->traffic.is_disk_low = true;
    tablet->traffic.free_size = 41000000;
    tablet->traffic.is_clock_wrong = true;
    tablet->traffic.clock_ahead_s = -740;
    tablet->traffic.sticks = sticks;
    tablet->traffic.stick_count = COUNT(sticks);
    tablet->traffic.pictures = pictures;
    tablet->traffic.picture_count = COUNT(pictures);
    tablet->traffic.carried = (struct traffic_carried){.key = "carry.out_done",
                                                       .count = 9,
                                                       .size = 41200,
                                                       .name = "doorstep-7-20261123-092900.dsb",
                                                       .why_key = "error.ok",
                                                       .at_ms = portfolio_at_ms() - 30000};
}

static const struct screen_row troubled[] = {
    {"sync_trouble", SCREEN_sync, 0, 0, 0, 0, "", 0, 0, 0},
    {"photos", SCREEN_photos, 0, 0, 0, 0, "", 0, 0, 0},
    {"evidence", SCREEN_evidence, 3, 0, 0, 0, "IMG_20261123_092755.jpg", 0, 0, 0},
    {"alarm_seen", SCREEN_alarm, 0, 10, 0, 0, "", 0, 0, 0},
    {"alarm_unheard", SCREEN_alarm, 0, 11, 0, 0, "", 0, 0, 0},
    {"carry", SCREEN_carry, 0, 0, 0, 0, "", 0, 0, 0},
    {"quarantine_case", SCREEN_quarantine, 0, 0, 0, 0, "case 88", 0, 0, 0},
    {"quarantine_answer", SCREEN_quarantine, 0, 0, 0, 0,
     "2-00000000000000000012-0123456789abcdef.ans", 0, 0, 0},
    {"record_photo", SCREEN_record, 7, 7, 0, 0, "", 0, 0, 0},
    {"records_trouble", SCREEN_records, 0, 0, 0, 0, "", 0, 0, 0},
};

static const struct screen_row bare[] = {
    {"evidence_none", SCREEN_evidence, 3, 0, 0, 0, "", 0, 0, 0},
    {"carry_none", SCREEN_carry, 0, 0, 0, 0, "", 0, 0, 0},
    {"photos_none", SCREEN_photos, 0, 0, 0, 0, "", 0, 0, 0},
};

/* ---- looking ---- */

/* Whether a text that contains `text` is anywhere on the screen, scrolled or not. */
static bool shows(struct tablet *tablet, const struct screen_row *row, enum lang lang,
                  const char *text)
{
    struct shown shown;
    struct stage stage;
    enter(tablet, row, lang, &shown);
    stage_open(&stage, &(struct theme_options){.width_px = 1280, .height_px = 6000, .ppi = 160},
               build, &shown);
    stage_settle(&stage);
    size_t count = 0;
    const struct ui_semantic *nodes = ui_semantics(stage.ui, &count);
    bool is_there = false;
    for (size_t i = 0; i < count && !is_there; i++) {
        is_there = str_contains(str_from(nodes[i].name), str_from(text)) ||
                   str_contains(str_from(nodes[i].value), str_from(text));
    }
    stage_close(&stage);
    return is_there;
}

static const struct screen_row sync_row = {"sync", SCREEN_sync, 0, 0, 0, 0, "", 0, 0, 0};

/* ---- promises ---- */

TEST(test_the_sync_centre_looks_as_agreed_in_a_bad_week)
{
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    screens_look_as_agreed(&tablet, bare, COUNT(bare));
    make_trouble(&tablet);
    screens_look_as_agreed(&tablet, troubled, COUNT(troubled));
    tablet_close(&tablet);
}

TEST(test_the_sync_centre_hurts_nobody_in_any_size_theme_or_language)
{
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    screens_hurt_nobody(&tablet, bare, COUNT(bare));
    make_trouble(&tablet);
    screens_hurt_nobody(&tablet, troubled, COUNT(troubled));
    tablet.trouble_key = "wire.revoked";
    tablet.traffic.is_disk_full = true;
    tablet.traffic.carried.is_trouble = true;
    tablet.traffic.carried.key = "carry.out_failed";
    tablet.traffic.carried.why_key = "error.no_space";
    static const struct screen_row worse[] = {
        {"sync_worse", SCREEN_sync, 0, 0, 0, 0, "", 0, 0, 0},
        {"evidence_full", SCREEN_evidence, 3, 0, 0, 0, "", 0, 0, 0},
        {"carry_failed", SCREEN_carry, 0, 0, 0, 0, "", 0, 0, 0}};
    screens_hurt_nobody(&tablet, worse, COUNT(worse));
    tablet_close(&tablet);
}

/* Photos of the open visit, in its last step and in its record. */
TEST(test_photos_of_a_visit_stand_with_it)
{
    static const struct screen_row visit_rows[] = {
        {"visit_finish_photos", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_finish, ROLE_none,
         OUTCOME_nobody_home},
        {"record_visit_photos", SCREEN_record, 3, 7, 0, 0, "", 0, 0, 0},
        {"today_alarm", SCREEN_today, 0, 0, 0, 0, "", 0, 0, 0},
    };
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    struct visit_start start = {.case_no = 3,
                                .place = ADDRESS_KIND_home,
                                .visitors = 2,
                                .override_reason = OVERRIDE_REASON_other};
    struct capture capture;
    record(&tablet, &capture, journey_start_visit(&tablet.journey, &start, &capture));
    tablet.visit_seq = capture.first_seq;
    EXPECT_INT(7, tablet.visit_seq);
    (void)attach(&tablet, 3, EVIDENCE_KIND_door, DOOR_SIZE);
    (void)attach(&tablet, 3, EVIDENCE_KIND_document, PAPER_SIZE);
    (void)raise(&tablet, SAFETY_KIND_threat, false);
    screens_look_as_agreed(&tablet, visit_rows, COUNT(visit_rows));
    screens_hurt_nobody(&tablet, visit_rows, COUNT(visit_rows));
    EXPECT(shows(&tablet, &visit_rows[0], LANG_en, "2 photos"));
    EXPECT(shows(&tablet, &visit_rows[1], LANG_en, "2 photos"));
    EXPECT(shows(&tablet, &visit_rows[2], LANG_en, "Kept on this tablet, being sent"));
    tablet_close(&tablet);
}

/* Made and confirmed stand at the top, and "confirmed" is a receipt and nothing less. */
TEST(test_the_day_is_counted_and_only_receipts_confirm)
{
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    EXPECT(shows(&tablet, &sync_row, LANG_en, "Made 6, confirmed 0"));
    seal(&tablet, 1, 6);
    EXPECT(shows(&tablet, &sync_row, LANG_en, "Made 6, confirmed 0"));
    confirm(&tablet, 4, 1);
    EXPECT(shows(&tablet, &sync_row, LANG_en, "Made 6, confirmed 4"));
    EXPECT(shows(&tablet, &sync_row, LANG_zh, "记录 6，确认 4"));
    EXPECT(!shows(&tablet, &sync_row, LANG_en, "All of today is at HQ"));
    EXPECT(!shows(&tablet, &sync_row, LANG_en, "Safe at HQ"));
    confirm(&tablet, 6, 1);
    EXPECT(shows(&tablet, &sync_row, LANG_en, "All of today is at HQ"));
    EXPECT(!shows(&tablet, &sync_row, LANG_en, "Safe at HQ"));
    confirm(&tablet, 6, 2);
    EXPECT(shows(&tablet, &sync_row, LANG_en, "Safe at HQ"));
    tablet_close(&tablet);
}

/* 2,950,000 bytes are 91 parts. Headquarters names at most 64 lacking ones at a time, so
 * beyond the last one named nothing is known. */
TEST(test_a_photo_counts_no_part_that_headquarters_may_lack)
{
    static const struct {
        uint32_t from;
        size_t count;
        const char *text;
    } said[] = {
        {0, 0, "0 of 91 parts"},  /* it lacks all, without naming them */
        {0, 64, "0 of 91 parts"}, /* and 27 more, for all that is known */
        {7, 64, "7 of 91 parts"},   {27, 64, "27 of 91 parts"}, /* the last ones: all is known */
        {28, 63, "28 of 91 parts"}, {0, 63, "28 of 91 parts"},  {90, 1, "90 of 91 parts"},
    };
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    struct chain_hash door = attach(&tablet, 7, EVIDENCE_KIND_door, DOOR_SIZE);
    EXPECT(shows(&tablet, &sync_row, LANG_en, "0 of 91 parts"));
    for (size_t i = 0; i < COUNT(said); i++) {
        lack(&tablet, &door, said[i].from, said[i].count);
        EXPECT_ROW(said[i].text, shows(&tablet, &sync_row, LANG_en, said[i].text));
        EXPECT_ROW(said[i].text, !shows(&tablet, &sync_row, LANG_en, "HQ has it"));
    }
    hold(&tablet, &door, 1);
    EXPECT(shows(&tablet, &sync_row, LANG_en, "HQ has it"));
    EXPECT(!shows(&tablet, &sync_row, LANG_en, "Safe at HQ"));
    hold(&tablet, &door, 2);
    EXPECT(shows(&tablet, &sync_row, LANG_en, "Safe at HQ"));
    tablet_close(&tablet);
}

TEST(test_an_alarm_is_heard_only_by_a_signed_word)
{
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    uint64_t seq = raise(&tablet, SAFETY_KIND_threat, false);
    struct screen_row row = {"alarm", SCREEN_alarm, 0, seq, 0, 0, "", 0, 0, 0};
    seal(&tablet, 1, seq); /* being sent is not being heard */
    EXPECT(shows(&tablet, &row, LANG_en, "Kept on this tablet, being sent before everything"));
    EXPECT(shows(&tablet, &row, LANG_en, "call 110"));
    EXPECT(!shows(&tablet, &row, LANG_en, "heard it at"));
    EXPECT(shows(&tablet, &sync_row, LANG_en, "Kept on this tablet, being sent"));
    confirm(&tablet, seq, 1); /* the record came with its batch: that is all that is said */
    EXPECT(shows(&tablet, &row, LANG_en, "HQ has the record of this call"));
    EXPECT(shows(&tablet, &row, LANG_en, "Nobody there has confirmed"));
    hear(&tablet, seq, ALARM_heard, "");
    EXPECT(shows(&tablet, &row, LANG_en, "HQ heard it at 09:42"));
    EXPECT(shows(&tablet, &row, LANG_zh, "总部 09:42 听到了"));
    EXPECT(!shows(&tablet, &row, LANG_en, "saw it"));
    hear(&tablet, seq, ALARM_seen, "林老师");
    EXPECT(shows(&tablet, &row, LANG_zh, "林老师 09:42 看到了"));
    EXPECT(shows(&tablet, &sync_row, LANG_zh, "林老师 09:42 看到了"));
    tablet_close(&tablet);
}

TEST(test_a_silent_alarm_shows_nowhere)
{
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    uint64_t seq = raise(&tablet, SAFETY_KIND_weapon, true);
    static const struct screen_row places[] = {
        {"sync", SCREEN_sync, 0, 0, 0, 0, "", 0, 0, 0},
        {"records", SCREEN_records, 0, 0, 0, 0, "", 0, 0, 0},
        {"today", SCREEN_today, 0, 0, 0, 0, "", 0, 0, 0},
        {"brief", SCREEN_brief, 3, 0, 0, 0, "", 0, 0, 0},
    };
    static const char *const words[] = {"eapon", "Hazard", "ncident", "elp", "larm"};
    for (size_t i = 0; i < COUNT(places); i++) {
        for (size_t w = 0; w < COUNT(words); w++) {
            EXPECT_ROW(places[i].name, !shows(&tablet, &places[i], LANG_en, words[w]));
        }
    }
    hear(&tablet, seq, ALARM_seen, "林老师");
    EXPECT(!shows(&tablet, &sync_row, LANG_en, "saw it"));
    EXPECT(shows(&tablet, &sync_row, LANG_en, "Made 7")); /* the count is true */
    tablet_close(&tablet);
}

/* Complaints 2, 5, 12, 13, 25: it is said why nothing moves, and for how long. */
TEST(test_what_stands_still_says_why_and_until_when)
{
    static const struct {
        enum traffic_why why;
        const char *text;
    } whys[] = {
        {TRAFFIC_WHY_no_agent, "sending program is not running"},
        {TRAFFIC_WHY_no_network, "No network"},
        {TRAFFIC_WHY_timed_out, "too slow"},
        {TRAFFIC_WHY_hq_busy, "busy and asks to come later"},
        {TRAFFIC_WHY_hq_failed, "cannot store just now"},
        {TRAFFIC_WHY_refused, "did not take it"},
        {TRAFFIC_WHY_disk, "disk of this tablet fails"},
    };
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    tablet.traffic.next_try_at_ms = portfolio_at_ms() + 95000;
    for (size_t i = 0; i < COUNT(whys); i++) {
        tablet.traffic.why = whys[i].why;
        EXPECT_ROW(whys[i].text, shows(&tablet, &sync_row, LANG_en, whys[i].text));
        EXPECT_ROW(whys[i].text, shows(&tablet, &sync_row, LANG_en, "09:31:35"));
    }
    tablet.traffic.load =
        (struct traffic_load){.text_size = 38000, .photo_size = 2100000, .bytes_per_s = 2500};
    EXPECT(shows(&tablet, &sync_row, LANG_en, "38 kB, about 16 s at the last speed"));
    EXPECT(shows(&tablet, &sync_row, LANG_en, "2.1 MB, about 14 min at the last speed"));
    EXPECT(shows(&tablet, &sync_row, LANG_en, "cost no mobile data"));
    tablet.traffic.photo_rule = PHOTO_RULE_always;
    EXPECT(shows(&tablet, &sync_row, LANG_en, "about 2.1 MB of mobile data"));
    tablet.traffic.load.bytes_per_s = 0;
    EXPECT(shows(&tablet, &sync_row, LANG_en, "38 kB, speed not measured yet"));
    tablet_close(&tablet);
}

TEST(test_a_copied_tablet_is_told_that_nothing_is_lost)
{
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    confirm(&tablet, 6, 1);
    EXPECT_OK(store_begin(tablet.store));
    EXPECT_OK(store_journal_rechain(tablet.store, 19));
    EXPECT_OK(store_commit(tablet.store));
    EXPECT(shows(&tablet, &sync_row, LANG_en, "data was copied"));
    EXPECT(shows(&tablet, &sync_row, LANG_en, "Nothing is lost"));
    EXPECT(shows(&tablet, &sync_row, LANG_en, "6 still to confirm"));
    confirm(&tablet, 6, 1);
    EXPECT(!shows(&tablet, &sync_row, LANG_en, "data was copied"));
    tablet_close(&tablet);
}
