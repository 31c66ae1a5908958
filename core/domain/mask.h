/* core/domain/mask.h -- personal details as they may stand on a screen. Pure. */
#pragma once

#include "core/base/str.h"

enum { MASK_TEXT_SIZE = 160 };
/* 13812345678 -> 138****5678; short values keep their last two characters. */
const char *mask_phone(char text[MASK_TEXT_SIZE], const char *phone);
/* 310101199001011234 -> 310***********1234. */
const char *mask_id_number(char text[MASK_TEXT_SIZE], const char *id_number);
/* 张小明 -> 张**: for lists that others may see. */
const char *mask_name(char text[MASK_TEXT_SIZE], const char *name);
