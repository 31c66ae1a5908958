/* app/screens/visit_part.h -- what may be left out of a visit, and why it was. Pure. */
#pragma once

#include "app/screens/visit_record.h"

/* Why a part (visit_parts.def) was left out; 0: not said. */
uint32_t visit_part_reason(const ds_VisitDraft *draft, uint32_t part);
/* Says why (step_skip_reasons.def); 0 takes it back. */
void visit_part_skip(ds_VisitDraft *draft, uint32_t part, uint32_t reason);
/* Whether this outcome has such a part at all, and whether it was done. */
bool visit_part_applies(const ds_VisitDraft *draft, uint32_t part);
bool visit_part_is_done(const ds_VisitDraft *draft, uint32_t part,
                        const struct photos_model *photos);
/* Forgets reasons of parts that were done after all, or that the outcome no longer has. */
void visit_part_prune(ds_VisitDraft *draft, const struct photos_model *photos);
/* The newest signature of this visit; NULL none. */
const struct photos_item *visit_part_signature(const struct photos_model *photos);
