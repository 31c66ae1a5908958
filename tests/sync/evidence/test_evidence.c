/* Goal: what is in an evidence pack can be proved, and whoever changes it, from a stranger with an
 * editor to headquarters itself with its key at hand, is named with the first link that breaks.
 *
 * Method: one case of two tablets and headquarters, with a photo, a policy and facts of other cases
 * in between, written by the writer that headquarters uses. Each row changes one thing, some of
 * them by sealing anew, as only the holder of headquarters' key can. */
#include "sync/evidence/evidence_write.h"

#include "core/base/buf.h"
#include "sync/proto/batch.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

enum { CASE_NO = 4711, TABLET = 7, FACTS_MAX = 16, FILES_MAX = 8, DAY_FACT = 0 };

struct file {
    char name[EVIDENCE_FILE_NAME_SIZE];
    struct str bytes;
};

struct journal {
    uint32_t device_no;
    struct envelope_keys keys;
    uint64_t count;
    struct str bodies[FACTS_MAX + 1]; /* by seq */
    struct chain_link links[FACTS_MAX + 1];
    struct chain_signature signatures[FACTS_MAX + 1];
};

/* What is wrong with the pack that is made; zero: nothing. */
struct twist {
    bool has_other_body;        /* fact 2 says another amount, the chain goes on over it */
    bool has_other_device;      /* another tablet signed */
    bool lacks_fact;            /* fact 3 is left out */
    bool has_swapped_facts;     /* facts 2 and 3 change places */
    bool has_foreign_fact;      /* a fact of another case is told */
    bool has_wrong_receipt;     /* over another link */
    bool has_short_tail;        /* the last fact is left out, its receipt is not */
    bool has_no_receipt;        /* the chain ends without one */
    bool has_unproved_fact;     /* neither signature nor receipt before the next run */
    bool has_no_device;         /* facts of a tablet that headquarters does not certify */
    bool lacks_attachment_line; /* the fact names a photo, the list does not */
    bool has_unnamed_attachment;
    bool has_strange_key; /* headquarters' second key is signed by nobody */
};

struct pack {
    struct arena arena;
    struct keyring ring;
    struct journal tablet, hq;
    struct evidence_writer writer;
    struct file files[FILES_MAX];
    size_t file_count;
    struct str photo;
    size_t fact_count; /* told by evidence_check() */
};

static void keep(struct pack *pack, const char *name, struct str bytes)
{
    CHECK(pack->file_count < FILES_MAX);
    struct file *file = &pack->files[pack->file_count++];
    (void)str_copy(file->name, sizeof file->name, str_from(name));
    file->bytes = (struct str){
        arena_copy(&pack->arena, bytes.bytes, bytes.size + (bytes.size == 0)), bytes.size};
}

static struct file *find(struct pack *pack, const char *name)
{
    for (size_t i = 0; i < pack->file_count; i++) {
        if (strcmp(pack->files[i].name, name) == 0) {
            return &pack->files[i];
        }
    }
    return NULL;
}

static enum err read_file(void *context, struct arena *arena, const char *name, size_t size_max,
                          struct str *bytes_out)
{
    struct file *file = find(context, name);
    if (file == NULL) {
        return ERR_not_found;
    }
    if (file->bytes.size > size_max) {
        return ERR_too_long;
    }
    /* of the exact size, so that reading past the end is seen */
    *bytes_out =
        (struct str){arena_copy(arena, file->bytes.bytes, file->bytes.size), file->bytes.size};
    return OK;
}

static void count_fact(void *context, uint32_t device_no, uint64_t seq, const ds_Event *event)
{
    struct pack *pack = context;
    EXPECT(event->case_no == CASE_NO && seq > 0);
    (void)device_no;
    pack->fact_count++;
}

/* ---- journals ---- */

