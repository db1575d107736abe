#include "adapters/council/training_door.h"

#include <memory>
#include <utility>
#include <vector>

#include "adapters/council/http_answers.h"
#include "adapters/council/training_csv.h"

namespace fosse::adapters::council {
namespace {

constexpr absl::Duration kReadTimeout = absl::Seconds(10);
constexpr uint32_t kPage = 100;
constexpr absl::string_view kPurpose = "training register";

template <typename Request, typename Response>
using Read = void (GatewayClient::*)(Request, absl::Duration,
                                     std::function<void(const Response*, const Refusal*)>);

HttpResponse Away(const std::string& reason, const std::string& remedy) {
  HttpResponse response = ErrorAnswer(503, reason, remedy);
  response.headers["Retry-After"] = "5";
  return response;
}

// All pages, one after the other; then the table of their rows. Keeps itself until it has answered.
template <typename Request, typename Response, typename Row>
class Pages : public std::enable_shared_from_this<Pages<Request, Response, Row>> {
 public:
  Pages(GatewayClient& gateway, Read<Request, Response> read,
        std::function<HttpResponse(const std::vector<Row>&)> write, HttpsServer::Respond respond)
      : gateway_(gateway), read_(read), write_(std::move(write)), respond_(std::move(respond)) {}

  void Next(Request request) {
    (gateway_.*read_)(request, kReadTimeout,
                      [self = this->shared_from_this(), request](const Response* page,
                                                                 const Refusal* refusal) mutable {
                        self->Take(std::move(request), page, refusal);
                      });
  }

 private:
  void Take(Request request, const Response* page, const Refusal* refusal) {
    if (refusal != nullptr || page == nullptr) {
      return respond_(Away("REGISTER_UNAVAILABLE", "the register cannot be read now; try again"));
    }
    rows_.insert(rows_.end(), page->rows().begin(), page->rows().end());
    if (page->next_page_token().empty()) return respond_(write_(rows_));
    if (rows_.size() > kMaxRegisterRows) {
      return respond_(Away("REGISTER_TOO_LONG", "ask the gateway for it page by page"));
    }
    request.set_page_token(page->next_page_token());
    Next(std::move(request));
  }

  GatewayClient& gateway_;
  const Read<Request, Response> read_;
  const std::function<HttpResponse(const std::vector<Row>&)> write_;
  const HttpsServer::Respond respond_;
  std::vector<Row> rows_;
};

template <typename Request>
Request Asked(const std::string& participant) {
  Request request;
  request.set_reader(participant);
  request.set_purpose(std::string(kPurpose));
  request.set_page_size(kPage);
  return request;
}

}  // namespace

void SendTrainingQueue(GatewayClient& gateway, const std::string& participant,
                       HttpsServer::Respond respond) {
  std::make_shared<
      Pages<v1::ListTrainingQueueRequest, v1::ListTrainingQueueResponse, v1::TrainingQueueRow>>(
      gateway, &GatewayClient::ListTrainingQueue,
      [](const std::vector<v1::TrainingQueueRow>& rows) {
        return CsvAnswer("training-queue.csv", TrainingQueueCsv(rows));
      },
      std::move(respond))
      ->Next(Asked<v1::ListTrainingQueueRequest>(participant));
}

void SendTrainingRegister(GatewayClient& gateway, const std::string& participant,
                          HttpsServer::Respond respond) {
  std::make_shared<
      Pages<v1::ListCompetenciesRequest, v1::ListCompetenciesResponse, v1::CompetencyRow>>(
      gateway, &GatewayClient::ListCompetencies,
      [](const std::vector<v1::CompetencyRow>& rows) {
        return CsvAnswer("training-register.csv", TrainingRegisterCsv(rows));
      },
      std::move(respond))
      ->Next(Asked<v1::ListCompetenciesRequest>(participant));
}

}  // namespace fosse::adapters::council
