#include "tests/explorer/state.h"

#include <mutex>

#include "absl/hash/hash.h"
#include "base/status.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "tests/care/messages.h"

namespace fosse::care {
namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

constexpr uint32_t kDelegations = 5;  // CareRecord.delegations
constexpr int kLengthDelimited = 2;

class Writer {
 public:
  explicit Writer(Pieces& pieces) : pieces_(pieces), stream_(&text_), coded_(&stream_) {}
  void Number(uint64_t value) { coded_.WriteVarint64(value); }
  void Piece(absl::string_view text) { coded_.WriteVarint32(pieces_.IdOf(text)); }
  std::string Finish() && {
    coded_.Trim();
    return std::move(text_);
  }

 private:
  Pieces& pieces_;
  std::string text_;
  google::protobuf::io::StringOutputStream stream_;
  CodedOutputStream coded_;
};

class Reader {
 public:
  Reader(const std::string& text, const Pieces& pieces)
      : pieces_(pieces),
        coded_(reinterpret_cast<const uint8_t*>(text.data()), static_cast<int>(text.size())) {}
  uint64_t Number() {
    uint64_t value = 0;
    FOSSE_CHECK(coded_.ReadVarint64(&value));
    return value;
  }
  const std::string& Piece() { return pieces_.At(static_cast<uint32_t>(Number())); }

 private:
  const Pieces& pieces_;
  CodedInputStream coded_;
};

// Each top field of a serialised message, its tag included.
struct Field {
  uint32_t number;
  absl::string_view whole;
  absl::string_view content;  // Of a length-delimited one.
};
std::vector<Field> FieldsOf(absl::string_view message) {
  std::vector<Field> fields;
  CodedInputStream in(reinterpret_cast<const uint8_t*>(message.data()),
                      static_cast<int>(message.size()));
  while (true) {
    const int begin = in.CurrentPosition();
    const uint32_t tag = in.ReadTag();
    if (tag == 0) return fields;
    absl::string_view content;
    uint64_t number = 0;
    if ((tag & 7) == kLengthDelimited) {
      uint32_t size = 0;
      FOSSE_CHECK(in.ReadVarint32(&size));
      content = message.substr(static_cast<size_t>(in.CurrentPosition()), size);
      FOSSE_CHECK(in.Skip(static_cast<int>(size)));
    } else {
      FOSSE_CHECK((tag & 7) == 0 && in.ReadVarint64(&number));  // Records hold no fixed numbers.
    }
    const size_t from = static_cast<size_t>(begin);
    fields.push_back({tag >> 3,
                      message.substr(from, static_cast<size_t>(in.CurrentPosition()) - from),
                      content});
  }
}

// A delegation is split once more: its proposal hardly ever changes, its state often.
void PackRecord(const std::string& record, Writer& out) {
  const std::vector<Field> fields = FieldsOf(record);
  out.Number(fields.size());
  for (const Field& field : fields) {
    if (field.number != kDelegations) {
      out.Number(0);
      out.Piece(field.whole);
      continue;
    }
    const std::vector<Field> inner = FieldsOf(field.content);
    out.Number(inner.size());
    for (const Field& part : inner) out.Piece(part.whole);
  }
}

std::string UnpackRecord(Reader& in) {
  std::string record;
  for (uint64_t left = in.Number(); left > 0; --left) {
    uint64_t parts = in.Number();
    if (parts == 0) {
      record += in.Piece();
      continue;
    }
    std::string delegation;
    for (; parts > 0; --parts) delegation += in.Piece();
    google::protobuf::io::StringOutputStream stream(&record);
    CodedOutputStream coded(&stream);
    coded.WriteTag(kDelegations << 3 | kLengthDelimited);
    coded.WriteVarint32(static_cast<uint32_t>(delegation.size()));
    coded.WriteString(delegation);
  }
  return record;
}

template <typename Record>
std::shared_ptr<const Record> Parsed(Reader& in) {
  if (in.Number() == 0) return nullptr;
  auto record = std::make_shared<Record>();
  FOSSE_CHECK(record->ParseFromString(UnpackRecord(in)));
  return record;
}

template <typename Record>
void PackOne(const std::shared_ptr<const Record>& record, Writer& out) {
  out.Number(record == nullptr ? 0 : 1);
  if (record != nullptr) PackRecord(record->SerializeAsString(), out);
}

}  // namespace

const std::string& NumberOf(int person) {
  static const std::array<std::string, kPersons> numbers = {kAda, kBen};
  return numbers[static_cast<size_t>(person)];
}

const std::string& ReferenceOf(int worker) {
  static const std::array<std::string, kWorkers> references = {kWorker, kOtherWorker};
  return references[static_cast<size_t>(worker)];
}

