#!/usr/bin/env bash
# One fuzz target under libFuzzer and AddressSanitizer, over a folder of seeds:
#
#   tests/adapters/fuzz.sh community Reader|Framer|Mapper         SECONDS FOLDER
#   tests/adapters/fuzz.sh gp        Message|Answer|Chunk|Query   SECONDS FOLDER
#   tests/adapters/fuzz.sh council   Table|Map|Json|Notice        SECONDS FOLDER
#
# Needs Clang 14 with its runtime (clang-14, libclang-rt-14-dev) and a finished build: what is fuzzed is
# compiled anew, all else is taken from build/. What is found lies in build/fuzz-ADAPTER/.
set -euo pipefail
cd "$(dirname "$0")/../.."
adapter=$1 target=$2 seconds=$3 folder=$4
out=build/fuzz-$adapter
mkdir -p "$out/objects" "$out/new-$target"

most=16384
case $adapter in
  community)
    most=4096
    sources=(adapters/hl7/*.cc adapters/community/{answer,fields,note,referral_answer,site_profile,translate}.cc) ;;
  gp)
    mapfile -t sources < <(ls adapters/fhir/*.cc | grep -vE '/(answers|door|search_door|turns)\.cc$')
    sources+=(adapters/itk3/{answer_codes,response}.cc adapters/mesh/chunks.cc) ;;
  council)
    mapfile -t sources < <(ls adapters/council/*.cc adapters/council/columns/*.cc |
      grep -vE '/(link_door|main|openapi|training_door|translate_command)\.cc$')
    sources+=(adapters/csv/*.cc build/generated/adapters/council/columns/*.pb.cc) ;;
  *) echo "no such adapter: $adapter" >&2; exit 2 ;;
esac

flags=(-std=c++20 -O1 -g1 -I. -isystem build/generated -w)
compile() { clang++-14 "${flags[@]}" -fsanitize=fuzzer-no-link,address -c "$1" -o "$2" "${@:3}"; }
for source in "${sources[@]}" "tests/adapters/$adapter/fuzz_targets.cc"; do
  compile "$source" "$out/objects/${source//\//_}.o"
done
compile tests/adapters/fuzz_entry.cc "$out/$target.o" "-DFOSSE_FUZZ_TARGETS=\"tests/adapters/$adapter/fuzz_targets.h\"" \
  "-DFOSSE_FUZZ_TARGET=fosse::adapters::$adapter::${target}Target"
read -ra libraries < <(pkg-config --libs protobuf absl_strings absl_status absl_statusor absl_time absl_civil_time absl_time_zone re2)
clang++-14 -fsanitize=fuzzer,address "$out/$target.o" "$out"/objects/*.o \
  build/adapters/kit/libfosse_adapter_words.a build/adapters/kit/libfosse_adapter_config.a \
  build/base/libfosse_base.a build/protos/libfosse_protos.a "${libraries[@]}" -lsimdjson -lpugixml -lz -lcrypto -o "$out/$target"
"$out/$target" -max_total_time="$seconds" -max_len="$most" -artifact_prefix="$out/" "$out/new-$target" "$folder"
