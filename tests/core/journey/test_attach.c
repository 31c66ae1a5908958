/* Evidence: bytes before the fact, kept until they are safe at headquarters, shown to nobody
 * once the case has left. */
#include "tests/core/journey/journeys.h"

#include "core/store/store_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct store_attachment the_photo(struct tablet *tablet, uint8_t which)
{
    struct store_attachment attachment;
    struct chain_hash hash = photo_hash(tablet, which);
    EXPECT_OK(store_attachment_get(tablet->store, &hash, &attachment));
    return attachment;
}

static bool can_be_shown(struct tablet *tablet, uint8_t which)
{
    struct str bytes;
    struct str photo = photo_make(tablet, which);
    struct chain_hash hash = photo_hash(tablet, which);
    enum err err = store_attachment_read(tablet->store, &tablet->task, &hash, &bytes);
    EXPECT(err == OK || err == ERR_not_found);
    return err == OK && str_equal(photo, bytes);
}

/* Headquarters has every fact. */
static void confirm(struct tablet *tablet)
{
    struct store_receipt receipt = {.stored_at_ms = 5, .level = 1, .bytes = STR("signed")};
    enum receipt_result result;
    EXPECT_OK(store_journal_last(tablet->store, &receipt.stored_seq, &receipt.link, NULL));
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_outbox_receipt(tablet->store, &receipt, &result));
    EXPECT_OK(store_commit(tablet->store));
}

static void hold(struct tablet *tablet, uint8_t which, uint32_t level)
{
    static const struct chain_signature signature = {{1}};
    struct chain_hash hash = photo_hash(tablet, which);
    confirm(tablet);
    EXPECT_OK(store_attachment_held(tablet->store, &hash, level, 5, &signature));
}

TEST(test_a_photo_is_a_fact_of_the_open_visit_and_its_bytes_are_there)
{
    struct tablet tablet;
    struct fact fact;
    tablet_open(&tablet, 3);
    prepare_visit(&tablet);
    EXPECT_OK(attach_photo(&tablet, 2, 1));
    struct store_attachment photo = the_photo(&tablet, 1);
    EXPECT_INT(2, photo.case_no);
    EXPECT_INT(PHOTO_SIZE, photo.size);
    EXPECT_INT(ATTACHMENT_waiting, photo.state);
    EXPECT_OK(store_journal_fact(tablet.store, photo.seq, &fact));
    EXPECT_INT(EVENT_evidence_attached, event_kind(&fact.event));
    EXPECT_INT(photo.seq - 1, fact.event.visit_seq);
    EXPECT(memcmp(fact.event.kind.evidence_attached.hash, photo.hash.bytes, 32) == 0);
    EXPECT(can_be_shown(&tablet, 1));
    /* In the pieces in which it is sent. */
    struct str whole = photo_make(&tablet, 1);
    EXPECT_INT(2, store_attachment_chunk_count(photo.size));
    for (uint32_t i = 0; i < 2; i++) {
        struct str chunk;
        EXPECT_OK(store_attachment_chunk(tablet.store, &tablet.task, &photo.hash, i, &chunk));
        EXPECT_INT(i == 0 ? LIMIT_chunk_size : PHOTO_SIZE - LIMIT_chunk_size, chunk.size);
        EXPECT(memcmp(chunk.bytes, whole.bytes + i * LIMIT_chunk_size, chunk.size) == 0);
    }
    struct str none;
    EXPECT_ERR(ERR_not_found,
               store_attachment_chunk(tablet.store, &tablet.task, &photo.hash, 2, &none));
    /* The same bytes again: another fact, the same attachment. */
    EXPECT_OK(attach_photo(&tablet, 2, 1));
    struct store_attachment *list = NULL;
    size_t count = 0;
    EXPECT_OK(store_attachment_list(tablet.store, &tablet.task, &list, &count));
    EXPECT_INT(1, count);
    tablet_close(&tablet);
}

