// Private to adapters/hl7: where a delimiter stands, sixteen bytes at a time where the processor
// can.
#ifndef FOSSE_ADAPTERS_HL7_SCAN_H_
#define FOSSE_ADAPTERS_HL7_SCAN_H_

#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace fosse::hl7 {

struct Scanned {
  size_t count = 0;      // Of the delimiters found.
  bool is_plain = true;  // All bytes are printable ASCII.
};

// Writes to `after` the offset behind each `delimiter` in [begin, end) of `bytes`. `after` must
// have room for as many as there are bytes.
inline Scanned ScanFor(char delimiter, const char* bytes, uint32_t begin, uint32_t end,
                       uint32_t* after) {
  Scanned out;
  uint32_t at = begin;
#ifdef __SSE2__
  const __m128i wanted = _mm_set1_epi8(delimiter);
  __m128i odd = _mm_setzero_si128();
  for (; at + 16 <= end; at += 16) {
    const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at));
    // Signed: 20 to 7E alone is above 1F and below 7F.
    const __m128i plain = _mm_and_si128(_mm_cmpgt_epi8(chunk, _mm_set1_epi8(0x1F)),
                                        _mm_cmplt_epi8(chunk, _mm_set1_epi8(0x7F)));
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(plain, _mm_setzero_si128()));
    auto found = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(chunk, wanted)));
    for (; found != 0; found &= found - 1) {
      after[out.count++] = at + static_cast<uint32_t>(__builtin_ctz(found)) + 1;
    }
  }
  out.is_plain = _mm_movemask_epi8(odd) == 0;
#endif
  for (; at < end; ++at) {
    const char c = bytes[at];
    if (c == delimiter) after[out.count++] = at + 1;
    if (c < 0x20 || c == 0x7F || static_cast<unsigned char>(c) >= 0x80) out.is_plain = false;
  }
  return out;
}

}  // namespace fosse::hl7

#endif  // FOSSE_ADAPTERS_HL7_SCAN_H_
