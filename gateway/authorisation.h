#ifndef FOSSE_GATEWAY_AUTHORISATION_H_
#define FOSSE_GATEWAY_AUTHORISATION_H_

#include <initializer_list>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "care/directory.h"
#include "fosse/v1/directory.pb.h"
#include "fosse/v1/envelope.pb.h"
#include "gateway/method.h"

// Who may call what (CTL-03): a table, default deny. Whom a caller may speak for with which body,
// and which persons it may see, are decided further in, by the directory and the live relationship.
namespace fosse::gateway {

// A set of v1::Role.
class RoleSet {
 public:
  constexpr RoleSet(std::initializer_list<v1::Role> roles) {
    for (const v1::Role role : roles) bits_ |= 1u << role;
  }
  constexpr bool Has(v1::Role role) const { return (bits_ >> role & 1u) != 0; }

 private:
  uint32_t bits_ = 0;
};

struct MethodRow {
  Method method;
  absl::string_view name;  // fosse.v1.ExchangeService/Submit
  RoleSet roles;           // Any of these.
  bool unary;              // Needs a deadline.
};

// One row a method, in the order of Method.
absl::Span<const MethodRow> AuthorisationTable();
const MethodRow& RowOf(Method method);

// Whether table and linked services agree: a method without a row, or a row without a method, stops
// start-up. `services` are full names of services of the contract. FAILED_PRECONDITION, reason
// METHOD_WITHOUT_ROW or ROW_WITHOUT_METHOD.
absl::Status CheckTable(absl::Span<const absl::string_view> services,
                        absl::Span<const MethodRow> table = AuthorisationTable());

// PERMISSION_DENIED, reason METHOD_NOT_ALLOWED.
absl::Status AuthoriseMethod(Method method, const v1::Participant& caller);

// Activations need the role of a publisher, every other body that of exchange. PERMISSION_DENIED,
// reason BODY_NOT_ALLOWED.
absl::Status AuthoriseBody(const v1::Participant& caller, const v1::Envelope& envelope);

// `reader`, in whose name the caller reads or collects: empty or the caller itself, or one for whom
// it speaks with every body. PERMISSION_DENIED, reason READER_NOT_ALLOWED, alike for somebody
// unknown.
absl::Status AuthoriseReader(const v1::Participant& caller, absl::string_view reader);

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_AUTHORISATION_H_
