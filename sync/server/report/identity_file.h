/* sync/server/report/identity_file.h -- what headquarters has of a borrower who says that the debt
 * is not theirs (冒办): the declaration (未办卡声明), and who checks it.
 *
 * Whoever checks was not at the door and may decide complaints. When the working days have run out
 * (identity_clock.h) it is legal's: an assignment from before does not bind any more. Nobody has to
 * be there for that: it follows from the day alone, so it cannot be missed or come twice. */
#pragma once

#include "core/event/event.h"
#include "sync/server/report/identity_clock.h"
#include "sync/server/store/hq_store.h"

struct identity_file {
    bool is_signed;           /* a fact says that the declaration is signed */
    uint32_t place;           /* declaration_places.def */
    uint32_t document_count;  /* signatures and documents that facts name */
    uint32_t checker_no;      /* who checks; 0: nobody yet */
    bool was_assigned_late;   /* … given to them when the days had run out */
    const char *checker_name; /* in `arena`; "" nobody */
};

/* Reads the facts of a case; it need not be frozen. Errors: those of reading. */
enum err identity_file_read(struct arena *arena, struct hq_store *store, uint64_t case_no,
                            struct identity_file *file_out) MUST_USE;
/* Who has it in hand today; 0: whoever may take it. */
uint32_t identity_file_checker(const struct identity_file *file,
                               const struct identity_clock *clock);
