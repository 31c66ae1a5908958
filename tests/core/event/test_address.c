/* Goal: a door where the borrower was found not to live leads nobody there again, and an address
 * that was learned at the door can be visited. */
#include "core/event/address.h"
#include "tests/core/event/story.h"
#include "tests/lib/test.h"

/* Two addresses of headquarters', located. */
static void begin(struct story *story)
{
    story_start(story);
    story->record.addresses_count = 2;
    memset(story->record.addresses, 0, sizeof story->record.addresses);
    for (int32_t i = 0; i < 2; i++) {
        ds_Address *address = &story->record.addresses[i];
        sample_text(address->text, i == 0 ? "Harbour 1" : "Mill Lane 2");
        address->kind = i == 0 ? ADDRESS_KIND_home : ADDRESS_KIND_work;
        address->lat_e7 = 310000000 + i;
        address->lon_e7 = 1210000000;
    }
}

static struct id visit_at(struct story *story, ds_VisitStarted at, uint32_t result)
{
    ds_Event started = sample_event(EVENT_visit_started);
    started.kind.visit_started = at;
    story_tell(story, started, 1);
    ds_Event finished = sample_event(EVENT_visit_finished);
    finished.visit_seq = story->seq;
    finished.kind.visit_finished.address_result = result;
    return story_tell(story, finished, 10);
}

static struct id visit(struct story *story, uint32_t index, uint32_t result)
{
    return visit_at(story, (ds_VisitStarted){.place = 1, .address_index = index, .visitors = 2},
                    result);
}

static void note(struct story *story, const char *text, const char *replaces, uint32_t result)
{
    ds_Event event = sample_event(EVENT_address_noted);
    event.kind.address_noted = (ds_AddressNoted){.kind = ADDRESS_KIND_home,
                                                 .source = 1,
                                                 .result = result,
                                                 .lat_e7 = 320000000,
                                                 .lon_e7 = 1220000000};
    sample_text(event.kind.address_noted.text, text);
    sample_text(event.kind.address_noted.replaces, replaces);
    story_tell(story, event, 1);
}

static struct address_list list(const struct story *story)
{
    return address_list(&story->record, &story->state);
}

static void expect_order(const struct story *story, const char *first, const char *second,
                         const char *third, size_t open_count)
{
    const char *const texts[] = {first, second, third};
    struct address_list found = list(story);
    for (size_t i = 0; i < COUNT(texts) && texts[i] != NULL; i++) {
        EXPECT(i < found.count);
        EXPECT_TEXT(texts[i], found.items[i].at->text);
    }
    EXPECT_INT(open_count, found.open_count);
}

TEST(test_each_finding_has_its_place_in_the_list)
{
    static const struct {
        uint32_t result;
        bool is_first, is_over;
    } rows[] = {
        {0, true, false},
        {ADDRESS_RESULT_lives_here, true, false},
        {ADDRESS_RESULT_refused, true, false},
        {ADDRESS_RESULT_vacant, false, false},
        {ADDRESS_RESULT_moved, false, true},
        {ADDRESS_RESULT_demolished, false, true},
        {ADDRESS_RESULT_wrong, false, true},
        {ADDRESS_RESULT_other_occupant, false, true},
    };
    EXPECT_INT(catalog_count(CATALOG_address_result) + 1, COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;
        begin(&story);
        visit(&story, 0, rows[i].result);
        struct address_list found = list(&story);
        EXPECT_INT(2, found.count);
        EXPECT_INT(rows[i].is_over ? 1 : 2, found.open_count);
        EXPECT_TEXT(rows[i].is_first ? "Harbour 1" : "Mill Lane 2", found.items[0].at->text);
        const ds_Address *to = address_located(&found);
        EXPECT_TEXT(rows[i].is_first ? "Harbour 1" : "Mill Lane 2", to->text);
    }
}

