/* Goal: a receipt says what headquarters signed, about the history that the tablet holds, or
 * nothing. Method: every bit of a copy is turned over, as whoever has the copy can; and
 * headquarters itself signs for another history. */
#include "sync/proto/receipt.h"

#include "tests/lib/test.h"
#include "tests/sync/proto/samples.h"

enum { SEQ = 42, AT_MS = 1763863200 };

static ds_Receipt receipt_of(const struct samples *samples, const struct chain_link *link)
{
    ds_Receipt receipt = {.device_no = SAMPLE_DEVICE_NO,
                          .stored_seq = SEQ,
                          .stored_at_ms = AT_MS,
                          .level = RECEIPT_LEVEL_stored};
    memcpy(receipt.link, link->bytes, sizeof receipt.link);
    receipt_sign(&receipt, &samples->hq.secret_key);
    return receipt;
}

TEST(test_no_bit_of_a_compromised_copy_of_a_receipt_verifies)
{
    struct samples samples;
    struct chain_link link;
    samples_init(&samples);
    memset(link.bytes, 0x5A, sizeof link.bytes);
    ds_Receipt good = receipt_of(&samples, &link);
    const struct chain_public_key *hq = &samples.hq.public_key;
    EXPECT_INT(WIRE_ok, receipt_check(&good, SAMPLE_DEVICE_NO, &link, hq));
    ds_Receipt copy = good;
    const struct {
        const char *row;
        void *at;
        size_t size;
    } fields[] = {
        {"device_no", &copy.device_no, sizeof copy.device_no},
        {"stored_seq", &copy.stored_seq, sizeof copy.stored_seq},
        {"link", copy.link, sizeof copy.link},
        {"stored_at_ms", &copy.stored_at_ms, sizeof copy.stored_at_ms},
        {"level", &copy.level, sizeof copy.level},
        {"signature", copy.signature, sizeof copy.signature},
    };
    for (size_t i = 0; i < COUNT(fields); i++) {
        for (size_t bit = 0; bit < 8 * fields[i].size; bit++) {
            copy = good;
            ((uint8_t *)fields[i].at)[bit / 8] ^= (uint8_t)(1U << (bit % 8));
            EXPECT_ROW(fields[i].row, receipt_check(&copy, SAMPLE_DEVICE_NO, &link, hq) != WIRE_ok);
        }
    }
    samples_deinit(&samples);
}

TEST(test_a_receipt_signed_anew_over_another_history_fails_on_the_tablet)
{
    struct samples samples;
    struct chain_link link;
    samples_init(&samples);
    memset(link.bytes, 0x5A, sizeof link.bytes);
    for (size_t at = 0; at < sizeof link.bytes; at++) {
        struct chain_link other = link;
        other.bytes[at] ^= 0x80;
        ds_Receipt receipt = receipt_of(&samples, &other);
        EXPECT_INT(WIRE_ok, receipt_verify(&receipt, SAMPLE_DEVICE_NO, &samples.hq.public_key));
        EXPECT_INT(WIRE_bad_link,
                   receipt_check(&receipt, SAMPLE_DEVICE_NO, &link, &samples.hq.public_key));
    }
    samples_deinit(&samples);
}