static void add(struct pack *pack, struct journal *journal, const ds_Event *event)
{
    uint8_t *body = arena_alloc(&pack->arena, LIMIT_event_size);
    size_t size = 0;
    EXPECT_OK(event_encode(event, body, LIMIT_event_size, &size));
    uint64_t seq = ++journal->count;
    CHECK(seq <= FACTS_MAX);
    journal->bodies[seq] = (struct str){(const char *)body, size};
    journal->links[seq] = chain_next(&journal->links[seq - 1], journal->device_no, seq, body, size);
}

static ds_Event head(uint64_t case_no, int64_t after_ms)
{
    return (ds_Event){.at_ms = (uint64_t)(1763863200000 + after_ms),
                      .person_no = 12,
                      .case_no = case_no,
                      .boot = 9,
                      .policy = 0x1122334455667788};
}

static void add_promise(struct pack *pack, struct journal *journal, uint64_t case_no,
                        uint64_t amount_minor)
{
    ds_Event event = head(case_no, (int64_t)journal->count * 1000);
    event.which_kind = ds_Event_promise_made_tag;
    event.kind.promise_made = (ds_PromiseMade){.amount_minor = amount_minor,
                                               .due_day = 20420,
                                               .channel = 2,
                                               .promised_by = 1,
                                               .owed_minor = 900000,
                                               .owed_as_of_day = 20414};
    add(pack, journal, &event);
}

static void add_photo(struct pack *pack, struct journal *journal)
{
    ds_Event event = head(CASE_NO, 50000);
    event.which_kind = ds_Event_evidence_attached_tag;
    event.kind.evidence_attached =
        (ds_EvidenceAttached){.size = (uint32_t)pack->photo.size, .evidence = 1, .media = 1};
    struct chain_hash hash = chain_hash(pack->photo.bytes, pack->photo.size);
    memcpy(event.kind.evidence_attached.hash, hash.bytes, sizeof hash.bytes);
    add(pack, journal, &event);
}

static void add_day_closed(struct pack *pack, struct journal *journal)
{
    ds_Event event = head(DAY_FACT, 60000);
    event.which_kind = ds_Event_day_closed_tag;
    event.kind.day_closed = (ds_DayClosed){.day = 20414, .planned = 3, .visited = 2, .skipped = 1};
    add(pack, journal, &event);
}

static const uint8_t status_hash[BATCH_STATUS_HASH_SIZE] = {5, 6, 7};

static struct chain_signature sign_at(const struct journal *journal, uint64_t seq,
                                      const struct envelope_keys *keys)
{
    uint8_t bytes[4 + 8 + 32 + BATCH_STATUS_HASH_SIZE];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u32(&writer, journal->device_no);
    buf_write_u64(&writer, seq);
    buf_write_bytes(&writer, journal->links[seq].bytes, sizeof journal->links[seq].bytes);
    buf_write_bytes(&writer, status_hash, sizeof status_hash);
    return chain_sign(&keys->secret_key, "batch", bytes, sizeof bytes);
}

/* Facts 1 to 3 are of the case, 4 of another, 5 of the case with a photo, 6 closes the day, 7 and 8
 * are of the case and another; the tablet signed at 3, 6 and 8. */
static void fill(struct pack *pack)
{
    arena_init(&pack->arena, 0);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 5);
    EXPECT_OK(keyring_add(&pack->ring, &rng, 1763000000000));
    EXPECT_OK(keyring_add(&pack->ring, &rng, 1763500000000));
    pack->photo = STR("not a photo, but bytes");
    pack->tablet.device_no = TABLET;
    chain_keypair(&rng, &pack->tablet.keys.public_key, &pack->tablet.keys.secret_key);
    struct journal *tablet = &pack->tablet;
    add_promise(pack, tablet, CASE_NO, 100);
    add_promise(pack, tablet, CASE_NO, 200);
    add_promise(pack, tablet, CASE_NO, 300);
    add_promise(pack, tablet, 4712, 400);
    add_photo(pack, tablet);
    add_day_closed(pack, tablet);
    add_promise(pack, tablet, CASE_NO, 700);
    add_promise(pack, tablet, 4713, 800);
    static const uint64_t signed_at[] = {3, 6, 8};
    for (size_t i = 0; i < COUNT(signed_at); i++) {
        tablet->signatures[signed_at[i]] = sign_at(tablet, signed_at[i], &tablet->keys);
    }
    add_promise(pack, &pack->hq, 4712, 1); /* stands for any fact of headquarters */
    add_promise(pack, &pack->hq, CASE_NO, 2);
}