/* A case in which door after door was learned: those of the record keep what was found there. */
TEST(test_what_was_found_at_a_listed_door_outlasts_what_was_found_elsewhere)
{
    struct story story;
    begin(&story);
    visit(&story, 0, ADDRESS_RESULT_other_occupant);
    for (int i = 0; i < 20; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "No. %d", i);
        note(&story, text, "", ADDRESS_RESULT_vacant);
    }
    EXPECT_INT(COUNT(story.state.findings), story.state.findings_count);
    struct address_list found = list(&story);
    EXPECT_TEXT("Harbour 1", found.items[found.count - 1].at->text);
    EXPECT(found.items[found.count - 1].is_over);
}

TEST(test_a_borrower_who_lives_nowhere_known_has_no_door)
{
    struct story story;
    begin(&story);
    visit(&story, 0, ADDRESS_RESULT_other_occupant);
    visit(&story, 1, ADDRESS_RESULT_moved);
    struct address_list found = list(&story);
    EXPECT(address_list_is_over(&found));
    EXPECT(address_located(&found) == NULL);
    note(&story, "New Road 3", "", 0);
    found = list(&story);
    EXPECT(!address_list_is_over(&found));
    EXPECT_TEXT("New Road 3", address_located(&found)->text);
    story.record.addresses_count = 0;
    fold_start(&story.state, &story.record);
    found = list(&story);
    EXPECT(!address_list_is_over(&found)); /* nobody knows, which is not the same */
}

TEST(test_an_address_learned_at_the_door_can_be_visited_and_found_wrong_in_turn)
{
    struct story story;
    begin(&story);
    note(&story, "New Road 3", "Harbour 1", 0);
    expect_order(&story, "Mill Lane 2", "New Road 3", "Harbour 1", 2);
    struct address_list found = list(&story);
    EXPECT(found.items[1].is_noted);
    visit_at(&story,
             (ds_VisitStarted){
                 .place = 1, .visitors = 2, .address_index = 2, .address = found.items[1].tag},
             ADDRESS_RESULT_lives_here);
    expect_order(&story, "New Road 3", "Mill Lane 2", "Harbour 1", 2);
    visit_at(&story,
             (ds_VisitStarted){
                 .place = 1, .visitors = 2, .address_index = 2, .address = found.items[1].tag},
             ADDRESS_RESULT_moved);
    expect_order(&story, "Mill Lane 2", "Harbour 1", "New Road 3", 1);
    EXPECT_INT(ADDRESS_RESULT_moved, list(&story).items[2].result);
}

TEST(test_what_is_taken_back_was_not_found)
{
    struct story story;
    begin(&story);
    visit(&story, 0, ADDRESS_RESULT_lives_here);
    struct id wrong = visit(&story, 0, ADDRESS_RESULT_other_occupant);
    expect_order(&story, "Mill Lane 2", "Harbour 1", NULL, 1);
    story_withdraw(&story, wrong);
    expect_order(&story, "Harbour 1", "Mill Lane 2", NULL, 2);
    EXPECT_INT(ADDRESS_RESULT_lives_here, list(&story).items[0].result);

    struct id other = visit(&story, 0, ADDRESS_RESULT_wrong);
    ds_Event event = sample_event(EVENT_correction);
    memcpy(event.kind.correction.target, other.bytes, sizeof other.bytes);
    event.kind.correction.which_anew = ds_Correction_visit_finished_tag;
    event.kind.correction.anew.visit_finished =
        sample_event(EVENT_visit_finished).kind.visit_finished;
    event.kind.correction.anew.visit_finished.address_result = ADDRESS_RESULT_vacant;
    story_tell(&story, event, 1);
    EXPECT_INT(ADDRESS_RESULT_vacant, list(&story).items[1].result);
    story_withdraw(&story, other);
    EXPECT_INT(ADDRESS_RESULT_lives_here, list(&story).items[0].result);
}

