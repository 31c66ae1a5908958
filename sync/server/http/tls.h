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
};

/* Reads both files into `arena`, where they must live as long as the server.
 * ERR_not_found and ERR_io of the files, ERR_malformed (no PEM, or a kind of key that
 * TLS 1.3 does not take), ERR_refused (the key is not that of the certificate). */
enum err tls_load(struct arena *arena, const char *certificate_path, const char *key_path,
                  struct tls *tls_out) MUST_USE;
/* What tablets pin of the first certificate of a PEM file, whose key need not be here. Errors as
 * above. */
enum err tls_pin(struct arena *arena, const char *certificate_path,
                 uint8_t pin_out[TLS_PIN_SIZE]) MUST_USE;
