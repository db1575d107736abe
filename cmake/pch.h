// Precompiled for every target: the slow headers that nearly every file needs.
#include <algorithm>
#include <array>
#include <bitset>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/receipt.pb.h"
#include "fosse/v1/record.pb.h"
