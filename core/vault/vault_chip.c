/* The TPM 2.0: a random secret that it gives for the PIN alone, and its own limit of wrong tries.
 *
 * The object is made under a primary key of the owner hierarchy that the TPM derives anew each
 * time, so nothing is stored in it. The session to it is salted and encrypts what it carries: who
 * listens on the bus learns neither the secret nor what stands for the PIN. */
#include "core/vault/vault_private.h"

#include "core/base/buf.h"
#include "core/os/log.h"

#include <string.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_tctildr.h>

enum {
    TRIES = 5,
    FORGET_ONE_S = 60 * 60,        /* a wrong try is forgotten after so long */
    LOCKOUT_AGAIN_S = 24 * 60 * 60 /* after a wrong lockout password */
};

struct chip {
    TSS2_TCTI_CONTEXT *link;
    ESYS_CONTEXT *esys;
    ESYS_TR primary, session;
};

static bool chip_open(struct chip *chip, const char *where)
{
    *chip = (struct chip){.primary = ESYS_TR_NONE, .session = ESYS_TR_NONE};
    if (where == NULL || Tss2_TctiLdr_Initialize(where, &chip->link) != TSS2_RC_SUCCESS) {
        return false;
    }
    if (Esys_Initialize(&chip->esys, chip->link, NULL) != TSS2_RC_SUCCESS) {
        return false;
    }
    TSS2_RC code = Esys_Startup(chip->esys, TPM2_SU_CLEAR);
    return code == TSS2_RC_SUCCESS || code == TPM2_RC_INITIALIZE; /* it runs already */
}

static void chip_close(struct chip *chip)
{
    if (chip->esys != NULL) {
        if (chip->session != ESYS_TR_NONE) {
            (void)Esys_FlushContext(chip->esys, chip->session);
        }
        if (chip->primary != ESYS_TR_NONE) {
            (void)Esys_FlushContext(chip->esys, chip->primary);
        }
        Esys_Finalize(&chip->esys);
    }
    if (chip->link != NULL) {
        Tss2_TctiLdr_Finalize(&chip->link);
    }
}

/* The storage key, and an encrypting session salted with it. */
static TSS2_RC chip_ready(struct chip *chip)
{
    const TPM2B_SENSITIVE_CREATE no_secret = {0};
    const TPM2B_DATA no_data = {0};
    const TPML_PCR_SELECTION no_pcr = {0};
    const TPM2B_PUBLIC shape = {
        .publicArea = {
            .type = TPM2_ALG_ECC,
            .nameAlg = TPM2_ALG_SHA256,
            .objectAttributes = TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT |
                                TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                                TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH |
                                TPMA_OBJECT_NODA,
            .parameters.eccDetail = {.symmetric = {.algorithm = TPM2_ALG_AES,
                                                   .keyBits.aes = 128,
                                                   .mode.aes = TPM2_ALG_CFB},
                                     .scheme = {.scheme = TPM2_ALG_NULL},
                                     .curveID = TPM2_ECC_NIST_P256,
                                     .kdf = {.scheme = TPM2_ALG_NULL}},
        }};
    TSS2_RC code = Esys_CreatePrimary(chip->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                      ESYS_TR_NONE, &no_secret, &shape, &no_data, &no_pcr,
                                      &chip->primary, NULL, NULL, NULL, NULL);
    if (code != TSS2_RC_SUCCESS) {
        chip->primary = ESYS_TR_NONE;
        return code;
    }
    const TPMT_SYM_DEF cipher = {
        .algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB};
    code = Esys_StartAuthSession(chip->esys, chip->primary, ESYS_TR_NONE, ESYS_TR_NONE,
                                 ESYS_TR_NONE, ESYS_TR_NONE, NULL, TPM2_SE_HMAC, &cipher,
                                 TPM2_ALG_SHA256, &chip->session);
    if (code != TSS2_RC_SUCCESS) {
        chip->session = ESYS_TR_NONE;
        return code;
    }
    return Esys_TRSess_SetAttributes(
        chip->esys, chip->session,
        TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT | TPMA_SESSION_CONTINUESESSION, 0xff);
}

