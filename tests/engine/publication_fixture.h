#ifndef FOSSE_TESTS_ENGINE_PUBLICATION_FIXTURE_H_
#define FOSSE_TESTS_ENGINE_PUBLICATION_FIXTURE_H_

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/note.h"
#include "audit/rulebook_note.h"
#include "engine/engine.h"
#include "engine/timestamps.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/small_rulebook.h"
#include "tests/support/status_matchers.h"

// A board that can sign, over a whole engine.
namespace fosse {

inline constexpr char kLater[] = "llr/2026-12-01";
inline constexpr absl::Duration kAhead = absl::Hours(1);

inline audit::NoteSigner SignerOf(absl::string_view seed) {
  return {"fosse.test/QK1-IPCB", SigningKey::FromSeed(seed)};
}
inline audit::NoteSigner Board() { return TestBoard(); }

// The test directory, where the board has its publishing key.
inline std::string DirectoryWithKey() { return WithBoardKey(TestDirectory()); }

// What the board signs where it means this activation.
inline audit::RulebookStatement StatementOf(const v1::RulebookActivation& activation) {
  audit::RulebookStatement statement{"QK1", activation.rulebook_id()};
  std::copy_n(activation.digest().begin(), statement.digest.size(), statement.digest.begin());
  statement.effective_at = engine::ToTime(activation.effective_at());
  std::copy_n(activation.suite_digest().begin(), statement.suite_digest.size(),
              statement.suite_digest.begin());
  return statement;
}
inline void Sign(v1::RulebookActivation& activation) {
  activation.set_signed_note(audit::SignRulebook(StatementOf(activation), Board()));
}

class PublicationTest : public ::testing::Test {
 protected:
  PublicationTest() : world_({.directory_text = DirectoryWithKey()}) {}

  // Everything as it must be.
  v1::PublishRulebookRequest Request(const std::string& text, const std::string& suite,
                                     absl::string_view message_id = "p1") {
    v1::PublishRulebookRequest request;
    request.set_stored(text);
    request.set_suite(suite);
    v1::Envelope& envelope = *request.mutable_envelope();
    envelope = world_.Message(kBoard, message_id, kAda);
    envelope.clear_subject();
    v1::RulebookActivation& activation = *envelope.mutable_rulebook_activation();
    activation.set_rulebook_id(kLater);
    activation.set_digest(ByteView(Sha256(text)).str());
    activation.set_suite_digest(ByteView(Sha256(suite)).str());
    activation.set_approved_by("Clinical Executive, minute 12");
    activation.set_approved_on("2022-09-28");
    activation.set_hazard_review("HR-7");
    activation.set_hazard_reviewed_on("2022-09-27");
    *activation.mutable_effective_at() = engine::ToTimestamp(world_.clock().Now() + kAhead);
    Sign(activation);
    return request;
  }
  v1::PublishRulebookRequest Sound() { return Request(SmallRulebook(kLater), SmallSuite(kLater)); }

  absl::StatusOr<v1::Receipt> Publish(const v1::PublishRulebookRequest& request) {
    return world_.Ask<v1::Receipt>([&](engine::Done<v1::Receipt> done) {
      world_.engine().PublishRulebook({.participant = request.envelope().sender()}, request,
                                      absl::InfiniteFuture(), std::move(done));
    });
  }
  // Refused, and nothing of it stays but what counts refusals.
  void ExpectRefused(const v1::PublishRulebookRequest& request, const char* reason) {
    EXPECT_THAT(Publish(request), FailsWith(reason));
    EXPECT_EQ(List().rulebooks_size(), 1) << reason;
  }
  v1::ListRulebooksResponse List() {
    const absl::StatusOr<v1::ListRulebooksResponse> found =
        world_.Ask<v1::ListRulebooksResponse>([&](engine::Done<v1::ListRulebooksResponse> done) {
          world_.engine().ListRulebooks({}, std::move(done));
        });
    EXPECT_THAT(found, IsOk());
    return found.ok() ? *found : v1::ListRulebooksResponse();
  }
  absl::StatusOr<v1::GetRulebookResponse> Get(const std::string& id, const std::string& digest) {
    v1::GetRulebookRequest request;
    request.set_rulebook_id(id);
    request.set_digest(digest);
    return world_.Ask<v1::GetRulebookResponse>([&](engine::Done<v1::GetRulebookResponse> done) {
      world_.engine().GetRulebook(request, std::move(done));
    });
  }

  EngineWorld world_;
};

}  // namespace fosse

#endif  // FOSSE_TESTS_ENGINE_PUBLICATION_FIXTURE_H_
