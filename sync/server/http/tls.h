/* sync/server/http/tls.h -- the certificate and key that a server shows. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum { TLS_PIN_SIZE = 32 };

struct tls {
    const char *certificate; /* PEM, the server's own first, then those that signed it */
    const char *key;         /* PEM */
    /* SHA-256 of the key's SubjectPublicKeyInfo: what tablets pin. */
    uint8_t pin[TLS_PIN_SIZE];
    int64_t ends_at_ms; /* the certificate's last instant */
    /* PEM of those who sign tablets' certificates; NULL: nobody is asked for one. */
    const char *client_ca;
    /* PEM lists of certificates that they took back; NULL: none is. */
    const char *client_crl;
};

/* Reads both files into `arena`, where they must live as long as the server.
 * ERR_not_found and ERR_io of the files, ERR_malformed (no PEM, or a kind of key that
 * TLS 1.3 does not take), ERR_refused (the key is not that of the certificate). */
enum err tls_load(struct arena *arena, const char *certificate_path, const char *key_path,
                  struct tls *tls_out) MUST_USE;
/* Reads the authorities whose certificates tablets must show from now on, into `arena` as above.
 * ERR_not_found, ERR_io, ERR_malformed (no PEM with a certificate). */
enum err tls_load_clients(struct arena *arena, const char *path, struct tls *tls) MUST_USE;
/* Reads the lists of certificates that those authorities took back, after tls_load_clients()
 * (CHECKed). A list that is past its own end still counts. ERR_not_found, ERR_io, ERR_malformed (no
 * PEM with a list), ERR_refused (a list that none of the authorities signed). */
enum err tls_load_revoked(struct arena *arena, const char *path, struct tls *tls) MUST_USE;
/* What tablets pin of the first certificate of a PEM file, whose key need not be here. Errors as
 * above. */
enum err tls_pin(struct arena *arena, const char *certificate_path,
                 uint8_t pin_out[TLS_PIN_SIZE]) MUST_USE;

/* What the other end of a connection showed. */
enum tls_client {
    TLS_CLIENT_unasked, /* nobody is asked, or there is no TLS */
    TLS_CLIENT_good,
    TLS_CLIENT_none,    /* it showed none */
    TLS_CLIENT_ended,   /* by the right authority, but past its end, or not yet begun */
    TLS_CLIENT_unknown, /* of another authority, or not made for clients */
    TLS_CLIENT_revoked, /* by the right authority, which took it back */
};
/* `session` is GnuTLS's, of a connection whose other end was asked by `tls`. */
enum tls_client tls_client(const struct tls *tls, void *session);
/* SHA-256 of the SubjectPublicKeyInfo of the certificate that was shown: the same for a renewed one
 * over the same key. False without one, or when it cannot be read. */
bool tls_client_key(void *session, uint8_t key_out[TLS_PIN_SIZE]) MUST_USE;
