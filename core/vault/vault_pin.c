/* What a PIN and a passphrase must be, and the wait after a wrong one. Pure. */
#include "core/vault/vault.h"

#include "core/base/str.h"

#include <string.h>

int64_t vault_wait_ms(uint32_t wrong_count)
{
    static const int64_t waits_s[] = {30, 60, 5 * 60, 15 * 60, 30 * 60};
    if (wrong_count <= VAULT_FREE_TRIES) {
        return 0;
    }
    size_t at = wrong_count - VAULT_FREE_TRIES - 1;
    return at < COUNT(waits_s) ? waits_s[at] * 1000 : VAULT_WAIT_MAX_MS;
}

enum vault_flaw vault_pin_flaw(const char *pin)
{
    size_t size = strlen(pin);
    if (size != VAULT_PIN_SIZE || strspn(pin, "0123456789") != size) {
        return VAULT_FLAW_size;
    }
    for (int step = -1; step <= 1; step++) {
        size_t i = 1;
        while (i < size && pin[i] - pin[i - 1] == step) {
            i++;
        }
        if (i == size) {
            return VAULT_FLAW_easy;
        }
    }
    return VAULT_FLAW_none;
}

enum vault_flaw vault_phrase_flaw(const char *phrase)
{
    enum { WORDS_MAX = 64, WORD_CHARS = 2 };
    struct str words[WORDS_MAX];
    size_t count = 0;
    if (strlen(phrase) >= VAULT_SECRET_SIZE) {
        return VAULT_FLAW_size;
    }
    struct str rest = str_from(phrase);
    for (struct str word; str_split(&rest, ' ', &word);) {
        if (word.size < WORD_CHARS) {
            continue; /* a blank too many, or a lone letter: no word */
        }
        for (size_t i = 0; i < count; i++) {
            if (words[i].size == word.size && memcmp(words[i].bytes, word.bytes, word.size) == 0) {
                return VAULT_FLAW_easy;
            }
        }
        words[count++] = word;
    }
    return count < VAULT_PHRASE_WORDS ? VAULT_FLAW_size : VAULT_FLAW_none;
}
