#include "adapters/council/translate.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "adapters/council/field_places.h"
#include "adapters/council/fields.h"
#include "adapters/council/json_fields.h"
#include "adapters/kit/field_path.h"
#include "adapters/kit/words.h"
#include "google/protobuf/timestamp.pb.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::council {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr size_t kMostIssues = 20;
constexpr size_t kDeepest = 8;
constexpr size_t kMostItems = 2000;

// Members that stand beside the fields of every kind of message.
constexpr absl::string_view kCommon[] = {"/id", "/type", "/sentAt", "/correlationId", "/urgency"};

// Walks the bytes once before anything is built: a member named twice would lose one of two values,
// and nesting or items without end would cost more than any message is worth. (nlohmann's parser
// with a callback would tell too, in time that grows with the square of the items.)
class Watch : public nlohmann::json_sax<Json> {
 public:
  bool twice = false;
  bool too_much = false;

  bool null() override { return Item(); }
  bool boolean(bool) override { return Item(); }
  bool number_integer(number_integer_t) override { return Item(); }
  bool number_unsigned(number_unsigned_t) override { return Item(); }
  bool number_float(number_float_t, const string_t&) override { return Item(); }
  bool string(string_t&) override { return Item(); }
  bool binary(binary_t&) override { return Item(); }
  bool start_object(std::size_t) override { return Open(); }
  bool start_array(std::size_t) override { return Open(); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    twice |= !open_.back().insert(name).second;
    return !twice;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool Item() {
    too_much |= ++items_ > kMostItems;
    return !too_much;
  }
  bool Open() {
    open_.emplace_back();
    too_much |= open_.size() > kDeepest;
    return Item();
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  std::vector<std::set<std::string>> open_;  // Names so far, for each level; empty for an array.
  size_t items_ = 0;
};

}  // namespace

Json ParseObject(absl::string_view bytes, std::vector<Issue>& issues) {
  Watch watch;
  const bool whole = Json::sax_parse(bytes.begin(), bytes.end(), &watch);
  if (watch.twice) {
    issues.push_back({"", "MEMBER_TWICE", "name each member once"});
    return Json();
  }
  if (watch.too_much) {
    issues.push_back(
        {"", "JSON_TOO_DEEP", "nest no deeper, and hold no more, than the format describes"});
    return Json();
  }
  Json json;
  if (whole) json = Json::parse(bytes.begin(), bytes.end(), nullptr, /*allow_exceptions=*/false);
  if (!whole || json.is_discarded() || !json.is_object()) {
    issues.push_back({"", "JSON_INVALID", "send one JSON object in UTF-8"});
  }
  return json;
}

namespace {

// A member's name as a step of a JSON pointer (RFC 6901): a "/" in a name is no step.
std::string Step(const std::string& name) {
  return absl::StrCat("/", absl::StrReplaceAll(name, {{"~", "~0"}, {"/", "~1"}}));
}

// Whether a known member stands below `at`.
bool HasKnownBelow(const std::string& at, const std::set<std::string>& read) {
  const auto below = read.lower_bound(at + "/");
  return below != read.end() && absl::StartsWith(*below, at + "/");
}

void FindUnknown(const Json& json, const std::string& at, const std::set<std::string>& read,
                 std::vector<Issue>& issues) {
  if (read.contains(at)) return;
  // A list whose objects were read, not an array where a group is meant.
  const std::string first = absl::StrCat(at, "/0");
  if (json.is_array() && (read.contains(first) || HasKnownBelow(first, read))) {
    for (size_t n = 0; n < json.size(); ++n) {
      FindUnknown(json[n], absl::StrCat(at, "/", n), read, issues);
    }
    return;
  }
  if (!json.is_object() || !HasKnownBelow(at, read)) {
    // Where it stands, unless the name is so long that it could carry something itself.
    issues.push_back({at.size() <= 80 ? at : "", "FIELD_UNKNOWN",
                      "take this member out, or check its spelling"});
    return;
  }
  for (const auto& [name, member] : json.items()) {
    FindUnknown(member, at + Step(name), read, issues);
  }
}

void ReadSubject(const Json& json, const MessageType& type, v1::Envelope& envelope,
                 std::set<std::string>& read, std::vector<Issue>& issues) {
  if (type.about == About::kNobody) return;
  const char* const member = type.about == About::kWorker ? "worker" : "person";
  const std::string at = absl::StrCat("/", member);
  if (!json.contains(member) || !json.at(member).is_object()) {
    read.insert(at);  // Said once.
    issues.push_back({at, "FIELD_REQUIRED", "add this object"});
    return;
  }
  if (type.about == About::kWorker) {
    v1::WorkerReference& worker = *envelope.mutable_subject()->mutable_worker();
    ReadFields(json.at(member), at, WorkerFields(), worker, read, issues);
  } else {
    ReadFields(json.at(member), at, PersonFields(), *envelope.mutable_subject()->mutable_person(),
               read, issues);
  }
}

// A worker named by the employer's own reference alone is the sender's.
void FillEmployer(absl::string_view sender, v1::WorkerReference* worker) {
  if (worker != nullptr && worker->worker_number().empty() && worker->employer().empty() &&
      !worker->employer_reference().empty()) {
    worker->set_employer(std::string(sender));
  }
}

void FillEmployers(absl::string_view sender, v1::Envelope& envelope) {
  if (envelope.has_worker_assignment() && envelope.worker_assignment().has_worker()) {
    FillEmployer(sender, envelope.mutable_worker_assignment()->mutable_worker());
  } else if (envelope.has_start_confirmed() && envelope.start_confirmed().has_worker()) {
    FillEmployer(sender, envelope.mutable_start_confirmed()->mutable_worker());
  } else if (envelope.has_task_performed() && envelope.task_performed().has_worker()) {
    FillEmployer(sender, envelope.mutable_task_performed()->mutable_worker());
  } else if (envelope.has_concern_raised() && envelope.concern_raised().has_noticed_by()) {
    FillEmployer(sender, envelope.mutable_concern_raised()->mutable_noticed_by());
  } else if (envelope.has_training_request()) {
    for (v1::WorkerReference& worker : *envelope.mutable_training_request()->mutable_workers()) {
      FillEmployer(sender, &worker);
    }
  }
}

}  // namespace

Translated FromObject(const Json& json, absl::string_view sender, absl::string_view locality) {
  Translated translated;
  std::vector<Issue>& issues = translated.issues;
  const MessageType* type = nullptr;
  if (json.contains("type") && json.at("type").is_string()) {
    type = FindByName(json.at("type").get<std::string>());
  }
  if (type == nullptr) {
    std::string remedy = "give one of:";
    for (const MessageType& known : MessageTypes()) absl::StrAppend(&remedy, " ", known.name);
    issues.push_back({"/type", "FIELD_INVALID", remedy});
    return translated;
  }

  v1::Envelope& envelope = translated.envelope;
  std::set<std::string> read(std::begin(kCommon), std::end(kCommon));
  ReadFields(json, "", EnvelopeFields(), envelope, read, issues);
  ReadSubject(json, *type, envelope, read, issues);
  if (json.contains("actingPerson")) {
    ReadFields(json.at("actingPerson"), "/actingPerson", PractitionerFields(),
               *envelope.mutable_acting_person()->mutable_practitioner(), read, issues);
    envelope.mutable_acting_person()->mutable_practitioner()->set_organisation(std::string(sender));
  }
  google::protobuf::Message& body = *envelope.GetReflection()->MutableMessage(
      &envelope, envelope.GetDescriptor()->FindFieldByName(std::string(type->body)));
  ReadFields(json, "", type->fields, body, read, issues);
  FindUnknown(json, "", read, issues);
  FillEmployers(sender, envelope);

  envelope.set_locality(std::string(locality));
  envelope.set_sender(std::string(sender));
  if (issues.size() > kMostIssues) issues.resize(kMostIssues);
  return translated;
}

Translated FromJson(absl::string_view bytes, absl::string_view sender, absl::string_view locality) {
  Translated translated;
  const Json json = ParseObject(bytes, translated.issues);
  if (!translated.issues.empty()) return translated;
  translated = FromObject(json, sender, locality);
  translated.envelope.mutable_original()->set_media_type("application/json");
  translated.envelope.mutable_original()->set_content(bytes.data(), bytes.size());
  return translated;
}

namespace {

template <typename Enum>
std::string Word(const google::protobuf::EnumDescriptor* type, Enum value) {
  const auto* descriptor = type->FindValueByNumber(value);
  return descriptor == nullptr ? "" : WordOf(*descriptor);
}

OrderedJson ContactJson(const v1::Contact& contact) {
  return {{"name", contact.name()}, {"telephone", contact.telephone()}, {"hours", contact.hours()}};
}

OrderedJson ContactsJson(const v1::DutyContacts& contacts) {
  OrderedJson json = OrderedJson::object();
  if (contacts.has_in_hours()) json["inHours"] = ContactJson(contacts.in_hours());
  if (contacts.has_out_of_hours()) json["outOfHours"] = ContactJson(contacts.out_of_hours());
  return json;
}

OrderedJson DecisionJson(const v1::Decision& decision) {
  OrderedJson findings = OrderedJson::array();
  for (const v1::Finding& finding : decision.findings()) {
    findings.push_back({{"rule", finding.rule_id()},
                        {"clause", finding.clause()},
                        {"standing", Word(v1::Standing_descriptor(), finding.standing())},
                        {"outcome", Word(v1::Outcome_descriptor(), finding.outcome())},
                        {"because", finding.because()},
                        {"remedy", finding.remedy()}});
  }
  return {{"question", Word(v1::Question_descriptor(), decision.question())},
          {"outcome", Word(v1::Outcome_descriptor(), decision.outcome())},
          {"delegation", decision.delegation_id()},
          {"deliversMeanwhile", decision.delivers_meanwhile()},
          {"owner", decision.owner()},
          {"findings", std::move(findings)}};
}

OrderedJson StandingJson(const v1::DelegationStanding& standing) {
  return {{"id", standing.delegation_id()},
          {"reference", standing.reference()},
          {"state", Word(v1::DelegationState_descriptor(), standing.state())},
          {"oversight", Word(v1::OversightState_descriptor(), standing.oversight())},
          {"overseer", standing.overseer()},
          {"contacts", ContactsJson(standing.contacts())},
          {"deliversNow", standing.delivers_now()},
          {"owner", standing.owner()},
          {"task", {{"code", standing.task().code()}, {"display", standing.task().display()}}},
          {"delegating", standing.delegating()},
          {"delegatedTo", standing.delegated_to()},
          {"reviewOn", standing.review_on()}};
}

template <typename Items, typename Write>
OrderedJson ArrayOf(const Items& items, Write write) {
  OrderedJson array = OrderedJson::array();
  for (const auto& item : items) array.push_back(write(item));
  return array;
}

std::string Dump(const OrderedJson& json) {
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

OrderedJson MessageJson(const v1::Envelope& message) {
  OrderedJson json = {{"sender", message.sender()}};
  const auto* body = message.GetReflection()->GetOneofFieldDescriptor(
      message, message.GetDescriptor()->FindOneofByName("body"));
  if (body == nullptr) return json;
  const MessageType* type = FindByBody(body->name());
  json["type"] = type == nullptr ? body->name() : std::string(type->name);
  if (type == nullptr) return json;
  const OrderedJson fields =
      WriteFields(message.GetReflection()->GetMessage(message, body), type->fields);
  for (const auto& [name, value] : fields.items()) json[name] = value;
  return json;
}

OrderedJson ItemJson(const v1::Delivery& item) {
  OrderedJson json = {
      {"id", item.delivery_id()},
      {"kind", Word(v1::DeliveryKind_descriptor(), item.kind())},
      {"urgency", Word(v1::Urgency_descriptor(), item.urgency())},
      {"words", item.words()},
      {"traceIndex", item.entry_index()},
      {"committedAt", TextOf(item.committed_at())},
  };
  if (item.has_act_by()) json["actBy"] = TextOf(item.act_by());
  if (item.message().subject().has_person()) {
    json["person"] = WriteFields(item.message().subject().person(), PersonFields());
  }
  if (item.message().subject().has_worker()) {
    json["worker"] = WriteFields(item.message().subject().worker(), WorkerFields());
  }
  json["message"] = MessageJson(item.message());
  if (item.has_proposal()) {
    json["proposal"] = WriteFields(item.proposal(), FindByName("delegation-proposal")->fields);
  }
  json["delegations"] = ArrayOf(item.standings(), StandingJson);
  json["decisions"] = ArrayOf(item.decisions(), DecisionJson);
  json["removed"] = ArrayOf(item.removed_paths(), [](const std::string& path) { return path; });
  return json;
}

// A JSON pointer as a fragment of a URI (RFC 6901, section 6).
std::string FragmentOf(absl::string_view pointer) {
  constexpr absl::string_view kAsTheyAre = "/~-._!$&'()*+,;=:@?";
  std::string fragment = "#";
  for (const char byte : pointer) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(byte)) ||
        kAsTheyAre.find(byte) != absl::string_view::npos) {
      fragment += byte;
    } else {
      absl::StrAppend(&fragment, "%", absl::Hex(static_cast<unsigned char>(byte), absl::kZeroPad2));
    }
  }
  return fragment;
}

}  // namespace

