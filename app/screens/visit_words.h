/* app/screens/visit_words.h -- what was agreed, as one plain sentence to be read aloud,
 * shown to the person opposite and signed. Pure. Nothing in it is internal: only who, what,
 * how much and until when. */
#pragma once

#include "app/screens/visit_record.h"

/* In the language of `ask->view`; lives in the frame's arena; never longer than fits the note
 * of an evidence_attached. "" when nothing was agreed. */
const char *visit_words(const struct ask *ask, const ds_VisitDraft *draft);
