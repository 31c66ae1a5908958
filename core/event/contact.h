/* core/event/contact.h -- the newest contacts of a case, and who owned it when.
 * Private to core/event. */
#pragma once

#include "core/event/kind/kind.h"

/* Puts a contact in front of the list and counts the touch. What was learned may be
 * NULL (a call, a message). */
ds_Contact *contact_add(const struct fold_context *fold, uint32_t channel);
/* Fills a contact with a visit's result and moves the counters of the case. */
void contact_set_visit(const struct fold_context *fold, ds_Contact *contact,
                       const ds_VisitFinished *visit);
/* Takes a contact out of the counters; the entry stays, marked. */
void contact_withdraw(const struct fold_context *fold, ds_Contact *contact);
ds_Contact *contact_find(ds_CaseState *state, const uint8_t id[16]);
/* Channel of the last contact on or before `day`, and at most `days_back` days before
 * it; 0 none. */
#define CONTACT_ANY_DAYS UINT32_MAX
uint32_t contact_channel_before(const struct fold_context *fold, int32_t day, uint32_t days_back);

/* From now on the case is `owner_no`'s; 0 nobody's. */
void contact_own(const struct fold_context *fold, uint32_t owner_no);
/* Whose the case was when `day` began; on the day of its first assignment, who got it. */
uint32_t contact_owner_on(const struct fold_context *fold, int32_t day);
