#include "adapters/page/sessions.h"

#include <algorithm>

#include "base/encoding.h"

namespace fosse::adapters::page {
namespace {

// Makes room: what is over goes, and if all are live the one that ends first.
template <typename Map>
void MakeRoom(Map& map, absl::Time now) {
  std::erase_if(map, [now](const auto& item) { return item.second.until <= now; });
  if (map.size() < kMostSessions) return;
  map.erase(std::min_element(map.begin(), map.end(), [](const auto& a, const auto& b) {
    return a.second.until < b.second.until;
  }));
}

}  // namespace

std::string Sessions::Begin(const SignInAttempt& attempt, absl::Time now) {
  const std::lock_guard lock(mutex_);
  MakeRoom(attempts_, now);
  const std::string cookie = Hex(random_.Bytes(32));
  attempts_[cookie] = attempt;
  attempts_[cookie].until = now + kSignInTime;
  return cookie;
}

std::optional<SignInAttempt> Sessions::Take(const std::string& cookie, absl::Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = attempts_.find(cookie);
  if (found == attempts_.end()) return std::nullopt;
  SignInAttempt attempt = found->second;
  attempts_.erase(found);
  if (attempt.until <= now) return std::nullopt;
  return attempt;
}

std::string Sessions::Open(const Colleague& colleague, absl::Time now) {
  const std::lock_guard lock(mutex_);
  MakeRoom(sessions_, now);
  const std::string cookie = Hex(random_.Bytes(32));
  sessions_[cookie] = {.colleague = colleague,
                       .token = Hex(random_.Bytes(32)),
                       .until = now + kIdleTime,
                       .latest = now + kLongestSession};
  return cookie;
}

std::optional<Session> Sessions::Find(const std::string& cookie, absl::Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(cookie);
  if (found == sessions_.end() || found->second.until <= now) return std::nullopt;
  found->second.until = std::min(now + kIdleTime, found->second.latest);
  return found->second;
}

void Sessions::Close(const std::string& cookie) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(cookie);
}

}  // namespace fosse::adapters::page