TEST(test_a_finding_belongs_to_its_own_visit)
{
    struct story story;
    begin(&story);
    ds_Event finished = sample_event(EVENT_visit_finished); /* its beginning never came */
    finished.visit_seq = 999;
    finished.kind.visit_finished.address_result = ADDRESS_RESULT_wrong;
    story_tell(&story, finished, 1);
    EXPECT_INT(2, list(&story).open_count);
    visit(&story, 7, ADDRESS_RESULT_wrong); /* no such address */
    EXPECT_INT(2, list(&story).open_count);
    visit(&story, 1, ADDRESS_RESULT_wrong);
    ds_Address first = story.record.addresses[0]; /* headquarters sends them in another order */
    story.record.addresses[0] = story.record.addresses[1];
    story.record.addresses[1] = first;
    expect_order(&story, "Harbour 1", "Mill Lane 2", NULL, 1);
}

static void tell_from(struct story *story, ds_Event event, uint32_t device_no)
{
    event.at_ms = (uint64_t)(story->at_ms + 60000);
    story_fold(story, event, device_no);
}

/* Goal: two tablets at one borrower's doors at the same time: what each found is known, whichever
 * finishes first, and a visit that another tablet never finished hides nothing. */
TEST(test_overlapping_visits_of_two_tablets_each_leave_their_finding)
{
    for (int first = 0; first < 2; first++) {
        struct story story;
        begin(&story);
        uint64_t seqs[2];
        for (uint32_t i = 0; i < 2; i++) {
            ds_Event started = sample_event(EVENT_visit_started);
            started.kind.visit_started =
                (ds_VisitStarted){.place = 1, .address_index = i, .visitors = 2};
            tell_from(&story, started, SAMPLE_DEVICE + i);
            seqs[i] = story.seq;
        }
        for (uint32_t n = 0; n < 2; n++) {
            uint32_t i = first == 0 ? n : 1 - n;
            ds_Event finished = sample_event(EVENT_visit_finished);
            finished.visit_seq = seqs[i];
            finished.kind.visit_finished.address_result =
                i == 0 ? ADDRESS_RESULT_wrong : ADDRESS_RESULT_lives_here;
            tell_from(&story, finished, SAMPLE_DEVICE + i);
        }
        expect_order(&story, "Mill Lane 2", "Harbour 1", NULL, 1);
        EXPECT_INT(0, story.state.older_visits_count);
    }
}

TEST(test_visits_that_never_end_are_bounded_and_the_latest_count)
{
    struct story story;
    begin(&story);
    uint64_t last_seq = 0;
    for (uint32_t i = 0; i < 20; i++) {
        ds_Event started = sample_event(EVENT_visit_started);
        started.kind.visit_started =
            (ds_VisitStarted){.place = 1, .address_index = i % 2, .visitors = 2};
        tell_from(&story, started, SAMPLE_DEVICE + i % 7);
        last_seq = story.seq;
    }
    EXPECT(story.state.older_visits_count > 0);
    ds_Event finished = sample_event(EVENT_visit_finished);
    finished.visit_seq = last_seq; /* the twentieth, at the second door, of the sixth tablet */
    finished.kind.visit_finished.address_result = ADDRESS_RESULT_wrong;
    tell_from(&story, finished, SAMPLE_DEVICE + 19 % 7);
    expect_order(&story, "Harbour 1", "Mill Lane 2", NULL, 1);
}

TEST(test_the_same_words_are_one_address)
{
    struct story story;
    begin(&story);
    note(&story, "Harbour 1", "", ADDRESS_RESULT_lives_here);
    sample_text(story.state.addresses[0].door_note, "second gate");
    struct address_list found = list(&story);
    EXPECT_INT(2, found.count);
    EXPECT(!found.items[0].is_noted);
    EXPECT_TEXT("second gate", found.items[0].door_note);
    EXPECT_INT(ADDRESS_RESULT_lives_here, found.items[0].result);
    for (int i = 0; i < 20; i++) { /* more findings than there is room for */
        char text[16];
        (void)snprintf(text, sizeof text, "Street %d", i);
        note(&story, text, "", ADDRESS_RESULT_wrong);
    }
    EXPECT_INT(6, list(&story).count);
    EXPECT_INT(0, address_tag(""));
}
