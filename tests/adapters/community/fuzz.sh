#!/usr/bin/env bash
# One fuzz target under libFuzzer and AddressSanitizer, over a folder of messages:
#
#   tests/adapters/community/fuzz.sh Reader|Framer|Mapper SECONDS FOLDER
#
# Needs Clang 14 with its runtime (clang-14, libclang-rt-14-dev) and a finished build: what is fuzzed is
# compiled anew, all else is taken from build/. What is found lies in build/fuzz/.
set -euo pipefail
cd "$(dirname "$0")/../../.."
target=$1 seconds=$2 folder=$3
out=build/fuzz
mkdir -p "$out/objects" "$out/new-$target"

flags=(-std=c++20 -O1 -g1 -I. -isystem build/generated -w)
compile() { clang++-14 "${flags[@]}" -fsanitize=fuzzer-no-link,address -c "$1" -o "$2" "${@:3}"; }
for source in adapters/hl7/*.cc adapters/community/{answer,fields,note,referral_answer,site_profile,translate}.cc \
    tests/adapters/community/fuzz_targets.cc; do
  compile "$source" "$out/objects/${source//\//_}.o"
done
compile tests/adapters/community/fuzz_entry.cc "$out/$target.o" "-DFOSSE_FUZZ_TARGET=${target}Target"
read -ra libraries < <(pkg-config --libs protobuf absl_strings absl_status absl_statusor absl_time absl_civil_time absl_time_zone re2)
clang++-14 -fsanitize=fuzzer,address "$out/$target.o" "$out"/objects/*.o \
  build/adapters/kit/libfosse_adapter_words.a build/adapters/kit/libfosse_adapter_config.a \
  build/base/libfosse_base.a build/protos/libfosse_protos.a "${libraries[@]}" -lcrypto -o "$out/$target"
"$out/$target" -max_total_time="$seconds" -max_len=4096 -artifact_prefix="$out/" "$out/new-$target" "$folder"