std::string ReceiptJson(const v1::Receipt& receipt) {
  OrderedJson json = {{"id", receipt.message_id()},
                      {"traceIndex", receipt.entry_index()},
                      {"committedAt", TextOf(receipt.committed_at())}};
  json["outcome"] = receipt.decisions().empty()
                        ? "kept"
                        : Word(v1::Outcome_descriptor(), receipt.decisions(0).outcome());
  json["decisions"] = ArrayOf(receipt.decisions(), DecisionJson);
  json["delegations"] = ArrayOf(receipt.standings(), StandingJson);
  json["deliveries"] = ArrayOf(receipt.deliveries(), [](const v1::DeliveryNote& note) {
    return OrderedJson{{"to", note.recipient()},
                       {"kind", Word(v1::DeliveryKind_descriptor(), note.kind())}};
  });
  json["notices"] = ArrayOf(receipt.notices(), [](const v1::Notice& notice) {
    return OrderedJson{
        {"code", notice.code()}, {"words", notice.words()}, {"clause", notice.clause()}};
  });
  json["deliversMeanwhile"] = receipt.delivers_meanwhile();
  json["overseer"] = receipt.overseer();
  json["contacts"] = ContactsJson(receipt.contacts());
  json["workerNumber"] = receipt.worker_number();
  return Dump(json);
}

