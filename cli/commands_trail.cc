#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/details.h"
#include "audit/export.h"
#include "audit/leaf.h"
#include "audit/proof.h"
#include "audit/tree.h"
#include "base/encoding.h"
#include "base/status.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "fosse/v1/audit.grpc.pb.h"

// Commands about the trail: heads, proofs, exports. What comes from the gateway is checked before
// it is called right.
namespace fosse::cli {
namespace {

// The latest head, verified with the key given or, without one, with the key that the gateway
// names: then it shows no more than that the gateway is consistent with itself.
struct Head {
  v1::GetCheckpointResponse response;
  std::string key;
  audit::Checkpoint checkpoint;
};

ExitCode GetHead(Session& session, const TrailOptions& options, Head& head) {
  const ExitCode code = session.Call<v1::AuditService>(&v1::AuditService::Stub::GetCheckpoint,
                                                       v1::GetCheckpointRequest(), head.response);
  if (code != kExitOk) return code;
  head.key = options.verifier_key.empty() ? head.response.verifier_key() : options.verifier_key;
  absl::StatusOr<audit::Checkpoint> checkpoint =
      audit::OpenCheckpoint(head.response.checkpoint(), head.key);
  if (!checkpoint.ok()) return session.Wrong(checkpoint.status(), kExitNotVerified);
  head.checkpoint = *std::move(checkpoint);
  return kExitOk;
}

absl::Status CheckProof(const v1::GetInclusionProofResponse& response, uint64_t index,
                        const std::string& key) {
  FOSSE_ASSIGN_OR_RETURN(const audit::Proof proof, audit::ParseProof(response.proof()));
  FOSSE_ASSIGN_OR_RETURN(const audit::Checkpoint head,
                         audit::OpenCheckpoint(proof.checkpoint, key));
  if (proof.index != index || !audit::VerifyInclusion(audit::LeafHash(response.leaf_bytes()), index,
                                                      head.size, proof.hashes, head.root)) {
    return MakeError(absl::StatusCode::kDataLoss, "NOT_INCLUDED",
                     "the proof does not lead from the entry to the signed head");
  }
  return absl::OkStatus();
}

// Writes leaves as they come. A file appears under its name only when it is whole.
class ExportFile {
 public:
  // `mode` as of chmod.
  ExportFile(const std::string& path, std::ostream& standard_output, unsigned mode = 0644)
      : path_(path), beside_(path + ".part") {
    if (path == "-") {
      out_ = &standard_output;
    } else {
      // Made before it is written, so that nobody else can read it meanwhile.
      std::remove(beside_.c_str());
      const int made = open(beside_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
      if (made >= 0) close(made);
      file_.open(beside_, std::ios::binary | std::ios::trunc);
      out_ = &file_;
    }
  }

  void Write(absl::string_view line) {
    out_->write(line.data(), static_cast<std::streamsize>(line.size()));
  }

  absl::Status Finish() {
    if (path_ == "-") return absl::OkStatus();
    file_.close();
    if (!file_.good() || std::rename(beside_.c_str(), path_.c_str()) != 0) {
      return absl::InvalidArgumentError(absl::StrCat(path_, ": cannot be written"));
    }
    return absl::OkStatus();
  }

 private:
  const std::string path_;
  const std::string beside_;
  std::ofstream file_;
  std::ostream* out_;
};

// What comes with the leaves where details are asked for. The writer needs the locality, which the
// first leaf tells: rulebooks come before it and wait.
class DetailsCopy {
 public:
  DetailsCopy(const Head& head, ExportFile& file) : head_(head), file_(file) {}

  void Begin(absl::string_view locality) {
    writer_ = std::make_unique<audit::DetailsWriter>(
        audit::DetailsManifest{.origin = head_.checkpoint.origin,
                               .locality = std::string(locality),
                               .count = head_.checkpoint.size},
        [this](absl::string_view line) { file_.Write(line); });
    for (const v1::KeptRulebook& rulebook : rulebooks_) writer_->Add(rulebook);
    rulebooks_.clear();
  }
  absl::Status Take(const v1::ExportTrailResponse& item) {
    if (item.has_rulebook()) rulebooks_.push_back(item.rulebook());
    if (item.has_opened() && writer_ != nullptr) return writer_->Add(item.opened());
    return absl::OkStatus();
  }
  absl::Status Finish() { return writer_ == nullptr ? absl::OkStatus() : writer_->Finish(); }

