#include "cli/report_commands.h"

#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/words.h"
#include "fosse/v1/reports.grpc.pb.h"

namespace fosse::cli {
namespace {

using Stub = v1::ReportsService::Stub;

struct ReportOptions {
  std::string from;
  std::string until;
  std::string purpose;
  std::string task;
  std::string setting;
  std::string risk;
  unsigned page_size = 0;
  std::string page_token;
};

template <typename Request>
Request PeriodOf(const ReportOptions& options) {
  Request request;
  request.mutable_period()->set_first_day(options.from);
  request.mutable_period()->set_last_day(options.until);
  request.set_purpose(options.purpose);
  return request;
}

template <typename Request, typename Response>
ExitCode Show(Session& session, const Request& request,
              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
              void (*print)(const Response&, std::ostream&)) {
  Response response;
  const ExitCode code = session.Call<v1::ReportsService>(method, request, response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
  } else {
    print(response, session.out());
  }
  return kExitOk;
}

// `own home` and `own-home` are CARE_SETTING_OWN_HOME. False: no such value.
template <typename E>
bool ReadEnum(const std::string& word, absl::string_view prefix,
              bool (*parse)(const std::string&, E*), E& value) {
  if (word.empty()) return true;
  return parse(absl::StrCat(prefix, absl::StrReplaceAll(absl::AsciiStrToUpper(word),
                                                        {{" ", "_"}, {"-", "_"}})),
               &value);
}

ExitCode Precedents(Session& session, const ReportOptions& options) {
  v1::ListPrecedentsRequest request;
  v1::CareSetting setting = v1::CARE_SETTING_UNSPECIFIED;
  v1::RiskLevel risk = v1::RISK_LEVEL_UNSPECIFIED;
  if (!ReadEnum<v1::CareSetting>(
          options.setting, "CARE_SETTING_",
          [](const std::string& name, v1::CareSetting* value) {
            return v1::CareSetting_Parse(name, value);
          },
          setting) ||
      !ReadEnum<v1::RiskLevel>(
          options.risk, "RISK_LEVEL_",
          [](const std::string& name, v1::RiskLevel* value) {
            return v1::RiskLevel_Parse(name, value);
          },
          risk)) {
    return session.Wrong(absl::InvalidArgumentError("--setting or --risk: no such value"));
  }
  request.set_task(options.task);
  request.set_setting(setting);
  request.set_risk(risk);
  request.set_purpose(options.purpose);
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  return Show(session, request, &Stub::ListPrecedents, &PrintPrecedents);
}

}  // namespace

void AddReportCommands(CLI::App& report, std::function<ExitCode(Session&)>& chosen) {
  const auto options = std::make_shared<ReportOptions>();
  const auto add = [&](const std::string& name, const std::string& words, bool period,
                       std::function<ExitCode(Session&)> run) {
    CLI::App* const command = report.add_subcommand(name, words);
    command->fallthrough();
    if (period) {
      command->add_option("--from", options->from, "First day, YYYY-MM-DD")->required();
      command->add_option("--until", options->until, "Last day, included; 400 days at most")
          ->required();
    }
    command->add_option("--purpose", options->purpose, "Why; it goes into the trail")->required();
    command->final_callback([&chosen, run = std::move(run)] { chosen = run; });
    return command;
  };
  add("training", "Sessions, people, and how long workers wait", true, [options](Session& s) {
    return Show(s, PeriodOf<v1::GetTrainingFiguresRequest>(*options), &Stub::GetTrainingFigures,
                &PrintTraining);
  });
  add("delegations", "How delegation goes, by organisation and place", true, [options](Session& s) {
    return Show(s, PeriodOf<v1::GetDelegationFiguresRequest>(*options), &Stub::GetDelegationFigures,
                &PrintDelegationFigures);
  });
  add("themes", "Issues, precedents and questions without an answer", true, [options](Session& s) {
    return Show(s, PeriodOf<v1::GetThemesRequest>(*options), &Stub::GetThemes, &PrintThemes);
  });
  add("equality", "The nine strands, with small numbers hidden", true, [options](Session& s) {
    return Show(s, PeriodOf<v1::GetEqualityReturnRequest>(*options), &Stub::GetEqualityReturn,
                &PrintEquality);
  });
  CLI::App* const precedents =
      add("precedents", "What the Shared Care forum decided in like cases", false,
          [options](Session& s) { return Precedents(s, *options); });
  precedents->add_option("--task", options->task, "Of this task");
  precedents->add_option("--setting", options->setting, "Such as own-home");
  precedents->add_option("--risk", options->risk, "low, medium or high");
  precedents->add_option("--page-size", options->page_size, "Items a page, 100 at most")
      ->check(CLI::Range(1, 100));
  precedents->add_option("--page-token", options->page_token, "From a page before");
}

}  // namespace fosse::cli