std::string IssuesJson(const std::vector<Issue>& issues) {
  OrderedJson problem = OrderedJson::object();
  if (!issues.empty()) problem["detail"] = issues.front().remedy;
  problem["errors"] = ArrayOf(issues, [](const Issue& issue) {
    return OrderedJson{{"at", issue.at},
                       {"pointer", FragmentOf(issue.at)},
                       {"reason", issue.reason},
                       {"remedy", issue.remedy}};
  });
  return Dump(problem);
}

std::string RefusalJson(const Refusal& refusal) {
  OrderedJson error = {{"reason", refusal.reason}, {"remedy", refusal.sentence}};
  for (const auto& [key, value] : refusal.metadata) {
    error[key] = value;
    const std::string at = key == "field" ? PointerOf(value) : "";
    if (at.empty()) continue;
    error["at"] = at;
    error["pointer"] = FragmentOf(at);
  }
  return Dump({{"detail", refusal.sentence}, {"errors", OrderedJson::array({error})}});
}

std::string WorkListJson(const std::vector<v1::Delivery>& items) {
  return Dump({{"items", ArrayOf(items, ItemJson)}});
}

std::string WorkItemJson(const v1::Delivery& item) {
  return ItemJson(item).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string WorkReferenceJson(const v1::Delivery& item) {
  OrderedJson reference;
  const OrderedJson whole = ItemJson(item);
  for (const char* name : {"id", "kind", "urgency", "traceIndex", "committedAt", "actBy"}) {
    if (whole.contains(name)) reference[name] = whole[name];
  }
  return reference.dump();
}

}  // namespace fosse::adapters::council
