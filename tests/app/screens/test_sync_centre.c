/* The sync centre and what leads on from it: what is said in every state that the
 * traffic can be in, and that nothing is said that headquarters did not sign. */
#include "tests/app/screens/shows.h"

static const struct screen_row sync_row = {"sync", SCREEN_sync, 0, 0, 0, 0, "", 0, 0, 0};

/* ---- promises ---- */

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
    make_visit_with_photos(&tablet);
    EXPECT_INT(7, tablet.visit_seq);
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
    EXPECT(!shows(&tablet, &sync_row, LANG_en, "HQ has it")); /* its fact is not there yet */
    seal(&tablet, 1, 7);
    confirm(&tablet, 7, 1);
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
        {TRAFFIC_WHY_certificate, "certificate or its key cannot be used"},
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