static TPM2B_AUTH auth_make(const uint8_t auth[32])
{
    TPM2B_AUTH made = {.size = 32};
    memcpy(made.buffer, auth, 32);
    return made;
}

/* Limit of wrong tries; then a password, so that the limit stays. A TPM that somebody else owns
 * keeps its own limit. */
static bool limit_tries(struct chip *chip, const uint8_t lockout[32])
{
    TSS2_RC code = Esys_DictionaryAttackParameters(chip->esys, ESYS_TR_RH_LOCKOUT, ESYS_TR_PASSWORD,
                                                   ESYS_TR_NONE, ESYS_TR_NONE, TRIES, FORGET_ONE_S,
                                                   LOCKOUT_AGAIN_S);
    if (code != TSS2_RC_SUCCESS) {
        return false;
    }
    TPM2B_AUTH auth = auth_make(lockout);
    code = Esys_HierarchyChangeAuth(chip->esys, ESYS_TR_RH_LOCKOUT, ESYS_TR_PASSWORD, chip->session,
                                    ESYS_TR_NONE, &auth);
    explicit_bzero(&auth, sizeof auth);
    return code == TSS2_RC_SUCCESS;
}

static bool blob_write(const TPM2B_PUBLIC *public_part, const TPM2B_PRIVATE *private_part,
                       uint8_t blob[VAULT_CHIP_SIZE_MAX], uint32_t *size_out)
{
    size_t at = 0;
    bool is_done = Tss2_MU_TPM2B_PUBLIC_Marshal(public_part, blob, VAULT_CHIP_SIZE_MAX, &at) ==
                       TSS2_RC_SUCCESS &&
                   Tss2_MU_TPM2B_PRIVATE_Marshal(private_part, blob, VAULT_CHIP_SIZE_MAX, &at) ==
                       TSS2_RC_SUCCESS;
    *size_out = (uint32_t)at;
    return is_done;
}

static bool seal(struct chip *chip, const uint8_t auth[32], const uint8_t secret[32],
                 uint8_t blob[VAULT_CHIP_SIZE_MAX], uint32_t *size_out)
{
    TPM2B_SENSITIVE_CREATE sensitive = {.sensitive = {.userAuth = auth_make(auth)}};
    sensitive.sensitive.data.size = 32;
    memcpy(sensitive.sensitive.data.buffer, secret, 32);
    /* Without NODA: wrong tries at it count. */
    const TPM2B_PUBLIC shape = {
        .publicArea = {.type = TPM2_ALG_KEYEDHASH,
                       .nameAlg = TPM2_ALG_SHA256,
                       .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                                           TPMA_OBJECT_USERWITHAUTH,
                       .parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL}};
    const TPM2B_DATA no_data = {0};
    const TPML_PCR_SELECTION no_pcr = {0};
    TPM2B_PUBLIC *public_part = NULL;
    TPM2B_PRIVATE *private_part = NULL;
    TSS2_RC code = Esys_Create(chip->esys, chip->primary, ESYS_TR_PASSWORD, chip->session,
                               ESYS_TR_NONE, &sensitive, &shape, &no_data, &no_pcr, &private_part,
                               &public_part, NULL, NULL, NULL);
    explicit_bzero(&sensitive, sizeof sensitive);
    bool is_done = code == TSS2_RC_SUCCESS && blob_write(public_part, private_part, blob, size_out);
    Esys_Free(public_part);
    Esys_Free(private_part);
    return is_done;
}

enum vault_chip vault_chip_seal(const char *where, const uint8_t auth[32], const uint8_t secret[32],
                                const uint8_t lockout[32], uint8_t blob_out[VAULT_CHIP_SIZE_MAX],
                                uint32_t *blob_size_out, bool *is_lockout_set_out)
{
    struct chip chip;
    *is_lockout_set_out = false;
    bool is_done = chip_open(&chip, where) && chip_ready(&chip) == TSS2_RC_SUCCESS &&
                   seal(&chip, auth, secret, blob_out, blob_size_out);
    if (is_done) {
        *is_lockout_set_out = limit_tries(&chip, lockout);
    }
    chip_close(&chip);
    return is_done ? VAULT_CHIP_done : VAULT_CHIP_none;
}

