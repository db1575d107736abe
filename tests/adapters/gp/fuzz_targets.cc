#include "tests/adapters/gp/fuzz_targets.h"

#include "adapters/fhir/search.h"
#include "adapters/fhir/translate.h"
#include "adapters/itk3/response.h"
#include "adapters/kit/forms.h"
#include "adapters/mesh/chunks.h"
#include "base/field_check.h"
#include "base/status.h"
#include "base/utf8.h"

namespace fosse::adapters::gp {
namespace {

constexpr size_t kMostPlain = 1 << 16;
constexpr size_t kMostIssues = 20;

}  // namespace

void MessageTarget(const std::string& bytes) {
  const fhir::Arrival arrival{.sender = "C82999", .locality = "QK1", .correlation_id = "c-1"};
  const fhir::Translated translated = fhir::FromFhir(bytes, arrival);
  FOSSE_CHECK(translated.issues.size() <= kMostIssues);
  if (!translated.issues.empty()) {
    FOSSE_CHECK(translated.envelope.ByteSizeLong() == 0);
    for (const fhir::Issue& issue : translated.issues) {
      FOSSE_CHECK(!issue.at.empty() && !issue.reason.empty() && !issue.remedy.empty());
    }
    FOSSE_CHECK(IsUtf8(fhir::OutcomeFor(400, translated.issues)));
    return;
  }
  FOSSE_CHECK(translated.envelope.original().content() == bytes);
  FOSSE_CHECK(translated.envelope.sender() == "C82999");
  // What the terms refuse the gateway refuses with its field; it never comes out again unread.
  if (!CheckFields(translated.envelope).ok()) return;
  v1::Delivery delivery;
  delivery.set_delivery_id("dv-1");
  delivery.set_recipient("RT5");
  *delivery.mutable_message() = translated.envelope;
  FOSSE_CHECK(IsUtf8(fhir::DeliveryBundle(delivery, "QK1")));
}

void AnswerTarget(const std::string& bytes) {
  const itk3::ReadResponse read = itk3::ReadResponseMessage(bytes);
  if (read.issues.empty()) {
    FOSSE_CHECK(!read.response.codes.empty() && !read.response.in_reply_to.empty());
  } else {
    FOSSE_CHECK(read.response.codes.empty() && read.response.verdict.empty());
  }
}

void ChunkTarget(const std::string& bytes) {
  const absl::StatusOr<std::string> plain = mesh::Gunzip(bytes, kMostPlain);
  FOSSE_CHECK(!plain.ok() || plain->size() <= kMostPlain);
  const absl::StatusOr<std::string> again = mesh::Gunzip(mesh::Gzip(bytes), bytes.size());
  FOSSE_CHECK(again.ok() && *again == bytes);
  const auto range = mesh::ChunkRange(bytes);
  FOSSE_CHECK(!range.ok() || (range->first >= 1 && range->first <= range->second &&
                              range->second <= mesh::kMostChunks));
}

void QueryTarget(const std::string& bytes) {
  const auto fields = ReadFields(bytes);
  if (!fields.ok()) return;
  for (const char* const type : {"Task", "AuditEvent", "Provenance"}) {
    fhir::IssueList issues;
    if (std::string(type) == "Task") {
      fhir::ReadTaskSearch(*fields, {}, issues);
    } else {
      fhir::ReadTrailSearch(type, *fields, {}, issues);
    }
    FOSSE_CHECK(IsUtf8(fhir::OutcomeFor(400, issues.issues())));
  }
  // What was read is written so that it is read again.
  const auto again = ReadFields(WriteForm(*fields));
  FOSSE_CHECK(again.ok() && *again == *fields);
}

}  // namespace fosse::adapters::gp
