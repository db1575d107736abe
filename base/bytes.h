#ifndef FOSSE_BASE_BYTES_H_
#define FOSSE_BASE_BYTES_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace fosse {

class ByteView;

// A contiguous container of single bytes, of whatever name.
template <typename C>
concept HoldsBytes = !std::is_same_v<C, ByteView> && requires(const C& container) {
  requires sizeof(*container.data()) == 1;
  { container.size() } -> std::convertible_to<size_t>;
};

// Bytes that somebody else owns: takes std::string, absl::string_view, Span, array and vector of
// single bytes, and literals, so that callers need no casts. For parameters; keep none.
class ByteView {
 public:
  constexpr ByteView() = default;
  ByteView(const void* bytes, size_t size)
      : bytes_(static_cast<const uint8_t*>(bytes)), size_(size) {}
  ByteView(const char* text) : ByteView(absl::string_view(text)) {}  // NOLINT: implicit on purpose

  template <HoldsBytes Container>
  ByteView(const Container& container)  // NOLINT: implicit on purpose
      : ByteView(container.data(), container.size()) {}

  const uint8_t* data() const { return bytes_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  uint8_t operator[](size_t i) const { return bytes_[i]; }

  absl::Span<const uint8_t> span() const { return {bytes_, size_}; }
  absl::string_view view() const { return {reinterpret_cast<const char*>(bytes_), size_}; }
  std::string str() const { return std::string(view()); }

 private:
  const uint8_t* bytes_ = nullptr;
  size_t size_ = 0;
};

}  // namespace fosse

#endif  // FOSSE_BASE_BYTES_H_