/* ---- the pack ---- */

static void write_fact(struct pack *pack, const struct journal *journal, uint64_t seq,
                       const struct journal *from)
{
    evidence_write_fact(&pack->writer, seq, journal->device_no, from->bodies[seq]);
}

static void write_signed(struct pack *pack, uint64_t seq, const struct twist *twist)
{
    struct chain_signature signature = pack->tablet.signatures[seq];
    if (twist->has_other_device) {
        struct test_rng state;
        struct rng rng = test_rng_make(&state, 99);
        struct envelope_keys other;
        chain_keypair(&rng, &other.public_key, &other.secret_key);
        signature = sign_at(&pack->tablet, seq, &other);
    }
    evidence_write_signed(&pack->writer,
                          (struct str){(const char *)status_hash, sizeof status_hash},
                          (struct str){(const char *)signature.bytes, sizeof signature.bytes});
}

static void write_receipt(struct pack *pack, const struct journal *journal, uint64_t seq)
{
    evidence_write_receipt(&pack->writer, journal->device_no, seq, &journal->links[seq],
                           1763863300000);
}

static void write_first_run(struct pack *pack, const struct twist *twist)
{
    static const uint64_t plain[] = {1, 2, 3};
    static const uint64_t swapped[] = {1, 3, 2};
    const uint64_t *order = twist->has_swapped_facts ? swapped : plain;
    struct pack other = {.arena = pack->arena};
    add_promise(&other, &other.tablet, CASE_NO, 100);
    add_promise(&other, &other.tablet, CASE_NO, 999999);
    pack->arena = other.arena;
    evidence_write_at(&pack->writer, 0, &pack->tablet.links[0]);
    for (uint64_t i = 0; i < 3; i++) {
        if (twist->lacks_fact && i == 1) {
            continue;
        }
        bool is_other = twist->has_other_body && i == 1;
        /* in a swap the numbers stay and the bodies change places */
        evidence_write_fact(&pack->writer, i + 1, TABLET,
                            (is_other ? &other.tablet : &pack->tablet)->bodies[order[i]]);
    }
    if (!twist->has_unproved_fact) {
        write_signed(pack, 3, twist);
    }
}

static void write_tablet(struct pack *pack, const struct twist *twist)
{
    struct journal *tablet = &pack->tablet;
    evidence_write_chain(&pack->writer, TABLET, 0);
    write_first_run(pack, twist);
    if (twist->has_foreign_fact) {
        write_fact(pack, tablet, 4, tablet);
    } else {
        evidence_write_at(&pack->writer, 4, &tablet->links[4]);
    }
    write_fact(pack, tablet, 5, tablet);
    write_fact(pack, tablet, 6, tablet);
    write_signed(pack, 6, twist);
    if (!twist->has_short_tail) {
        write_fact(pack, tablet, 7, tablet);
    }
    if (twist->has_wrong_receipt) {
        evidence_write_receipt(&pack->writer, TABLET, 7, &tablet->links[6], 1763863300000);
    } else {
        write_receipt(pack, tablet, 7); /* 8 is another case's: only headquarters speaks for 7 */
    }
    if (!twist->has_no_receipt) {
        evidence_write_at(&pack->writer, 8, &tablet->links[8]);
        write_receipt(pack, tablet, 8);
    } else {
        evidence_write_at(&pack->writer, 8, &tablet->links[8]);
    }
}

