/* Goal: a lawyer can check, explain, compare, compile and try the law by commands, and every
 * wrong word is told with its place. */
#include "tests/sync/server/command/branch_office.h"

static void write_file(struct office *office, const char *name, const char *text)
{
    EXPECT_OK(os_file_replace(office_path(office, name), text, strlen(text)));
}

TEST(test_packs_are_checked_explained_and_compared)
{
    struct office office;
    office_open_empty(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "check");
    EXPECT_SAID(&office, "strict:");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "explain", "in", "T01");
    EXPECT_SAID(&office, "? T01 TW sev=block"); /* a draft is marked */
    EXPECT_SAID(&office, "unconfirmed");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "diff", "us", "us-ma");
    EXPECT_SAID(&office, "+ F03 RATE");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "diff", "cn", "cn");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "facts");
    EXPECT_SAID(&office, "visitors");
    EXPECT_EXIT(COMMAND_not_found, &office, "policy", "check", "atlantis");
    EXPECT_EXIT(COMMAND_not_found, &office, "policy", "explain", "cn", "T99");
    EXPECT_EXIT(COMMAND_usage, &office, "policy", "judge");
    office_close(&office);
}

TEST(test_an_image_is_compiled_signed_and_refused_when_it_is_not_right)
{
    struct office office;
    office_open_empty(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "key", "law.key");
    EXPECT_EXIT(COMMAND_found, &office, "policy", "key", "law.key"); /* never overwritten */
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "key", "other.key");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "compile", "cn", "--key", "law.key", "--out",
                "cn.law");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "check", "cn.law", "--key", "law.key.pub");
    EXPECT_EXIT(COMMAND_found, &office, "policy", "check", "cn.law", "--key", "other.key.pub");
    EXPECT_SAID(&office, "not signed by headquarters");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "compile", "us", "--key", "law.key", "--out",
                "us.law");
    EXPECT_EXIT(COMMAND_found, &office, "policy", "check", "us.law", "--key", "law.key.pub",
                "--held", "cn.law");
    write_file(&office, "cut.law", "DSLAW001");
    EXPECT_EXIT(COMMAND_found, &office, "policy", "check", "cut.law", "--key", "law.key.pub");
    EXPECT_SAID(&office, "damaged or cut");
    office_close(&office);
}

TEST(test_situations_are_judged_and_wrong_words_told_with_their_place)
{
    struct office office;
    office_open_empty(&office);
    write_file(&office, "cases.txt",
               "# two situations\nid=A profile=cn\nopen local=22:00:00\n"
               "expect=\"block T01:block,T03:block LEAVE_NOW\"\n\nid=B plan visit COMPLAINT\n");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "judge", "cases.txt", "--profile", "in");
    EXPECT_SAID(&office, "T03:block");
    EXPECT_SAID(&office, "obligations: LEAVE_NOW");
    EXPECT_SAID(&office, "next lawful time: 2026-11-19 08:00:00 +0800");
    EXPECT_SAID(&office, "S11:block");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "judge", "cases.txt", "--profile", "in", "--json");
    EXPECT_SAID(&office, "\"T01:block\"");
    EXPECT_EXIT(COMMAND_found, &office, "policy", "judge", "cases.txt");
    EXPECT_SAID(&office, "cases.txt, line 6");
    write_file(&office, "wrong.txt", "profile=cn\ncheckin visitors=two\n\nprofile=cn checkin\n");
    EXPECT_EXIT(COMMAND_found, &office, "policy", "judge", "wrong.txt");
    EXPECT_SAID(&office, "wrong.txt, line 2");
    EXPECT_SAID(&office, "verdict: ok"); /* the others are judged */
    write_file(&office, "other.txt", "profile=cn checkin visitors=1 expect=\"ok\"\n");
    EXPECT_EXIT(COMMAND_found, &office, "policy", "judge", "other.txt");
    EXPECT_SAID(&office, "block I02:block");
    write_file(&office, "none.txt", "# nothing\n");
    EXPECT_EXIT(COMMAND_found, &office, "policy", "judge", "none.txt");
    EXPECT_EXIT(COMMAND_not_found, &office, "policy", "judge", "nowhere.txt");
    office_close(&office);
}