TEST(test_what_cannot_be_evidence_is_said_and_leaves_nothing)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 3);
    char *large = arena_alloc(&tablet.task, LIMIT_attachment_size + 1);
    memset(large, 'x', LIMIT_attachment_size + 1);
    struct journey *journey = &tablet.journey;
    EXPECT_ERR(ERR_too_long,
               journey_attach(journey, 1, EVIDENCE_KIND_door, MEDIA_TYPE_jpeg,
                              (struct str){large, LIMIT_attachment_size + 1}, "", &capture));
    EXPECT_ERR(ERR_out_of_range, journey_attach(journey, 1, EVIDENCE_KIND_door, MEDIA_TYPE_jpeg,
                                                (struct str){large, 0}, "", &capture));
    EXPECT_OK(
        journey_attach(journey, 1, 99, MEDIA_TYPE_jpeg, (struct str){large, 5}, "", &capture));
    EXPECT(!capture.is_done);
    EXPECT_TEXT("evidence", capture.fault.field);
    EXPECT_OK(
        journey_attach(journey, 1, EVIDENCE_KIND_door, 99, (struct str){large, 5}, "", &capture));
    EXPECT_TEXT("media", capture.fault.field);
    struct store_outbox outbox;
    EXPECT_OK(store_outbox_read(tablet.store, &outbox));
    EXPECT_INT(0, outbox.last_seq);
    tablet_close(&tablet);
}