static void write_files(struct pack *pack, const struct twist *twist)
{
    struct chain_hash hash = chain_hash(pack->photo.bytes, pack->photo.size);
    if (!twist->lacks_attachment_line) {
        evidence_write_attachment(&pack->writer, TABLET, &hash, (uint32_t)pack->photo.size,
                                  1763863400000, 2, "photo-1.jpg");
    }
    if (twist->has_unnamed_attachment) {
        struct chain_hash other = chain_hash("x", 1);
        keep(pack, "photo-2.jpg", STR("x"));
        evidence_write_attachment(&pack->writer, TABLET, &other, 1, 1763863400000, 2,
                                  "photo-2.jpg");
    }
    keep(pack, "photo-1.jpg", pack->photo);
}

static void make(struct pack *pack, const struct twist *twist)
{
    *pack = (struct pack){0};
    fill(pack);
    struct keyring shown = pack->ring;
    if (twist->has_strange_key) { /* the first signed nothing: another key stands in its place */
        struct test_rng state;
        struct rng rng = test_rng_make(&state, 77);
        chain_keypair(&rng, &shown.items[0].keys.public_key, &pack->hq.keys.secret_key);
    }
    evidence_write_start(&pack->writer, &pack->arena, CASE_NO, 1763863500000, &shown);
    evidence_write_person(&pack->writer, 12, STR("王 芳\n(A-12)"));
    evidence_write_record(&pack->writer, STR("record bytes"));
    keep(pack, EVIDENCE_RECORD, STR("record bytes"));
    struct str policy = STR("a policy");
    evidence_write_policy(&pack->writer, chain_short_hash(policy.bytes, policy.size), policy.size,
                          "policy-1.txt");
    keep(pack, "policy-1.txt", policy);
    if (!twist->has_no_device) {
        evidence_write_device(&pack->writer, TABLET, &pack->tablet.keys.public_key, 12, 1,
                              1763863500000);
    }
    evidence_write_chain(&pack->writer, 0, 0);
    evidence_write_at(&pack->writer, 1, &pack->hq.links[1]);
    write_fact(pack, &pack->hq, 2, &pack->hq);
    write_receipt(pack, &pack->hq, 2);
    write_tablet(pack, twist);
    write_files(pack, twist);
    keep(pack, EVIDENCE_INDEX, evidence_write_seal(&pack->writer));
}

static struct evidence_result check(struct pack *pack, const char *fingerprint)
{
    struct evidence_source source = {
        .file = read_file, .fact = count_fact, .context = pack, .fingerprint = fingerprint};
    struct evidence_result result;
    struct arena arena = {0};
    arena_init(&arena, 0);
    pack->fact_count = 0;
    EXPECT_OK(evidence_check(&arena, &source, &result));
    arena_deinit(&arena);
    return result;
}

static void expect_fault(const char *row, enum evidence_fault expected,
                         const struct evidence_result *result)
{
    if (result->first_break.fault != expected) {
        fail_msg("%s: %s instead of %s (%s line %zu, fact %llu, expected %s, found %s)", row,
                 evidence_fault_key(result->first_break.fault), evidence_fault_key(expected),
                 result->first_break.file, result->first_break.line_no,
                 (unsigned long long)result->first_break.seq, result->first_break.expected,
                 result->first_break.found);
    }
}

/* ---- what holds ---- */

