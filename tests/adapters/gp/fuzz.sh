#!/usr/bin/env bash
# One fuzz target under libFuzzer and AddressSanitizer, over a folder of seeds:
#
#   tests/adapters/gp/fuzz.sh Message|Answer|Chunk|Query SECONDS FOLDER
#
# Needs Clang 14 with its runtime (clang-14, libclang-rt-14-dev) and a finished build: what is fuzzed is
# compiled anew, all else is taken from build/. What is found lies in build/fuzz-gp/.
set -euo pipefail
cd "$(dirname "$0")/../../.."
target=$1 seconds=$2 folder=$3
out=build/fuzz-gp
mkdir -p "$out/objects" "$out/new-$target"

flags=(-std=c++20 -O1 -g1 -I. -isystem build/generated -w)
compile() { clang++-14 "${flags[@]}" -fsanitize=fuzzer-no-link,address -c "$1" -o "$2" "${@:3}"; }
mapfile -t sources < <(ls adapters/fhir/*.cc | grep -vE '/(answers|door|search_door|turns)\.cc$')
for source in "${sources[@]}" adapters/itk3/{answer_codes,response}.cc adapters/mesh/chunks.cc \
    tests/adapters/gp/fuzz_targets.cc; do
  compile "$source" "$out/objects/${source//\//_}.o"
done
compile tests/adapters/gp/fuzz_entry.cc "$out/$target.o" "-DFOSSE_FUZZ_TARGET=${target}Target"
read -ra libraries < <(pkg-config --libs protobuf absl_strings absl_status absl_statusor absl_time absl_civil_time absl_time_zone re2)
clang++-14 -fsanitize=fuzzer,address "$out/$target.o" "$out"/objects/*.o \
  build/adapters/kit/libfosse_adapter_words.a build/adapters/kit/libfosse_adapter_config.a \
  build/base/libfosse_base.a build/protos/libfosse_protos.a "${libraries[@]}" -lsimdjson -lpugixml -lz -lcrypto -o "$out/$target"
"$out/$target" -max_total_time="$seconds" -max_len=16384 -artifact_prefix="$out/" "$out/new-$target" "$folder"