 private:
  const Head& head_;
  ExportFile& file_;
  std::vector<v1::KeptRulebook> rulebooks_;
  std::unique_ptr<audit::DetailsWriter> writer_;
};

// The leaves of the tree that `head` signed, into `file`; their details, where `details` is there.
absl::Status CopyLeaves(grpc::ClientReader<v1::ExportTrailResponse>& reader, const Head& head,
                        ExportFile& file, DetailsCopy* details) {
  std::unique_ptr<audit::ExportWriter> writer;
  v1::ExportTrailResponse item;
  while (reader.Read(&item)) {
    if (details != nullptr) FOSSE_RETURN_IF_ERROR(details->Take(item));
    if (!item.has_leaf_bytes()) continue;  // A later head; the export ends with ours.
    if (writer == nullptr) {
      FOSSE_ASSIGN_OR_RETURN(const audit::LeafParts leaf, audit::ParseLeaf(item.leaf_bytes()));
      FOSSE_ASSIGN_OR_RETURN(
          audit::ExportWriter begun,
          audit::ExportWriter::Begin({.origin = head.checkpoint.origin,
                                      .locality = std::string(leaf.locality),
                                      .count = head.checkpoint.size,
                                      .verifier_key = head.key},
                                     [&file](absl::string_view line) { file.Write(line); }));
      writer = std::make_unique<audit::ExportWriter>(std::move(begun));
      if (details != nullptr) details->Begin(leaf.locality);
    }
    FOSSE_RETURN_IF_ERROR(writer->Add(item.leaf_bytes()));
  }
  if (writer == nullptr) return absl::OkStatus();  // The call's own status says why.
  if (details != nullptr) FOSSE_RETURN_IF_ERROR(details->Finish());
  return writer->Finish(head.response.checkpoint());
}

}  // namespace

ExitCode ShowCheckpoint(Session& session, const TrailOptions& options) {
  Head head;
  if (const ExitCode code = GetHead(session, options, head); code != kExitOk) return code;
  if (!options.output.empty() && options.output != "-") {
    if (absl::Status written = session.WriteFile(options.output, head.response.checkpoint());
        !written.ok()) {
      return session.Wrong(written);
    }
  }
  if (session.settings().json) {
    session.PrintJson(head.response);
  } else if (options.output == "-") {
    session.out() << head.response.checkpoint();
  } else {
    Table table({"TRAIL", "ENTRIES", "ROOT"});
    table.Row(
        {head.checkpoint.origin, absl::StrCat(head.checkpoint.size), Base64(head.checkpoint.root)});
    table.Print(session.out());
    session.out() << "\nverifier key: " << head.response.verifier_key() << "\n"
                  << (options.verifier_key.empty()
                          ? "The signature fits the key that the gateway itself names.\n"
                          : "The signature fits the key given.\n");
  }
  return kExitOk;
}

ExitCode Prove(Session& session, const TrailOptions& options) {
  Head head;
  if (const ExitCode code = GetHead(session, options, head); code != kExitOk) return code;
  v1::GetInclusionProofRequest request;
  request.set_index(options.index);
  v1::GetInclusionProofResponse response;
  if (const ExitCode code = session.Call<v1::AuditService>(
          &v1::AuditService::Stub::GetInclusionProof, request, response);
      code != kExitOk) {
    return code;
  }
  if (absl::Status checked = CheckProof(response, options.index, head.key); !checked.ok()) {
    return session.Wrong(checked, kExitNotVerified);
  }
  const std::string folder = options.output.empty() ? "." : options.output;
  const std::string stem = absl::StrCat(folder, "/entry-", options.index);
  if (mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
    return session.Wrong(absl::InvalidArgumentError(folder + ": cannot be made"));
  }
  for (const auto& [path, bytes] :
       {std::pair<std::string, const std::string&>{stem + ".tlog-proof", response.proof()},
        {stem + ".leaf", response.leaf_bytes()}}) {
    if (absl::Status written = session.WriteFile(path, bytes); !written.ok())
      return session.Wrong(written);
  }
  if (session.settings().json) {
    session.PrintJson(response);
    return kExitOk;
  }
  session.out() << "Entry " << options.index << " is in the trail " << head.checkpoint.origin
                << ".\n\n"
                << "proof: " << stem << ".tlog-proof\n"
                << "entry: " << stem << ".leaf\n\n"
                << "Anybody can check it, offline:\n"
                << "  fosse-verify proof " << stem << ".tlog-proof --leaf " << stem
                << ".leaf --key '" << head.key << "'\n";
  return kExitOk;
}

ExitCode Export(Session& session, const TrailOptions& options) {
  Head head;
  if (const ExitCode code = GetHead(session, options, head); code != kExitOk) return code;
  absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = session.Connect();
  if (!channel.ok()) return session.Wrong(channel.status());
  v1::ExportTrailRequest request;
  request.set_limit(head.checkpoint.size);
  request.set_purpose(options.purpose);
  request.set_with_details(!options.details.empty());
  grpc::ClientContext context;  // No deadline: a trail may be long.
  const auto reader = v1::AuditService::NewStub(*channel)->ExportTrail(&context, request);
  ExportFile file(options.output, session.out());
  std::unique_ptr<ExportFile> details_file;
  std::unique_ptr<DetailsCopy> details;
  if (!options.details.empty()) {
    // Persons in clear: for the caller's eyes alone.
    details_file = std::make_unique<ExportFile>(options.details, session.out(), /*mode=*/0600);
    details = std::make_unique<DetailsCopy>(head, *details_file);
  }
  absl::Status copied = CopyLeaves(*reader, head, file, details.get());
  if (!copied.ok()) context.TryCancel();
  const grpc::Status ended = reader->Finish();
  if (copied.ok() && !ended.ok()) return session.Refused(ended);
  if (!copied.ok()) {
    // Cut short by the call's failure, or not a trail at all.
    if (!ended.ok() && ended.error_code() != grpc::StatusCode::CANCELLED) {
      return session.Refused(ended);
    }
    return session.Wrong(copied, kExitNotVerified);
  }
  if (absl::Status finished = file.Finish(); !finished.ok()) return session.Wrong(finished);
  if (details_file != nullptr) {
    if (absl::Status finished = details_file->Finish(); !finished.ok()) {
      return session.Wrong(finished);
    }
  }
  if (options.output != "-") {
    session.out() << head.checkpoint.size << " entries of " << head.checkpoint.origin << " in "
                  << options.output << ".\n\nAnybody can check them, offline:\n"
                  << "  fosse-verify trail " << options.output << " --key '" << head.key << "'"
                  << (options.details.empty() ? "" : " --redecide " + options.details) << "\n";
    if (!options.details.empty()) {
      session.out() << "\n" << options.details << " holds persons in clear: keep it as a record.\n";
    }
  }
  return kExitOk;
}

}  // namespace fosse::cli
