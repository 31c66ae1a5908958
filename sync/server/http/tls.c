/* GnuTLS, which libmicrohttpd speaks TLS with, looks at the files before they are used. */
#include "sync/server/http/tls.h"

#include "core/os/os.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

enum { FILE_SIZE_MAX = 256 * 1024, CHAIN_MAX = 16, KEY_ID_MAX = 64 };

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

enum tls_client tls_client(void *session)
{
    enum { TIME_FAULTS = GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED };
    gnutls_typed_vdata_st purpose = {
        .type = GNUTLS_DT_KEY_PURPOSE_OID,
        .data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT,
    };
    unsigned count = 0;
    unsigned faults = 0;
    if (gnutls_certificate_get_peers(session, &count) == NULL || count == 0) {
        return TLS_CLIENT_none;
    }
    if (gnutls_certificate_verify_peers(session, &purpose, 1, &faults) != 0) {
        return TLS_CLIENT_unknown;
    }
    if (faults == 0) {
        return TLS_CLIENT_good;
    }
    bool is_time_alone = (faults & ~(unsigned)(TIME_FAULTS | GNUTLS_CERT_INVALID)) == 0;
    return is_time_alone && (faults & TIME_FAULTS) != 0 ? TLS_CLIENT_ended : TLS_CLIENT_unknown;
}