TEST(test_a_pack_holds_and_says_what_is_proved)
{
    struct pack pack;
    make(&pack, &(struct twist){0});
    struct evidence_result result = check(&pack, NULL);
    expect_fault("whole", EVIDENCE_FAULT_none, &result);
    EXPECT_INT(CASE_NO, result.case_no);
    EXPECT_INT(5, result.counts.proved_count); /* 1 to 3, 5 and the end of the day */
    EXPECT_INT(1, result.counts.vouched_count);
    EXPECT_INT(1, result.counts.hq_count);
    EXPECT_INT(2, result.counts.signature_count);
    EXPECT_INT(3, result.counts.receipt_count);
    EXPECT_INT(1, result.counts.attachment_count);
    EXPECT_INT(2, result.counts.key_count);
    EXPECT_INT(6, pack.fact_count);
    EXPECT(!result.is_fingerprint_met);
    char text[ENROL_FINGERPRINT_SIZE];
    for (size_t i = 0; i < pack.ring.count; i++) {
        enrol_fingerprint(text, &pack.ring.items[i].keys.public_key);
        result = check(&pack, text);
        expect_fault("with a key of headquarters", EVIDENCE_FAULT_none, &result);
        EXPECT(result.is_fingerprint_met);
    }
    enrol_fingerprint(text, &pack.tablet.keys.public_key);
    result = check(&pack, text);
    expect_fault("with another key", EVIDENCE_FAULT_fingerprint, &result);
    arena_deinit(&pack.arena);
}

/* ---- who holds headquarters' key changes it, and seals anew ---- */