TEST(test_a_layer_of_a_client_may_only_tighten)
{
    struct office office;
    office_open_empty(&office);
    write_file(&office, "base.pol",
               "policy 1 id=base version=2026.11.1 expires=2027-02-20 zone=UTC\nzones UTC\n"
               "rule I02 RANGE stage=I chan=visit fact=visitors min=2 max=3 sev=block src=x\n");
    write_file(&office, "bank.pol",
               "policy 1 id=bank extends=base layer=client version=2026.11.1 expires=2027-02-20\n"
               "rule I02 max=4\n");
    EXPECT_EXIT(COMMAND_found, &office, "policy", "check", "bank", "--packs", ".");
    EXPECT_SAID(&office, "bank.pol, line 2");
    EXPECT_SAID(&office, "I02, base.pol:3 (max)");
    write_file(&office, "bank.pol",
               "policy 1 id=bank extends=base layer=client version=2026.11.1 expires=2027-02-20\n"
               "rule I02 max=2\n");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "check", "bank", "--packs", ".");
    office_close(&office);
}

TEST(test_headquarters_signs_the_image_that_tablets_get)
{
    struct office office;
    office_open(&office);
    write_file(&office, "numbers.pol", "visits_per_day = 2\n");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "set", "numbers.pol", "--law", "cn");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "show");
    EXPECT_SAID(&office, "law = RFNMQVcw");
    EXPECT_EXIT(COMMAND_not_found, &office, "policy", "set", "numbers.pol", "--law", "atlantis");
    office_close(&office);
}

/* A policy text with the image of a small pack, as `policy show` gives it. */
static const char *shown(struct office *office, const char *id, const char *version,
                         const char *expires)
{
    const char *pack =
        str_format(&office->arena,
                   "policy 1 id=%s layer=base version=%s expires=%s zone=UTC\nzones UTC\n"
                   "rule I02 RANGE stage=I chan=visit fact=visitors min=2 max=3 sev=block src=x\n",
                   id, version, expires);
    write_file(office, str_format(&office->arena, "%s.pol", id), pack);
    EXPECT_EXIT(COMMAND_ok, office, "policy", "set", "numbers.pol", "--law", id, "--packs", ".");
    EXPECT_EXIT(COMMAND_ok, office, "policy", "show");
    return office->said;
}

TEST(test_an_image_that_tablets_would_not_take_is_not_set_and_the_last_good_stays)
{
    struct office office;
    office_open(&office);
    write_file(&office, "numbers.pol", "visits_per_day = 2\n");
    const char *other = shown(&office, "bank", "2026.11.5", "2099-01-01");
    const char *expired = shown(&office, "base", "2026.11.1", "2026-01-31");
    const char *older = shown(&office, "base", "2026.11.2", "2099-01-01");
    const char *good = shown(&office, "base", "2026.11.3", "2099-01-01");
    char *damaged = arena_text(&office.arena, good);
    char *inside = strstr(damaged, "law = ") + 200;
    *inside = *inside == 'A' ? 'B' : 'A';
    char *cut = arena_text(&office.arena, good);
    strstr(cut, "law = ")[100] = '\0';
    const struct {
        const char *what, *text;
    } rows[] = {
        {"of another profile", other},
        {"expired", expired},
        {"older than what is in force", older},
        {"a byte changed", damaged},
        {"cut", cut},
        {"no image", "visits_per_day = 2\nlaw = nonsense\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_file(&office, "bad.pol", rows[i].text);
        EXPECT_ROW(rows[i].what, RUN(&office, "policy", "set", "bad.pol") == COMMAND_found);
        EXPECT_EXIT(COMMAND_ok, &office, "policy", "show");
        EXPECT_ROW(rows[i].what, strcmp(good, office.said) == 0);
    }
    write_file(&office, "good.pol", good); /* its own is taken again */
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "set", "good.pol");
    static char foreign[OFFICE_TEXT_MAX];
    snprintf(foreign, sizeof foreign, "%s", good);
    office_close(&office);
    office_open(&office); /* of another headquarters: not signed by this one */
    write_file(&office, "good.pol", foreign);
    EXPECT_EXIT(COMMAND_found, &office, "policy", "set", "good.pol");
    EXPECT_SAID(&office, "not signed by headquarters");
    office_close(&office);
}
