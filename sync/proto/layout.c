#include "sync/proto/layout.h"

#include "core/base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void layout_stem(char stem[LAYOUT_STEM_SIZE], const struct layout_name *name)
{
    CHECK((unsigned)name->class_ < LAYOUT_CLASS_COUNT);
    int size = snprintf(stem, LAYOUT_STEM_SIZE, "%u-%020" PRIu64 "-%016" PRIx64,
                        (unsigned)name->class_, name->seq, name->tag);
    CHECK(size == LAYOUT_STEM_SIZE - 1);
}

static bool read_seq(const char *text, uint64_t *seq_out)
{
    uint64_t seq = 0;
    for (size_t i = 0; i < LAYOUT_SEQ_DIGITS; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (seq > (UINT64_MAX - digit) / 10) {
            return false;
        }
        seq = seq * 10 + digit;
    }
    *seq_out = seq;
    return true;
}

static bool read_tag(const char *text, uint64_t *tag_out)
{
    uint64_t tag = 0;
    for (size_t i = 0; i < LAYOUT_TAG_DIGITS; i++) {
        bool is_number = text[i] >= '0' && text[i] <= '9';
        bool is_letter = text[i] >= 'a' && text[i] <= 'f';
        if (!is_number && !is_letter) {
            return false;
        }
        tag = tag << 4 | (uint64_t)(text[i] - (is_number ? '0' : 'a' - 10));
    }
    *tag_out = tag;
    return true;
}

bool layout_read(const char *text, const char *ending, struct layout_name *name_out)
{
    size_t size = strlen(text);
    size_t plain_size = LAYOUT_SEQ_DIGITS + 1 + LAYOUT_TAG_DIGITS + strlen(ending);
    struct layout_name name = {.class_ = LAYOUT_CLASS_text};
    bool has_class = size == plain_size + 2;
    if (has_class) {
        if (text[0] < '0' || text[0] >= '0' + LAYOUT_CLASS_COUNT || text[1] != '-') {
            return false;
        }
        name.class_ = (enum layout_class)(text[0] - '0');
        text += 2;
    } else if (size != plain_size) {
        return false;
    }
    const char *tag = text + LAYOUT_SEQ_DIGITS + 1;
    bool is_good = read_seq(text, &name.seq) && text[LAYOUT_SEQ_DIGITS] == '-' &&
                   read_tag(tag, &name.tag) && strcmp(tag + LAYOUT_TAG_DIGITS, ending) == 0;
    if (is_good && !has_class && name.seq == 0) {
        name.class_ = LAYOUT_CLASS_join; /* no fact has seq 0: an enrolment */
    }
    if (is_good) {
        *name_out = name;
    }
    return is_good;
}

static int compare(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* Somebody stands before a shut tablet: behind alarms only. */
int layout_rank(enum layout_class class_)
{
    return class_ == LAYOUT_CLASS_keys ? 1 : 2 * (int)class_;
}

int layout_compare(const struct layout_name *a, const struct layout_name *b)
{
    int by_class = layout_rank(a->class_) - layout_rank(b->class_);
    int by_seq = compare(a->seq, b->seq);
    return by_class != 0 ? by_class : by_seq != 0 ? by_seq : compare(a->tag, b->tag);
}

const char *layout_photos_name(enum layout_photos photos)
{
    switch (photos) {
    case LAYOUT_PHOTOS_wifi:
        return "wifi";
    case LAYOUT_PHOTOS_always:
        return "always";
    case LAYOUT_PHOTOS_off:
        return "off";
    case LAYOUT_PHOTOS_COUNT:
        break;
    }
    UNREACHABLE();
}
