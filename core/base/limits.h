/* core/base/limits.h -- every maximum in the system, with what justifies it.
 * Long is healthy here. Wire and file readers check against these before they
 * allocate. The bounds of message fields stand in the .options files of core/event and are
 * asserted equal to these where both exist. */
#pragma once

enum limits {
    /* A note is what can be said about one visit; 2,000 bytes are 666 hanzi. */
    LIMIT_note_size = 2000,
    /* One event body: the largest is a plan of 60 instalments with a note,
     * 60 × 14 + 2,000 + 200, rounded up. */
    LIMIT_event_size = 4096,
    /* Plans: 60 monthly instalments is the legal ceiling for card debt in the
     * strictest profile that names one (rule A04). */
    LIMIT_instalments = 60,
    /* A batch: a week without network is 7 × 30 visits × 3 events = 630 events;
     * four batches of this size carry it. */
    LIMIT_batch_events = 200,
    LIMIT_batch_size = 64 * 1024,
    /* A sealed envelope: a batch that did not compress, plus seal and head. */
    LIMIT_envelope_size = 96 * 1024,
    /* An answer: a page of case records. */
    LIMIT_answer_size = 256 * 1024,
    LIMIT_page_size = 128 * 1024,
    /* One case record with parties, contact points, history; or what its facts made of it, with
     * the layer of rules that holds for it alone. */
    LIMIT_case_size = 32 * 1024,
    /* A photo, recording or document: a 12-megapixel JPEG of good quality is 4 to 6 MiB.
     * Chunks as small as 4 s of air time at 64 kbit/s: what a cut costs at most. */
    LIMIT_attachment_size = 8 * 1024 * 1024,
    LIMIT_chunk_size = 32 * 1024,
    /* Device numbers that one tablet's facts were first captured under: a tablet is cloned
     * or restored once or twice in its life. */
    LIMIT_lineage = 8,
    /* A collector carries 30 to 60 cases a day, some 400 assigned; 10,000 is
     * the search goal of the touch design. */
    LIMIT_device_cases = 10000,
    LIMIT_import_row_size = 64 * 1024,
    LIMIT_import_fields = 128,
};
