#include "sync/server/import/id_number.h"

#include "core/domain/date.h"

#include <string.h>

static bool digits_only(struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') {
            return false;
        }
    }
    return text.size > 0;
}

/* GB 11643-1999: ISO 7064 MOD 11-2. */
char id_number_check_digit(const char digits[17])
{
    static const unsigned weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    unsigned sum = 0;
    for (size_t i = 0; i < 17; i++) {
        sum += weights[i] * (unsigned)(digits[i] - '0');
    }
    return "10X98765432"[sum % 11];
}

static int32_t digits_value(const char *digits, size_t count)
{
    int32_t value = 0;
    for (size_t i = 0; i < count; i++) {
        value = value * 10 + (digits[i] - '0');
    }
    return value;
}

/* Years of four digits from 1850 on; of two, from 1900 on. */
static bool birth_is_real(const char *digits, size_t year_size)
{
    int32_t year = digits_value(digits, year_size) + (year_size == 2 ? 1900 : 0);
    int32_t month = digits_value(digits + year_size, 2);
    int32_t day = digits_value(digits + year_size + 2, 2);
    return year >= 1850 && year <= 2199 && month >= 1 && month <= 12 && day >= 1 &&
           day <= date_days_in_month(year, month);
}

static enum id_number_verdict citizen_check(struct str number)
{
    if (!birth_is_real(number.bytes + 6, 4)) {
        return ID_NUMBER_bad_shape;
    }
    char last = number.bytes[17] == 'x' ? 'X' : number.bytes[17];
    return id_number_check_digit(number.bytes) == last ? ID_NUMBER_ok : ID_NUMBER_bad_check;
}

/* GB 32100-2015: MOD 31 over its own alphabet. */
static enum id_number_verdict credit_code_check(struct str number)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static const unsigned weights[17] = {1,  3,  9,  27, 19, 26, 16, 17, 20,
                                         29, 25, 13, 8,  24, 10, 30, 28};
    unsigned sum = 0;
    for (size_t i = 0; i < 18; i++) {
        const char *at = number.bytes[i] != '\0' ? strchr(alphabet, number.bytes[i]) : NULL;
        if (at == NULL) {
            return ID_NUMBER_bad_shape;
        }
        if (i < 17) {
            sum += weights[i] * (unsigned)(at - alphabet);
        }
    }
    return alphabet[(31 - sum % 31) % 31] == number.bytes[17] ? ID_NUMBER_ok : ID_NUMBER_bad_check;
}

static bool is_travel_document(struct str number)
{
    size_t letters = 0;
    while (letters < number.size && number.bytes[letters] >= 'A' && number.bytes[letters] <= 'Z') {
        letters++;
    }
    struct str digits = {number.bytes + letters, number.size - letters};
    return letters >= 1 && letters <= 3 && digits.size >= 5 && digits.size <= 9 &&
           digits_only(digits);
}

enum id_number_verdict id_number_check(struct str number)
{
    if (number.size == 18) {
        struct str head = {number.bytes, 17};
        char last = number.bytes[17];
        bool is_citizen =
            digits_only(head) && ((last >= '0' && last <= '9') || last == 'X' || last == 'x');
        /* A credit code may be of digits alone. Those of companies begin with 9, which
         * no district does, so a mistyped citizen number is not taken for one. */
        if (is_citizen) {
            enum id_number_verdict verdict = citizen_check(number);
            bool is_code = verdict == ID_NUMBER_bad_shape && number.bytes[0] == '9' &&
                           credit_code_check(number) == ID_NUMBER_ok;
            return is_code ? ID_NUMBER_ok : verdict;
        }
        return credit_code_check(number);
    }
    if (number.size == 15 && digits_only(number)) {
        return birth_is_real(number.bytes + 6, 2) ? ID_NUMBER_ok : ID_NUMBER_bad_shape;
    }
    return is_travel_document(number) ? ID_NUMBER_ok : ID_NUMBER_bad_shape;
}

uint32_t id_number_gender(struct str number)
{
    if (number.size == 18 && digits_only((struct str){number.bytes, 17})) {
        return (number.bytes[16] - '0') % 2 == 1 ? 1 : 2;
    }
    if (number.size == 15 && digits_only(number)) {
        return (number.bytes[14] - '0') % 2 == 1 ? 1 : 2;
    }
    return 0;
}