Records State::AllRecords(const policy::Rulebook* rulebook) const {
  Records records;
  for (int person = 0; person < kPersons; ++person) {
    const auto& record = persons[static_cast<size_t>(person)];
    if (record != nullptr) records.persons.emplace_back(NumberOf(person), record.get());
  }
  for (const auto& worker : workers) {
    if (worker != nullptr) records.workers.push_back(worker.get());
  }
  records.rulebook = rulebook;
  return records;
}

bool Over(const v1::Delegation& delegation) {
  return delegation.state() == v1::DELEGATION_STATE_ENDED ||
         delegation.state() == v1::DELEGATION_STATE_DECLINED;
}

int HolderOf(const State& state, int person) {
  const auto& record = state.persons[static_cast<size_t>(person)];
  if (record == nullptr || record->identity().merged_into().empty()) return person;
  for (int other = 0; other < kPersons; ++other) {
    const auto& held = state.persons[static_cast<size_t>(other)];
    if (other != person && held != nullptr &&
        held->person_key() == record->identity().merged_into()) {
      return HolderOf(state, other);
    }
  }
  return person;
}

uint32_t Pieces::IdOf(absl::string_view piece) {
  const uint32_t n = static_cast<uint32_t>(absl::Hash<absl::string_view>()(piece) % kShards);
  Shard& shard = shards_[n];
  {
    std::shared_lock lock(shard.mutex);
    if (const auto found = shard.ids.find(piece); found != shard.ids.end()) return found->second;
  }
  std::unique_lock lock(shard.mutex);
  if (const auto found = shard.ids.find(piece); found != shard.ids.end()) return found->second;
  const uint32_t id = static_cast<uint32_t>(shard.pieces.size()) * kShards + n;
  shard.pieces.emplace_back(piece);
  shard.bytes += piece.size();
  shard.ids.emplace(shard.pieces.back(), id);
  return id;
}

const std::string& Pieces::At(uint32_t id) const {
  const Shard& shard = shards_[id % kShards];
  std::shared_lock lock(shard.mutex);
  return shard.pieces[id / kShards];
}

size_t Pieces::bytes() const {
  size_t all = 0;
  for (const Shard& shard : shards_) {
    std::shared_lock lock(shard.mutex);
    all += shard.bytes;
  }
  return all;
}

std::string Pack(const State& state, Pieces& pieces) {
  Writer out(pieces);
  out.Number(static_cast<uint64_t>(absl::ToUnixMicros(state.now)));
  out.Number(state.seeds);
  out.Number(static_cast<uint64_t>(state.time_steps));
  for (const auto& person : state.persons) PackOne(person, out);
  for (const auto& worker : state.workers) PackOne(worker, out);
  out.Number(state.timers.size());
  for (const PendingTimer& timer : state.timers) {
    out.Piece(timer.id);
    out.Number(static_cast<uint64_t>(timer.kind));
    out.Number(static_cast<uint64_t>(absl::ToUnixMicros(timer.due)));
    out.Piece(timer.about);
    out.Number(static_cast<uint64_t>(timer.person));
  }
  out.Number(state.watch.told_of_start.size());
  for (const auto& [delegation, told] : state.watch.told_of_start) {
    out.Piece(delegation);
    out.Number(told.size());
    for (const std::string& organisation : told) out.Piece(organisation);
  }
  out.Number(state.watch.need_gone.size());
  for (const std::string& delegation : state.watch.need_gone) out.Piece(delegation);
  return std::move(out).Finish();
}

State Unpack(const std::string& packed, const Pieces& pieces) {
  Reader in(packed, pieces);
  State state;
  state.now = absl::FromUnixMicros(static_cast<int64_t>(in.Number()));
  state.seeds = static_cast<uint32_t>(in.Number());
  state.time_steps = static_cast<int>(in.Number());
  for (auto& person : state.persons) person = Parsed<v1::CareRecord>(in);
  for (auto& worker : state.workers) worker = Parsed<v1::WorkerRecord>(in);
  state.timers.resize(in.Number());
  for (PendingTimer& timer : state.timers) {
    timer.id = in.Piece();
    timer.kind = static_cast<v1::TimerKind>(in.Number());
    timer.due = absl::FromUnixMicros(static_cast<int64_t>(in.Number()));
    timer.about = in.Piece();
    timer.person = static_cast<int>(in.Number());
  }
  for (uint64_t left = in.Number(); left > 0; --left) {
    std::set<std::string>& told = state.watch.told_of_start[in.Piece()];
    for (uint64_t more = in.Number(); more > 0; --more) told.insert(in.Piece());
  }
  for (uint64_t left = in.Number(); left > 0; --left) state.watch.need_gone.insert(in.Piece());
  return state;
}

}  // namespace fosse::care