/* On a real disk, because of its size. */
TEST(test_the_largest_photo_is_kept_whole)
{
    char folder[] = "/tmp/doorstep-photo-XXXXXX";
    char path[64];
    struct tablet tablet;
    struct capture capture;
    struct str bytes;
    EXPECT(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/db", folder);
    tablet_open_file(&tablet, path, 1);
    char *large = arena_alloc(&tablet.task, LIMIT_attachment_size);
    rng_fill(&tablet.rng, large, LIMIT_attachment_size);
    EXPECT_OK(journey_attach(&tablet.journey, 1, EVIDENCE_KIND_door, MEDIA_TYPE_jpeg,
                             (struct str){large, LIMIT_attachment_size}, "", &capture));
    EXPECT(capture.is_done);
    struct chain_hash hash = chain_hash(large, LIMIT_attachment_size);
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_OK(store_attachment_read(tablet.store, &tablet.program, &hash, &bytes));
    EXPECT_INT(LIMIT_attachment_size, bytes.size);
    EXPECT(memcmp(large, bytes.bytes, bytes.size) == 0);
    tablet_close(&tablet);
    EXPECT(unlink(path) == 0);
    snprintf(path, sizeof path, "%s/db.media", folder);
    struct stat info;
    EXPECT(stat(path, &info) == 0);
    EXPECT_INT(0600, info.st_mode & 0777);
    EXPECT(unlink(path) == 0);
    snprintf(path, sizeof path, "%s/db.identity", folder);
    unlink(path); /* of a sealed store */
    EXPECT(rmdir(folder) == 0);
}

/* Bytes whose fact never came are gone after the next start; those with a fact stay. */
TEST(test_bytes_that_no_fact_names_are_removed_at_the_next_start)
{
    struct tablet tablet;
    struct chain_hash orphan;
    bool has_it = false;
    struct str photo;
    tablet_open(&tablet, 3);
    EXPECT_OK(attach_photo(&tablet, 1, 1));
    photo = photo_make(&tablet, 9);
    EXPECT_OK(store_attachment_put(tablet.store, photo.bytes, photo.size, &orphan));
    EXPECT_OK(store_media_has(tablet.store, &orphan, &has_it));
    EXPECT(has_it);
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_OK(store_media_has(tablet.store, &orphan, &has_it));
    EXPECT(!has_it);
    EXPECT(can_be_shown(&tablet, 1));
    tablet_close(&tablet);
}

TEST(test_headquarters_asks_holds_loses_and_asks_again)
{
    struct tablet tablet;
    struct store_lacking *chunks = NULL;
    size_t count = 0;
    struct store_health health;
    tablet_open(&tablet, 3);
    EXPECT_OK(attach_photo(&tablet, 1, 1));
    EXPECT_OK(store_health_read(tablet.store, &health));
    EXPECT_INT(1, health.attachment_count);
    EXPECT_INT(PHOTO_SIZE, health.attachment_size);
    struct chain_hash hash = photo_hash(&tablet, 1);
    EXPECT_OK(store_attachment_lacking(tablet.store, &tablet.task, 9, &chunks, &count));
    EXPECT_INT(0, count); /* nothing is sent that nobody asked for */
    static const uint32_t indexes[] = {1, 7};
    EXPECT_OK(store_attachment_lack(tablet.store, &hash, indexes, 2));
    EXPECT_OK(store_attachment_lacking(tablet.store, &tablet.task, 9, &chunks, &count));
    EXPECT_INT(1, count); /* there is no chunk 7 */
    EXPECT_INT(1, chunks[0].index);
    EXPECT_INT(ATTACHMENT_sending, the_photo(&tablet, 1).state);
    EXPECT_OK(store_attachment_lack(tablet.store, &hash, NULL, 0));
    EXPECT_OK(store_attachment_lacking(tablet.store, &tablet.task, 9, &chunks, &count));
    EXPECT_INT(2, count);
    EXPECT_OK(store_attachment_lacking(tablet.store, &tablet.task, 1, &chunks, &count));
    EXPECT_INT(1, count);
    hold(&tablet, 1, 1);
    EXPECT_INT(ATTACHMENT_held, the_photo(&tablet, 1).state);
    hold(&tablet, 1, 2);
    hold(&tablet, 1, 1); /* an older word */
    EXPECT_INT(ATTACHMENT_safe, the_photo(&tablet, 1).state);
    EXPECT_OK(store_attachment_lacking(tablet.store, &tablet.task, 9, &chunks, &count));
    EXPECT_INT(0, count);
    EXPECT_OK(store_health_read(tablet.store, &health));
    EXPECT_INT(0, health.attachment_count);
    /* Restored from a backup: it holds no photo of a fact that it asks for again … */
    EXPECT_OK(store_begin(tablet.store));
    EXPECT_OK(store_outbox_send_from(tablet.store, 1));
    EXPECT_OK(store_commit(tablet.store));
    EXPECT_INT(ATTACHMENT_waiting, the_photo(&tablet, 1).state);
    EXPECT_OK(store_health_read(tablet.store, &health));
    EXPECT_INT(1, health.attachment_count);
    confirm(&tablet);
    EXPECT_INT(ATTACHMENT_safe, the_photo(&tablet, 1).state);
    /* … and lacks what it held; the tablet still has it. */
    EXPECT_OK(store_attachment_lack(tablet.store, &hash, indexes, 1));
    EXPECT_INT(ATTACHMENT_sending, the_photo(&tablet, 1).state);
    EXPECT(can_be_shown(&tablet, 1));
    struct chain_hash unknown = {{9}};
    EXPECT_OK(store_attachment_lack(tablet.store, &unknown, indexes, 1));
    tablet_close(&tablet);
}

/* Goal: own evidence is never lost and a withdrawn borrower's photo is never shown. */
TEST(test_a_case_that_leaves_takes_its_safe_photos_and_hides_the_others)
{
    struct tablet tablet;
    bool has_it = false;
    tablet_open(&tablet, 3);
    EXPECT_OK(attach_photo(&tablet, 2, 1));
    EXPECT_OK(attach_photo(&tablet, 2, 2));
    EXPECT_OK(attach_photo(&tablet, 1, 3));
    EXPECT_OK(attach_photo(&tablet, 2, 3)); /* the same bytes about another case, too */
    hold(&tablet, 2, 2);
    EXPECT(can_be_shown(&tablet, 2)); /* safe, and the case is here */
    EXPECT_OK(run_withdraw_with_photos(&tablet));
    struct chain_hash safe = photo_hash(&tablet, 2);
    EXPECT_OK(store_media_has(tablet.store, &safe, &has_it));
    EXPECT(!has_it);
    EXPECT(!can_be_shown(&tablet, 1));
    EXPECT(the_photo(&tablet, 1).is_hidden);
    EXPECT(!the_photo(&tablet, 1).is_missing);
    EXPECT(can_be_shown(&tablet, 3));
    struct str chunk;
    struct chain_hash waiting = photo_hash(&tablet, 1);
    EXPECT_OK(store_attachment_chunk(tablet.store, &tablet.task, &waiting, 0, &chunk));
    hold(&tablet, 1, 1);
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_OK(store_media_has(tablet.store, &waiting, &has_it));
    EXPECT(has_it); /* held is not safe */
    hold(&tablet, 1, 2);
    EXPECT_OK(store_media_has(tablet.store, &waiting, &has_it));
    EXPECT(!has_it);
    /* Nothing of the wiped bytes is left in any file. */
    struct str gone = photo_make(&tablet, 1);
    for (int i = 0; i < FAULT_FILES_MAX; i++) {
        const struct fault_file *file = &tablet.disk.files[i];
        EXPECT(!file->exists || file->size < 512 ||
               memmem(file->bytes, file->size, gone.bytes + 1024, 64) == NULL);
    }
    tablet_close(&tablet);
}

/* Goal: whatever happens to the file of photos, facts are taken and the tablet opens. */
TEST(test_a_damaged_file_of_photos_stops_nothing_but_photos)
{
    struct tablet tablet;
    struct capture capture;
    struct store_health health;
    struct str photo;
    tablet_open(&tablet, 3);
    EXPECT_OK(attach_photo(&tablet, 1, 1));
    store_close(&tablet.store);
    memset(fault_disk_file(&tablet.disk, "device.db.media")->bytes, 'x', 100);
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_OK(store_health_read(tablet.store, &health));
    EXPECT(health.is_media_damaged);
    EXPECT(the_photo(&tablet, 1).is_missing);
    tablet_start_visit(&tablet, 2);
    photo = photo_make(&tablet, 2);
    EXPECT_ERR(ERR_corrupt, journey_attach(&tablet.journey, 2, EVIDENCE_KIND_door, MEDIA_TYPE_jpeg,
                                           photo, "", &capture));
    tablet_draft_promise(&tablet, 1000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    EXPECT(capture.is_done);
    tablet_close(&tablet);
}

/* A bit that turned over on the way back from the disk is never shown as the photo, not even
 * where the file is plain. */
TEST(test_a_changed_bit_is_not_shown)
{
    struct tablet tablet;
    struct str bytes;
    tablet_open_bare(&tablet);
    store_close(&tablet.store);
    fault_disk_free(&tablet.disk);
    tablet.options.key = NULL;
    EXPECT_OK(tablet_reopen(&tablet));
    tablet_fill(&tablet, 3);
    EXPECT_OK(attach_photo(&tablet, 1, 1));
    store_close(&tablet.store);
    struct fault_file *file = fault_disk_file(&tablet.disk, "device.db.media");
    struct str photo = photo_make(&tablet, 1);
    uint8_t *at = memmem(file->bytes, file->size, photo.bytes + 2000, 64);
    EXPECT(at != NULL);
    *at ^= 1;
    EXPECT_OK(tablet_reopen(&tablet));
    struct chain_hash hash = photo_hash(&tablet, 1);
    EXPECT_ERR(ERR_corrupt, store_attachment_read(tablet.store, &tablet.task, &hash, &bytes));
    tablet_close(&tablet);
}
