/*
 * SHA-256 of bytes in memory, as text.  The digest names things (profiles with
 * parameters, cached blobs, inputs in the manifest), so it must be the same on every
 * machine.
 */
#include "base/digest.h"

#include <sha2.h>
#include <stdint.h>

struct digest digest_bytes(const void *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	struct digest digest = { 0 };
	uint8_t raw[SHA256_DIGEST_LENGTH];
	SHA2_CTX ctx;

	SHA256Init(&ctx);
	if (len)
		SHA256Update(&ctx, data, len);
	SHA256Final(raw, &ctx);
	for (size_t i = 0; i < sizeof(raw); i++) {
		digest.hex[2 * i] = digits[raw[i] >> 4];
		digest.hex[2 * i + 1] = digits[raw[i] & 15];
	}
	return digest;
}