/* Responses about one of the parameters carry its number; see part 2 of the TPM's library, 6.6. */
static enum vault_chip meaning(TSS2_RC code)
{
    TSS2_RC of_chip = code & 0xfffU;
    if (code == TSS2_RC_SUCCESS) {
        return VAULT_CHIP_done;
    }
    if (of_chip == TPM2_RC_LOCKOUT) {
        return VAULT_CHIP_shut;
    }
    bool is_about = (of_chip & TPM2_RC_FMT1) != 0;
    return is_about && (of_chip & (TPM2_RC_FMT1 | 0x3fU)) == TPM2_RC_AUTH_FAIL ? VAULT_CHIP_wrong
                                                                               : VAULT_CHIP_none;
}

static TSS2_RC unseal(struct chip *chip, const uint8_t auth[32], const uint8_t *blob,
                      uint32_t blob_size, uint8_t secret_out[32])
{
    TPM2B_PUBLIC public_part = {0};
    TPM2B_PRIVATE private_part = {0};
    size_t at = 0;
    TSS2_RC code = Tss2_MU_TPM2B_PUBLIC_Unmarshal(blob, blob_size, &at, &public_part);
    if (code == TSS2_RC_SUCCESS) {
        code = Tss2_MU_TPM2B_PRIVATE_Unmarshal(blob, blob_size, &at, &private_part);
    }
    ESYS_TR object = ESYS_TR_NONE;
    if (code == TSS2_RC_SUCCESS) {
        code = Esys_Load(chip->esys, chip->primary, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                         &private_part, &public_part, &object);
    }
    if (code != TSS2_RC_SUCCESS) {
        return code;
    }
    TPM2B_AUTH password = auth_make(auth);
    TPM2B_SENSITIVE_DATA *found = NULL;
    code = Esys_TR_SetAuth(chip->esys, object, &password);
    if (code == TSS2_RC_SUCCESS) { /* it only answers here: nothing to decrypt on the way in */
        (void)Esys_TRSess_SetAttributes(chip->esys, chip->session, 0, TPMA_SESSION_DECRYPT);
        code = Esys_Unseal(chip->esys, object, chip->session, ESYS_TR_NONE, ESYS_TR_NONE, &found);
    }
    if (code == TSS2_RC_SUCCESS && found->size == 32) {
        memcpy(secret_out, found->buffer, 32);
    } else if (code == TSS2_RC_SUCCESS) {
        code = TPM2_RC_FAILURE;
    }
    if (found != NULL) {
        explicit_bzero(found->buffer, sizeof found->buffer);
        Esys_Free(found);
    }
    explicit_bzero(&password, sizeof password);
    (void)Esys_FlushContext(chip->esys, object);
    return code;
}

enum vault_chip vault_chip_unseal(const char *where, const uint8_t auth[32], const uint8_t *blob,
                                  uint32_t blob_size, uint8_t secret_out[32])
{
    struct chip chip;
    enum vault_chip answer = VAULT_CHIP_none;
    if (chip_open(&chip, where)) {
        TSS2_RC code = chip_ready(&chip);
        if (code == TSS2_RC_SUCCESS) {
            code = unseal(&chip, auth, blob, blob_size, secret_out);
        }
        answer = meaning(code);
        if (answer == VAULT_CHIP_none) {
            log_line(LOG_error, "vault", "the TPM gives nothing: 0x%x", (unsigned)code);
        }
    }
    chip_close(&chip);
    return answer;
}

void vault_chip_forgive(const char *where, const uint8_t lockout[32])
{
    struct chip chip;
    if (chip_open(&chip, where)) {
        TPM2B_AUTH auth = auth_make(lockout);
        if (chip_ready(&chip) == TSS2_RC_SUCCESS &&
            Esys_TR_SetAuth(chip.esys, ESYS_TR_RH_LOCKOUT, &auth) == TSS2_RC_SUCCESS) {
            (void)Esys_TRSess_SetAttributes(chip.esys, chip.session, 0,
                                            TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT);
            (void)Esys_DictionaryAttackLockReset(chip.esys, ESYS_TR_RH_LOCKOUT, chip.session,
                                                 ESYS_TR_NONE, ESYS_TR_NONE);
        }
        explicit_bzero(&auth, sizeof auth);
    }
    chip_close(&chip);
}
