#include "gateway/options.h"

#include "CLI/CLI.hpp"

namespace fosse::gateway {
namespace {

constexpr char kFooter[] = R"(
Exit status: 0 stopped when asked to; 2 wrong command line; 3 keys, certificates, rulebook or
directory missing or wrong; 4 database or trail cannot be opened, is damaged or was put back to an
earlier state; 5 an address is in use. Every reason is explained in docs/errors.md.

SIGTERM or SIGINT: health says NOT_SERVING, nothing more is taken, what was taken is answered; ends
within 20 seconds. Certificate files may be replaced while it runs.)";

}  // namespace

absl::optional<int> ReadOptions(int argc, char** argv, Options& options) {
  CLI::App app("The Fosse gateway: decides delegated-care messages, keeps the trail, delivers.",
               "fosse-gateway");
  app.footer(kFooter);
  app.set_version_flag("--version", "fosse-gateway 0.1.0");
  app.set_config("--config", "", "File of `name = value` lines; the command line comes first");
  app.get_formatter()->column_width(28);

  app.add_option("--listen", options.listen, "Address for gRPC over mutual TLS; port 0: a free one")
      ->capture_default_str();
  app.add_option("--metrics", options.metrics,
                 "Address for Prometheus, plain HTTP, no person data; none: not served");
  app.add_option("--locality", options.locality, "The one locality served, such as QK1")
      ->required();
  app.add_option("--origin", options.origin,
                 "Name of the trail in checkpoints; default fosse.local/LOCALITY");
  app.add_option("--database", options.database, "SQLite file; made if missing")->required();
  app.add_option("--keys", options.keys, "Folder of the keys that live outside the database")
      ->required();
  app.add_flag("--create-keys", options.create_keys, "Make keys if the folder has none");
  app.add_option("--rulebook", options.rulebook, "First rulebook; needed at the first start only");
  app.add_option("--directory", options.directory,
                 "First directory; needed at the first start only");
  app.add_option("--tls-cert", options.tls_certificate, "The gateway's certificate, PEM")
      ->required();
  app.add_option("--tls-key", options.tls_key, "Its key, PEM")->required();
  app.add_option("--tls-ca", options.tls_authority, "Authority of client certificates, PEM")
      ->required();
  app.add_option("--witness-file", options.witness_file,
                 "Keeps the last signed head outside the database; an older trail is refused");
  app.add_flag("--reflection", options.reflection, "Serve gRPC reflection");
  app.add_flag("--verbose", options.verbose, "Log more");
  app.add_option("--fault-points", options.fault_points, "For tests only")->group("");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitStopped : kExitUsage;
  }
  if (options.origin.empty()) options.origin = "fosse.local/" + options.locality;
  return absl::nullopt;
}

}  // namespace fosse::gateway
