/*
 * SHA-256 (and SHA-1) of bytes in memory, as text.  The digest names things (profiles
 * with parameters, cached blobs, inputs in the manifest), so it must be the same on every
 * machine.
 */
#include "base/digest.h"

#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stdint.h>

static struct digest print(const uint8_t *raw, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	struct digest digest = { 0 };

	for (size_t i = 0; i < len; i++) {
		digest.hex[2 * i] = digits[raw[i] >> 4];
		digest.hex[2 * i + 1] = digits[raw[i] & 15];
	}
	return digest;
}

struct digest digest_bytes(const void *data, size_t len)
{
	uint8_t raw[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	if (len)
		sha256_update(&ctx, len, data);
	sha256_digest(&ctx, sizeof(raw), raw);
	return print(raw, sizeof(raw));
}

struct digest digest_sha1(const void *data, size_t len)
{
	uint8_t raw[SHA1_DIGEST_SIZE];
	struct sha1_ctx ctx;

	sha1_init(&ctx);
	if (len)
		sha1_update(&ctx, len, data);
	sha1_digest(&ctx, sizeof(raw), raw);
	return print(raw, sizeof(raw));
}