TEST(test_even_headquarters_cannot_change_what_a_tablet_signed)
{
    static const struct {
        const char *row;
        struct twist twist;
        enum evidence_fault fault;
        uint64_t seq;
    } rows[] = {
        {"another amount", {.has_other_body = true}, EVIDENCE_FAULT_fact_signature, 3},
        {"signed by another tablet", {.has_other_device = true}, EVIDENCE_FAULT_fact_signature, 3},
        {"a fact left out", {.lacks_fact = true}, EVIDENCE_FAULT_fact_missing, 1},
        {"facts in another order", {.has_swapped_facts = true}, EVIDENCE_FAULT_fact_signature, 3},
        {"a fact of somebody else", {.has_foreign_fact = true}, EVIDENCE_FAULT_fact_foreign, 4},
        {"a receipt over another history",
         {.has_wrong_receipt = true},
         EVIDENCE_FAULT_receipt_link,
         7},
        {"the last fact left out", {.has_short_tail = true}, EVIDENCE_FAULT_tail_missing, 6},
        {"no receipt at the end", {.has_no_receipt = true}, EVIDENCE_FAULT_tail_unreceipted, 7},
        {"facts that nobody signed", {.has_unproved_fact = true}, EVIDENCE_FAULT_fact_unproved, 3},
        {"a tablet without a certificate",
         {.has_no_device = true},
         EVIDENCE_FAULT_device_unknown,
         0},
        {"a photo left out",
         {.lacks_attachment_line = true},
         EVIDENCE_FAULT_attachment_unlisted,
         5},
        {"a photo that no fact names",
         {.has_unnamed_attachment = true},
         EVIDENCE_FAULT_attachment_unnamed,
         0},
        {"a key of nobody", {.has_strange_key = true}, EVIDENCE_FAULT_key_succession, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pack pack;
        make(&pack, &rows[i].twist);
        struct evidence_result result = check(&pack, NULL);
        expect_fault(rows[i].row, rows[i].fault, &result);
        EXPECT_ROW(rows[i].row, result.first_break.seq == rows[i].seq);
        EXPECT_ROW(rows[i].row, result.first_break.line_no > 0);
        arena_deinit(&pack.arena);
    }
}

/* ---- somebody with an editor ---- */

enum edit { EDIT_byte, EDIT_line_gone, EDIT_lines_swapped, EDIT_cut, EDIT_more, EDIT_file_gone };

/* Changes the line that begins with `start` in `name`. */
static void edit(struct pack *pack, const char *name, const char *start, enum edit what)
{
    struct file *file = find(pack, name);
    EXPECT(file != NULL);
    char *text = arena_alloc(&pack->arena, file->bytes.size + 32);
    memcpy(text, file->bytes.bytes, file->bytes.size);
    size_t size = file->bytes.size;
    char *line = start[0] == '\0' ? text : strstr(text, start);
    EXPECT(line != NULL);
    char *end = memchr(line, '\n', size - (size_t)(line - text));
    size_t line_size = end == NULL ? size : (size_t)(end - line) + 1;
    switch (what) {
    case EDIT_byte: /* the last digit before the end of the line */
        line[line_size - 2] = line[line_size - 2] == '0' ? '1' : '0';
        break;
    case EDIT_line_gone:
        memmove(line, line + line_size, size - (size_t)(line - text) - line_size);
        size -= line_size;
        break;
    case EDIT_lines_swapped: {
        char *next = line + line_size;
        char *next_end = memchr(next, '\n', size - (size_t)(next - text));
        size_t next_size = (size_t)(next_end - next) + 1;
        char *both = arena_alloc(&pack->arena, line_size + next_size);
        memcpy(both, next, next_size);
        memcpy(both + next_size, line, line_size);
        memcpy(line, both, line_size + next_size);
        break;
    }
    case EDIT_cut:
        size = (size_t)(line - text);
        break;
    case EDIT_more:
        memcpy(text + size, "fact 9 7 00\n", 12);
        size += 12;
        break;
    case EDIT_file_gone:
        file->name[0] = '\0';
        return;
    }
    file->bytes = (struct str){text, size};
}

TEST(test_whoever_edits_a_pack_is_found)
{
    static const struct {
        const char *row, *file, *start;
        enum edit edit;
        enum evidence_fault fault;
    } rows[] = {
        {"no list", EVIDENCE_INDEX, "", EDIT_file_gone, EVIDENCE_FAULT_file_missing},
        {"another format", EVIDENCE_INDEX, "doorstep", EDIT_byte, EVIDENCE_FAULT_format},
        {"a key", EVIDENCE_INDEX, "key 2", EDIT_byte, EVIDENCE_FAULT_key_succession},
        {"no first key", EVIDENCE_INDEX, "key 1", EDIT_line_gone, EVIDENCE_FAULT_order},
        {"a certificate", EVIDENCE_INDEX, "device", EDIT_byte, EVIDENCE_FAULT_certificate},
        {"no certificate", EVIDENCE_INDEX, "device", EDIT_line_gone, EVIDENCE_FAULT_device_unknown},
        {"a fact", EVIDENCE_INDEX, "fact 1 ", EDIT_byte, EVIDENCE_FAULT_fact_signature},
        {"no fact", EVIDENCE_INDEX, "fact 2 7", EDIT_line_gone, EVIDENCE_FAULT_fact_missing},
        {"facts change places", EVIDENCE_INDEX, "fact 1 7", EDIT_lines_swapped,
         EVIDENCE_FAULT_fact_missing},
        {"a signature", EVIDENCE_INDEX, "signed", EDIT_byte, EVIDENCE_FAULT_fact_signature},
        {"no signature", EVIDENCE_INDEX, "signed", EDIT_line_gone, EVIDENCE_FAULT_fact_unproved},
        {"a receipt", EVIDENCE_INDEX, "receipt", EDIT_byte, EVIDENCE_FAULT_receipt_signature},
        {"no last receipt", EVIDENCE_INDEX, "receipt 2 8", EDIT_line_gone,
         EVIDENCE_FAULT_tail_unreceipted},
        {"a chain", EVIDENCE_INDEX, "chain 7", EDIT_line_gone, EVIDENCE_FAULT_order},
        {"a photo's receipt", EVIDENCE_INDEX, "attachment", EDIT_line_gone,
         EVIDENCE_FAULT_attachment_unlisted},
        {"another photo", "photo-1.jpg", "", EDIT_more, EVIDENCE_FAULT_file_too_long},
        {"a changed photo", "photo-1.jpg", "", EDIT_byte, EVIDENCE_FAULT_attachment_changed},
        {"no photo", "photo-1.jpg", "", EDIT_file_gone, EVIDENCE_FAULT_file_missing},
        {"a changed policy", "policy-1.txt", "", EDIT_byte, EVIDENCE_FAULT_policy_changed},
        {"no policy", "policy-1.txt", "", EDIT_file_gone, EVIDENCE_FAULT_file_missing},
        {"a changed record", EVIDENCE_RECORD, "", EDIT_byte, EVIDENCE_FAULT_record_changed},
        {"another name of a person", EVIDENCE_INDEX, "person", EDIT_byte, EVIDENCE_FAULT_seal},
        {"no person", EVIDENCE_INDEX, "person", EDIT_line_gone, EVIDENCE_FAULT_seal},
        {"no policy line", EVIDENCE_INDEX, "policy", EDIT_line_gone, EVIDENCE_FAULT_seal},
        {"no seal", EVIDENCE_INDEX, "seal", EDIT_line_gone, EVIDENCE_FAULT_text_cut},
        {"another seal", EVIDENCE_INDEX, "seal", EDIT_byte, EVIDENCE_FAULT_seal},
        {"more behind the seal", EVIDENCE_INDEX, "", EDIT_more, EVIDENCE_FAULT_after_seal},
        {"cut", EVIDENCE_INDEX, "at 4", EDIT_cut, EVIDENCE_FAULT_text_cut},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pack pack;
        make(&pack, &(struct twist){0});
        edit(&pack, rows[i].file, rows[i].start, rows[i].edit);
        struct evidence_result result = check(&pack, NULL);
        expect_fault(rows[i].row, rows[i].fault, &result);
        EXPECT_ROW(rows[i].row, strcmp(result.first_break.file, rows[i].file) == 0);
        arena_deinit(&pack.arena);
    }
}

/* A pack made with other keys holds in itself; who has headquarters' fingerprint is not taken in.
 */
TEST(test_a_pack_of_a_false_headquarters_is_found_by_the_fingerprint)
{
    struct pack pack;
    make(&pack, &(struct twist){0});
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 4242);
    struct keyring real = {0};
    EXPECT_OK(keyring_add(&real, &rng, 1));
    char text[ENROL_FINGERPRINT_SIZE];
    enrol_fingerprint(text, &keyring_newest(&real)->public_key);
    struct evidence_result result = check(&pack, text);
    expect_fault("false", EVIDENCE_FAULT_fingerprint, &result);
    EXPECT(!result.is_fingerprint_met);
    arena_deinit(&pack.arena);
}

