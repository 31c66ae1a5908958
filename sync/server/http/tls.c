/* GnuTLS, which libmicrohttpd speaks TLS with, looks at the files before they are used. */
#include "sync/server/http/tls.h"

#include "core/os/os.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

enum { FILE_SIZE_MAX = 256 * 1024, CHAIN_MAX = 16, LISTS_MAX = 16, KEY_ID_MAX = 64 };

static gnutls_datum_t datum(struct str text)
{
    return (gnutls_datum_t){(unsigned char *)(uintptr_t)text.bytes, (unsigned)text.size};
}

/* SHA-256 of the public key of the certificate. */
static enum err read_certificate(struct str text, struct tls *tls)
{
    gnutls_datum_t bytes = datum(text);
    gnutls_x509_crt_t chain[CHAIN_MAX];
    unsigned count = CHAIN_MAX;
    if (gnutls_x509_crt_list_import(chain, &count, &bytes, GNUTLS_X509_FMT_PEM, 0) <= 0) {
        return ERR_malformed;
    }
    size_t size = sizeof tls->pin;
    int code = gnutls_x509_crt_get_key_id(chain[0], GNUTLS_KEYID_USE_SHA256, tls->pin, &size);
    tls->ends_at_ms = (int64_t)gnutls_x509_crt_get_expiration_time(chain[0]) * 1000;
    for (unsigned i = 0; i < count; i++) {
        gnutls_x509_crt_deinit(chain[i]);
    }
    return code == 0 && size == sizeof tls->pin ? OK : ERR_malformed;
}

static enum err check_key(struct str text, const struct tls *tls)
{
    gnutls_datum_t bytes = datum(text);
    gnutls_x509_privkey_t key;
    if (gnutls_x509_privkey_init(&key) != 0) {
        return ERR_io;
    }
    uint8_t id[KEY_ID_MAX];
    size_t size = sizeof id;
    enum err err = ERR_malformed;
    if (gnutls_x509_privkey_import2(key, &bytes, GNUTLS_X509_FMT_PEM, NULL, 0) == 0 &&
        gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id, &size) == 0) {
        bool is_same = size == sizeof tls->pin && memcmp(id, tls->pin, size) == 0;
        err = is_same ? OK : ERR_refused;
    }
    gnutls_x509_privkey_deinit(key);
    return err;
}

enum err tls_pin(struct arena *arena, const char *certificate_path, uint8_t pin_out[TLS_PIN_SIZE])
{
    struct str certificate;
    struct tls tls = {0};
    TRY(os_file_read(arena, certificate_path, FILE_SIZE_MAX, &certificate));
    TRY(read_certificate(certificate, &tls));
    memcpy(pin_out, tls.pin, sizeof tls.pin);
    return OK;
}

enum err tls_load(struct arena *arena, const char *certificate_path, const char *key_path,
                  struct tls *tls_out)
{
    struct str certificate;
    struct str key;
    TRY(os_file_read(arena, certificate_path, FILE_SIZE_MAX, &certificate));
    TRY(os_file_read(arena, key_path, FILE_SIZE_MAX, &key));
    *tls_out = (struct tls){.certificate = certificate.bytes, .key = key.bytes};
    TRY(read_certificate(certificate, tls_out));
    return check_key(key, tls_out);
}

enum err tls_load_clients(struct arena *arena, const char *path, struct tls *tls)
{
    struct str text;
    struct tls ignored = {0};
    TRY(os_file_read(arena, path, FILE_SIZE_MAX, &text));
    TRY(read_certificate(text, &ignored));
    tls->client_ca = text.bytes;
    return OK;
}

