#include "adapters/fhir/turns.h"

#include <utility>

namespace fosse::adapters::fhir {

void Turns::Take(const std::string& name, Work work) {
  {
    const absl::MutexLock lock(&mutex_);
    const auto [under_way, is_first] = waiting_.try_emplace(name);
    if (!is_first) {
      under_way->second.push_back(std::move(work));
      return;
    }
  }
  work([self = shared_from_this(), name] { self->End(name); });
}

void Turns::End(const std::string& name) {
  Work next;
  {
    const absl::MutexLock lock(&mutex_);
    const auto under_way = waiting_.find(name);
    if (under_way->second.empty()) {
      waiting_.erase(under_way);
      return;
    }
    next = std::move(under_way->second.front());
    under_way->second.pop_front();
  }
  next([self = shared_from_this(), name] { self->End(name); });
}

}  // namespace fosse::adapters::fhir
