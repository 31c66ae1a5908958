/* Roles in words. */
#include "sync/server/command/role_words.h"

const char *role_words(struct command_context *context, const struct permit_person *person)
{
    struct str_builder text;
    str_builder_init(&text, context->arena);
    for (size_t i = 0; i < person->grant_count; i++) {
        const struct permit_grant *grant = &person->grants[i];
        const char *name = staff_role_name(grant->role);
        name = name != NULL ? name : "unknown";
        if (i > 0) {
            str_add_text(&text, context->is_json ? " " : lang_text(context->lang, "office.and"));
        }
        str_add_text(&text, context->is_json
                                ? name
                                : lang_text(context->lang,
                                            str_format(context->arena, "staff_role.%s", name)));
        if (grant->branch_no == 0) {
            str_add_text(&text, "@all");
        } else if (grant->branch_no != HQ_BRANCH) {
            str_add_format(&text, "@%u", grant->branch_no);
        }
    }
    return text.text != NULL ? text.text : "";
}
