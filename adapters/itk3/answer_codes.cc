#include "adapters/itk3/answer_codes.h"

#include "absl/strings/numbers.h"

namespace fosse::adapters::itk3 {
namespace {

constexpr Level kInf = Level::kInfrastructure;
constexpr Level kBus = Level::kBusiness;
constexpr Effect kTaken = Effect::kTaken;
constexpr Effect kRefused = Effect::kRefused;
constexpr Effect kShown = Effect::kShown;

// What the lists at hand say. Of 30005 to 30015 and 30018 they tell no more than that they speak of
// the course of things (opened, completed, given back, closed), so they are shown with their
// number.
constexpr AnswerCode kCodes[] = {
    {10001, kInf, kRefused, "the handling instructions could not be used"},
    {10002, kInf, kRefused, "the wish for an infrastructure answer could not be read"},
    {10003, kInf, kRefused, "the wish for a business answer could not be read"},
    {10004, kInf, kRefused, "the kind of message is not supported"},
    {10005, kInf, kRefused, "the version of the kind of message is not supported"},
    {10007, kInf, kRefused, "the sender's reference could not be used"},
    {10008, kInf, kRefused, "the handling instructions do not fit the content"},
    {10009, kInf, kRefused, "the message could not be read"},
    {10010, kInf, kRefused, "the recipient type could not be used"},
    {20001, kInf, kRefused, "the person addressed is not known there"},
    {20002, kInf, kRefused, "the organisation addressed is not known there"},
    {20003, kInf, kRefused, "the sender is not known there"},
    {20004, kInf, kRefused, "the kind of attachment is not approved"},
    {20005, kInf, kRefused, "the kind of attachment is not supported"},
    {20006, kInf, kRefused, "the header is not valid"},
    {20007, kInf, kTaken, "the message had come before"},
    {20008, kInf, kTaken, "the document had come before"},
    {20009, kInf, kRefused, "the content is not valid"},
    {20010, kInf, kRefused, "the recipient may not take it"},
    {20011, kInf, kRefused, "the sender may not send it"},
    {20012, kInf, kRefused, "the sender is not authorised"},
    {20013, kInf, kTaken, "the system has taken it"},
    {20015, kInf, kRefused, "it is too large"},
    {30001, kBus, kTaken, "the person is known at the practice"},
    {30002, kBus, kRefused, "the person is not known at the practice"},
    {30003, kBus, kRefused, "the person has left the practice"},
    {30004, kBus, kTaken, "the person is known at the practice, and has recently died"},
    {30005, kBus, kShown, "the practice says how far it is with it"},
    {30006, kBus, kShown, "the practice says how far it is with it"},
    {30007, kBus, kShown, "the practice says how far it is with it"},
    {30008, kBus, kShown, "the practice says how far it is with it"},
    {30009, kBus, kShown, "the practice says how far it is with it"},
    {30010, kBus, kShown, "the practice says how far it is with it"},
    {30011, kBus, kShown, "the practice says how far it is with it"},
    {30012, kBus, kShown, "the practice says how far it is with it"},
    {30013, kBus, kShown, "the practice says how far it is with it"},
    {30014, kBus, kShown, "the practice says how far it is with it"},
    {30015, kBus, kShown, "the practice says how far it is with it"},
    {30016, kBus, kShown, "the document was accepted, by nobody who is named"},
    {30017, kBus, kShown, "the document was rejected, by nobody who is named"},
    {30018, kBus, kShown, "the practice says how far it is with it"},
};

}  // namespace

const AnswerCode* FindAnswerCode(absl::string_view code) {
  int number = 0;
  if (!absl::SimpleAtoi(code, &number)) return nullptr;
  for (const AnswerCode& known : kCodes) {
    if (known.code == number) return &known;
  }
  return nullptr;
}

absl::string_view WordOf(Level level) {
  return level == Level::kInfrastructure ? "infrastructure" : "business";
}

}  // namespace fosse::adapters::itk3
