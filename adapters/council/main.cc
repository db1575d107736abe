// fosse-council: JSON over HTTPS for council systems, care providers and training offices.
//
//   POST /messages              one message; answered with its receipt
//   GET  /worklist              what is waiting for the caller's organisation
//   GET  /worklist.csv          the same for a spreadsheet
//   GET  /training/queue.csv    who waits for training
//   GET  /training/register.csv who was found competent in what
//   POST /worklist/ID/taken     the caller's system has taken that item
//   POST /links                 a link to the page for somebody whom the caller vouches for
//   GET  /openapi.json          what the door takes and answers (openapi.h)
//
// and, where the config has them, drop folders, and the page on which providers without a system
// work.
// Systems of recipients that take webhooks get theirs by them.
//
// fosse-council translate shows what the rows and documents of a file would become; fosse-council
// openapi prints the description of the door; fosse-council webhook is for whoever connects a
// receiver.

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/council/drop/drops.h"
#include "adapters/council/file_commands.h"
#include "adapters/council/http_answers.h"
#include "adapters/council/link_door.h"
#include "adapters/council/openapi.h"
#include "adapters/council/page/provider_door.h"
#include "adapters/council/training_door.h"
#include "adapters/council/translate.h"
#include "adapters/council/webhook/command.h"
#include "adapters/council/webhook/sender.h"
#include "adapters/council/work_list_csv.h"
#include "adapters/kit/adapter.h"
#include "adapters/kit/https_server.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::adapters::council {
namespace {

constexpr size_t kWorkListItems = 200;

HttpResponse Refused(int status) {
  switch (status) {
    case 408:
      return ErrorAnswer(408, "REQUEST_TOO_SLOW", "send the whole request within 30 seconds");
    case 413:
      return ErrorAnswer(413, "MESSAGE_TOO_LARGE", "send at most 1 MiB");
    case 431:
      return ErrorAnswer(431, "HEADERS_TOO_LARGE", "send at most 8 KiB of headers");
    default:
      return ErrorAnswer(400, "HTTP_INVALID", "send a well-formed HTTP/1.1 request");
  }
}

int StatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return 400;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAlreadyExists:
      return 409;
    case absl::StatusCode::kFailedPrecondition:
      return 422;
    case absl::StatusCode::kResourceExhausted:
      return 413;
    default:
      return 500;
  }
}

HttpResponse ResponseOf(const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::kReceipt:
      return JsonAnswer(200, ReceiptJson(answer.receipt));
    case Answer::Kind::kRefused:
      return JsonAnswer(StatusOf(answer.refusal.code), RefusalJson(answer.refusal));
    case Answer::Kind::kKept: {
      HttpResponse response = ErrorAnswer(
          503, "ANSWER_PENDING", "kept here; send the same message again to learn its outcome");
      response.headers["Retry-After"] = "2";
      return response;
    }
    case Answer::Kind::kNotKept:
      break;
  }
  return ErrorAnswer(503, "NOT_KEPT", "not kept; send the same message again later");
}

// What the doors share.
class Council {
 public:
  Council(Adapter& adapter, std::unique_ptr<webhook::Sender> webhooks)
      : adapter_(adapter),
        webhooks_(std::move(webhooks)),
        loop_(
            *adapter.outbox, *adapter.gateway, adapter.random,
            {adapter.config.recipients().begin(), adapter.config.recipients().end()},
            [this](const v1::Delivery& delivery) { return Deliver(delivery); },
            PaceOf(*webhooks_)) {}

  DeliveryLoop& loop() { return loop_; }
  void set_page(page::ProviderDoor* page) { page_ = page; }

  void Handle(HttpRequest request, HttpsServer::Respond respond) {
    const std::string participant = adapter_.ParticipantOf(request.client);
    if (participant.empty()) {
      respond(
          ErrorAnswer(403, "CLIENT_UNKNOWN", "ask the operator to list this certificate's name"));
    } else if (request.path == "/messages" && request.method == "POST") {
      Message(request, participant, std::move(respond));
    } else if (request.path == "/worklist" && request.method == "GET") {
      respond(WorkList(participant, [](const std::vector<v1::Delivery>& deliveries) {
        return JsonAnswer(200, WorkListJson(deliveries));
      }));
    } else if (request.path == "/worklist.csv" && request.method == "GET") {
      respond(WorkList(participant, [](const std::vector<v1::Delivery>& deliveries) {
        return CsvAnswer("worklist.csv", WorkListCsv(deliveries));
      }));
    } else if (request.path == "/training/queue.csv" && request.method == "GET") {
      SendTrainingQueue(*adapter_.gateway, participant, std::move(respond));
    } else if (request.path == "/training/register.csv" && request.method == "GET") {
      SendTrainingRegister(*adapter_.gateway, participant, std::move(respond));
    } else if (request.path == "/openapi.json" && request.method == "GET") {
      respond(Description(request));
    } else if (request.path == "/links" && request.method == "POST" && page_ != nullptr) {
      respond(MakeLink(*page_, participant, request.body));
    } else if (absl::StartsWith(request.path, "/worklist/") &&
               absl::EndsWith(request.path, "/taken") && request.method == "POST") {
      respond(Taken(request.path, participant));
    } else if (const char* const method = MethodOf(request.path); method != nullptr) {
      HttpResponse response =
          ErrorAnswer(405, "METHOD_UNSUPPORTED", absl::StrCat("use ", method, " here"));
      response.headers["Allow"] = method;
      respond(std::move(response));
    } else {
      respond(ErrorAnswer(404, "PATH_UNKNOWN", "see what /openapi.json lists"));
    }
  }

