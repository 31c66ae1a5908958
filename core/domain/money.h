/* core/domain/money.h -- integer money in minor units (fen). Pure; no float. */
#pragma once

#include "core/base/str.h"

/* Rounding is always named. half_up: 0.5 goes away from zero. */
enum money_rounding { MONEY_ROUND_down, MONEY_ROUND_half_up, MONEY_ROUND_up };

/* amount × numerator ÷ denominator (> 0) without overflow inside.
 * ERR_out_of_range when the result does not fit. */
enum err money_scale(int64_t amount_minor, int64_t numerator, int64_t denominator,
                     enum money_rounding rounding, int64_t *result_out) MUST_USE;
/* "1234.5", "-0.05", "1,234.50", "￥12" or "¥12": at most two decimals.
 * ERR_bad_number, ERR_out_of_range. */
enum err money_from_text(struct str text, int64_t *amount_minor_out) MUST_USE;
enum { MONEY_TEXT_SIZE = 40, MONEY_CAPITALS_SIZE = 160 };
/* "1,234.50" (grouped) or "1234.50". Returns `text`. */
const char *money_to_text(char text[MONEY_TEXT_SIZE], int64_t amount_minor, bool is_grouped);
/* Chinese capital numerals as used on receipts: 壹仟贰佰叁拾肆元伍角整. Amounts of 0 up to
 * 9,999 兆 fen; CHECKs the range. Returns `text`. */
const char *money_to_capitals(char text[MONEY_CAPITALS_SIZE], int64_t amount_minor);
