#include "sync/server/policy/law_built_in.h"

extern const unsigned char law_text_base[];
extern const size_t law_text_base_size;
extern const unsigned char law_text_cn[];
extern const size_t law_text_cn_size;
extern const unsigned char law_text_us[];
extern const size_t law_text_us_size;
extern const unsigned char law_text_uk_ie[];
extern const size_t law_text_uk_ie_size;
extern const unsigned char law_text_uk[];
extern const size_t law_text_uk_size;
extern const unsigned char law_text_in[];
extern const size_t law_text_in_size;
extern const unsigned char law_text_strict[];
extern const size_t law_text_strict_size;
extern const unsigned char law_text_us_ma[];
extern const size_t law_text_us_ma_size;
extern const unsigned char law_text_us_2p[];
extern const size_t law_text_us_2p_size;
extern const unsigned char law_text_ie[];
extern const size_t law_text_ie_size;
extern const unsigned char law_text_cn_xj[];
extern const size_t law_text_cn_xj_size;
extern const unsigned char law_text_kr[];
extern const size_t law_text_kr_size;
extern const unsigned char law_text_au[];
extern const size_t law_text_au_size;

static const struct {
    const char *id, *file;
    const unsigned char *bytes;
    const size_t *size;
    bool is_profile;
} rows[] = {
    {"cn", "cn.pol", law_text_cn, &law_text_cn_size, true},
    {"us", "us.pol", law_text_us, &law_text_us_size, true},
    {"uk", "uk.pol", law_text_uk, &law_text_uk_size, true},
    {"in", "in.pol", law_text_in, &law_text_in_size, true},
    {"strict", "strict.pol", law_text_strict, &law_text_strict_size, true},
    {"us-ma", "us-ma.pol", law_text_us_ma, &law_text_us_ma_size, true},
    {"us-2p", "us-2p.pol", law_text_us_2p, &law_text_us_2p_size, true},
    {"ie", "ie.pol", law_text_ie, &law_text_ie_size, true},
    {"cn-xj", "cn-xj.pol", law_text_cn_xj, &law_text_cn_xj_size, true},
    {"kr", "kr.pol", law_text_kr, &law_text_kr_size, true},
    {"au", "au.pol", law_text_au, &law_text_au_size, true},
    {"base", "base.pol", law_text_base, &law_text_base_size, false},
    {"uk-ie", "uk-ie.pol", law_text_uk_ie, &law_text_uk_ie_size, false},
};

enum err law_built_in(const char *id, struct str *text_out, const char **file_out)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (str_is(str_from(id), rows[i].id)) {
            *text_out = (struct str){(const char *)rows[i].bytes, *rows[i].size};
            *file_out = rows[i].file;
            return OK;
        }
    }
    return ERR_not_found;
}

const char *law_built_in_profile(size_t index)
{
    return index < COUNT(rows) && rows[index].is_profile ? rows[index].id : NULL;
}