/* The lists of a PEM text; how many, or a negative number. */
static int read_lists(const char *text, gnutls_x509_crl_t lists_out[LISTS_MAX])
{
    gnutls_datum_t bytes = datum(str_from(text));
    unsigned count = LISTS_MAX;
    int code = gnutls_x509_crl_list_import(lists_out, &count, &bytes, GNUTLS_X509_FMT_PEM,
                                           GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
    return code < 0 ? code : (int)count;
}

static void drop_lists(gnutls_x509_crl_t lists[LISTS_MAX], int count)
{
    for (int i = 0; i < count; i++) {
        gnutls_x509_crl_deinit(lists[i]);
    }
}

/* Whoever could put a list of his own there could let back in, or keep out, whom he likes. */
static enum err check_lists(const struct tls *tls, gnutls_x509_crl_t lists[LISTS_MAX], int count)
{
    gnutls_datum_t bytes = datum(str_from(tls->client_ca));
    gnutls_x509_crt_t chain[CHAIN_MAX];
    unsigned chain_count = CHAIN_MAX;
    if (gnutls_x509_crt_list_import(chain, &chain_count, &bytes, GNUTLS_X509_FMT_PEM, 0) <= 0) {
        return ERR_malformed;
    }
    enum { TIME_FAULTS = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED };
    enum err err = OK;
    for (int i = 0; i < count && err == OK; i++) {
        unsigned faults = 0;
        int code = gnutls_x509_crl_verify(lists[i], chain, chain_count, 0, &faults);
        bool is_ours = code == 0 &&
                       (faults & ~(unsigned)(TIME_FAULTS | GNUTLS_CERT_INVALID)) == 0 &&
                       (faults == 0 || (faults & TIME_FAULTS) != 0);
        err = is_ours ? OK : ERR_refused;
    }
    for (unsigned i = 0; i < chain_count; i++) {
        gnutls_x509_crt_deinit(chain[i]);
    }
    return err;
}

enum err tls_load_revoked(struct arena *arena, const char *path, struct tls *tls)
{
    struct str text;
    gnutls_x509_crl_t lists[LISTS_MAX];
    CHECK(tls->client_ca != NULL);
    TRY(os_file_read(arena, path, FILE_SIZE_MAX, &text));
    int count = read_lists(text.bytes, lists);
    if (count <= 0) {
        return ERR_malformed;
    }
    enum err err = check_lists(tls, lists, count);
    drop_lists(lists, count);
    tls->client_crl = err == OK ? text.bytes : tls->client_crl;
    return err;
}

/* What cannot be looked up counts as taken back. */
static bool is_revoked(const struct tls *tls, const gnutls_datum_t *certificate)
{
    gnutls_x509_crl_t lists[LISTS_MAX];
    gnutls_x509_crt_t own;
    if (tls->client_crl == NULL) {
        return false;
    }
    if (gnutls_x509_crt_init(&own) != 0) {
        return true;
    }
    int count = read_lists(tls->client_crl, lists);
    bool is_good = count > 0 &&
                   gnutls_x509_crt_import(own, certificate, GNUTLS_X509_FMT_DER) == 0 &&
                   gnutls_x509_crt_check_revocation(own, lists, (unsigned)count) == 0;
    drop_lists(lists, count);
    gnutls_x509_crt_deinit(own);
    return !is_good;
}

enum tls_client tls_client(const struct tls *tls, void *session)
{
    enum { TIME_FAULTS = GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED };
    gnutls_typed_vdata_st purpose = {
        .type = GNUTLS_DT_KEY_PURPOSE_OID,
        .data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT,
    };
    unsigned count = 0;
    unsigned faults = 0;
    const gnutls_datum_t *shown = gnutls_certificate_get_peers(session, &count);
    if (shown == NULL || count == 0) {
        return TLS_CLIENT_none;
    }
    if (gnutls_certificate_verify_peers(session, &purpose, 1, &faults) != 0) {
        return TLS_CLIENT_unknown;
    }
    if (faults == 0) {
        return is_revoked(tls, shown) ? TLS_CLIENT_revoked : TLS_CLIENT_good;
    }
    bool is_time_alone = (faults & ~(unsigned)(TIME_FAULTS | GNUTLS_CERT_INVALID)) == 0;
    return is_time_alone && (faults & TIME_FAULTS) != 0 ? TLS_CLIENT_ended : TLS_CLIENT_unknown;
}

bool tls_client_key(void *session, uint8_t key_out[TLS_PIN_SIZE])
{
    unsigned count = 0;
    gnutls_x509_crt_t own;
    const gnutls_datum_t *shown = gnutls_certificate_get_peers(session, &count);
    if (shown == NULL || count == 0 || gnutls_x509_crt_init(&own) != 0) {
        return false;
    }
    size_t size = TLS_PIN_SIZE;
    bool is_read = gnutls_x509_crt_import(own, shown, GNUTLS_X509_FMT_DER) == 0 &&
                   gnutls_x509_crt_get_key_id(own, GNUTLS_KEYID_USE_SHA256, key_out, &size) == 0 &&
                   size == TLS_PIN_SIZE;
    gnutls_x509_crt_deinit(own);
    return is_read;
}