 private:
  // The one that the path takes; null: there is no such path here.
  const char* MethodOf(absl::string_view path) const {
    if (path == "/messages" || (path == "/links" && page_ != nullptr)) return "POST";
    if (absl::StartsWith(path, "/worklist/") && absl::EndsWith(path, "/taken")) return "POST";
    for (const absl::string_view read : {"/worklist", "/worklist.csv", "/training/queue.csv",
                                         "/training/register.csv", "/openapi.json"}) {
      if (path == read) return "GET";
    }
    return nullptr;
  }

  static HttpResponse Description(const HttpRequest& request) {
    static const std::string& tag =
        *new std::string(absl::StrCat("\"", Hex(Sha256(OpenApi())).substr(0, 16), "\""));
    const auto known = request.headers.find("if-none-match");
    const bool same = known != request.headers.end() && known->second == tag;
    HttpResponse response = JsonAnswer(same ? 304 : 200, same ? "" : OpenApi());
    response.headers["ETag"] = tag;
    response.headers["Cache-Control"] = "no-cache";
    return response;
  }

  static Pace PaceOf(const webhook::Sender& webhooks) {
    Pace pace;
    webhooks.AddTerms(pace);
    return pace;
  }

  Attempt Deliver(const v1::Delivery& delivery) {
    if (webhooks_->Serves(delivery.recipient())) return webhooks_->Send(delivery);
    return {.result = Attempt::Result::kWorkList, .detail_code = ""};
  }

  void Message(const HttpRequest& request, const std::string& participant,
               HttpsServer::Respond respond) {
    if (!HasMediaType(request, "application/json")) {
      respond(ErrorAnswer(415, "MEDIA_TYPE_UNSUPPORTED", "send application/json, not compressed"));
      return;
    }
    Translated translated = FromJson(request.body, participant, adapter_.config.locality());
    if (!translated.issues.empty()) {
      respond(JsonAnswer(400, IssuesJson(translated.issues)));
      return;
    }
    adapter_.door->Hand(std::move(translated.envelope),
                        [respond](const Answer& answer) { respond(ResponseOf(answer)); });
  }

  template <typename Write>
  HttpResponse WorkList(const std::string& participant, Write write) {
    const absl::StatusOr<std::vector<Outbox::Item>> items =
        adapter_.outbox->ItemsOf(participant, Outbox::State::kWaiting, kWorkListItems);
    if (!items.ok()) return ErrorAnswer(503, "OUTBOX_FAILED", "try again later");
    std::vector<v1::Delivery> deliveries;
    for (const Outbox::Item& item : *items) deliveries.push_back(item.delivery);
    return write(deliveries);
  }

  HttpResponse Taken(absl::string_view path, const std::string& participant) {
    const std::string id(absl::StripSuffix(absl::StripPrefix(path, "/worklist/"), "/taken"));
    const absl::StatusOr<std::optional<Outbox::Item>> item = adapter_.outbox->Find(id);
    // Another organisation's item answers like one that does not exist.
    if (!item.ok() || !item->has_value() || (*item)->delivery.recipient() != participant) {
      return ErrorAnswer(404, "DELIVERY_NOT_FOUND", "no such item waits in this work list");
    }
    if ((*item)->state != Outbox::State::kDelivered) {
      const absl::Status taken = loop_.Taken(id, "work-list");
      if (!taken.ok()) return ErrorAnswer(404, "DELIVERY_NOT_FOUND", "no such item waits here");
    }
    return JsonAnswer(200, "{}\n");
  }

  Adapter& adapter_;
  const std::unique_ptr<webhook::Sender> webhooks_;
  DeliveryLoop loop_;
  page::ProviderDoor* page_ = nullptr;  // Where there is one.
};

absl::StatusOr<std::shared_ptr<void>> Open(Adapter& adapter) {
  struct Doors {
    std::unique_ptr<Council> council;
    std::unique_ptr<page::ProviderDoor> page;
    std::unique_ptr<HttpsServer> https;
    std::unique_ptr<Drops> drops;  // Goes first.
  };
  auto doors = std::make_shared<Doors>();
  FOSSE_ASSIGN_OR_RETURN(auto webhooks, webhook::Sender::Create(adapter.config, *adapter.outbox));
  doors->council = std::make_unique<Council>(adapter, std::move(webhooks));
  if (adapter.config.has_provider_page()) {
    FOSSE_ASSIGN_OR_RETURN(doors->page,
                           page::ProviderDoor::Listen(adapter, doors->council->loop()));
    doors->council->set_page(doors->page.get());
  }
  FOSSE_ASSIGN_OR_RETURN(
      doors->https,
      HttpsServer::Listen(
          adapter.config.https(), HttpLimits{},
          [council = doors->council.get()](HttpRequest request, HttpsServer::Respond respond) {
            council->Handle(std::move(request), std::move(respond));
          },
          Refused));
  FOSSE_ASSIGN_OR_RETURN(doors->drops, Drops::Start(adapter));
  return std::static_pointer_cast<void>(doors);
}

}  // namespace
}  // namespace fosse::adapters::council

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "openapi") {
    std::cout << fosse::adapters::council::OpenApi();
    return 0;
  }
  if (argc > 1 && std::string(argv[1]) == "translate") {
    return fosse::adapters::council::TranslateCommand(argc, argv);
  }
  if (argc > 1 && std::string(argv[1]) == "webhook") {
    return fosse::adapters::council::webhook::WebhookCommand(argc, argv);
  }
  return fosse::adapters::RunAdapter(argc, argv, fosse::adapters::council::Open);
}
