/* Help that was asked for on a shut tablet, in vault.alarms: magic, count, then time and flags of
 * each, and a hash over all. */
#include "sync/spool/keyhole_alarms.h"

#include "core/base/buf.h"
#include "core/os/log.h"
#include "core/os/os.h"

#include <sodium.h>
#include <string.h>

enum {
    ALARM_SIZE = 8 + 1,
    ALARMS_SIZE = 4 + 1 + KEYHOLE_ALARMS_MAX * ALARM_SIZE + 32,
    ALARM_silent = 1,
    ALARM_heard = 2,
    ALARM_recorded = 4,
};
static const char ALARMS_MAGIC[] = "DSVA";

static enum err alarms_write(struct keyhole *keyhole)
{
    uint8_t bytes[ALARMS_SIZE];
    uint8_t hash[32];
    struct buf_writer writer;
    if (keyhole->alarm_count == 0) {
        return os_file_remove(keyhole->alarms_path);
    }
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_bytes(&writer, ALARMS_MAGIC, 4);
    buf_write_u8(&writer, (uint8_t)keyhole->alarm_count);
    for (size_t i = 0; i < keyhole->alarm_count; i++) {
        const struct keyhole_alarm *alarm = &keyhole->alarms[i];
        buf_write_u64(&writer, (uint64_t)alarm->at_ms);
        buf_write_u8(&writer, (uint8_t)((alarm->is_silent ? ALARM_silent : 0) |
                                        (alarm->is_heard ? ALARM_heard : 0) |
                                        (alarm->is_recorded ? ALARM_recorded : 0)));
    }
    crypto_generichash(hash, sizeof hash, bytes, writer.size, NULL, 0);
    buf_write_bytes(&writer, hash, sizeof hash);
    CHECK(writer.err == OK);
    return os_file_replace(keyhole->alarms_path, bytes, writer.size);
}

enum err keyhole_alarms_read(struct keyhole *keyhole, struct arena *arena)
{
    struct str bytes;
    enum err err = os_file_read(arena, keyhole->alarms_path, ALARMS_SIZE, &bytes);
    if (err == ERR_not_found) {
        return OK;
    }
    uint8_t hash[32];
    bool is_good = err == OK && bytes.size >= 5 + sizeof hash;
    if (is_good) {
        size_t size = bytes.size - sizeof hash;
        crypto_generichash(hash, sizeof hash, (const uint8_t *)bytes.bytes, size, NULL, 0);
        is_good = memcmp(hash, bytes.bytes + size, sizeof hash) == 0 &&
                  memcmp(bytes.bytes, ALARMS_MAGIC, 4) == 0;
    }
    struct buf_reader reader;
    buf_reader_init(&reader, bytes.bytes, is_good ? bytes.size : 0);
    (void)buf_read_u32(&reader);
    size_t count = buf_read_u8(&reader);
    if (!is_good || count > KEYHOLE_ALARMS_MAX) {
        log_line(LOG_error, "keyhole", "the list of alarms cannot be read");
        return os_file_remove(keyhole->alarms_path);
    }
    for (size_t i = 0; i < count; i++) {
        struct keyhole_alarm *alarm = &keyhole->alarms[i];
        alarm->at_ms = (int64_t)buf_read_u64(&reader);
        uint8_t flags = buf_read_u8(&reader);
        alarm->is_silent = (flags & ALARM_silent) != 0;
        alarm->is_heard = (flags & ALARM_heard) != 0;
        alarm->is_recorded = (flags & ALARM_recorded) != 0;
    }
    keyhole->alarm_count = count;
    return OK;
}

/* What headquarters has and the journal has needs no place here any more. */
static void alarms_settle(struct keyhole *keyhole)
{
    size_t kept = 0;
    for (size_t i = 0; i < keyhole->alarm_count; i++) {
        if (!keyhole->alarms[i].is_heard || !keyhole->alarms[i].is_recorded) {
            keyhole->alarms[kept++] = keyhole->alarms[i];
        }
    }
    keyhole->alarm_count = kept;
}

enum err keyhole_alarm(struct keyhole *keyhole, bool is_silent)
{
    if (keyhole->alarm_count == KEYHOLE_ALARMS_MAX) {
        return ERR_too_many;
    }
    int64_t at_ms = clock_now_ms(keyhole->clock);
    for (size_t i = 0; i < keyhole->alarm_count; i++) { /* headquarters tells them apart by it */
        at_ms = at_ms > keyhole->alarms[i].at_ms ? at_ms : keyhole->alarms[i].at_ms + 1;
    }
    keyhole->alarms[keyhole->alarm_count++] =
        (struct keyhole_alarm){.at_ms = at_ms, .is_silent = is_silent};
    enum err err = alarms_write(keyhole);
    keyhole->alarm_count -= err != OK;
    return err;
}

enum err keyhole_recorded(struct keyhole *keyhole)
{
    if (keyhole->alarm_count == 0) {
        return OK;
    }
    for (size_t i = 0; i < keyhole->alarm_count; i++) {
        keyhole->alarms[i].is_recorded = true;
    }
    alarms_settle(keyhole);
    return alarms_write(keyhole);
}

enum err keyhole_alarms_heard(struct keyhole *keyhole, uint64_t alarm_at_ms)
{
    bool is_changed = false;
    for (size_t i = 0; i < keyhole->alarm_count; i++) {
        struct keyhole_alarm *alarm = &keyhole->alarms[i];
        bool is_told = (uint64_t)alarm->at_ms <= alarm_at_ms;
        if (!alarm->is_heard && alarm->is_asked && is_told) {
            alarm->is_heard = true;
            is_changed = true;
        }
    }
    if (!is_changed) {
        return OK;
    }
    alarms_settle(keyhole);
    return alarms_write(keyhole);
}
