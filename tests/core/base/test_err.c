#include "tests/lib/test.h"

TEST(test_every_error_has_a_name_and_a_class)
{
    for (int err = OK + 1; err < ERR_COUNT; err++) {
        EXPECT(strlen(err_name((enum err)err)) > 0);
        EXPECT_ROW(err_name((enum err)err), err_class((enum err)err) != ERR_CLASS_none);
    }
    EXPECT_TEXT("ok", err_name(OK));
    EXPECT_TEXT("unknown", err_name((enum err)9999));
    EXPECT_INT(ERR_CLASS_never, err_class((enum err)9999));
}
