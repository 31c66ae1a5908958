#include "tests/lib/test.h"

#include "core/domain/catalog.h"
#include "core/domain/mask.h"

TEST(test_codes_are_dense_names_are_unique_and_lookups_agree)
{
    for (unsigned list = 0; list < CATALOG_COUNT; list++) {
        size_t count = catalog_count((enum catalog)list);
        EXPECT(count > 0);
        for (size_t i = 0; i < count; i++) {
            uint32_t code = catalog_code_at((enum catalog)list, i);
            EXPECT_ROW(catalog_list_name((enum catalog)list), code == i + 1);
            const char *name = catalog_name((enum catalog)list, code);
            EXPECT_ROW(name, catalog_code((enum catalog)list, str_from(name)) == code);
        }
        EXPECT(catalog_name((enum catalog)list, 0) == NULL);
        EXPECT(catalog_name((enum catalog)list, (uint32_t)count + 1) == NULL);
        EXPECT_TEXT("unknown.code", catalog_key((enum catalog)list, 4000000000U));
    }
}

TEST(test_unknown_codes_of_a_newer_tablet_get_the_careful_answer)
{
    EXPECT_INT(OUTCOME_MET_nobody, outcome_met(9999));
    EXPECT_INT(OUTCOME_NEEDS_none, outcome_needs(9999));
    EXPECT_INT(MATRIX_ROLE_OTHER, role_matrix(9999));
    EXPECT(!role_is_liable(9999) && !role_is_liable(0) && role_is_liable(ROLE_borrower));
    EXPECT(!role_is_liable(ROLE_spouse) && role_is_liable(ROLE_executor));
    EXPECT(!arrangement_state_is_live(9999));
    EXPECT_TEXT("", stop_flag_rule(9999));
    EXPECT_TEXT("S04", stop_flag_rule(STOP_FLAG_identity_dispute));
}

TEST(test_masks_show_no_more_than_they_should)
{
    char text[MASK_TEXT_SIZE];
    EXPECT_TEXT("138****5678", mask_phone(text, "13812345678"));
    EXPECT_TEXT("*****12", mask_phone(text, "6543212"));
    EXPECT_TEXT("310***********1234", mask_id_number(text, "310101199001011234"));
    EXPECT_TEXT("张**", mask_name(text, "张小明"));
    EXPECT_TEXT("", mask_name(text, ""));
}
