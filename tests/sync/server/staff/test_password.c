/* Which passwords are taken, and that they are kept so that nobody reads them. */
#include "sync/server/staff/password.h"

#include "tests/lib/test.h"

#include <string.h>

TEST(test_a_password_is_long_and_nobodys_name)
{
    static const struct {
        const char *password, *fault;
    } rows[] = {
        {"", "office.password.short"},
        {"nine char", "office.password.short"},
        {"ten chars!", NULL},
        {"a sentence is easy to keep", NULL},
        {"\xe6\x98\xa5\xe7\x9c\xa0\xe4\xb8\x8d\xe8\xa7\x89\xe6\x99\x93\xe5\xa4\x84\xe5\xa4\x84\xe9"
         "\x97\xbb\xe5\x95\xbc",
         "office.password.short"}, /* nine hanzi */
        {"\xe6\x98\xa5\xe7\x9c\xa0\xe4\xb8\x8d\xe8\xa7\x89\xe6\x99\x93\xe5\xa4\x84\xe5\xa4\x84\xe9"
         "\x97\xbb\xe5\x95\xbc\xe9\xb8\x9f",
         NULL}, /* ten */
        {"my s001 is fine", "office.password.own_name"},
        {"wang lei was here", "office.password.own_name"},
        {"aaaaaaaaaaaa", "office.password.known"},
        {"abababababab", "office.password.known"},
        {"abcdefghijkl", "office.password.known"},
        {"9876543210", "office.password.known"},
        {"Password2026!", "office.password.known"},
        {"20261122135", "office.password.known"},
        {"administrator", "office.password.known"},
        {"two\nlines of it", "office.password.signs"},
        {"not utf-8 \xff\xfe", "office.password.signs"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *fault =
            password_fault(str_from(rows[i].password), STR("S001"), STR("Wang Lei"));
        if ((fault == NULL) != (rows[i].fault == NULL) ||
            (fault != NULL && strcmp(fault, rows[i].fault) != 0)) {
            fail_msg("\"%s\": %s", rows[i].password, fault != NULL ? fault : "taken");
        }
    }
    char longest[PASSWORD_SIZE_MAX + 2];
    for (size_t i = 0; i < sizeof longest; i++) {
        longest[i] = (char)('a' + i * 7 % 26);
    }
    EXPECT(password_fault((struct str){longest, PASSWORD_SIZE_MAX}, STR(""), STR("")) == NULL);
    EXPECT(password_fault((struct str){longest, PASSWORD_SIZE_MAX + 1}, STR(""), STR("")) != NULL);
}

TEST(test_a_password_is_kept_as_argon2id_with_its_parameters)
{
    char verifier[PASSWORD_VERIFIER_SIZE], other[PASSWORD_VERIFIER_SIZE];
    EXPECT_OK(password_keep(STR("correct horse battery"), verifier));
    EXPECT_INT(0, strncmp(verifier, "$argon2id$v=19$m=65536,t=3,p=1$", 31));
    EXPECT_OK(password_keep(STR("correct horse battery"), other));
    EXPECT(strcmp(verifier, other) != 0); /* salted */
    EXPECT(password_is(verifier, STR("correct horse battery")));
    EXPECT(!password_is(verifier, STR("correct horse batterz")));
    EXPECT(!password_is("", STR("")));
    EXPECT(!password_is("not a verifier", STR("correct horse battery")));
}
