#include "cli/completion.h"

#include <algorithm>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace fosse::cli {
namespace {

// Commands below `app`, and its own and the global options.
std::string WordsOf(const CLI::App& app, const CLI::App& root) {
  std::vector<std::string> words;
  for (const CLI::App* const command : app.get_subcommands({}))
    words.push_back(command->get_name());
  for (const CLI::App* const owner : {&app, &root}) {
    for (const CLI::Option* const option : owner->get_options({})) {
      for (const std::string& name : option->get_lnames()) {
        const std::string word = "--" + name;
        if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
      }
    }
    if (&app == &root) break;
  }
  return absl::StrJoin(words, " ");
}

void AppendCases(const CLI::App& app, const CLI::App& root, const std::string& path,
                 std::string& script) {
  absl::StrAppend(&script, "    '", path, "') words='", WordsOf(app, root), "' ;;\n");
  for (const CLI::App* const command : app.get_subcommands({})) {
    AppendCases(*command, root, absl::StrCat(path, path.empty() ? "" : " ", command->get_name()),
                script);
  }
}

}  // namespace

std::string BashCompletion(const CLI::App& app) {
  std::string cases;
  AppendCases(app, app, "", cases);
  return absl::StrCat(R"(# Completion for fosse; load with: source <(fosse completion bash)
_fosse() {
  local words='' path='' word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      directory|rulebook|completion) path=$word ;;
      -*) ;;
      *) case $path in '') path=$word ;; directory|rulebook|completion) path="$path $word" ;; esac ;;
    esac
  done
  case $path in
)",
                      cases, R"(  esac
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _fosse fosse
)");
}

}  // namespace fosse::cli
