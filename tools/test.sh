# The test suites; sourced by ./dev. Each is a function suite_NAME; the order is the order of running.
# Every suite prints how long it took; a failed one does not stop the others.
# shellcheck shell=bash

suites=(format contract edges build unit explorer clients day stories doors sanitizers threads traceability)

suite_format() {
  local changed
  changed=$(git ls-files -- '*.h' '*.cc' | xargs -r clang-format-14 --dry-run 2>&1 | grep -c warning || true)
  [ "$changed" = 0 ] || { echo "clang-format-14 would change $changed places"; return 1; }
  git ls-files -- '*.sh' dev .ci/run | xargs -r bash -n
}

# The contract: form, comments, and no break against the last release without a changelog line.
suite_contract() {
  export BUF_CACHE_DIR=$root/build/buf
  local buf=$root/tools/node_modules/.bin/buf
  "$buf" lint protos
  "$buf" format --diff --exit-code protos
  if ! "$buf" breaking protos --against protos/released.binpb --exclude-imports >build/breaking.log 2>&1; then
    cat build/breaking.log
    # Before v1.0 a break is allowed where the changelog says so.
    grep -q '^- \*\*Break\*\*' <(sed -n '/^## Unreleased/,/^## [0-9]/p' CHANGELOG.md) ||
      { echo "the contract breaks and CHANGELOG.md has no **Break** line under Unreleased"; return 1; }
  fi
}

# An edge between folders that cmake/edges.cmake does not allow must stop configuring, linked or only
# included.
suite_edges() {
  copy=$(mktemp -d)  # Not local: the trap runs after the function has ended.
  trap 'rm -rf "$copy"' EXIT
  git ls-files -z | xargs -0 cp --parents -t "$copy"
  cmake -S "$copy" -B "$copy/build" -G Ninja -DFOSSE_CORE_ONLY=ON >"$copy/log" 2>&1 ||
    { tail -20 "$copy/log"; return 1; }
  sed -i '1i #include "engine/engine.h"' "$copy/policy/decide.cc"
  if cmake -S "$copy" -B "$copy/build" >"$copy/log" 2>&1; then
    echo "an include outside the table configured"
    return 1
  fi
  grep -q 'policy/ may not include engine/' "$copy/log" || { tail "$copy/log"; return 1; }
  sed -i 1d "$copy/policy/decide.cc"
  sed -i 's/DEPS base protos/DEPS base protos policy/' "$copy/audit/CMakeLists.txt"
  if cmake -S "$copy" -B "$copy/build" >"$copy/log" 2>&1; then
    echo "a dependency outside the table configured"
    return 1
  fi
  grep -q 'audit/ may not use policy/' "$copy/log" || { tail "$copy/log"; return 1; }
}

suite_build() {
  build release all
}

suite_unit() {
  rm -rf build/reports && mkdir -p build/reports
  GTEST_OUTPUT="xml:$root/build/reports/" ctest --test-dir build --no-label-summary --output-on-failure -j 2 -LE stress
}

# Every order of messages and timers within the bounds of tests/explorer/scopes.cc, over the real care/ and
# policy/. Optimised, or it would take hours; docs/verification.md says what it covers.
suite_explorer() {
  mkdir -p build/reports
  build release explorer_test
  GTEST_OUTPUT="xml:$root/build/reports/explorer_test.xml" FOSSE_SOURCE=$root build/bin/explorer_test
}

# The larger bounds, until a limit is reached or the frontier empties: ./dev test --long.
suite_long() {
  build release explorer
  FOSSE_SOURCE=$root build/bin/explorer --long
}

# Other people's gRPC clients over mutual TLS.
suite_clients() {
  node --test tests/clients/
}

# The sample day: every partner speaks only its native format over a socket.
suite_day() {
  node tests/partners/run.mjs --once
}

# The stories, two at a time: each has a locality of its own, on ports of its own. What each printed is
# shown where it failed, and kept in build/story-NAME.log.
suite_stories() {
  local failed=0
  # The longest waits for a deadline, and has the other half to itself.
  printf '%s\n' handover lapse sharedcare merge hl7 practice provider council | xargs -P 2 -I NAME bash -c '
    if node tests/partners/run.mjs --once --story NAME >build/story-NAME.log 2>&1; then
      echo "NAME: as stated"
    else
      echo "NAME: not as stated"; cat build/story-NAME.log; exit 1
    fi' || failed=1
  return $failed
}

# Bad input and idle sockets at every native door.
suite_doors() {
  node --test tests/e2e/
}

# Address and undefined behaviour over the unit tests of everything up to the engine, which is built
# here without gRPC.
suite_sanitizers() {
  build asan all
  UBSAN_OPTIONS=print_stacktrace=1 ctest --test-dir build/asan --no-label-summary --output-on-failure -j 2 -LE stress
}

# Data races: the committer under stress must be clean, and a planted race must be found.
suite_threads() {
  build tsan engine_stress_test engine_planted_race
  TSAN_OPTIONS="halt_on_error=1 ignore_noninstrumented_modules=1" build/tsan/bin/engine_stress_test
  # Whether two threads meet is chance, so the planted race gets five tries; one find is enough.
  local try
  for try in 1 2 3 4 5; do
    TSAN_OPTIONS="ignore_noninstrumented_modules=1" build/tsan/bin/engine_planted_race \
      >build/planted.log 2>&1 || true
    grep -q 'ThreadSanitizer: data race' build/planted.log && return
  done
  echo "the planted race was not found in $try tries"
  return 1
}

# docs/traceability.md is what the labels of passed tests say, and no id is claimed without one. The
# table of clauses in docs/rules.md is what the rulebooks say.
suite_traceability() {
  node tools/traceability.mjs --check
  build release fosse
  node tools/clauses.mjs --check
}

run_tests() {
  if [ "${1:-}" = --list ]; then printf '%s\n' "${suites[@]}"; return; fi
  # What takes hours comes last, and only when asked for.
  if [ "${1:-}" = --long ]; then shift; suites+=(long); [ $# = 0 ] || set -- "$@" long; fi
  local chosen=("$@") name started code passed=0 failed=() report=()
  [ ${#chosen[@]} -gt 0 ] || chosen=("${suites[@]}")
  prepare
  install_packages tools/debian-test-packages.txt
  install_tools
  for name in "${chosen[@]}"; do
    declare -F "suite_$name" >/dev/null || die "no suite $name; ./dev test --list"
    say "$name"
    started=$SECONDS
    # A subshell with -e of its own, outside any condition (which would switch -e off): a suite ends
    # at its first failed command.
    set +e
    (set -e; "suite_$name")
    code=$?
    set -e
    if [ $code = 0 ]; then passed=$((passed + 1)); else failed+=("$name"); fi
    report+=("$(printf '%-14s %4d s' "$name" $((SECONDS - started)))")
  done
  say "times"
  printf '  %s\n' "${report[@]}"
  [ ${#failed[@]} -eq 0 ] || printf 'failed: %s\n' "${failed[*]}"
  printf '%d passed, %d failed\n' "$passed" "${#failed[@]}"
  [ ${#failed[@]} -eq 0 ]
}
