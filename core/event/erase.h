/* core/event/erase.h -- takes personal data out of a fact or a case record, by data_classes.def.
 * Pure.
 *
 * A text that is taken leaves "*", so the fact is still a whole one and a reader sees that words
 * stood there; a place leaves nothing. What money, outcomes and reports rest on stays: codes,
 * amounts, days, who acted, references of payments. What is left is no longer what was signed:
 * who erases keeps the link of the fact. In a fact:
 *   contact      texts of contact points and addresses, with where these are
 *   notes        texts of all other facts
 *   positions    the fix
 *   third_party  every text of a fact about a person who is not liable for the debt
 *   complaints   texts of disputes, 冒办, complaints, call backs and answers
 *   letters      texts of answers to messages of headquarters
 * photos and recordings are no part of a fact. */
#pragma once

#include "core/domain/catalog.h"
#include "core/event/event.h"

#define ERASE_MARK "*"

/* Bit of a class in a mask. */
#define ERASE_BIT(name) (UINT32_C(1) << DATA_CLASS_##name)

/* True when something was taken. A fact of a kind that this build does not know keeps its head
 * alone, and gives true. */
bool erase_event(ds_Event *event, uint32_t classes);
bool erase_record(ds_CaseRecord *record, uint32_t classes);