/* Every byte of the list, one bit after the other of some of them: nothing but the whole holds. */
TEST(test_no_byte_can_be_changed_and_no_end_cut_off)
{
    struct pack pack;
    make(&pack, &(struct twist){0});
    struct file *file = find(&pack, EVIDENCE_INDEX);
    struct str whole = file->bytes;
    char *bytes = arena_copy(&pack.arena, whole.bytes, whole.size);
    file->bytes.bytes = bytes;
    for (size_t at = 0; at < whole.size; at += 7) {
        bytes[at] = (char)(whole.bytes[at] ^ (1 << (at % 7)));
        struct evidence_result result = check(&pack, NULL);
        if (result.first_break.fault == EVIDENCE_FAULT_none) {
            fail_msg("byte %zu", at);
        }
        bytes[at] = whole.bytes[at];
    }
    for (size_t size = 0; size < whole.size; size += 23) {
        file->bytes.size = size;
        struct evidence_result result = check(&pack, NULL);
        EXPECT(result.first_break.fault != EVIDENCE_FAULT_none);
    }
    arena_deinit(&pack.arena);
}

TEST(test_names_of_files_lead_nowhere_else)
{
    static const struct {
        const char *name;
        bool is_good;
    } rows[] = {{"photo-1.jpg", true}, {"case.bin", true},     {"", false},
                {".", false},          {"..", false},          {".hidden", false},
                {"a/b", false},        {"/etc/pass", false},   {"a b", false},
                {"a\n", false},        {"\xE7\x85\xA7", false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].name, evidence_is_file_name(str_from(rows[i].name)) == rows[i].is_good);
    }
}
