#include "core/event/layout.h"

#include "core/event/event.h"

#define UNPACK(...) __VA_ARGS__
#define ADDRESS_OF(message) ADDRESS_OF_(message)
#define ADDRESS_OF_(message) &layout_##message

/* The layout of a member's message; none for the other types. */
#define INSIDE_BOOL(owner_member) NULL
#define INSIDE_UINT32(owner_member) NULL
#define INSIDE_UINT64(owner_member) NULL
#define INSIDE_SINT32(owner_member) NULL
#define INSIDE_FIXED32(owner_member) NULL
#define INSIDE_SFIXED32(owner_member) NULL
#define INSIDE_FIXED64(owner_member) NULL
#define INSIDE_STRING(owner_member) NULL
#define INSIDE_FIXED_LENGTH_BYTES(owner_member) NULL
#define INSIDE_BYTES(owner_member) NULL
#define INSIDE_MESSAGE(owner_member) ADDRESS_OF(owner_member##_MSGTYPE)

#define SIZE_OF(owner, member) sizeof(((owner *)NULL)->member)

#define FIELD(owner, allocation, rule_, type_, member, number_) \
    FIELD_##rule_(owner, type_, member, number_)
#define FIELD_SINGULAR(owner, type_, member, number_) \
    {.number = (number_),                             \
     .rule = LAYOUT_SINGULAR,                         \
     .type = LAYOUT_##type_,                          \
     .offset = offsetof(owner, member),               \
     .item_size = SIZE_OF(owner, member),             \
     .capacity = 1,                                   \
     .message = INSIDE_##type_(owner##_##member)},
#define FIELD_OPTIONAL(owner, type_, member, number_) \
    {.number = (number_),                             \
     .rule = LAYOUT_OPTIONAL,                         \
     .type = LAYOUT_##type_,                          \
     .offset = offsetof(owner, member),               \
     .item_size = SIZE_OF(owner, member),             \
     .capacity = 1,                                   \
     .count_offset = offsetof(owner, has_##member),   \
     .message = INSIDE_##type_(owner##_##member)},
#define FIELD_REPEATED(owner, type_, member, number_)                \
    {.number = (number_),                                            \
     .rule = LAYOUT_REPEATED,                                        \
     .type = LAYOUT_##type_,                                         \
     .offset = offsetof(owner, member),                              \
     .item_size = SIZE_OF(owner, member[0]),                         \
     .capacity = SIZE_OF(owner, member) / SIZE_OF(owner, member[0]), \
     .count_offset = offsetof(owner, member##_count),                \
     .message = INSIDE_##type_(owner##_##member)},
#define FIELD_ONEOF(owner, type_, choice, number_) \
    FIELD_CHOICE_(owner, type_, number_, UNPACK choice)
#define FIELD_CHOICE_(...) FIELD_CHOICE(__VA_ARGS__)
#define FIELD_CHOICE(owner, type_, number_, choice, member, path) \
    {.number = (number_),                                         \
     .rule = LAYOUT_ONEOF,                                        \
     .type = LAYOUT_##type_,                                      \
     .offset = offsetof(owner, path),                             \
     .item_size = SIZE_OF(owner, path),                           \
     .capacity = 1,                                               \
     .count_offset = offsetof(owner, which_##choice),             \
     .message = INSIDE_##type_(owner##_##choice##_##member)},

#define NOT_FLAT(owner, allocation, rule_, type_, member, number_) +NOT_FLAT_##rule_
#define NOT_FLAT_SINGULAR 0
#define NOT_FLAT_OPTIONAL 0
#define NOT_FLAT_REPEATED 1
#define NOT_FLAT_ONEOF 1

#define LAYOUT(linkage, owner)                                                             \
    static const struct layout_field fields_##owner[] = {owner##_FIELDLIST(FIELD, owner)}; \
    linkage const struct layout layout_##owner = {                                         \
        .fields = fields_##owner,                                                          \
        .field_count = COUNT(fields_##owner),                                              \
        .size = sizeof(owner),                                                             \
        .is_flat = (0 owner##_FIELDLIST(NOT_FLAT, owner)) == 0,                            \
    };
#define WHOLE /* has its name in layout.h */
#define PART static

/* What a message holds stands before it. */
LAYOUT(PART, ds_Fix)
LAYOUT(PART, ds_DayOpened)
LAYOUT(PART, ds_PlanMade)
LAYOUT(PART, ds_VisitStarted)
LAYOUT(PART, ds_StepSkipped)
LAYOUT(PART, ds_VisitFinished)
LAYOUT(PART, ds_VisitSkipped)
LAYOUT(PART, ds_ContactAttempted)
LAYOUT(PART, ds_PromiseMade)
LAYOUT(PART, ds_Instalment)
LAYOUT(PART, ds_PlanAgreed)
LAYOUT(PART, ds_ExtensionRequested)
LAYOUT(PART, ds_SettlementRequested)
LAYOUT(PART, ds_WaiverRequested)
LAYOUT(PART, ds_PaymentNoted)
LAYOUT(PART, ds_ContactPointNoted)
LAYOUT(PART, ds_AddressNoted)
LAYOUT(PART, ds_DisputeRaised)
LAYOUT(PART, ds_HardshipNoted)
LAYOUT(PART, ds_IdentityDisputed)
LAYOUT(PART, ds_ComplaintTaken)
LAYOUT(PART, ds_SafetyIncident)
LAYOUT(PART, ds_NoticeDelivered)
LAYOUT(PART, ds_ServiceRequested)
LAYOUT(PART, ds_CollateralObserved)
LAYOUT(PART, ds_OfferRefused)
LAYOUT(PART, ds_DetailRevealed)
LAYOUT(PART, ds_NoteAdded)
LAYOUT(PART, ds_DayClosed)
LAYOUT(PART, ds_Correction)
LAYOUT(PART, ds_StatusFlagged)
LAYOUT(PART, ds_ConductNoted)
LAYOUT(PART, ds_EvidenceAttached)
LAYOUT(PART, ds_SigningRefused)
LAYOUT(PART, ds_MessageRead)
LAYOUT(PART, ds_MessageAnswered)
LAYOUT(PART, ds_PassUsed)
LAYOUT(PART, ds_StoreRescued)
LAYOUT(PART, ds_RecordLost)
LAYOUT(PART, ds_CaseAssigned)
LAYOUT(PART, ds_CaseRecalled)
LAYOUT(PART, ds_CaseClosed)
LAYOUT(PART, ds_PaymentPosted)
LAYOUT(PART, ds_PaymentsChecked)
LAYOUT(PART, ds_ArrangementDecided)
LAYOUT(PART, ds_StatusCleared)
LAYOUT(PART, ds_BalanceStated)
LAYOUT(PART, ds_PassIssued)
LAYOUT(PART, ds_CallBackMade)
LAYOUT(PART, ds_ComplaintAnswered)
LAYOUT(PART, ds_CaseCleared)
LAYOUT(PART, ds_DataErased)
LAYOUT(PART, ds_HoldChanged)
LAYOUT(PART, ds_CaseTightened)
LAYOUT(PART, ds_IdentityAssigned)
LAYOUT(PART, ds_ConflictDecided)
LAYOUT(PART, ds_StatusStated)
LAYOUT(WHOLE, ds_Event)

LAYOUT(PART, ds_Point)
LAYOUT(PART, ds_Address)
LAYOUT(PART, ds_Party)
LAYOUT(PART, ds_PastPayment)
LAYOUT(PART, ds_PastPromise)
LAYOUT(WHOLE, ds_CaseRecord)

LAYOUT(PART, ds_Flag)
LAYOUT(PART, ds_Arrangement)
LAYOUT(PART, ds_Contact)
LAYOUT(PART, ds_OlderContact)
LAYOUT(PART, ds_ThirdContacts)
LAYOUT(PART, ds_Finding)
LAYOUT(PART, ds_Payment)
LAYOUT(PART, ds_OlderPayment)
LAYOUT(PART, ds_PushedNote)
LAYOUT(PART, ds_OpenVisit)
LAYOUT(PART, ds_Owner)
LAYOUT(WHOLE, ds_CaseState)
