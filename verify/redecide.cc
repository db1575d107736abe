#include "verify/redecide.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/canonical.h"
#include "base/encoding.h"
#include "base/status.h"
#include "policy/decide.h"
#include "policy/explain.h"

namespace fosse::verify {
namespace {

absl::Status NotOfOneExport(uint64_t entry) {
  return MakeError(absl::StatusCode::kDataLoss, "DETAILS_INVALID",
                   "the file of details is not of this export", {{"entry", entry}});
}

bool IsDigest(absl::string_view bytes, const Digest& digest) {
  return bytes == ByteView(digest).view();
}

// What the gateway sets is no part of the message that the leaf commits to.
Digest SamenessOf(v1::Envelope envelope) {
  if (envelope.has_acting_person()) envelope.mutable_acting_person()->clear_basis();
  return CanonicalDigest(envelope, {"traceparent", "relay"});
}

std::string Answer(const v1::RecordedDecision& decision) {
  return absl::StrCat(v1::Outcome_Name(decision.outcome()), " by [",
                      absl::StrJoin(decision.rule_ids(), ", "), "]");
}

}  // namespace

absl::StatusOr<Redecider> Redecider::Begin(std::istream& details) {
  Redecider redecider(details);
  FOSSE_ASSIGN_OR_RETURN(const audit::DetailsLine first, redecider.reader_->Read());
  const auto* const manifest = std::get_if<audit::DetailsManifest>(&first);
  if (manifest == nullptr) {
    return MakeError(absl::StatusCode::kInvalidArgument, "DETAILS_INVALID",
                     "the file does not begin with the manifest of details");
  }
  redecider.manifest_ = *manifest;
  while (true) {
    FOSSE_ASSIGN_OR_RETURN(redecider.next_, redecider.reader_->Read());
    const auto* const kept = std::get_if<v1::KeptRulebook>(&*redecider.next_);
    if (kept == nullptr) return redecider;
    redecider.AddRulebook(*kept);
  }
}

void Redecider::AddRulebook(const v1::KeptRulebook& kept) {
  ++report_.rulebooks;
  Known& known = rulebooks_[kept.digest()];
  if (!IsDigest(kept.digest(), Sha256(kept.stored()))) {
    known.fault = "RULEBOOK_CHANGED";
    AddFault({.rulebook = Hex(kept.digest()),
              .reason = known.fault,
              .words = "a kept rulebook is not the one of its digest"});
    return;
  }
  absl::StatusOr<std::unique_ptr<const policy::Rulebook>> loaded =
      policy::Rulebook::Create(kept.stored());
  if (loaded.ok()) {
    known.rulebook = *std::move(loaded);
  } else {
    known.fault = "RULEBOOK_UNREADABLE";
  }
}

absl::Status Redecider::Take(const audit::LeafParts& leaf) {
  FOSSE_RETURN_IF_ERROR(next_);
  const auto* const opened = std::get_if<v1::OpenedDetail>(&*next_);
  if (opened == nullptr || opened->index() != leaf.index) return NotOfOneExport(leaf.index);
  if (report_.entries++ == 0) first_ = leaf.index;
  if (opened->state() == v1::DETAIL_STATE_REDACTED) {
    ++report_.redacted;
  } else if (opened->state() == v1::DETAIL_STATE_WITHHELD) {
    ++report_.withheld;
  } else {
    const absl::StatusOr<v1::EntryDetail> detail = audit::OpenDetail(leaf, *opened);
    if (detail.ok()) {
      ++report_.opened;
      CheckDetail(leaf, *detail);
    } else {
      AddFault(leaf.index, ReasonOf(detail.status()), detail.status().message());
    }
  }
  next_ = reader_->Read();
  return absl::OkStatus();
}

void Redecider::CheckDetail(const audit::LeafParts& leaf, const v1::EntryDetail& detail) {
  if (detail.has_envelope()) {
    const bool salted = detail.message_salt().size() == audit::kSaltSize;
    if (!salted ||
        !IsDigest(leaf.message_commitment,
                  audit::Commitment(detail.message_salt(), SamenessOf(detail.envelope())))) {
      AddFault(leaf.index, "MESSAGE_DIFFERS",
               "the message is not the one that the entry commits to");
    }
  }
  const bool asked = detail.decisions_size() > 0;
  const v1::Question question = asked ? detail.decisions(0).question() : v1::QUESTION_UNSPECIFIED;
  const v1::Outcome outcome = asked ? detail.decisions(0).outcome() : v1::OUTCOME_UNSPECIFIED;
  if (leaf.question != question || leaf.outcome != outcome) {
    AddFault(leaf.index, "LEAF_DIFFERS",
             "the entry says another question or outcome than its detail");
  }
  for (const v1::RecordedDecision& recorded : detail.decisions()) {
    if (recorded.rulebook_digest() != leaf.rulebook_digest) {
      AddFault(leaf.index, "LEAF_DIFFERS", "a decision names another rulebook than its entry");
    }
    DecideAgain(leaf.index, recorded);
  }
}

void Redecider::DecideAgain(uint64_t entry, const v1::RecordedDecision& recorded) {
  const auto known = rulebooks_.find(recorded.rulebook_digest());
  if (known == rulebooks_.end()) {
    return AddFault(entry, "RULEBOOK_MISSING", "the rulebook of a decision is not in the file");
  }
  if (known->second.rulebook == nullptr) {
    return AddFault(entry, known->second.fault,
                    known->second.fault == "RULEBOOK_CHANGED"
                        ? "the rulebook of a decision is not the one of its digest"
                        : "this program cannot load the rulebook of a decision");
  }
  const policy::Rulebook& rulebook = *known->second.rulebook;
  const policy::Verdict verdict = policy::Decide(rulebook, recorded.question(), recorded.facts());
  v1::RecordedDecision again = recorded;
  const bool held =
      recorded.clock_unsure() && policy::IsHeldWhileClockIsUnsure(recorded.question(), verdict);
  again.set_outcome(held ? v1::OUTCOME_HOLD : verdict.outcome);
  again.clear_rule_ids();
  for (std::string& id : policy::RuleIds(rulebook, verdict.matched)) {
    again.add_rule_ids(std::move(id));
  }
  ++report_.decisions;
  if (CanonicalBytes(again) == CanonicalBytes(recorded)) return;
  AddFault(entry, "DECISION_DIFFERS",
           absl::StrCat(v1::Question_Name(recorded.question()), " was ", Answer(recorded),
                        "; deciding again gives ", Answer(again)));
}

void Redecider::AddFault(uint64_t entry, absl::string_view reason, absl::string_view words) {
  AddFault({.entry = entry, .reason = std::string(reason), .words = std::string(words)});
}

void Redecider::AddFault(RedecideFault fault) {
  ++report_.fault_count;
  if (report_.faults.size() < kMaxRedecideFaults) report_.faults.push_back(std::move(fault));
}

absl::StatusOr<RedecideReport> Redecider::Finish(const std::string& origin,
                                                 const std::string& locality) {
  FOSSE_RETURN_IF_ERROR(next_);
  const auto* const end = std::get_if<audit::DetailsEnd>(&*next_);
  if (end == nullptr || !reader_->AtEnd() || manifest_.origin != origin ||
      manifest_.locality != locality || manifest_.count != report_.entries ||
      end->end != manifest_.from + manifest_.count ||
      (report_.entries > 0 && manifest_.from != first_)) {
    return NotOfOneExport(report_.entries);
  }
  return std::move(report_);
}

}  // namespace fosse::verify
